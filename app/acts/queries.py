"""Reading the log and the version of the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acts.models import Act, Ledger


def ledger_version(session: Session) -> int:
    """The newest version of the ledger; 0 while nothing in it counts."""
    return session.scalars(select(Ledger.version)).one()


def last_changed_at(session: Session) -> datetime | None:
    """When the newest version was made; None while nothing counts."""
    return session.scalar(select(Act.at).where(Act.version == select(Ledger.version).scalar_subquery()))


def recent_acts(session: Session, limit: int, before: int | None = None) -> Sequence[Act]:
    """Up to `limit` acts, the last recorded first; `before` is the id of the last one already seen."""
    newest_first = select(Act).order_by(Act.id.desc()).limit(limit)
    return session.scalars(newest_first if before is None else newest_first.where(Act.id < before)).all()
