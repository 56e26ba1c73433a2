"""Places as they are read: what they are called now, in what they lie, and what is found by a name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.places.models import Place, PlaceDescription
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
    """Every place as the ledger describes it now. One SELECT."""
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
    )
    return Tree(PlaceText(*row) for row in rows)


def find_place(session: Session, name: str) -> int | None:
    """The id of the place that is or was called `name`, else of the one of its slug; None: there is none.

    A name that a place ever had is no other place's, so there is at most one.
    """
    found = _called(session, name)
    return found.id if found is not None else None


def place_called(session: Session, name: str) -> str | None:
    """The slug of the place that `find_place` finds."""
    found = _called(session, name)
    return found.slug if found is not None else None


def _called(session: Session, name: str) -> Place | None:
    ever = select(PlaceDescription.place_id).where(PlaceDescription.name == name)
    by_slug = Place.slug == slug_of(name)
    found: Place | None = session.scalar(
        select(Place).where(by_slug | (Place.name == name) | Place.id.in_(ever)).order_by(by_slug).limit(1)
    )
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of a place at one version, in words."""

    version: int
    at: datetime
    by: str  # the public name of who said it
    name: str
    whole: str | None  # what the place in which it lay is called now
    reason: str | None


def told_of(session: Session, slug: str) -> list[Told]:
    """Every description of a place, the newest first. One SELECT."""
    whole, of_whole = aliased(Place), aliased(PlaceDescription)
    rows = session.execute(
        select(
            PlaceDescription,
            Person,
            func.coalesce(of_whole.name, whole.name).label("whole"),
        )
        .join(Place, Place.id == PlaceDescription.place_id)
        .join(Person, Person.id == PlaceDescription.recorded_by)
        .outerjoin(whole, whole.id == PlaceDescription.whole_id)
        .outerjoin(of_whole, (of_whole.place_id == whole.id) & of_whole.replaced_version.is_(None))
        .where(Place.slug == slug)
        .order_by(PlaceDescription.number.desc())
    )
    return [
        Told(told.version, told.recorded_at, person.public_name, told.name, above, told.reason)
        for told, person, above in rows
    ]
