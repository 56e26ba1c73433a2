"""Reading the log and the version of the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.acts.models import Act, Ledger

PUBLIC_KINDS = ("import", "approve", "judge", "describe", "check", "document")
"""Acts that the public log shows: those that changed what counts, "checked, nothing new", and what became of
documents.

What is handed in, sent back, rejected or withdrawn counted at no time and stays between its author and the
reviewers; accounts are nobody else's concern.
"""


def ledger_version(session: Session) -> int:
    """The newest version of the ledger; 0 while nothing in it counts."""
    return session.scalars(select(Ledger.version)).one()


def last_changed_at(session: Session) -> datetime | None:
    """When the newest version was made; None while nothing counts."""
    return session.scalar(select(Act.at).where(Act.version == select(Ledger.version).scalar_subquery()))


def last_checked_at(session: Session, deployment: str, version: int | None = None) -> datetime | None:
    """When somebody last looked for something new about a deployment and found nothing; None: nobody did.

    At a `version` that was followed by another, only checks before that other one count.
    """
    checks = select(func.max(Act.at)).where(Act.subject == deployment, Act.kind == "check")
    if version is not None:
        following = select(func.min(Act.id)).where(Act.version > version).scalar_subquery()
        checks = checks.where(or_(following.is_(None), Act.id < following))
    return session.scalar(checks)


def recent_acts(session: Session, limit: int, before: int | None = None) -> Sequence[Act]:
    """Up to `limit` public acts, the last recorded first; `before` is the id of the last one already seen."""
    newest_first = select(Act).where(Act.kind.in_(PUBLIC_KINDS)).order_by(Act.id.desc()).limit(limit)
    return session.scalars(newest_first if before is None else newest_first.where(Act.id < before)).all()
