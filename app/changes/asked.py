"""What a reader asks of the change log: filters, and a place in it. Read, refused by name, written again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import partial
from typing import Any

from app.accounts.models import Role
from app.acts.queries import PUBLIC_KINDS
from app.answers.parameters import BadParameter, BadParameters
from app.dates import read_date
from app.languages.codes import none_named
from app.languages.spoken import N_, _, count, known
from app.pages import in_words

ROWS = 50
"""Acts on one page of the log."""
MOST_ROWS = 1000
"""Acts that one answer of the API may hold."""

KINDS: Mapping[str, str] = {
    "import": N_("imports"),
    "approve": N_("approvals"),
    "judge": N_("judgements of standing"),
    "describe": N_("descriptions"),
    "check": N_("checks that found nothing new"),
    "document": N_("documents that are gone or back"),
}
"""The kinds of acts that the log shows, in words; those of PUBLIC_KINDS."""

_FILTERS = {
    "deployment": N_("Deployment"),
    "measure": N_("Measure"),
    "source": N_("Source"),
    "kind": N_("Kind"),
    "role": N_("Role"),
    "from_day": N_("From"),
    "to_day": N_("Up to"),
}
_SLOTS = {"from": "from_day", "to": "to_day"}  # what an address may call so, and the language may not
_NAMES = {slot: name for name, slot in _SLOTS.items()}
_REPEATED = {"kind", "role"}
_DIGITS = 19  # fewer digits than the largest number that the database counts with


@dataclass(frozen=True, slots=True)
class Known:
    """The slugs that a filter can name, each with its name, in the order in which a form offers them."""

    deployment: Mapping[str, str]
    measure: Mapping[str, str]
    source: Mapping[str, str]
    role: Mapping[str, str] = field(default_factory=lambda: {role.value: in_words(role) for role in Role})
    kind: Mapping[str, str] = field(
        default_factory=lambda: {kind: known(KINDS[kind]) for kind in PUBLIC_KINDS}
    )

    def in_words(self, asked: "Asked") -> list[tuple[str, str, str, str]]:
        """Each filter in use: its name and value as in an address, then both as a reader knows them."""
        by_address = {_NAMES.get(name, name): words for name, words in _FILTERS.items()}
        return [
            (name, value, known(by_address[name]), getattr(self, name, {}).get(value, value))
            for name, value in asked.filters()
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A reader's question to the log. Slugs and words as in the address; None or empty asks nothing."""

    deployment: str | None = None
    measure: str | None = None
    source: str | None = None
    claim: str | None = None  # a claim_ref; only the feed of a claim asks so
    kind: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    from_day: date | None = None  # UTC, that day counted
    to_day: date | None = None  # UTC, that day counted
    after: int | None = None  # the id of the act before the first of this page
    before: int | None = None  # the id of the act after the last of this page

    def query(self) -> list[tuple[str, str]]:
        """The parameters that stand for this question, in the order of the fields."""
        written: list[tuple[str, str]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            values = value if isinstance(value, tuple) else () if value is None else (value,)
            written += [(_NAMES.get(one.name, one.name), str(item)) for item in values]
        return written

    def filters(self) -> list[tuple[str, str]]:
        """The parameters that narrow the log."""
        return replace(self, after=None, before=None).query()

    def without(self, name: str, value: str) -> list[tuple[str, str]]:
        """The parameters of the first page without one filter."""
        return [pair for pair in self.filters() if pair != (name, value)]

    def on_page(self, *, after: int | None = None, before: int | None = None) -> list[tuple[str, str]]:
        """The parameters of another page of the same log; without a cursor of the first."""
        return replace(self, after=after, before=before).query()


def read_asked(parameters: Iterable[tuple[str, str]], known: Known) -> Asked:
    """The question that an address asks of the page; empty and unknown parameters are passed over.

    Raises BadParameters, which names every value that cannot be read.
    """
    given, _unknown = _sorted_out(parameters, (*_READERS, "after", "before"))
    values, errors = _read(given, known)
    for name in ("after", "before"):
        errors += _read_into(values, name, given.get(name, []), read_cursor, name)
    if "after" in values and "before" in values:
        errors.append(BadParameter("before", _("cannot be combined with %(other)s", other="after")))
    if errors:
        raise BadParameters(errors)
    return Asked(**values)


def read_strictly(parameters: Iterable[tuple[str, str]], known: Known, *, paged: bool) -> tuple[Asked, int]:
    """The question that an address of the API or of a feed asks, and how many acts it takes at most.

    `paged` says whether `limit` and `cursor` are parameters. Raises BadParameters, also for a parameter
    that there is not.
    """
    places = ("limit", "cursor") if paged else ()
    given, unknown = _sorted_out(parameters, (*_READERS, *places), strict=True)
    values, errors = _read(given, known)
    errors = [BadParameter(name, _("is not a parameter here")) for name in unknown] + errors
    cursor: dict[str, Any] = {}
    errors += _read_into(cursor, "cursor", given.get("cursor", []), read_cursor, "cursor")
    errors += _read_into(cursor, "limit", given.get("limit", []), read_limit, "limit")
    if errors:
        raise BadParameters(errors)
    return Asked(**values, after=cursor.get("cursor")), cursor.get("limit", ROWS)


def read_cursor(written: str) -> int:
    """The id of the act that a cursor names; raises ValueError."""
    if not (written.isascii() and written.isdigit() and len(written) < _DIGITS):
        raise ValueError(_("“%(written)s” is not a place in this list", written=written))
    return int(written)


def read_limit(written: str) -> int:
    """How many acts an answer may hold; raises ValueError."""
    short = written.isascii() and written.isdigit() and len(written) < _DIGITS
    if not short or not 1 <= int(written) <= MOST_ROWS:
        raise ValueError(
            _(
                "“%(written)s” is not a whole number from 1 to %(most)s",
                written=written,
                most=count(MOST_ROWS),
            )
        )
    return int(written)


def _sorted_out(
    parameters: Iterable[tuple[str, str]], names: tuple[str, ...], *, strict: bool = False
) -> tuple[dict[str, list[str]], list[str]]:
    """What was given under each of the names, empty values left out; and the names that there are not.

    Space around a value is part of it where `strict`.
    """
    given: dict[str, list[str]] = {}
    unknown: dict[str, None] = {}
    for name, value in parameters:
        written = value if strict else value.strip()
        if name not in names:
            unknown[name] = None
        elif written:
            given.setdefault(name, []).append(written)
    return given, list(unknown)


def _read(given: Mapping[str, list[str]], known: Known) -> tuple[dict[str, Any], list[BadParameter]]:
    values: dict[str, Any] = {}
    errors: list[BadParameter] = []
    for name, read in _READERS.items():
        slot, written = _SLOTS.get(name, name), given.get(name, [])
        if name not in _REPEATED:
            errors += _read_into(values, slot, written, partial(read, known), name)
            continue
        found: dict[str, Any] = {}
        for value in dict.fromkeys(written):
            errors += _read_into(found, value, [value], partial(read, known), name)
        values[slot] = tuple(found.values())
    first, last = values.get("from_day"), values.get("to_day")
    if first and last and first > last:
        errors.append(BadParameter("to", _("“%(day)s” is before the first day asked for", day=last)))
    return values, errors


def _read_into(
    values: dict[str, Any], slot: str, written: list[str], read: Callable[[str], object], name: str
) -> list[BadParameter]:
    """Read the value of parameter `name` into its slot; what is wrong with it is given back."""
    if len(written) > 1:
        return [BadParameter(name, _("is given %(number)s times; one value is taken", number=len(written)))]
    try:
        for value in written:
            values[slot] = read(value)
    except ValueError as error:
        return [BadParameter(name, str(error))]
    return []


def _slug(noun: str) -> Callable[[Known, str], str]:
    def read(known: Known, written: str) -> str:
        if written not in getattr(known, noun):
            raise ValueError(none_named(noun, written))
        return written

    return read


def _word(noun: str) -> Callable[[Known, str], str]:
    def read(known: Known, written: str) -> str:
        words = getattr(known, noun)
        if written not in words:
            raise ValueError(_("“%(written)s” is none of %(words)s", written=written, words=", ".join(words)))
        return written

    return read


def _first_day(_known: Known, written: str) -> date:
    return read_date(written).first


def _last_day(_known: Known, written: str) -> date:
    return read_date(written).last


_READERS: Mapping[str, Callable[[Known, str], Any]] = {
    "deployment": _slug("deployment"),
    "measure": _slug("measure"),
    "source": _slug("source"),
    "kind": _word("kind"),
    "role": _word("role"),
    "from": _first_day,
    "to": _last_day,
}
