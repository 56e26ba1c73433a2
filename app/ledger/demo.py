"""The example ledger, imported once into a database that holds nothing yet."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.claims.models import Claim
from app.ledger.actions import import_ledger
from app.ledger.command import ProgressBar
from app.ledger.report import ImportReport


def import_example(engine: Engine, example: Path, *, at: datetime) -> ImportReport | None:
    """Import the example where the database holds no claims; None where it does, and is left untouched."""
    with ProgressBar() as progress, Session(engine) as session, session.begin():
        if session.scalar(select(exists().select_from(Claim))):
            return None
        return import_ledger(session, example, by=COMMAND_LINE, at=at, progress=progress)
