"""Rows of the claims CSV handed in for review: each a new claim, a correction or another standing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.actions import newest_number, record_claim, revise_claim
from app.claims.forms import ClaimRow, read_claim
from app.claims.models import Claim, Revision
from app.claims.refusals import NothingChanges, RowRefused
from app.claims.rules import said_kindly
from app.dates import read_date
from app.review.actions import judge
from app.review.acts_of_editors import ACTS
from app.review.models import Batch, Judgement
from app.sources.actions import NewSource


@dataclass(frozen=True, slots=True)
class HowHandedIn:
    """Who hands rows in, when and how; what they write holds for every row."""

    by: Person
    at: datetime
    origin: str
    words: str | None = None
    overridden: str | None = None  # why a warning that a reviewer will see can be passed over
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a row; neither one nor the other where the ledger says just this already."""

    claim_ref: str
    revision: Revision | None
    judgement: Judgement | None


def submit_row(session: Session, row: ClaimRow, how: HowHandedIn, *, reason: str = "other") -> Submitted:
    """Hand in a row as the API takes it: a source or place that is new comes with it, as in an import.

    A row of a claim_ref that the ledger has corrects, for `reason`, what it holds now; another standing than
    the claim has is handed in as a judgement beside it. Warnings are for whoever reviews: nobody is asked
    here. Raises RowRefused and WaitsAlready; then nothing is stored.
    """
    read = read_claim(
        row if row.claim_ref.strip() else row._replace(claim_ref="new"), how.at.astimezone(UTC).date()
    )
    if read.problems:
        raise RowRefused(read.problems)
    row = read.row._replace(claim_ref=row.claim_ref.strip())
    with said_kindly(session, row):
        revision = _hand_in(session, row, how, reason)
        ref = row.claim_ref
        if revision is not None:
            ref = session.scalars(select(Claim.ref).where(Claim.id == revision.claim_id)).one()
        return Submitted(ref, revision, _judge(session, row._replace(claim_ref=ref), how))


def _hand_in(session: Session, row: ClaimRow, how: HowHandedIn, reason: str) -> Revision | None:
    """The revision that the row makes; None where the ledger holds just this content."""
    source = NewSource(row.source)
    if not session.scalar(select(exists().where(Claim.ref == row.claim_ref))):
        return record_claim(
            session,
            row,
            by=how.by,
            at=how.at,
            origin=how.origin,
            warned=(),
            words=how.words,
            overridden=how.overridden,
            new_source=source,
            new_place=True,
            batch=how.batch,
        )
    try:
        return revise_claim(
            session,
            row,
            shown=newest_number(session, row.claim_ref),
            by=how.by,
            at=how.at,
            origin=how.origin,
            warned=(),
            reason=reason,
            words=how.words,
            overridden=how.overridden,
            new_source=source,
            new_place=True,
            batch=how.batch,
        )
    except NothingChanges:
        return None


def _judge(session: Session, row: ClaimRow, how: HowHandedIn) -> Judgement | None:
    """The judgement that the row's standing makes; None where the claim stands so already."""
    act = next(act for act in ACTS.values() if act.standing == row.standing)
    try:
        return judge(
            session,
            row.claim_ref,
            act.name,
            shown=newest_number(session, row.claim_ref),
            by=how.by,
            at=how.at,
            origin=how.origin,
            reason=row.standing_reason or None,
            on=read_date(row.standing_on).first if row.standing_on else None,
            words=how.words or f"Handed in with its row, by {how.origin}.",
            batch=how.batch,
        )
    except NothingChanges:
        return None
