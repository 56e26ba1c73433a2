"""How much is claimed about places: of each, and of one by deployment and measure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
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


def place_tallies(session: Session, tree: Tree) -> dict[str, PlaceTally]:
    """By slug, each place of the tree. One SELECT, from an index."""
    counted = (
        select(Revision.place_id, func.count().label("number"))
        .where(*_COUNTS, Revision.place_id.is_not(None))
        .group_by(Revision.place_id)
        .subquery()
    )
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
    itself, parts = func.count().filter(own), func.count().filter(~own)
    rows = session.execute(
        select(Deployment.slug, Measure.slug, itself, parts, func.max(Revision.said_day))
        .select_from(Revision)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .where(*_COUNTS, Revision.repeat_of_id.is_(None), Revision.place_id.in_(parts_of(slug)))
        .group_by(Deployment.slug, Measure.slug)
        .order_by(func.count().desc(), Deployment.slug, Measure.slug)
    )
    return [Claimed(*row) for row in rows]


def without(tree: Tree, slugs: Collection[str]) -> dict[str, str]:
    """Every place but these, by slug, by its name and those of its wholes: what a place can lie in."""
    return {
        place.slug: ", ".join([place.name, *(whole.name for whole in reversed(tree.wholes(place.slug)))])
        for _, place in tree.walk()
        if place.slug not in slugs
    }
