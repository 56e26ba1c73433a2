"""What moving or merging a place would do to readings, before it is decided: which, and by how much.

Readings of places are made when they are asked for and kept nowhere, so each is made twice here: as the
places lie, and as they would lie. Bounded as the effects of other changes are (docs/decisions/0017).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.administration.consequences import held_of, tallied
from app.answers.effects import Effect, effects_on
from app.claims.approved import ApprovedClaim
from app.claims.models import Claim, Revision
from app.places.lying import parts_of
from app.places.merging import Standing, claims_to_separate, parts_to_separate
from app.places.models import Place, PlaceDescription
from app.places.queries import PlaceText, Tree
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims

MOST_READINGS = 60
"""Readings of a place that are made twice for one page; of more it is said which were not."""

Change = Callable[[ApprovedClaim], ApprovedClaim]


@dataclass(frozen=True, slots=True)
class OfPlace:
    """What a change does to the readings of one place, or (None) of the theatre as a whole."""

    place: PlaceText | None
    effect: Effect  # of what moves


@dataclass(frozen=True, slots=True)
class PlaceConsequences:
    """What a move or a merge of a place touches and does, at default choices."""

    claims: int  # claims about the place and what lies in it; appearances left out
    looked_at: int  # readings that were made twice
    moving: tuple[OfPlace, ...]  # those of places in which something moves
    unread: tuple[str, ...]  # slugs of deployments that hold too much to be read for this


def of_move(session: Session, tree: Tree, slug: str, whole: str | None) -> PlaceConsequences:
    """What it would do if a place lay in another one (None: in none)."""
    above = _chain(tree, whole)

    def change(claim: ApprovedClaim) -> ApprovedClaim:
        return _lying(claim, slug, above)

    before = {one.slug for one in tree.wholes(slug)}
    about = Revision.place_id.in_(parts_of(slug))
    return _of(session, tree, about, change, before ^ {one.slug for one in above}, theatre=False)


def of_merge(session: Session, tree: Tree, slug: str, into: str) -> PlaceConsequences:
    """What it would do if a place were one with another."""
    remains = tree[into]
    above = _chain(tree, remains.whole)

    def change(claim: ApprovedClaim) -> ApprovedClaim:
        if claim.place == slug:
            return _about(claim, remains, above)
        return _within(claim, slug, [remains, *above])

    before = {one.slug for one in tree.wholes(slug)}
    touched = (before ^ {one.slug for one in above}) | {into}
    return _of(session, tree, Revision.place_id.in_(parts_of(slug)), change, touched, theatre=True)


def of_separation(session: Session, tree: Tree, old: Standing) -> PlaceConsequences:
    """What it would do if the merge of a place were taken back."""
    if old.into is None:
        return PlaceConsequences(0, 0, (), ())
    own = PlaceDescription.place_id == old.id, PlaceDescription.replaced_version.is_(None)
    old_whole = session.scalar(
        select(Place.slug).join(PlaceDescription, PlaceDescription.whole_id == Place.id).where(*own)
    )
    refs = set(claims_to_separate(session, old))
    parts = [session.get_one(Place, part.place_id).slug for part in parts_to_separate(session, old)]
    again = PlaceText(old.slug, old.name, old_whole, old.name, old.number)
    above = _chain(tree, old_whole if old_whole in tree else None)

    def change(claim: ApprovedClaim) -> ApprovedClaim:
        if claim.ref in refs:
            return _about(claim, again, above)
        for part in parts:
            claim = _lying(claim, part, [again, *above])
        return claim

    before = {old.into} | {one.slug for one in tree.wholes(old.into)}
    touched = before ^ {one.slug for one in above}
    about = or_(
        Revision.claim_id.in_(select(Claim.id).where(Claim.ref.in_(refs))),
        *(Revision.place_id.in_(parts_of(part)) for part in parts),
    )
    return _of(session, tree, about, change, touched | {old.into}, theatre=True)


def _chain(tree: Tree, slug: str | None) -> list[PlaceText]:
    """A place and all in which it lies, the nearest first; nothing for None."""
    return [] if slug is None else [tree[slug], *reversed(tree.wholes(slug))]


def _about(claim: ApprovedClaim, place: PlaceText, above: Sequence[PlaceText]) -> ApprovedClaim:
    return replace(
        claim,
        place=place.slug,
        place_name=place.name,
        place_wholes=tuple(one.slug for one in above),
        place_whole_names=tuple(one.name for one in above),
    )


def _lying(claim: ApprovedClaim, slug: str, above: Sequence[PlaceText]) -> ApprovedClaim:
    """The claim as it would count if the place `slug` lay in `above`, the nearest first."""
    if claim.place == slug:
        return _above(claim, 0, above)
    if slug not in claim.place_wholes:
        return claim
    return _above(claim, claim.place_wholes.index(slug) + 1, above)


def _within(claim: ApprovedClaim, slug: str, above: Sequence[PlaceText]) -> ApprovedClaim:
    """The claim as it would count if what lies in the place `slug` lay in `above` instead."""
    if slug not in claim.place_wholes:
        return claim
    return _above(claim, claim.place_wholes.index(slug), above)


def _above(claim: ApprovedClaim, kept: int, above: Sequence[PlaceText]) -> ApprovedClaim:
    return replace(
        claim,
        place_wholes=(*claim.place_wholes[:kept], *(one.slug for one in above)),
        place_whole_names=(*claim.place_whole_names[:kept], *(one.name for one in above)),
    )


def _of(
    session: Session,
    tree: Tree,
    about: ColumnElement[bool],
    change: Change,
    touched: set[str],
    *,
    theatre: bool,
) -> PlaceConsequences:
    """`about` says of which revisions the places change, `touched` are the places whose readings may."""
    counted = tallied(session, about)
    known = [tree[slug] for slug in touched if slug in tree]
    places = sorted(known, key=lambda one: (len(tree.wholes(one.slug)), one.name))
    subjects: list[PlaceText | None] = [*places, *([None] if theatre else [])]
    found: dict[str | None, list[Effect]] = {}
    looked_at = 0
    measures_of: dict[str, list[str]] = {}
    for one in counted:
        measures_of.setdefault(one.deployment, []).append(one.measure)
    within: list[str] = []
    for deployment, measures in measures_of.items():
        readings = len(measures) * len(subjects)
        if looked_at + readings <= MOST_READINGS:
            within.append(deployment)
            looked_at += readings
    held, too_large = held_of(session, within)
    looked_at -= sum(len(measures_of[slug]) * len(subjects) for slug in too_large)
    for deployment, before in held.items():
        measures = measures_of[deployment]
        after = DeploymentClaims.of(
            before.deployment,
            before.measures.values(),
            [change(one) for claims in before.claims.values() for one in claims],
        )
        for place in subjects:
            choices = Choices(place=None if place is None else place.slug)
            moving = tuple(
                one for one in effects_on(before, after, measures, None, choices) if not one.is_none
            )
            if moving:
                found.setdefault(None if place is None else place.slug, []).append(Effect(moving))
    return PlaceConsequences(
        claims=sum(one.claims for one in counted),
        looked_at=looked_at,
        moving=tuple(
            OfPlace(place, Effect(tuple(one for effect in effects for one in effect.measures)))
            for place in subjects
            if (effects := found.get(None if place is None else place.slug))
        ),
        unread=tuple(slug for slug in measures_of if slug not in held),
    )
