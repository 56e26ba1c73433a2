"""Writing the log: who did what, and the version of the ledger that it made."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.models import Act, Ledger


def record_act(  # noqa: PLR0913 - an act is told in this many words, each given by name
    session: Session,
    kind: str,
    *,
    by: Person,
    at: datetime,
    origin: str,
    moves_version: bool,
    subject: str | None = None,
    reason: str | None = None,
    words: str | None = None,
    details: dict[str, Any] | None = None,
) -> Act:
    """Log one act, under the next version of the ledger if it changes what counts.

    Person and role are kept in words, as they were at the time. `subject` is a claim_ref or slug,
    `reason` what the person gave as one. An act that moves the version locks the ledger until the
    transaction ends: what it changed is to carry `version`, and the fewer moments it waits the better.
    """
    act = Act(
        version=take_version(session) if moves_version else None,
        at=at,
        by_id=by.id,
        by_name=by.name,
        by_role=by.role,
        origin=origin,
        kind=kind,
        subject=subject,
        reason=reason,
        words=words,
        details=details or {},
    )
    session.add(act)
    session.flush()  # rows that carry its version refer to it
    return act


def take_version(session: Session) -> int:
    """The next version of the ledger, whose row stays locked until the transaction ends."""
    following = update(Ledger).values(version=Ledger.version + 1).returning(Ledger.version)
    return session.execute(following.execution_options(synchronize_session=False)).scalar_one()


def lock_ledger(session: Session) -> None:
    """Wait until nobody else moves the version, and keep it so until the transaction ends.

    Whoever locks more than the ledger locks the ledger first, so that no two wait for each other.
    """
    session.execute(select(Ledger.version).with_for_update())
