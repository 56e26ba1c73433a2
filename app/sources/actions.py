"""Describing sources: taken into the ledger in the place where they are first needed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as it is entered; the columns of sources.csv, empty where not known."""

    name: str
    kind: str = ""
    country: str = ""
    family: str = ""  # by name; a new one is created
    reliability: str = ""
    stance: str = ""
    note: str = ""
    slug: str = ""  # empty: made from the name


def find_source(session: Session, name: str) -> int | None:
    """The id of the source called `name` today, else of the only one that ever was; None: there is none."""
    raise NotImplementedError


def create_source(
    session: Session, source: NewSource, *, by: Person, at: datetime, origin: str = "desk"
) -> int:
    """Take a source into the ledger, described at once under a version of its own; gives its id.

    Raises app.claims.refusals.RowRefused, whose problems name the fields of NewSource.
    """
    raise NotImplementedError
