"""Merging one source into another, and taking that back: claims move by revisions of their own.

A claim keeps all it ever said of who made it. From the version of the merge on it stands under the source
that remains, by a further revision that differs in nothing else (docs/decisions/0014).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.actions import Signed
from app.administration.refusals import NotToBeMerged, NotToBeSeparated
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
from app.errors import NotFound
from app.languages.spoken import _
from app.sources.models import Source, SourceDescription, SourceMerge


@dataclass(frozen=True, slots=True)
class Standing:
    """A source as merging sees it."""

    id: int
    slug: str
    name: str
    into: str | None  # the slug of the source that it was merged into; None: it stands by itself
    into_name: str | None
    merge: SourceMerge | None  # the last that was done to it, merged or separated


def standing(session: Session, slug: str) -> Standing:
    """A source, merged or not. Raises NotFound."""
    if not slug.isprintable():
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug))
    row = session.execute(
        select(Source.id, Source.slug, SourceDescription.name, SourceMerge)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(SourceMerge, (SourceMerge.source_id == Source.id) & SourceMerge.replaced_version.is_(None))
        .where(Source.slug == slug, SourceDescription.replaced_version.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug))
    merge: SourceMerge | None = row[3]
    into = merge.into_id if merge is not None else None
    other = session.execute(
        select(Source.slug, SourceDescription.name)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .where(Source.id == into, SourceDescription.replaced_version.is_(None))
    ).one_or_none()
    return Standing(row[0], row[1], row[2], other and other.slug, other and other.name, merge)


def why_not_merged(session: Session, old: Standing, into: Standing) -> str | None:
    """Why one source cannot be merged into another now, in a sentence; None: it can."""
    if old.id == into.id:
        return _("A source is not merged into itself: choose another one.")
    for one in (old, into):
        if one.into is not None:
            return _(
                "%(name)s was merged into %(into)s already: its claims stand there.",
                name=one.name,
                into=one.into_name,
            )
    waiting = first_waiting(session, "source_id", old.id)
    if waiting is not None:
        return _(
            "%(ref)s of %(name)s waits for its verdict: somebody decides on it first, so that nothing is "
            "left behind.",
            ref=waiting,
            name=old.name,
        )
    return None


def merge(session: Session, slug: str, into_slug: str, *, reason: str, signed: Signed) -> Act:
    """Merge a source into another: from now on its claims count under that one, and its address leads there.

    Versions before stay as they were. Raises NotFound and NotToBeMerged; then nothing is stored.
    """
    lock_ledger(session)
    old, into = standing(session, slug), standing(session, into_slug)
    refused = why_not_merged(session, old, into)
    if refused is not None:
        raise NotToBeMerged(refused)
    act = _act(session, old, signed, reason, f"merged into {into.name}", {"what": "merge", "into": into.slug})
    _move(session, _COUNTING, {"from": old.id, "to": into.id}, act, reason, signed)
    try:
        with session.begin_nested():
            _note(session, old, into.id, act, reason, signed)
    except IntegrityError as error:
        if broken_rule(error) != "source_merges_leave_no_claim":
            raise
        raise NotToBeMerged(_("Somebody has just handed in a claim of %(name)s.", name=old.name)) from error
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
    values = {"from": beyond.id, "to": old.id, "merged_at": old.merge.version}
    waiting = waiting_among(session, _MOVED, values)
    if waiting is not None:
        return _("%(ref)s waits for its verdict: somebody decides on it first.", ref=waiting)
    bound = session.execute(text(_BOUND.format(moved=_MOVED)), values).first()
    if bound is not None:
        return _(
            "%(ref)s restates %(named)s since, as of one source: correct that first.",
            ref=bound.ref,
            named=bound.named,
        )
    return None


def claims_to_separate(session: Session, old: Standing) -> list[str]:
    """The claims, by claim_ref, that would stand under a source again if its merge were taken back."""
    if old.merge is None or old.merge.into_id is None:
        return []
    values = {"from": old.merge.into_id, "to": old.id, "merged_at": old.merge.version}
    return refs_of(session, _MOVED, values)


def separate(session: Session, slug: str, *, reason: str, signed: Signed) -> Act:
    """Take a merge back: the claims that it moved stand under their own source again, from now on.

    Those that somebody has given to a third source since stay there, and so does what was entered under the
    other source since. Raises NotFound and NotToBeSeparated; then nothing is stored.
    """
    lock_ledger(session)
    old = standing(session, slug)
    refused = why_not_separated(session, old)
    if refused is not None or old.merge is None:
        raise NotToBeSeparated(refused or "")
    values = {"from": old.merge.into_id, "to": old.id, "merged_at": old.merge.version}
    act = _act(session, old, signed, reason, "stands by itself again", {"what": "separate"})
    _note(session, old, None, act, reason, signed)
    _move(session, _MOVED, values, act, reason, signed)
    return act


_COUNTING = counting("source_id")
_MOVED = moved_by_merge("source_id")
# Claims on one side that restate one on the other, which have to be of one source.
_BOUND = """
  with moved as (select claim_id, supersedes_id from claim_revisions where id in ({moved}))
  select c.ref, t.ref as named from claim_revisions r
  join claims c on c.id = r.claim_id join claims t on t.id = r.supersedes_id
  where may_count(r.verdict, r.replaced_version)
    and (r.claim_id in (select claim_id from moved)) <> (r.supersedes_id in (select claim_id from moved))
    and (r.claim_id in (select claim_id from moved) or r.supersedes_id in (select claim_id from moved))
  order by r.id limit 1"""


def _act(
    session: Session, old: Standing, signed: Signed, reason: str, words: str, details: dict[str, str]
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


def _move(
    session: Session, which: str, values: Mapping[str, object], act: Act, reason: str, signed: Signed
) -> None:
    """Give claims another source, from the version of the act on."""
    moving = Moving(
        act.version or 0,
        reason,
        signed.author.id,
        signed.handed_in_at,
        signed.by.id,
        signed.at,
        signed.alone,
    )
    move_claims(session, "source_id", which, values, moving)


def _note(
    session: Session, old: Standing, into_id: int | None, act: Act, reason: str, signed: Signed
) -> None:
    session.execute(
        update(SourceMerge)
        .where(SourceMerge.source_id == old.id, SourceMerge.replaced_version.is_(None))
        .values(replaced_version=act.version)
        .execution_options(synchronize_session=False)
    )
    before = session.scalar(select(func.max(SourceMerge.number)).where(SourceMerge.source_id == old.id))
    session.add(
        SourceMerge(
            source_id=old.id,
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
