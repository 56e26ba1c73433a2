"""Deciding: the only way to a verdict. And what else editors do: judge a claim, note that they checked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.models import Act
from app.claims.models import Revision
from app.claims.warnings import Warned
from app.review.models import Batch, Judgement

HandedIn = Revision | Judgement


def decide(  # noqa: PLR0913
    session: Session,
    handed_in: HandedIn,
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Sequence[Warned] = (),
    four_eyes: bool = True,
) -> Act:
    """Give the verdict on a revision or judgement: approved, sent_back, rejected or withdrawn; once.

    Works on locked rows, so that of two who decide at once one is refused. `reason` is the comment with
    which it is sent back, or why it is rejected: both need one. `warned` is what was warned of when it was
    shown; approving past it takes `overridden`, unless its author has written why already. Authors can only
    withdraw, unless `four_eyes` is off: what they then approve says so for good. Approving closes what
    counted before, under the next version of the ledger.

    Raises AlreadyDecided, OwnRevision, NotTheAuthor, NotAReviewer, NeedsAReason, Unexplained, Overtaken,
    NamesUndecided.
    """
    raise NotImplementedError


def decide_together(  # noqa: PLR0913
    session: Session,
    handed_in: Sequence[HandedIn],
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Mapping[str, Sequence[Warned]] | None = None,
    four_eyes: bool = True,
    subject: str | None = None,
) -> Act:
    """The same verdict on many as one act under one version: all of them or none.

    `warned` is by claim_ref. Raises as `decide` does, for the first that cannot be decided so, whose
    sentence names it; AlreadyDecided also where nothing is left to decide.
    """
    raise NotImplementedError


def decide_batch(  # noqa: PLR0913
    session: Session,
    batch: Batch,
    verdict: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    overridden: str | None = None,
    warned: Mapping[str, Sequence[Warned]] | None = None,
    four_eyes: bool = True,
) -> Act:
    """The same verdict on all of a batch that is still open, as `decide_together`."""
    raise NotImplementedError


def judge(  # noqa: PLR0913
    session: Session,
    claim_ref: str,
    act: str,
    *,
    shown: int,
    by: Person,
    at: datetime,
    origin: str = "desk",
    reason: str | None = None,
    on: date | None = None,
    words: str | None = None,
    key: str | None = None,
    batch: Batch | None = None,
) -> Judgement:
    """Hand in a judgement of a claim's standing: set_aside, retract or restore; its verdict is open.

    `shown` is the newest revision's number as for `revise_claim`; `reason` a code of the act; `on` the day
    on which its source withdrew it, for `retract` alone; `words` say more, and are needed to restore.

    Raises NoSuchClaim, NewerRevision, WaitsAlready, NothingChanges, RowRefused (its problems name standing,
    standing_reason, standing_on or words), HandedIn.
    """
    raise NotImplementedError


def open_batch(session: Session, name: str, *, by: Person, at: datetime, origin: str) -> Batch:
    """A batch that rows are handed in with; `name` is the file's, as it was called."""
    raise NotImplementedError


def note_check(
    session: Session,
    deployment: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    words: str | None = None,
) -> Act:
    """Log that somebody looked for newly reported figures of a deployment and found none.

    `words` say where. Raises NotFound where there is no such deployment.
    """
    raise NotImplementedError
