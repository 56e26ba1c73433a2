"""Entering claims and correcting them: a revision is handed in, and nothing of the past is edited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.forms import ClaimRow
from app.claims.models import Revision
from app.claims.warnings import Warned
from app.review.models import Batch
from app.sources.actions import NewSource


def record_claim(  # noqa: PLR0913
    session: Session,
    row: ClaimRow,
    *,
    by: Person,
    at: datetime,
    warned: Sequence[Warned],
    origin: str = "desk",
    act: str | None = None,
    words: str | None = None,
    overridden: str | None = None,
    key: str | None = None,
    new_source: NewSource | None = None,
    new_place: bool = False,
    batch: Batch | None = None,
) -> Revision:
    """Hand in a new claim or appearance: its first revision, whose verdict is open.

    An empty `claim_ref` is made from the row. `act` (enter, restate, add_appearance or note_restart) has to
    agree with the row; None takes it from the row. `warned` is what `app.answers.effects.weigh` warned of:
    where it is not empty, `overridden` says why it is right all the same. A source or place that the ledger
    does not know is refused unless `new_source` describes it or `new_place` is set. The same `key` of the
    same person with the same content gives the revision that it made before: a double click enters once.

    Raises RowRefused, Unexplained, HandedIn.
    """
    raise NotImplementedError


def revise_claim(  # noqa: PLR0913
    session: Session,
    row: ClaimRow,
    *,
    shown: int,
    reason: str,
    by: Person,
    at: datetime,
    warned: Sequence[Warned],
    origin: str = "desk",
    words: str | None = None,
    overridden: str | None = None,
    key: str | None = None,
    new_source: NewSource | None = None,
    new_place: bool = False,
    batch: Batch | None = None,
) -> Revision:
    """Hand in a correction of the claim that `row` names: its next revision, whose verdict is open.

    `shown` is the number of the newest revision when the form was shown (`newest_number`), `reason` a code
    of the act `correct`, `words` a remark on it. The rest is as in `record_claim`; the row's standing is
    passed over, because a judgement changes that.

    Raises NoSuchClaim, NewerRevision, WaitsAlready, NothingChanges, RowRefused, Unexplained, HandedIn.
    """
    raise NotImplementedError


def newest_number(session: Session, claim_ref: str) -> int:
    """The number of a claim's newest revision of whatever verdict. Raises NoSuchClaim."""
    raise NotImplementedError


def propose_ref(row: ClaimRow) -> str:
    """The claim_ref that a row gets where nobody wrote one: source, measure, figure and day."""
    raise NotImplementedError
