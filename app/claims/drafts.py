"""Drafts that save themselves, and forms that are handed in once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.models import Draft
from app.errors import Refusal


class SavedElsewhere(Refusal):
    """The draft was saved from another tab since; `draft` is what it holds now (None: it is gone)."""

    def __init__(self, sentence: str, draft: Draft | None) -> None:
        super().__init__(sentence)
        self.draft = draft


class HandedIn(Refusal):
    """The form was handed in already, with other content or as a draft that is saved too late."""

    def __init__(self, sentence: str, claim_ref: str) -> None:
        super().__init__(sentence)
        self.claim_ref = claim_ref


def new_key() -> str:
    """A key for a form that is about to be shown: of its draft, and of what is handed in."""
    raise NotImplementedError


def save_draft(  # noqa: PLR0913
    session: Session,
    key: str,
    values: Mapping[str, str | Sequence[str]],
    *,
    by: Person,
    at: datetime,
    expected: int,
    act: str = "enter",
    claim_ref: str | None = None,
    based_on: int | None = None,
) -> Draft:
    """Keep what stands in a form; `expected` is `Draft.saves` as the form knows it, 0 before the first save.

    `act` is one of app.review.acts_of_editors; `claim_ref` the claim that it is about and `based_on` the
    number of the revision that the form showed. Raises SavedElsewhere and HandedIn.
    """
    raise NotImplementedError


def drafts_of(session: Session, person: Person) -> list[tuple[Draft, str | None]]:
    """Somebody's drafts with the claim_ref they are about, the last saved first."""
    raise NotImplementedError


def find_draft(session: Session, person: Person, key: str) -> Draft | None:
    """Somebody's draft by the key of its form; None where there is none: handed in, discarded or never saved."""
    raise NotImplementedError


def draft_about(session: Session, person: Person, claim_ref: str, act: str) -> Draft | None:
    """Somebody's draft of one act on one claim: there is one at most."""
    raise NotImplementedError


def discard_draft(session: Session, person: Person, key: str) -> None:
    """Throw somebody's draft away; that it is gone already is no mistake."""
    raise NotImplementedError
