"""What waits for whom: open revisions and judgements, what was sent back, batches, last checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.models import Revision
from app.review.models import Batch, Judgement


@dataclass(frozen=True, slots=True)
class Waiting:
    """One revision or judgement that was handed in, with what a list of them shows."""

    kind: str  # revision or judgement
    id: int
    claim_ref: str
    number: int  # within its claim; 1 of a revision is a new claim
    act: str  # as in app.review.acts_of_editors
    deployment: str  # slug
    measure: str  # slug
    source: str  # its name
    reason: str | None  # a code
    words: str | None  # a judgement's own words
    overridden: str | None  # why a warning was passed over
    batch_id: int | None
    batch: str | None  # the batch's name
    origin: str
    recorded_at: datetime
    recorded_by: int  # a person's id
    author: str  # how they are called on the desk
    verdict: str | None
    decided_at: datetime | None
    decision_reason: str | None
    reviewer: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of the queue; None is no such filter."""

    deployment: str | None = None
    measure: str | None = None
    source: str | None = None  # slug
    batch: int | None = None
    author: int | None = None
    not_by: int | None = None  # a person's id: what they may decide on is by others
    kind: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for one person, as numbers."""

    to_decide: int  # open and by others; 0 for who is no reviewer
    waiting: int  # own and open
    sent_back: int  # own, sent back, and not handed in anew
    drafts: int


def queue(session: Session, asked: Asked = Asked(), *, limit: int = 100, after: int = 0) -> list[Waiting]:
    """What is open, the longest waiting first; `after` skips that many."""
    raise NotImplementedError


def waits_for(session: Session, person: Person) -> Desk:
    """What waits for somebody."""
    raise NotImplementedError


def sent_back_to(session: Session, person: Person) -> list[Waiting]:
    """What somebody handed in that was sent back with nothing newer since; the last sent back first."""
    raise NotImplementedError


def revision_numbered(session: Session, claim_ref: str, number: int) -> Revision | None:
    """A claim's revision by its number, whatever its verdict."""
    raise NotImplementedError


def current_revision(session: Session, claim_ref: str) -> Revision | None:
    """The revision that counts; None: none is approved."""
    raise NotImplementedError


def open_revision(session: Session, claim_ref: str) -> Revision | None:
    """The revision that waits for its verdict."""
    raise NotImplementedError


def judgement_numbered(session: Session, claim_ref: str, number: int) -> Judgement | None:
    """A claim's judgement by its number, whatever its verdict."""
    raise NotImplementedError


def open_judgement(session: Session, claim_ref: str) -> Judgement | None:
    """The judgement that waits for its verdict."""
    raise NotImplementedError


def current_judgement(session: Session, claim_ref: str) -> Judgement | None:
    """The judgement that counts; None: the claim never lost its good standing."""
    raise NotImplementedError


def open_batches(session: Session) -> Sequence[tuple[Batch, int]]:
    """Batches with something open, the oldest first, and how many are."""
    raise NotImplementedError


def claims_without_document(session: Session, limit: int = 50) -> list[str]:
    """The refs of claims that count and name nothing they were read in, the last said first."""
    raise NotImplementedError


def last_checked(session: Session) -> dict[str, datetime]:
    """By slug, when a deployment was last checked with nothing new to enter; left out: never."""
    raise NotImplementedError
