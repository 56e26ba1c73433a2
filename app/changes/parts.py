"""What an act touched: claims, and deployments, measures, sources and places described anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    exists,
    func,
    literal,
    select,
    text,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.changes.models import Touch
from app.charts.wording import day, listed
from app.claims.differences import Difference, Names
from app.claims.history import Entry, claim_histories
from app.claims.models import Claim, Revision
from app.deployments.models import Deployment, DeploymentDescription, Operation
from app.languages.spoken import _, known, ngettext
from app.measures.models import Measure, MeasureDescription
from app.pages import country, in_words
from app.places.models import Place, PlaceDescription
from app.review.models import Judgement
from app.sources.models import Family, Source, SourceDescription

SORTED = 1_000
"""Things that an act touched whose claims are sorted by their refs; those of a greater act are listed in the
order in which they came in, along an index, so that each page of the list takes few rows."""

NOUNS = ("deployment", "measure", "source", "place", "claim")
"""What an act can touch, in the order in which its parts are listed."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One thing that an act touched: the rank of its noun, and its slug or claim_ref."""

    rank: int
    ref: str

    @property
    def noun(self) -> str:
        return NOUNS[self.rank]

    def __str__(self) -> str:
        """As it stands in an address: `claim~nis-3000`."""
        return f"{self.noun}~{self.ref}"


@dataclass(frozen=True, slots=True)
class Described:
    """A description that an act wrote, and how it differs from the one before."""

    noun: str
    slug: str
    name: str
    is_new: bool
    differences: tuple[Difference, ...]  # none where it is new
    reason: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an act touched. Exactly one of claim entries and description is there."""

    key: Key
    entries: tuple[Entry, ...] = ()  # of a claim: its revision, its judgement, or both
    description: Described | None = None

    @property
    def done(self) -> str:
        """What was done to the claim, in words: `Corrected and set aside`."""
        return listed([entry.what if not at else entry.what.lower() for at, entry in enumerate(self.entries)])


def read_key(written: str) -> Key:
    """The key as it stands in an address; raises ValueError."""
    noun, separator, ref = written.partition("~")
    if not separator or noun not in NOUNS or not ref.isprintable():
        raise ValueError(_("“%(written)s” is not a place in this list", written=written))
    return Key(NOUNS.index(noun), ref)


def keys_of(session: Session, version: int, number: int, *, after: Key | None, limit: int) -> list[Key]:
    """What the act of a version touched, in order, from behind `after` on; at most `limit`.

    `number` is how many there are. Two SELECTs at most. Descriptions come first, then claims by their refs;
    those of an act that touched more than SORTED things in the order in which they came in.
    """
    if number > SORTED:
        return _walked(session, version, after, limit)
    touched = _touched([version]).subquery()
    query = select(touched.c.rank, touched.c.ref).order_by(touched.c.rank, touched.c.ref).limit(limit)
    if after is not None:
        position = tuple_(touched.c.rank, touched.c.ref)
        query = query.where(position > tuple_(literal(after.rank), literal(after.ref).collate("C")))
    return [Key(*row) for row in session.execute(query)]


def _walked(session: Session, version: int, after: Key | None, limit: int) -> list[Key]:
    """The same, read in its order until there are enough."""
    rank = NOUNS.index("claim")
    keys: list[Key] = []
    if after is None or after.rank < rank:
        described = union_all(*_described_at([version])).subquery()
        query = select(described.c.rank, described.c.ref)
        if after is not None:
            position = tuple_(described.c.rank, described.c.ref)
            query = query.where(position > tuple_(literal(after.rank), literal(after.ref).collate("C")))
        in_order = query.order_by(described.c.rank, described.c.ref).limit(limit)
        keys = [Key(*row) for row in session.execute(in_order)]
    left = limit - len(keys)
    if not left:
        return keys
    is_behind = after is not None and after.rank == rank
    last = select(Claim.id).where(Claim.ref == after.ref) if after is not None and is_behind else None
    claims = _first_claims(version, left, behind=last).subquery()
    named = select(Claim.ref).join(claims, claims.c.claim_id == Claim.id).order_by(Claim.id)
    return [*keys, *(Key(rank, ref) for ref in session.scalars(named))]


def _first_claims(version: int, limit: int, *, behind: Select[int] | None = None) -> Select[int]:
    """The ids of the first claims that an act touched, in order, those behind a claim alone."""
    ways = []
    for model in (Revision, Judgement):
        way = select(model.claim_id).where(model.approved_version == version)
        if behind is not None:
            way = way.where(model.claim_id > behind.scalar_subquery())
        # Each way by itself in order and no longer than it has to be: so it is read along its index.
        ways.append(select(way.order_by(model.claim_id).limit(limit).subquery().c.claim_id))
    both = union(*ways).subquery()
    return select(both.c.claim_id).order_by(both.c.claim_id).limit(limit)


def things_touched(session: Session, version: int) -> int | None:
    """How many things the act of a version touched, as counted when it was committed; None: not counted."""
    return session.scalar(select(Touch.things).where(Touch.version == version))


def number_touched(session: Session, version: int) -> int:
    """How many things the act of a version touched; where it is not kept, counted.

    Counted where they are indexed by version, without a look at what they are called: an import may have
    touched all there are. Of one claim no two revisions begin to count at once, and so no two judgements.
    """
    kept = things_touched(session, version)
    if kept is not None:
        return kept
    revised = exists().where(Revision.claim_id == Judgement.claim_id, Revision.approved_version == version)
    numbers = (
        select(func.count()).where(Revision.approved_version == version),
        select(func.count()).where(Judgement.approved_version == version, ~revised),
        *(select(func.count()).where(model.version == version) for _owner, model, _link in _OWNERS.values()),
    )
    return session.scalar(select(sum((one.scalar_subquery() for one in numbers), literal(0)))) or 0


def first_keys(session: Session, versions: Sequence[int], *, limit: int) -> dict[int, tuple[list[Key], int]]:
    """By version, the first things that its act touched, and how many there are in all.

    Four SELECTs at most.
    """
    great = dict(
        session.execute(
            select(Touch.version, Touch.things).where(Touch.version.in_(versions), Touch.things > SORTED)
        ).all()
    )
    found = _first_sorted(session, [one for one in versions if one not in great], limit)
    return found | (_first_of_great(session, great, limit) if great else {})


def _first_of_great(
    session: Session, great: Mapping[int, int], limit: int
) -> dict[int, tuple[list[Key], int]]:
    """The first things of acts that touched many; their numbers are known. Two SELECTs."""
    described = union_all(*_described_at(list(great))).subquery()
    in_order = (described.c.rank, described.c.ref)
    row_number = func.row_number().over(partition_by=described.c.version, order_by=in_order)
    placed = select(*described.c, row_number.label("place")).subquery()
    keys: dict[int, list[Key]] = {version: [] for version in great}
    query = select(*placed.c).where(placed.c.place <= limit).order_by(placed.c.version, placed.c.place)
    for row in session.execute(query):
        keys[row.version].append(Key(row.rank, row.ref))
    named = session.execute(_FIRST_OF_GREAT, {"versions": list(great), "most": limit})
    for version, ref in named:
        keys[version].append(Key(NOUNS.index("claim"), ref))
    return {version: (of_act[:limit], great[version]) for version, of_act in keys.items()}


# Each table by itself in order and no longer than it has to be: so it is read along its index.
_FIRST_OF_GREAT = text("""
  select act.version, claims.ref from unnest(cast(:versions as bigint[])) act(version)
  cross join lateral (
    select claim_id from (
      (select claim_id from claim_revisions where approved_version = act.version
       order by claim_id limit :most)
      union
      (select claim_id from judgements where approved_version = act.version
       order by claim_id limit :most)) one
    order by claim_id limit :most) first
  join claims on claims.id = first.claim_id
  order by act.version, claims.id""")


def _first_sorted(session: Session, versions: Sequence[int], limit: int) -> dict[int, tuple[list[Key], int]]:
    """The first things of acts that are sorted. One SELECT."""
    if not versions:
        return {}
    touched = _touched(versions).subquery()
    in_order = (touched.c.rank, touched.c.ref)
    placed = select(
        *touched.c,
        func.row_number().over(partition_by=touched.c.version, order_by=in_order).label("place"),
        func.count().over(partition_by=touched.c.version).label("number"),
    ).subquery()
    found: dict[int, tuple[list[Key], int]] = {}
    for row in session.execute(
        select(*placed.c).where(placed.c.place <= limit).order_by(placed.c.version, placed.c.place)
    ):
        found.setdefault(row.version, ([], row.number))[0].append(Key(row.rank, row.ref))
    return found


def parts_of(session: Session, keys: Mapping[int, Sequence[Key]], names: Names) -> dict[int, list[Part]]:
    """By version, what became of the things of these keys. At most five SELECTs."""
    by_noun: defaultdict[str, set[str]] = defaultdict(set)
    for key in (key for of_act in keys.values() for key in of_act):
        by_noun[key.noun].add(key.ref)
    versions = sorted(keys)
    histories = claim_histories(session, sorted(by_noun["claim"]), names) if by_noun["claim"] else {}
    described = {
        (version, noun, one.slug): one
        for noun in NOUNS[:-1]
        if by_noun[noun]
        for version, one in _described(session, noun, versions, by_noun[noun])
    }

    def part(version: int, key: Key) -> Part:
        if key.noun != "claim":
            return Part(key, description=described[version, key.noun, key.ref])
        return Part(key, tuple(entry for entry in histories[key.ref] if entry.version == version))

    return {version: [part(version, key) for key in of_act] for version, of_act in keys.items()}


def _touched(versions: Sequence[int]) -> CompoundSelect[Any]:
    """Version, rank and ref of everything that these acts touched, each once."""
    claims = union(
        *(
            select(model.approved_version.label("version"), model.claim_id).where(
                model.approved_version.in_(versions)
            )
            for model in (Revision, Judgement)
        )
    ).subquery()
    refs = Claim.ref.collate("C").label("ref")
    return union_all(
        *_described_at(versions),
        select(claims.c.version, literal(NOUNS.index("claim")), refs).join(
            Claim, Claim.id == claims.c.claim_id
        ),
    )


def _described_at(versions: Sequence[int]) -> list[Select[Any]]:
    """Version, rank and ref of what these acts described."""
    return [
        select(described.version, literal(rank).label("rank"), owner.slug.collate("C").label("ref"))
        .join(owner, link == owner.id)
        .where(described.version.in_(versions))
        for rank, (owner, described, link) in enumerate(_OWNERS.values())
    ]


_OWNERS: Mapping[str, tuple[Any, Any, Any]] = {
    "deployment": (Deployment, DeploymentDescription, DeploymentDescription.deployment_id),
    "measure": (Measure, MeasureDescription, MeasureDescription.measure_id),
    "source": (Source, SourceDescription, SourceDescription.source_id),
    "place": (Place, PlaceDescription, PlaceDescription.place_id),
}
_WHOLE, _OF_WHOLE = aliased(Place), aliased(PlaceDescription)


_Row = tuple[str, Any, str | None, str | None]
"""A slug, its description, the name of the operation, family or place that it belongs to, and of a place the
name with which it came in."""


def _described(
    session: Session, noun: str, versions: Sequence[int], slugs: Iterable[str]
) -> list[tuple[int, Described]]:
    """The descriptions that began to count at these versions, with the version. One SELECT."""
    owner, model, link = _OWNERS[noun]
    entered_as = owner.name if noun == "place" else literal(None)
    query = select(owner.slug, model, _GROUPS.get(noun, literal(None)), entered_as).join(
        owner, owner.id == link
    )
    if noun == "deployment":
        query = query.outerjoin(Operation, Operation.id == model.operation_id)
    elif noun == "source":
        query = query.outerjoin(Family, Family.id == model.family_id)
    elif noun == "place":
        query = query.outerjoin(_WHOLE, _WHOLE.id == model.whole_id).outerjoin(
            _OF_WHOLE, (_OF_WHOLE.place_id == model.whole_id) & _OF_WHOLE.replaced_version.is_(None)
        )
    of_versions = model.version.in_(versions) | model.replaced_version.in_(versions)
    rows: list[_Row] = [
        (slug, one, group, entered)
        for slug, one, group, entered in session.execute(
            query.where(owner.slug.in_(slugs), of_versions).order_by(model.number)
        )
    ]
    ended = {(row[0], row[1].replaced_version): row for row in rows}
    return [
        (row[1].version, _compared(noun, ended.get((row[0], row[1].version)), row))
        for row in rows
        if row[1].version in versions
    ]


def _compared(noun: str, before: _Row | None, after: _Row) -> Described:
    fields = _FIELDS[noun]
    now = fields(after)
    then = now if before is None else fields(before)
    if before is None and noun == "place":
        # Claims may have named it long since, by the name it came in with and as lying in no other place.
        then = {_("Name"): after[3], _("Lies in"): None}
    return Described(
        noun=noun,
        slug=after[0],
        name=now[_("Name")] or after[0],
        is_new=before is None,
        differences=tuple(Difference(what, then[what], now[what]) for what in now if then[what] != now[what]),
        reason=after[1].reason,
    )


def _of_deployment(row: _Row) -> dict[str, str | None]:
    one: DeploymentDescription = row[1]
    return {
        _("Name"): one.name,
        _("Sender"): one.sender and country(one.sender),
        _("Host"): one.host and country(one.host),
        _("Operation"): row[2],
        _("Starts on"): day(one.starts_on),
        _("Levels hold"): ngettext("%(num)s day", "%(num)s days", one.level_valid_days),
        _("Summary"): one.summary,
    }


def _of_measure(row: _Row) -> dict[str, str | None]:
    one: MeasureDescription = row[1]
    return {
        _("Name"): known(one.label),
        _("Unit"): known(one.unit),
        _("Definition"): one.definition and known(one.definition),
    }


def _of_source(row: _Row) -> dict[str, str | None]:
    one: SourceDescription = row[1]
    return {
        _("Name"): one.name,
        _("Kind"): one.kind and in_words(one.kind),
        _("Country"): one.country and country(one.country),
        _("Family"): row[2],
        _("Reliability"): one.reliability,
        _("Stance"): one.stance and in_words(one.stance),
        _("Remark"): one.note,
    }


def _of_place(row: _Row) -> dict[str, str | None]:
    one: PlaceDescription = row[1]
    return {_("Name"): one.name, _("Lies in"): row[2]}


_GROUPS: Mapping[str, Any] = {
    "deployment": Operation.name,
    "source": Family.name,
    "place": func.coalesce(_OF_WHOLE.name, _WHOLE.name),
}
_FIELDS: Mapping[str, Any] = {
    "deployment": _of_deployment,
    "measure": _of_measure,
    "source": _of_source,
    "place": _of_place,
}
