"""The list of all claims: what a reader filters by, in which order, and one page of it at a time.

A page is found by the last row of the one before (keyset), not by counting rows off: the
ten-thousandth page costs what the first does, and a claim that comes in meanwhile moves none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, asc, desc, func, select
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters
from app.claims.approved import ApprovedClaim
from app.claims.found import (
    COUNTED_UP_TO,
    Position,
    Sorting,
    conditions_on,
    figure,
    find_page,
    find_rare,
    is_rare,
    last_covered,
    named_ids,
)
from app.claims.models import Revision
from app.claims.queries import claim_columns, claims_of, read_claims
from app.claims.words import Nature, Standing
from app.dates import read_date
from app.languages.codes import none_named
from app.languages.spoken import N_, _, known
from app.places.queries import place_tree
from app.sources.models import SourceDescription

ROWS = 50
"""How many claims one page lists."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort, by a key that every claim has; claims with equal keys by when they came in."""

    words: str  # as the form offers it
    read: Callable[[str], object]  # the key in a cursor
    sorting: Sorting

    @property
    def key(self) -> ColumnElement[Any]:
        """The key, over the columns of `claim_columns`."""
        return func.lower(SourceDescription.name) if self.sorting.key is None else self.sorting.key(Revision)


def _figure_key(written: str) -> Decimal:
    try:
        figure = Decimal(written)
    except InvalidOperation:
        raise ValueError from None
    if not figure.is_finite():
        raise ValueError
    return figure


_BY_DAY_SAID = Sorting(lambda of: of.said_day, falling=False)
_BY_LAST_DAY = Sorting(last_covered, falling=False)
_BY_FIGURE = Sorting(figure, falling=False)

ORDERS: Mapping[str, Order] = {
    "-said": Order(N_("said last first"), date.fromisoformat, replace(_BY_DAY_SAID, falling=True)),
    "said": Order(N_("said first first"), date.fromisoformat, _BY_DAY_SAID),
    "-day": Order(N_("latest day covered first"), date.fromisoformat, replace(_BY_LAST_DAY, falling=True)),
    "day": Order(N_("earliest day covered first"), date.fromisoformat, _BY_LAST_DAY),
    "-figure": Order(N_("largest figure first"), _figure_key, replace(_BY_FIGURE, falling=True)),
    "figure": Order(N_("smallest figure first"), _figure_key, _BY_FIGURE),
    "source": Order(N_("source, A to Z"), str, Sorting(None, falling=False)),
    "-source": Order(N_("source, Z to A"), str, Sorting(None, falling=True)),
}
"""By what an address calls them; the first is the default."""

KINDS: Mapping[str, str] = {
    "claim": N_("claims"),
    "appearance": N_("appearances"),
    "all": N_("claims and appearances"),
}
"""What the list holds, by what an address calls it; the first is the default."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reader's question to the list. Slugs and words as in the address; None or empty asks nothing."""

    kind: str = "claim"
    deployment: str | None = None
    measure: str | None = None
    nature: tuple[Nature, ...] = ()
    source: str | None = None
    family: str | None = None
    place: str | None = None
    standing: tuple[Standing, ...] = ()
    said_from: date | None = None  # first day said, that day counted
    said_to: date | None = None
    day_from: date | None = None  # first day covered by the figure, that day counted
    day_to: date | None = None
    sort: str = "-said"
    after: str | None = None  # the cursor of the row before the first of this page
    before: str | None = None  # the cursor of the row after the last of this page

    def query(self) -> list[tuple[str, str]]:
        """The parameters that stand for this question, defaults left out, in the order of the fields."""
        written: list[tuple[str, str]] = []
        for choice in fields(self):
            value = getattr(self, choice.name)
            if value is not None and value != choice.default:
                values = value if isinstance(value, tuple) else (value,)
                written += [(choice.name, str(item)) for item in values]
        return written

    def filters(self) -> list[tuple[str, str]]:
        """The parameters that narrow the list."""
        return [(name, value) for name, value in self.query() if name not in _NO_FILTERS]

    def without(self, name: str, value: str) -> list[tuple[str, str]]:
        """The parameters of the first page without one filter."""
        return [pair for pair in self.on_page().query() if pair != (name, value)]

    def sorted_by(self, sort: str) -> "Asked":
        """The first page of the same list in another order."""
        return replace(self, sort=sort, after=None, before=None)

    def on_page(self, *, after: str | None = None, before: str | None = None) -> "Asked":
        """Another page of the same list; without a cursor the first."""
        return replace(self, after=after, before=before)


@dataclass(frozen=True, slots=True)
class Known:
    """The slugs that a filter can name, each with its name, in the order in which a form offers them."""

    deployment: Mapping[str, str]
    measure: Mapping[str, str]
    source: Mapping[str, str]
    family: Mapping[str, str]
    place: Mapping[str, str]

    def in_words(self, asked: Asked) -> list[tuple[str, str, str, str]]:
        """Each filter in use: its name and value as in an address, then both as a reader knows them."""
        return [
            (
                name,
                value,
                known(_FILTERS[name]),
                getattr(self, name, {}).get(value) or known(value.replace("_", " ")),
            )
            for name, value in asked.filters()
        ]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list. Cursors are None where there is nothing beyond."""

    claims: list[ApprovedClaim]
    number: int  # how many claims answer the question, counted up to COUNTED_UP_TO
    more_than_counted: bool
    earlier: str | None  # the cursor of the page before this one
    further: str | None  # the cursor of the page after this one


def place_names(session: Session) -> dict[str, str]:
    """The name of every place by its slug, each after the place in which it lies, else as in the alphabet."""
    return {place.slug: place.name for _depth, place in place_tree(session).walk()}


def read_asked(parameters: Iterable[tuple[str, str]], known: Known) -> Asked:
    """The question that an address asks; empty values and unknown parameters are passed over.

    Raises BadParameters, which names every value that cannot be read.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if name in _READERS and value.strip():
            given.setdefault(name, []).append(value.strip())
    errors: list[BadParameter] = []
    values: dict[str, Any] = {}
    for name, written in given.items():
        if name not in _REPEATED and len(written) > 1:
            errors.append(
                BadParameter(name, _("is given %(number)s times; one value is taken", number=len(written)))
            )
            continue
        try:
            read = [_READERS[name](value, known) for value in dict.fromkeys(written)]
            values[name] = tuple(read) if name in _REPEATED else read[0]
        except ValueError as error:
            errors.append(BadParameter(name, str(error)))
    asked = Asked(**values)
    errors += _bad_cursors(asked)
    if errors:
        raise BadParameters(errors)
    return asked


def _bad_cursors(asked: Asked) -> list[BadParameter]:
    if asked.after is not None and asked.before is not None:
        return [BadParameter("before", _("cannot be combined with %(other)s", other="after"))]
    for name in ("after", "before"):
        cursor = getattr(asked, name)
        try:
            if cursor is not None:
                read_cursor(cursor, ORDERS[asked.sort])
        except ValueError:
            return [BadParameter(name, _("“%(written)s” is not a place in this list", written=cursor))]
    return []


def list_claims(session: Session, asked: Asked, *, rows: int = ROWS, version: int | None = None) -> Listed:
    """The page of claims that a question asks for, as of a ledger version (None: the latest).

    At most seven SELECTs, however many claims there are.
    """
    order = ORDERS[asked.sort]
    backwards = asked.before is not None
    cursor = asked.before or asked.after
    found = find_page(
        session,
        asked,
        replace(order.sorting, falling=order.sorting.falling is not backwards),
        rows=rows + 1,
        beyond=None if cursor is None else Position(*read_cursor(cursor, order)),
        version=version,
    )
    beyond = len(found.rows) > rows
    page = list(found.rows[:rows])
    if backwards:
        page.reverse()
    has_earlier, has_further = (beyond, cursor is not None) if backwards else (cursor is not None, beyond)
    return Listed(
        claims=claims_of(session, [row.claim_id for row in page], version),
        number=min(found.number, COUNTED_UP_TO),
        more_than_counted=found.number > COUNTED_UP_TO,
        earlier=_cursor(page[0]) if has_earlier and page else None,
        further=_cursor(page[-1]) if has_further and page else None,
    )


def every_claim(session: Session, asked: Asked, *, at_once: int = 500) -> Iterator[ApprovedClaim]:
    """All claims that a question asks for, in its order, whatever page of the list it names.

    Through a cursor of the database: so many rows at once are held in memory, however many there are. The
    cursor goes along an index of the order, so that the first row is there before the last was looked at; by
    the names of sources none goes, so their claims are asked for source after source. What was set aside or
    retracted is found first, all of it, and then read in parts: there is little of it, and much in between.
    """
    order = ORDERS[asked.sort]
    rare = find_rare(session, asked, order.sorting) if is_rare(asked) else None
    if rare is not None:
        for first in range(0, len(rare), at_once):
            yield from claims_of(session, rare[first : first + at_once])
        return
    conditions = conditions_on(Revision, asked, named_ids(session, asked))
    query = claim_columns().where(*conditions.values())
    turn = desc if order.sorting.falling else asc
    ordered: Iterable[Select[Any]] = [query.order_by(turn(order.key), turn(Revision.claim_id))]
    if order.sorting.key is None:
        by_name = (
            select(SourceDescription.source_id)
            .where(SourceDescription.replaced_version.is_(None))
            .order_by(turn(order.key), turn(SourceDescription.source_id))
        )
        of_each = (query.where(Revision.source_id == one) for one in session.scalars(by_name).all())
        ordered = (one.order_by(turn(Revision.claim_id)) for one in of_each)
    for one in ordered:
        rows = session.execute(one, execution_options={"yield_per": at_once})
        for some in rows.partitions():
            yield from read_claims(some)


PARAMETERS: tuple[str, ...] = tuple(choice.name for choice in fields(Asked))
"""All that an address can ask of the list."""


def read_cursor(cursor: str, order: Order) -> tuple[object, int]:
    """The key and the number of the row that a cursor names; raises ValueError where it names none."""
    key, separator, number = cursor.rpartition("~")
    if not separator or not (number.isascii() and number.isdigit() and len(number) < _DIGITS):
        raise ValueError
    return order.read(key), int(number)


def _cursor(row: Row[Any]) -> str:
    return f"{row.key}~{row.claim_id}"


def _slug(field: str) -> Callable[[str, Known], str]:
    def read(written: str, known: Known) -> str:
        if written not in getattr(known, field):
            raise ValueError(none_named(field, written))
        return written

    return read


def _word(words: Iterable[str]) -> Callable[[str, Known], Any]:
    by_word = {str(word): word for word in words}

    def read(written: str, _known: Known) -> str:
        if written not in by_word:
            raise ValueError(
                _("“%(written)s” is none of %(words)s", written=written, words=", ".join(by_word))
            )
        return by_word[written]

    return read


def _first_day(written: str, _known: Known) -> date:
    return read_date(written).first


def _last_day(written: str, _known: Known) -> date:
    return read_date(written).last


_READERS: Mapping[str, Callable[[str, Known], Any]] = {
    "kind": _word(KINDS),
    "deployment": _slug("deployment"),
    "measure": _slug("measure"),
    "nature": _word(Nature),
    "source": _slug("source"),
    "family": _slug("family"),
    "place": _slug("place"),
    "standing": _word(Standing),
    "said_from": _first_day,
    "said_to": _last_day,
    "day_from": _first_day,
    "day_to": _last_day,
    "sort": _word(ORDERS),
    "after": lambda written, _known: written,
    "before": lambda written, _known: written,
}
_REPEATED = {"nature", "standing"}
_NO_FILTERS = {"sort", "after", "before"}
_FILTERS = {
    "kind": N_("List"),
    "deployment": N_("Deployment"),
    "measure": N_("Measure"),
    "nature": N_("Nature"),
    "source": N_("Source"),
    "family": N_("Family"),
    "place": N_("Place"),
    "standing": N_("Standing"),
    "said_from": N_("Said from"),
    "said_to": N_("Said up to"),
    "day_from": N_("Last day covered, from"),
    "day_to": N_("Last day covered, up to"),
}
_DIGITS = 19  # fewer digits than the largest number that the database counts with
