"""Which claims answer a question: the numbers of one page of them, found before anything of them is read.

A page of a ledger of a million claims is found in two ways, and which of them is quick follows from how many
claims answer. So many are counted first, up to a bound. Few are sorted, all of them. Of many, the claims are
walked in the order that was asked for until a page is full. The index of each order holds all that narrows a
list but the standing, so that what does not answer is passed without a look at the claim itself. Few claims
are set aside or retracted: these are sorted, all of them.

Everything here is asked of the revisions alone, by numbers instead of slugs: from numbers the database tells
how many rows to expect, and what a page shows besides (names, documents) is read for its rows only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    Row,
    Select,
    and_,
    any_,
    exists,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameter, BadParameters
from app.claims.models import Claim, Revision
from app.claims.queries import holding
from app.claims.words import Nature, Standing
from app.deployments.models import Deployment
from app.languages.codes import none_named
from app.measures.models import Measure
from app.places.lying import parts_of
from app.review.models import Judgement
from app.sources.models import Family, Source, SourceDescription

COUNTED_UP_TO = 5_000
"""Beyond this a list only says that there are more: counting them all would take longer than the page."""

SORTED = 40_000
"""Claims that were set aside or retracted that are sorted; of more, the page is walked to as well."""

FIRST_DAY = literal_column("date '0001-01-01'", Date)
"""Where claims that cover no day are sorted. Written out, as in the index: a parameter would not be found."""

COVERS_A_DAY = date(1, 1, 2)


class Question(Protocol):
    """What claims are narrowed to; None or empty asks nothing."""

    @property
    def kind(self) -> str: ...
    @property
    def deployment(self) -> str | None: ...
    @property
    def measure(self) -> str | None: ...
    @property
    def nature(self) -> Sequence[Nature]: ...
    @property
    def source(self) -> str | None: ...
    @property
    def family(self) -> str | None: ...
    @property
    def place(self) -> str | None: ...
    @property
    def standing(self) -> Sequence[Standing]: ...
    @property
    def said_from(self) -> date | None: ...
    @property
    def said_to(self) -> date | None: ...
    @property
    def day_from(self) -> date | None: ...
    @property
    def day_to(self) -> date | None: ...


Columns = Any
"""The columns of revisions by their names: those of the table, or of a selection from it."""


def last_covered(of: Columns) -> ColumnElement[Any]:
    """The last day that a figure covers."""
    one: ColumnElement[int] = literal_column("1")
    return func.coalesce(func.upper(of.as_of_days) - one, func.upper(of.period_days) - one, FIRST_DAY)


def figure(of: Columns) -> ColumnElement[Any]:
    """The figure by which claims are sorted; those without one come below nought."""
    return func.coalesce(of.point, of.low, of.high, literal_column("-1", Numeric))


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order of claims: by a key that each has; those with equal keys as they came in."""

    key: Callable[[Columns], ColumnElement[Any]] | None  # None: by the name of the source
    falling: bool


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two claims of an order: what comes after it, or before it."""

    key: object
    claim_id: int


@dataclass(frozen=True, slots=True)
class PageOfIds:
    """The claims of one page in their order, with their keys; and how many answer in all."""

    rows: Sequence[Row[Any]]  # claim_id, key
    number: int  # up to COUNTED_UP_TO + 1


def find_page(
    session: Session,
    asked: Question,
    sorting: Sorting,
    *,
    rows: int,
    beyond: Position | None = None,
    version: int | None = None,
) -> PageOfIds:
    """The first `rows` claims that answer, beyond a position where one is given.

    Two SELECTs, one before them where slugs are named; by the names of sources one for eight times as many
    sources each, and one plan more where a standing is asked for.
    """
    conditions = conditions_on(Revision, asked, named_ids(session, asked, version), version)

    def among(asked_of: Mapping[str, ColumnElement[bool]], bound: int) -> PageOfIds:
        counted = _counted(list(asked_of.values()), sorting, rows, beyond, version, bound)
        found = session.execute(counted).all()
        return PageOfIds([row for row in found if row.claim_id is not None], found[0].number)

    if is_rare(asked):
        counted = among(_by_standing(session, conditions, asked, version), SORTED)
        if counted.number <= SORTED:
            return counted
    else:
        counted = among(conditions, COUNTED_UP_TO)
        if counted.number <= COUNTED_UP_TO:
            return counted
    if sorting.key is None:
        return PageOfIds(_by_source(session, conditions, sorting, rows, beyond, version), counted.number)
    page = session.execute(_walked(list(conditions.values()), sorting, rows, beyond)).all()
    return PageOfIds(page, counted.number)


def find_rare(session: Session, asked: Question, sorting: Sorting) -> list[int] | None:
    """All claims that answer a question that `is_rare`, in this order; None where they are more than SORTED.

    Two SELECTs and a plan, and one before them where slugs are named.
    """
    conditions = conditions_on(Revision, asked, named_ids(session, asked))
    wanted = list(_by_standing(session, conditions, asked, None).values())
    found = session.execute(_counted(wanted, sorting, SORTED + 1, None, None, SORTED)).all()
    if found[0].number > SORTED:
        return None
    return [row.claim_id for row in found if row.claim_id is not None]


def is_rare(asked: Question) -> bool:
    """Whether claims of a standing are asked for that few have."""
    return bool(asked.standing) and Standing.GOOD not in asked.standing


def _by_standing(
    session: Session, conditions: Mapping[str, ColumnElement[bool]], asked: Question, version: int | None
) -> Mapping[str, ColumnElement[bool]]:
    """The same conditions, so that claims are looked up by their judgements where much else is asked of many.

    Looked up all at once, in the order of their numbers, what narrows them is read from one index. Otherwise
    the database might look at each of half of the ledger for its judgement.
    """
    others = [condition for name, condition in conditions.items() if name != "standing"]
    if _expected(session, others) <= _FEW:
        return conditions
    standings = sorted({str(one) for one in asked.standing})
    judged = select(Judgement.claim_id).where(
        holding(Judgement.approved_version, Judgement.replaced_version, version),
        Judgement.standing.in_(standings),
    )
    return {**conditions, "standing": Revision.claim_id == any_(func.array(judged.scalar_subquery()))}


_FEW = 2_000
"""Claims whose judgements are looked up one by one."""


def _expected(session: Session, conditions: Sequence[ColumnElement[bool]]) -> float:
    """How many claims the database expects to answer; it plans, and reads none. One statement."""
    query = select(Revision.claim_id).where(*conditions)
    compiled = query.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
    explained = session.connection().exec_driver_sql(
        f"explain (format json) {compiled}", dict(compiled.params)
    )
    plan: list[Any] = explained.scalar_one()
    return float(plan[0]["Plan"]["Plan Rows"])


def find_by_ref(
    session: Session, conditions: Sequence[ColumnElement[bool]], *, rows: int, after: str | None
) -> Sequence[int]:
    """The numbers of the first claims of which the conditions hold, by claim_ref, behind `after`.

    One SELECT where few answer, else two: then claims are walked by their refs.
    """
    matching = (
        select(Revision.claim_id)
        .where(*conditions)
        .limit(literal_column(str(COUNTED_UP_TO + 1)))
        .cte("matching")
        .prefix_with("materialized")
    )
    counted = select(func.count().label("number")).select_from(matching).subquery()
    first = select(Claim.id, Claim.ref).join(matching, matching.c.claim_id == Claim.id)
    if after is not None:
        first = first.where(Claim.ref > after)
    page = first.order_by(Claim.ref).limit(literal_column(str(rows))).subquery()
    query = select(counted.c.number, page.c.id).outerjoin(page, true()).order_by(page.c.ref)
    found = session.execute(query).all()
    if found[0].number <= COUNTED_UP_TO:
        return [row.id for row in found if row.id is not None]
    walked = select(Claim.id).join(Revision, Revision.claim_id == Claim.id).where(*conditions)
    if after is not None:
        walked = walked.where(Claim.ref > after)
    return session.scalars(walked.order_by(Claim.ref).limit(literal_column(str(rows)))).all()


_NAMED = ("deployment", "measure", "source", "family", "place")


def named_ids(session: Session, asked: Question, version: int | None = None) -> dict[str, list[int]]:
    """What the slugs of a question name, by their numbers. One SELECT; none where it names nothing.

    Raises BadParameters for slugs that nothing has.
    """
    named: dict[str, str] = {name: slug for name in _NAMED if (slug := getattr(asked, name)) is not None}
    if not named:
        return {}
    ids: dict[str, Callable[[str], Select[int]]] = {
        "deployment": lambda slug: select(Deployment.id).where(Deployment.slug == slug),
        "measure": lambda slug: select(Measure.id).where(Measure.slug == slug),
        "source": lambda slug: select(Source.id).where(Source.slug == slug),
        "family": lambda slug: _members(slug, version),
        "place": parts_of,  # and all that lies in it
    }
    arrays = [func.array(ids[name](slug).scalar_subquery()).label(name) for name, slug in named.items()]
    found = session.execute(select(*arrays)).one()
    errors = [
        BadParameter(name, none_named(name, slug)) for name, slug in named.items() if not getattr(found, name)
    ]
    if errors:
        raise BadParameters(errors)
    return {name: list(getattr(found, name)) for name in named}


def _members(family: str, version: int | None) -> Select[int]:
    """The sources of a family; a source without one is a family of its own, under its own slug."""
    return (
        select(Source.id)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(holding(SourceDescription.version, SourceDescription.replaced_version, version))
        .where(func.coalesce(Family.slug, Source.slug) == family)
    )


def conditions_on(
    of: Columns, asked: Question, known: Mapping[str, list[int]], version: int | None = None
) -> dict[str, ColumnElement[bool]]:
    """What holds of the revisions that answer, by what it narrows them to."""
    columns = {"deployment": of.deployment_id, "measure": of.measure_id, "source": of.source_id,
               "family": of.source_id, "place": of.place_id}  # fmt: skip
    conditions: dict[str, ColumnElement[bool]] = {
        # One number as such, and not as a list of one: only so an index goes on in its own order.
        name: columns[name] == ids[0] if len(ids) == 1 else columns[name].in_(ids)
        for name, ids in known.items()
    }
    if of is Revision:
        conditions["counts"] = holding(Revision.approved_version, Revision.replaced_version, version)
    if asked.kind != "all":
        repeats = of.repeat_of_id
        conditions["kind"] = repeats.is_(None) if asked.kind == "claim" else repeats.is_not(None)
    if asked.nature:
        conditions["nature"] = of.nature.in_([str(one) for one in asked.nature])
    if asked.standing:
        conditions["standing"] = _stands(of, asked.standing, version)
    days = (("said", of.said_day, asked.said_from, asked.said_to),
            ("day", last_covered(of), asked.day_from, asked.day_to))  # fmt: skip
    for name, day, first, last in days:
        if first is not None:
            conditions[f"{name}_from"] = day >= first
        if last is not None:
            conditions[f"{name}_to"] = day.between(COVERS_A_DAY, last)
    return conditions


def _stands(of: Columns, standings: Sequence[Standing], version: int | None) -> ColumnElement[bool]:
    """Whether a claim has one of these standings. Most have no judgement, and are good."""
    asked = {str(one) for one in standings}
    judged = and_(
        Judgement.claim_id == of.claim_id,
        holding(Judgement.approved_version, Judgement.replaced_version, version),
    )
    if Standing.GOOD.value in asked:
        others = sorted({str(one) for one in Standing} - asked)
        return ~_judged(judged, others) if others else true()
    return _judged(judged, sorted(asked))


def _judged(judged: ColumnElement[bool], standings: Sequence[str]) -> ColumnElement[bool]:
    """The query around may read judgements of its own: these are looked for apart from them."""
    return exists().where(judged, Judgement.standing.in_(standings)).correlate_except(Judgement)


def _counted(
    conditions: Sequence[ColumnElement[bool]],
    sorting: Sorting,
    rows: int,
    beyond: Position | None,
    version: int | None,
    bound: int,
) -> Select[Any]:
    """How many answer, up to the bound, and of these the first of the order: all there are, if few answer."""
    key = Revision.source_id if sorting.key is None else sorting.key(Revision)
    matching = (
        select(Revision.claim_id, key.label("key"))
        .where(*conditions)
        .limit(literal_column(str(bound + 1)))
        .cte("matching")
        .prefix_with("materialized")
    )
    counted = select(func.count().label("number")).select_from(matching).subquery()
    answering = select(matching.c.claim_id, matching.c.key)
    if sorting.key is None:
        answering = select(matching.c.claim_id, _NAME.label("key")).join(
            SourceDescription,
            and_(
                SourceDescription.source_id == matching.c.key,
                holding(SourceDescription.version, SourceDescription.replaced_version, version),
            ),
        )
    some = answering.subquery()
    first = _in_turn(select(some.c.claim_id, some.c.key), some.c.key, some.c.claim_id, sorting, rows, beyond)
    page = first.subquery()
    turn = (_turned(page.c.key, sorting), _turned(page.c.claim_id, sorting))
    return select(counted.c.number, page.c.claim_id, page.c.key).outerjoin(page, true()).order_by(*turn)


def _walked(
    conditions: Sequence[ColumnElement[bool]], sorting: Sorting, rows: int, beyond: Position | None
) -> Select[Any]:
    """The page along the index of the order."""
    assert sorting.key is not None  # noqa: S101 - names of sources are walked otherwise
    key = sorting.key(Revision)
    query = select(Revision.claim_id, key.label("key")).where(*conditions)
    return _in_turn(query, key, Revision.claim_id, sorting, rows, beyond)


_NAME = func.lower(SourceDescription.name)


def _by_source(
    session: Session,
    conditions: Mapping[str, ColumnElement[bool]],
    sorting: Sorting,
    rows: int,
    beyond: Position | None,
    version: int | None,
) -> list[Row[Any]]:
    """The page by the names of sources: a few sources first, of each no more than a page, and ever more.

    So no more than eight times the sources are looked at that the page takes. One SELECT for the names.
    """
    names = select(SourceDescription.source_id, _NAME.label("key")).where(
        holding(SourceDescription.version, SourceDescription.replaced_version, version)
    )
    if beyond is not None:
        names = names.where(beyond.key >= _NAME if sorting.falling else beyond.key <= _NAME)
    turn = [_turned(column, sorting) for column in (_NAME, SourceDescription.source_id)]
    named = session.execute(names.order_by(*turn)).all()
    page: list[Row[Any]] = []
    taken, some = 0, _SOURCES_AT_FIRST
    while taken < len(named) and len(page) < rows:
        # Sources of one name are looked at together: their claims come in turn.
        until = taken + some
        while until < len(named) and named[until].key == named[until - 1].key:
            until += 1
        ids = [row.source_id for row in named[taken:until]]
        page += session.execute(
            _of_sources(ids, list(conditions.values()), sorting, rows - len(page), beyond, version)
        ).all()
        taken, some = until, some * 8
    return page


_SOURCES_AT_FIRST = 8


def _of_sources(
    ids: Sequence[int],
    conditions: Sequence[ColumnElement[bool]],
    sorting: Sorting,
    rows: int,
    beyond: Position | None,
    version: int | None,
) -> Select[Any]:
    """The first claims of these sources."""
    named = (
        select(SourceDescription.source_id, _NAME.label("key"))
        .where(SourceDescription.source_id.in_(ids))
        .where(holding(SourceDescription.version, SourceDescription.replaced_version, version))
        .subquery("named")
    )
    of_one = select(Revision.claim_id).where(*conditions, Revision.source_id == named.c.source_id)
    if beyond is not None:
        of_one = of_one.where(_beyond(named.c.key, Revision.claim_id, sorting, beyond))
    claims = (
        of_one.order_by(_turned(Revision.claim_id, sorting))
        .limit(literal_column(str(rows)))
        .lateral("of_one")
    )
    query = select(claims.c.claim_id, named.c.key).select_from(named.join(claims, true()))
    return _in_turn(query, named.c.key, claims.c.claim_id, sorting, rows, None)


def _in_turn(
    query: Select[Any],
    key: ColumnElement[Any],
    claim_id: Any,
    sorting: Sorting,
    rows: int | None,
    beyond: Position | None,
) -> Select[Any]:
    """The query in its order, from behind a position on."""
    if beyond is not None:
        query = query.where(_beyond(key, claim_id, sorting, beyond))
    query = query.order_by(_turned(key, sorting), _turned(claim_id, sorting))
    return query if rows is None else query.limit(literal_column(str(rows)))


def _beyond(
    key: ColumnElement[Any], claim_id: Any, sorting: Sorting, position: Position
) -> ColumnElement[bool]:
    here, there = tuple_(key, claim_id), tuple_(literal(position.key), literal(position.claim_id))
    return here < there if sorting.falling else here > there


def _turned(column: Any, sorting: Sorting) -> ColumnElement[Any]:
    turned: ColumnElement[Any] = column.desc() if sorting.falling else column.asc()
    return turned
