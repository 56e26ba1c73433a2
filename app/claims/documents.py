"""Web addresses of documents: written in one way, and found again among those that the ledger knows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document that claims were read in already, as a form fills it in."""

    document_id: int
    publisher: str | None
    title: str | None
    url: str | None
    language: str | None
    published_on: str | None  # as the newest claim read in it gives it
    said_on: str | None  # likewise
    source: str | None  # the name of the source of that claim
    deployment: str | None  # the slug of its deployment
    claims: int  # claims and appearances that were read in it, waiting ones included
    refs: tuple[str, ...]  # of the newest of them, five at most


def tidy_url(url: str) -> str:
    """The address without what only tracks its readers; anything but a web address is left as it is."""
    raise NotImplementedError


def url_key(url: str) -> str:
    """What two spellings of the address of one page have in common: for comparing, not for opening."""
    raise NotImplementedError


def known_documents(session: Session, url: str) -> list[KnownDocument]:
    """The documents of the page that `url` leads to, those with most claims first. None known: empty."""
    raise NotImplementedError


def recent_documents(session: Session, person_id: int, limit: int = 5) -> list[KnownDocument]:
    """The documents from which somebody entered claims last, the last first: the same again in one click."""
    raise NotImplementedError
