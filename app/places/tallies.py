"""How much is claimed about places: of each, and of one by deployment and measure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, any_, func, select
from sqlalchemy.orm import Session

from app.claims.models import Revision
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.lying import parts_of
from app.places.models import Place
from app.places.queries import Tree

_COUNTS = (Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))


@dataclass(frozen=True, slots=True)
class PlaceTally:
    """How many claims and appearances are about a place: about itself, and about places that lie in it."""

    itself: int
    parts: int

    @property
    def both(self) -> int:
        return self.itself + self.parts


def place_tallies(session: Session, tree: Tree, within: str | None = None) -> dict[str, PlaceTally]:
    """By slug, each place of the tree; counted are those in `within` (None: all). One SELECT."""
    query = select(Revision.place_id, func.count().label("number")).where(
        *_COUNTS, Revision.place_id.is_not(None)
    )
    if within is not None:
        query = query.where(_lies_in(within))
    counted = query.group_by(Revision.place_id).subquery()
    rows = session.execute(select(Place.slug, counted.c.number).join(counted, counted.c.place_id == Place.id))
    own = {row.slug: row.number for row in rows}
    whole = dict.fromkeys((place.slug for _, place in tree.walk()), 0)
    for slug, number in own.items():
        for above in tree.wholes(slug):
            whole[above.slug] += number
    return {slug: PlaceTally(own.get(slug, 0), parts) for slug, parts in whole.items()}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is claimed about a place and its parts, of one measure of one deployment."""

    deployment: str
    measure: str
    itself: int  # claims about the place itself
    parts: int  # claims about places that lie in it
    last_said: date


def claimed_about(session: Session, slug: str) -> list[Claimed]:
    """By deployment and measure, the most claims first; appearances left out. One SELECT."""
    own = Revision.place_id == select(Place.id).where(Place.slug == slug).scalar_subquery()
    # Counted by numbers, of which the index of places holds all; names are joined to what comes of it.
    counted = (
        select(
            Revision.deployment_id,
            Revision.measure_id,
            func.count().filter(own).label("itself"),
            func.count().label("both"),
            func.max(Revision.said_day).label("last_said"),
        )
        .where(*_COUNTS, Revision.place_id.is_not(None), Revision.repeat_of_id.is_(None), _lies_in(slug))
        .group_by(Revision.deployment_id, Revision.measure_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Deployment.slug,
            Measure.slug,
            counted.c.itself,
            counted.c.both - counted.c.itself,
            counted.c.last_said,
        )
        .join(counted, counted.c.deployment_id == Deployment.id)
        .join(Measure, Measure.id == counted.c.measure_id)
        .order_by(counted.c.both.desc(), Deployment.slug, Measure.slug)
    )
    return [Claimed(*row) for row in rows]


def _lies_in(slug: str) -> ColumnElement[bool]:
    """The condition that a revision is about a place or its parts, whose numbers are found first."""
    return Revision.place_id == any_(func.array(parts_of(slug).scalar_subquery()))


def without(tree: Tree, slugs: Collection[str]) -> dict[str, str]:
    """Every place but these, by slug, by its name and those of its wholes: what a place can lie in."""
    return {
        place.slug: ", ".join([place.name, *(whole.name for whole in reversed(tree.wholes(place.slug)))])
        for _, place in tree.walk()
        if place.slug not in slugs
    }
