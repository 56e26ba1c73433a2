"""Places as they are read: what they are called now, in what they lie, and what is found by a name."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, Select, case, exists, func, select, text, union, union_all
from sqlalchemy.orm import Session, aliased

from app.places.models import Place, PlaceAlias, PlaceDescription, PlaceMerge
from app.slugs import slug_of


@dataclass(frozen=True, slots=True)
class PlaceText:
    """A place in words."""

    slug: str
    name: str  # as it is called now
    whole: str | None  # the slug of the place in which it lies next; None: it lies in none
    entered_as: str  # the name with which it came into the ledger, as files call it
    number: int  # of its newest description; 0: it was never described


class Tree:
    """Every place, and how they lie in one another."""

    def __init__(self, places: Iterable[PlaceText]) -> None:
        self._places = {place.slug: place for place in places}

    def __contains__(self, slug: object) -> bool:
        return slug in self._places

    def __getitem__(self, slug: str) -> PlaceText:
        return self._places[slug]

    def __len__(self) -> int:
        return len(self._places)

    def get(self, slug: str) -> PlaceText | None:
        return self._places.get(slug)

    @cached_property
    def _within(self) -> dict[str | None, list[PlaceText]]:
        found: dict[str | None, list[PlaceText]] = {}
        for place in sorted(self._places.values(), key=lambda place: (place.name.casefold(), place.slug)):
            found.setdefault(place.whole, []).append(place)
        return found

    def inside(self, slug: str | None) -> Sequence[PlaceText]:
        """The places that lie next in this one, by name; for None those that lie in none."""
        return self._within.get(slug, [])

    def wholes(self, slug: str) -> list[PlaceText]:
        """All places in which one lies, the largest first."""
        found: list[PlaceText] = []
        whole = self._places[slug].whole
        while whole is not None:
            found.insert(0, self._places[whole])
            whole = self._places[whole].whole
        return found

    def parts(self, slug: str) -> set[str]:
        """The slugs of all places that lie in one, itself left out."""
        return {place.slug for _, place in self.walk(slug)}

    def walk(self, slug: str | None = None, depth: int = 0) -> Iterator[tuple[int, PlaceText]]:
        """What lies in a place (None: every place), each after its whole, with how many steps below it."""
        for place in self.inside(slug):
            yield depth, place
            yield from self.walk(place.slug, depth + 1)


def place_tree(session: Session) -> Tree:
    """Every place that was not merged into another, as the ledger describes it now. One SELECT."""
    whole = aliased(Place)
    rows = session.execute(
        select(
            Place.slug,
            func.coalesce(PlaceDescription.name, Place.name),
            whole.slug,
            Place.name,
            func.coalesce(PlaceDescription.number, 0),
        )
        .outerjoin(
            PlaceDescription,
            (PlaceDescription.place_id == Place.id) & PlaceDescription.replaced_version.is_(None),
        )
        .outerjoin(whole, whole.id == PlaceDescription.whole_id)
        .where(stands())
    )
    return Tree(PlaceText(*row) for row in rows)


def stands() -> ColumnElement[bool]:
    """The condition that a place was not merged into another one, or stands by itself again."""
    return ~exists().where(
        PlaceMerge.place_id == Place.id,
        PlaceMerge.replaced_version.is_(None),
        PlaceMerge.into_id.is_not(None),
    )


def find_place(session: Session, name: str) -> int | None:
    """The id of the place that `name` leads to; None: there is none.

    That is the place of the slug that the name gives, else the one that is or was called so, or is known by
    it as another name. A name that a place ever had is no other place's, so there is at most one. A name of
    a place that was merged leads to the one under which its claims stand now.
    """
    found: int | None = session.scalar(_found(name))
    return found


def is_of_another(session: Session, place_id: int, name: str) -> bool:
    """Whether a name is that of another place, even of one that was merged into this one and leads here now.

    The merge may be taken back: the name would then lead to both.
    """
    slug = slug_of(name)
    same_name, same_alias = Place.name == name, PlaceAlias.name == name
    if slug:
        same_name, same_alias = same_name | (Place.slug == slug), same_alias | (PlaceAlias.slug == slug)
    others = union_all(
        select(Place.id).where(same_name, Place.id != place_id),
        select(PlaceDescription.id).where(
            PlaceDescription.name == name, PlaceDescription.place_id != place_id
        ),
        select(PlaceAlias.id).where(
            same_alias, PlaceAlias.place_id != place_id, PlaceAlias.replaced_version.is_(None)
        ),
    )
    return session.execute(others.limit(1)).first() is not None


def place_called(session: Session, name: str) -> str | None:
    """The slug of the place that `find_place` finds."""
    found: str | None = session.scalar(select(Place.slug).where(Place.id == _found(name).scalar_subquery()))
    return found


def _found(name: str) -> Select[int]:
    slug = slug_of(name)
    ever = select(PlaceDescription.place_id).where(PlaceDescription.name == name)
    known_by = PlaceAlias.name == name
    if slug:
        known_by = known_by | (PlaceAlias.slug == slug)
    other = select(PlaceAlias.place_id).where(known_by, PlaceAlias.replaced_version.is_(None))
    by_slug = Place.slug == slug
    return (
        select(func.place_now(Place.id))
        .where(by_slug | (Place.name == name) | Place.id.in_(ever) | Place.id.in_(other))
        .order_by(by_slug.desc(), Place.id)
        .limit(1)
    )


def other_names(session: Session) -> dict[str, list[str]]:
    """By slug, the other names by which places are known today, in their order. One SELECT.

    The name with which a place came in, where it is called otherwise now, is among them, and so are the names
    of places that were merged into it: it is found by them all the same.
    """
    found: dict[str, list[str]] = {}
    for slug, name, called in _every_name(session):
        if name != called:
            found.setdefault(slug, []).append(name)
    return found


def names_offered(session: Session) -> list[tuple[str, str]]:
    """Every name that leads to a place, with what that place is called today; in order. One SELECT."""
    return [(name, called) for _slug, name, called in _every_name(session)]


def _place_now(place_id: ColumnElement[int]) -> ColumnElement[int]:
    """Under which place a place stands now; asked step by step only of those that were merged."""
    merged = select(PlaceMerge.place_id).where(
        PlaceMerge.replaced_version.is_(None), PlaceMerge.into_id.is_not(None)
    )
    return case((place_id.in_(merged), func.place_now(place_id)), else_=place_id)


def _every_name(session: Session) -> list[tuple[str, str, str]]:
    """Slug, one of the names that lead to it, and what it is called now, in the order of the names."""
    under = aliased(Place)
    now = aliased(PlaceDescription)
    named = union(
        select(PlaceAlias.place_id, PlaceAlias.name).where(PlaceAlias.replaced_version.is_(None)),
        select(PlaceDescription.place_id, PlaceDescription.name).where(
            PlaceDescription.replaced_version.is_(None)
        ),
        select(Place.id, Place.name),
    ).subquery()
    query = (
        select(under.slug, named.c.name, func.coalesce(now.name, under.name))
        .select_from(named)
        .join(under, under.id == _place_now(named.c.place_id))
        .outerjoin(now, (now.place_id == under.id) & now.replaced_version.is_(None))
        .order_by(func.lower(named.c.name), named.c.name)
    )
    return [(slug, name, called) for slug, name, called in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Merged:
    """That what is claimed about one place stands under another one, since a version of the ledger."""

    slug: str
    into: str  # the slug of the one that remains, at the end of the chain
    version: int  # from which on; of another name, at which it was noted


_MERGED = """
  select p.slug, t.slug as into, m.version
  from place_merges m join places p on p.id = m.place_id join places t on t.id = place_now(p.id)
  where p.slug = any (:slugs) and m.replaced_version is null and m.into_id is not null"""
_LED = f"""{_MERGED}
  union all
  select a.slug, t.slug, a.version
  from place_aliases a join places t on t.id = place_now(a.place_id)
  where a.slug = any (:slugs) and a.replaced_version is null
    and not exists (select from places p where p.slug = a.slug)
  order by 1"""  # noqa: S608 - no input


def led_on(session: Session, slugs: set[str]) -> list[Merged]:
    """Those of these slugs that lead to a place of another slug: merged places, other names. One SELECT."""
    return [Merged(*row) for row in session.execute(text(_LED), {"slugs": sorted(slugs)})]


def merged_places(session: Session, slugs: Collection[str]) -> list[Merged]:
    """Those of these places that were merged into another one. One SELECT."""
    return [Merged(*row) for row in session.execute(text(_MERGED), {"slugs": sorted(slugs)})]
