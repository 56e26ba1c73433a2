"""The example ledger, imported once into a database that holds nothing yet."""

import csv
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.claims.models import Claim
from app.deployments.models import Deployment
from app.ledger.actions import import_ledger
from app.ledger.command import ProgressBar
from app.ledger.report import ImportReport
from app.settings import PROJECT

EXAMPLE = PROJECT / "examples" / "nk-russia"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of the example ledger; a ledger of somebody else's has the licence that they state."""


def import_example(engine: Engine, example: Path, *, at: datetime) -> ImportReport | None:
    """Import the example where the database holds no claims; None where it does, and is left untouched."""
    with ProgressBar() as progress, Session(engine) as session, session.begin():
        if session.scalar(select(exists().select_from(Claim))):
            return None
        return import_ledger(session, example, by=COMMAND_LINE, at=at, progress=progress)


def holds_nothing_else(engine: Engine, example: Path) -> bool:
    """Whether every deployment of the ledger is one of the example's."""
    with (example / "deployments.csv").open(encoding="utf-8", newline="") as file:
        own = {row["slug"] for row in csv.DictReader(file)}
    with Session(engine) as session:
        return own.issuperset(session.scalars(select(Deployment.slug)))
