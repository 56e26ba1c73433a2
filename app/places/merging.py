"""Merging one place into another, and taking that back; imitates app.administration.merging.

Claims about it move by revisions of their own and what lies in it by descriptions of its own, all at one
version, so that a version of the past stays as it was (docs/decisions/0015).
"""

from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.actions import Signed
from app.claims.moving import (
    Moving,
    counting,
    first_waiting,
    move_claims,
    moved_by_merge,
    refs_of,
    waiting_among,
)
from app.database import broken_rule
from app.errors import NotFound, Refusal
from app.languages.spoken import _
from app.places.actions import describe_first, move_part
from app.places.models import Place, PlaceDescription, PlaceMerge
from app.places.queries import place_tree


class NotToBeMerged(Refusal):
    """These two places cannot become one, or not now."""


class NotToBeSeparated(Refusal):
    """The merge cannot be taken back, or not now."""


class NoReason(Refusal):
    """Why a place is merged, or stands by itself again, has to be said."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Standing:
    """A place as merging sees it."""

    id: int
    slug: str
    name: str  # as it is called now, or was when it was merged
    into: str | None  # the slug of the place that it was merged into; None: it stands by itself
    into_name: str | None
    merge: PlaceMerge | None  # the last that was done to it, merged or separated
    number: int  # of its newest description; 0: it was never described


def standing(session: Session, slug: str) -> Standing:
    """A place, merged or not. Raises NotFound."""
    other, other_description = aliased(Place), aliased(PlaceDescription)
    row = (
        session.execute(
            select(
                Place.id,
                Place.slug,
                func.coalesce(PlaceDescription.name, Place.name),
                other.slug,
                func.coalesce(other_description.name, other.name),
                PlaceMerge,
                func.coalesce(PlaceDescription.number, 0),
            )
            .outerjoin(
                PlaceDescription,
                (PlaceDescription.place_id == Place.id) & PlaceDescription.replaced_version.is_(None),
            )
            .outerjoin(PlaceMerge, (PlaceMerge.place_id == Place.id) & PlaceMerge.replaced_version.is_(None))
            .outerjoin(other, other.id == PlaceMerge.into_id)
            .outerjoin(
                other_description,
                (other_description.place_id == other.id) & other_description.replaced_version.is_(None),
            )
            .where(Place.slug == slug)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if slug.isprintable()
        else None
    )
    if row is None:
        raise NotFound(_("There is no place “%(slug)s”.", slug=slug))
    return Standing(*row)


def why_not_merged(session: Session, old: Standing, into: Standing) -> str | None:
    """Why one place cannot be merged into another now, in a sentence; None: it can."""
    if old.id == into.id:
        return _("A place is not merged into itself: choose another one.")
    for one in (old, into):
        if one.into is not None:
            return _(
                "%(name)s was merged into %(into)s already: what is claimed about it stands there.",
                name=one.name,
                into=one.into_name,
            )
    tree = place_tree(session)
    if old.slug in {whole.slug for whole in tree.wholes(into.slug)}:
        return _("%(into)s lies in %(name)s: move it out of it first.", into=into.name, name=old.name)
    waiting = first_waiting(session, "place_id", old.id)
    if waiting is not None:
        return _(
            "%(ref)s about %(name)s waits for its verdict: somebody decides on it first, so that nothing is "
            "left behind.",
            ref=waiting,
            name=old.name,
        )
    return None


def merge(session: Session, slug: str, into_slug: str, *, reason: str, signed: Signed) -> Act:
    """Merge a place into another: from now on what is claimed about it is claimed about that one.

    What lies in it comes to lie in the other one, and its address leads there. Versions before stay as they
    were. Raises NotFound, NoReason and NotToBeMerged; then nothing is stored.
    """
    lock_ledger(session)
    old, into = standing(session, slug), standing(session, into_slug)
    refused = why_not_merged(session, old, into)
    if refused is not None:
        raise NotToBeMerged(refused)
    reason = _read_reason(reason)
    details = {"what": "place merge", "into": into.slug}
    act = _act(session, old, reason, f"merged into {into.name}", details, signed)
    for one in (old, into):
        if one.number == 0:  # so that an export says what it is
            describe_first(session, one.id, one.name, reason=reason, by=signed.author, act=act)
    for part in session.scalars(
        select(PlaceDescription).where(
            PlaceDescription.whole_id == old.id, PlaceDescription.replaced_version.is_(None)
        )
    ).all():
        move_part(session, part, into.id, reason=reason, by=signed.author, act=act)
    values = {"from": old.id, "to": into.id}
    move_claims(session, "place_id", counting("place_id"), values, _moving(act, reason, signed))
    try:
        with session.begin_nested():
            _note(session, old, into.id, act, reason, signed)
    except IntegrityError as error:
        if broken_rule(error) != "place_merges_leave_no_claim":
            raise
        raise NotToBeMerged(
            _("Somebody has just handed in a claim about %(name)s.", name=old.name)
        ) from error
    return act


def why_not_separated(session: Session, old: Standing) -> str | None:
    """Why a merge cannot be taken back now, in a sentence; None: it can."""
    if old.merge is None or old.into is None:
        return _("%(name)s stands by itself.", name=old.name)
    beyond = standing(session, old.into)
    if beyond.into is not None:
        return _(
            "%(name)s was merged into %(into)s afterwards: that has to be taken back first.",
            name=beyond.name,
            into=beyond.into_name,
        )
    waiting = waiting_among(session, _MOVED, _values(old.merge))
    if waiting is not None:
        return _("%(ref)s waits for its verdict: somebody decides on it first.", ref=waiting)
    return None


def claims_to_separate(session: Session, old: Standing) -> list[str]:
    """The claims, by claim_ref, that would be about a place again if its merge were taken back."""
    if old.merge is None or old.merge.into_id is None:
        return []
    return refs_of(session, _MOVED, _values(old.merge))


def parts_to_separate(session: Session, old: Standing) -> list[PlaceDescription]:
    """What the merge of a place moved, and still lies where it put it, as it is described now."""
    if old.merge is None or old.merge.into_id is None:
        return []
    put, before = aliased(PlaceDescription), aliased(PlaceDescription)
    moved = (
        select(put.place_id)
        .join(before, (before.place_id == put.place_id) & (before.replaced_version == put.version))
        .where(put.version == old.merge.version, before.whole_id == old.id)
    )
    return list(
        session.scalars(
            select(PlaceDescription)
            .where(
                PlaceDescription.place_id.in_(moved),
                PlaceDescription.whole_id == old.merge.into_id,
                PlaceDescription.replaced_version.is_(None),
            )
            .order_by(PlaceDescription.place_id)
        )
    )


def separate(session: Session, slug: str, *, reason: str, signed: Signed) -> Act:
    """Take a merge back: what it moved is about the place, or lies in it, again from now on.

    What somebody has moved elsewhere since stays there, and so does what was entered about the other place
    since. Raises NotFound, NoReason and NotToBeSeparated; then nothing is stored.
    """
    lock_ledger(session)
    old = standing(session, slug)
    refused = why_not_separated(session, old)
    if refused is not None or old.merge is None:
        raise NotToBeSeparated(refused or "")
    reason = _read_reason(reason)
    values, parts = _values(old.merge), parts_to_separate(session, old)
    details = {"what": "place separation"}
    try:
        with session.begin_nested():
            act = _act(session, old, reason, "stands by itself again", details, signed)
            _note(session, old, None, act, reason, signed)
            for part in parts:
                move_part(session, part, old.id, reason=reason, by=signed.author, act=act)
    except IntegrityError as error:
        if broken_rule(error) not in _IN_THE_WAY:
            raise
        raise NotToBeSeparated(
            _("%(name)s would come to lie in itself: places were moved since.", name=old.name)
        ) from error
    move_claims(session, "place_id", _MOVED, values, _moving(act, reason, signed))
    return act


_MOVED = moved_by_merge("place_id")
_IN_THE_WAY = {"place_descriptions_lie_in_no_circle"}


def _values(merge: PlaceMerge) -> dict[str, object]:
    return {"from": merge.into_id, "to": merge.place_id, "merged_at": merge.version}


def _read_reason(reason: str) -> str:
    if not reason.strip():
        raise NoReason(_("Write why; it is public."))
    return reason.strip()


def _moving(act: Act, reason: str, signed: Signed) -> Moving:
    author, by = signed.author.id, signed.by.id
    return Moving(act.version or 0, reason, author, signed.handed_in_at, by, signed.at, signed.alone)


def _act(
    session: Session,
    old: Standing,
    reason: str,
    words: str,
    details: dict[str, str],
    signed: Signed,
) -> Act:
    return record_act(
        session,
        "describe",
        by=signed.by,
        at=signed.at,
        origin="desk",
        moves_version=True,
        subject=old.slug,
        reason=reason,
        words=words,
        details=details,
    )


def _note(
    session: Session, old: Standing, into_id: int | None, act: Act, reason: str, signed: Signed
) -> None:
    session.execute(
        update(PlaceMerge)
        .where(PlaceMerge.place_id == old.id, PlaceMerge.replaced_version.is_(None))
        .values(replaced_version=act.version)
        .execution_options(synchronize_session=False)
    )
    before = session.scalar(select(func.max(PlaceMerge.number)).where(PlaceMerge.place_id == old.id))
    session.add(
        PlaceMerge(
            place_id=old.id,
            into_id=into_id,
            number=(before or 0) + 1,
            version=act.version,
            recorded_by=signed.author.id,
            recorded_at=signed.handed_in_at,
            origin="desk",
            reason=reason,
        )
    )
    session.flush()  # the rules of the database are asked here
