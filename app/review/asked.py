"""What somebody asks of the queue: filters and a page of it. Read, refused by name, written again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from app.answers.parameters import BadParameter, BadParameters
from app.languages.spoken import N_, _, known, pgettext
from app.review.queries import Asked

ROWS = 50
"""Things on one page of the queue, or of a batch."""

MOST_PAGES = 100_000
KINDS = {"revision": N_("claims and corrections"), "judgement": N_("judgements of standing")}
ORIGIN_WORDS = {
    "command_line": N_("from the command line"),
    "upload": N_("from a file"),
    "api": N_("by a program"),
    "desk": N_("at the desk"),
}
_FILTERS = {
    "deployment": N_("Deployment"),
    "measure": N_("Measure"),
    "source": N_("Source"),
    "author": N_("Handed in by"),
    "kind": N_("Kind"),
    "origin": N_("Handed in"),
    "batch": N_("Batch"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What each filter can name, each with how it is called, in the order in which a form offers it."""

    deployment: Mapping[str, str]
    measure: Mapping[str, str]
    source: Mapping[str, str]
    author: Mapping[str, str]  # by the name with which they sign in
    author_ids: Mapping[str, int]
    kind: Mapping[str, str] = field(default_factory=lambda: _said(KINDS))
    origin: Mapping[str, str] = field(default_factory=lambda: _said(ORIGIN_WORDS))

    def in_words(self, wanted: "Wanted") -> list[tuple[str, str, str, str]]:
        """Each filter in use: its name and value as in an address, then both as a reader knows them."""
        told = [
            (name, value, known(_FILTERS[name]), getattr(self, name, {}).get(value, value))
            for name, value in wanted.filters()
            if name in _FILTERS
        ]
        if wanted.others:
            told.append(("others", "1", pgettext("filter", "Only"), pgettext("filter", "by others")))
        return told


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {one: known(said) for one, said in words.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody's question to the queue, as it stands in an address; None asks nothing."""

    deployment: str | None = None
    measure: str | None = None
    source: str | None = None
    author: str | None = None
    kind: str | None = None
    origin: str | None = None
    batch: str | None = None
    others: bool = False  # only what others handed in
    page: int = 1

    def filters(self) -> list[tuple[str, str]]:
        """The parameters that narrow the queue."""
        return [
            (one.name, "1" if value is True else str(value))
            for one in fields(self)
            if one.name != "page" and (value := getattr(self, one.name))
        ]

    def without(self, name: str) -> list[tuple[str, str]]:
        """The parameters of the first page without one filter."""
        return [pair for pair in self.filters() if pair[0] != name]

    def on_page(self, page: int) -> list[tuple[str, str]]:
        """The parameters of another page under the same filters."""
        return self.filters() + ([("page", str(page))] if page > 1 else [])

    def asked(self, known: Known, person_id: int) -> Asked:
        """The same as the queries take it, for the person who asks; single things only, but in a batch."""
        return Asked(
            deployment=self.deployment,
            measure=self.measure,
            source=self.source,
            batch=int(self.batch) if self.batch else None,
            author=known.author_ids[self.author] if self.author else None,
            not_by=person_id if self.others else None,
            kind=self.kind,
            origin=self.origin,
        )


def read_wanted(parameters: Iterable[tuple[str, str]], known: Known) -> Wanted:
    """The question that an address asks; empty and unknown parameters are passed over.

    Raises BadParameters, which names every value that cannot be read.
    """
    wanted, errors = Wanted(), []
    for name, written in parameters:
        value = written.strip()
        if not value:
            continue
        try:
            wanted = replace(wanted, **_read(name, value, known))
        except ValueError as error:
            errors.append(BadParameter(name, str(error)))
    if errors:
        raise BadParameters(errors)
    return wanted


def read_page(written: str) -> int:
    """The number of a page; raises ValueError."""
    if not (written.isascii() and written.isdigit() and len(written) < 7 and 1 <= int(written) <= MOST_PAGES):  # noqa: PLR2004
        raise ValueError(_("“%(value)s” is no page of this list", value=written))
    return int(written)


def _read(name: str, value: str, known: Known) -> dict[str, Any]:
    if name == "page":
        return {"page": read_page(value)}
    if name == "batch":
        return {"batch": str(read_id(value))}
    if name == "others":
        if value != "1":
            raise ValueError(_("“%(value)s” is not 1", value=value))
        return {"others": True}
    if name not in _FILTERS:
        return {}
    words = getattr(known, name)
    if value not in words:
        raise ValueError(_("there is none called “%(value)s”", value=value))
    return {name: value}


def read_id(written: str) -> int:
    """The number under which a batch is kept; raises ValueError."""
    if not (written.isascii() and written.isdigit() and len(written) < 19):  # noqa: PLR2004 - fewer than bigint has
        raise ValueError(_("“%(value)s” is no batch", value=written))
    return int(written)
