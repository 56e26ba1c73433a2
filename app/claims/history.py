"""What happened to claims in the ledger: their approved revisions and the judgements of their standing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.charts.wording import day
from app.claims.approved import ApprovedClaim
from app.claims.differences import Difference, Names, differences
from app.claims.models import Claim, Revision
from app.claims.queries import read_claims, revision_columns
from app.claims.words import Standing
from app.languages.spoken import _, pgettext
from app.pages import in_words
from app.review.models import Judgement


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision or judgement that counts or counted: what it changed, who entered it, who approved it."""

    claim: ApprovedClaim  # the revision that counted from then on; its standing is today's
    what: str  # in words: entered, corrected, set aside ...
    differences: tuple[Difference, ...]  # from what counted before; none where nothing did
    version: int  # of the ledger, from which on it counted
    at: datetime  # when it began to count
    recorded_at: datetime
    by: str  # the public name of who entered it
    approved_by: str  # likewise of who approved it
    one_person: bool  # whoever entered it approved it as well
    approved_alone: bool  # that was so because four eyes were switched off
    origin: str
    reason: str | None  # why it was entered: a reason code, or a sentence
    words: str | None  # the judgement's own words
    overridden: str | None  # why a warning was passed over


def _judged_so(standing: str) -> str:
    return {
        "good": pgettext("done to a claim", "Restored to good standing"),
        "set_aside": pgettext("done to a claim", "Set aside"),
        "retracted": pgettext("done to a claim", "Retracted by its source"),
    }[standing]


Recorder, Approver = aliased(Person), aliased(Person)


def claim_histories(session: Session, refs: Sequence[str], names: Names) -> Mapping[str, list[Entry]]:
    """By claim_ref, the entries in the order in which they began to count. Two SELECTs.

    A claim without an approved revision has none. Places and sources are called as they are now.
    """
    histories: defaultdict[str, list[Entry]] = defaultdict(list)
    revisions = _revisions(session, refs)
    for ref, of_claim in groupby(
        zip(revisions, read_claims(revisions), strict=True), key=lambda pair: pair[0].ref
    ):
        histories[ref] = _revised(of_claim, names)
    for ref, judgements in groupby(_judgements(session, refs), key=attrgetter("ref")):
        if ref in histories:
            histories[ref] += _judged(judgements, histories[ref])
    for entries in histories.values():
        entries.sort(key=lambda entry: entry.version)  # of one version the revision stays first
    return histories


def claim_history(session: Session, claim_ref: str, names: Names) -> list[Entry]:
    """The entries of one claim in the order in which they began to count. Two SELECTs."""
    return claim_histories(session, [claim_ref], names).get(claim_ref, [])


def _revisions(session: Session, refs: Sequence[str]) -> Sequence[Row[Any]]:
    """The approved revisions of the claims, those of each in their order."""
    return session.execute(
        revision_columns()
        .add_columns(
            Revision.approved_version,
            Revision.decided_at,
            Revision.origin,
            Revision.approved_alone,
            Revision.reason,
            Revision.overridden,
            *_PEOPLE,
        )
        .join(Recorder, Recorder.id == Revision.recorded_by)
        .join(Approver, Approver.id == Revision.decided_by)
        .where(Claim.ref.in_(refs), Revision.approved_version.is_not(None))
        .order_by(Claim.ref, Revision.number)
    ).all()


def _judgements(session: Session, refs: Sequence[str]) -> Iterable[Row[Any]]:
    """The approved judgements of the claims, those of each in their order."""
    return session.execute(
        select(
            Claim.ref,
            Judgement.approved_version,
            Judgement.decided_at,
            Judgement.recorded_at,
            Judgement.origin,
            Judgement.approved_alone,
            Judgement.standing,
            Judgement.standing_reason,
            Judgement.standing_on,
            Judgement.words,
            Judgement.reason,
            Judgement.overridden,
            *_PEOPLE,
        )
        .join(Claim, Claim.id == Judgement.claim_id)
        .join(Recorder, Recorder.id == Judgement.recorded_by)
        .join(Approver, Approver.id == Judgement.decided_by)
        .where(Claim.ref.in_(refs), Judgement.approved_version.is_not(None))
        .order_by(Claim.ref, Judgement.number)
    )


def _revised(revisions: Iterable[tuple[Row[Any], ApprovedClaim]], names: Names) -> list[Entry]:
    before: ApprovedClaim | None = None
    entries: list[Entry] = []
    for row, claim in revisions:
        changed = () if before is None else tuple(differences(before, claim, names))
        entries.append(_entry(row, claim, _done(before, claim), changed, row.reason, None))
        before = claim
    return entries


def _done(before: ApprovedClaim | None, claim: ApprovedClaim) -> str:
    """What a revision did to a claim, in a word."""
    if before is None:
        return pgettext("done to a claim", "Entered")
    if before.repeat_of is None and claim.repeat_of is not None:
        return pgettext("done to a claim", "Merged")
    if before.repeat_of is not None and claim.repeat_of is None:
        return pgettext("done to a claim", "Taken apart")
    return pgettext("done to a claim", "Corrected")


def _judged(judgements: Iterable[Row[Any]], revised: Sequence[Entry]) -> list[Entry]:
    before = in_words(Standing.GOOD)
    entries: list[Entry] = []
    for row in judgements:
        after = _standing(row)
        changed = (Difference(_("Standing"), before, after),)
        counting = [entry for entry in revised if entry.version <= row.approved_version] or revised[:1]
        what = _judged_so(row.standing)
        entries.append(
            _entry(row, counting[-1].claim, what, changed, row.standing_reason or row.reason, row.words)
        )
        before = after
    return entries


def _standing(row: Row[Any]) -> str:
    """`good`, `set aside: duplicate`, `retracted on 1 June 2025: withdrawn`."""
    words = in_words(row.standing)
    if row.standing_on is not None:
        words = _("%(standing)s on %(day)s", standing=words, day=day(row.standing_on))
    return f"{words}: {in_words(row.standing_reason)}" if row.standing_reason else words


def _entry(
    row: Row[Any],
    claim: ApprovedClaim,
    what: str,
    changed: tuple[Difference, ...],
    reason: str | None,
    words: str | None,
) -> Entry:
    return Entry(
        claim=claim,
        what=what,
        differences=changed,
        version=row.approved_version,
        at=row.decided_at,
        recorded_at=row.recorded_at,
        by=row.display_name if row.named_in_public else row.pseudonym,
        approved_by=row.approver_display_name if row.approver_named else row.approver_pseudonym,
        one_person=row.one_person,
        approved_alone=row.approved_alone,
        origin=row.origin,
        reason=reason,
        words=words,
        overridden=row.overridden,
    )


_PEOPLE = (
    Recorder.display_name,
    Recorder.named_in_public,
    Recorder.pseudonym,
    Approver.display_name.label("approver_display_name"),
    Approver.named_in_public.label("approver_named"),
    Approver.pseudonym.label("approver_pseudonym"),
    (Recorder.id == Approver.id).label("one_person"),
)
