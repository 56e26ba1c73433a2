"""Documents that are gone: an editor's dated act says so, or that one is back, and where a copy is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, Subquery, and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import record_act
from app.acts.models import Act
from app.claims.forms import Problem
from app.claims.models import Claim, Revision
from app.claims.refusals import NothingChanges, RowRefused
from app.errors import NotFound
from app.languages.spoken import N_, _
from app.pages import in_words
from app.sources.models import DOCUMENT_STATES, DocumentNote, SourceDocument

NAMELESS = N_("a document without a title")  # stored in the log as it stands here

LONGEST_NAME = 300
"""Characters by which the log calls a document; titles and addresses can be longer than an index entry."""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What was last noted of a document."""

    state: str  # gone or readable
    archived_url: str | None
    at: datetime
    by: str  # the public name of whoever noted it
    words: str | None

    @property
    def is_gone(self) -> bool:
        return self.state == "gone"


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """A document that is gone, with what leans on it."""

    document: SourceDocument
    state: DocumentState
    claims: int  # claims and appearances that count and were read in it
    claim_ref: str  # of one of them


def note_document(
    session: Session,
    document_id: int,
    state: str,
    *,
    by: Person,
    at: datetime,
    origin: str = "desk",
    archived_url: str | None = None,
    words: str | None = None,
) -> DocumentNote:
    """Note that a document is `gone`, or `readable` (again); `archived_url` is where a copy can be read.

    It changes nothing that counts: the claim was read in it all the same. Raises NotFound, RowRefused (its
    problems name state or archived_url) and NothingChanges; then nothing is stored.
    """
    # Locked, so that of two who note the same at once one is told.
    document = session.get(SourceDocument, document_id, with_for_update=True)
    if document is None:
        raise NotFound(_("There is no such document."))
    archived_url = (archived_url or "").strip() or None
    _check(state, archived_url)
    before = session.scalars(_newest_first(document_id).limit(1)).one_or_none()
    known = ("readable", None) if before is None else (before.state, before.archived_url)
    if known == (state, archived_url):
        raise NothingChanges(
            _("It is noted to be %(state)s already.", state=in_words(state))
            if before
            else _("Nobody noted it to be gone.")
        )
    act = record_act(
        session,
        "document",
        by=by,
        at=at,
        origin=origin,
        moves_version=False,
        subject=document_name(document)[:LONGEST_NAME],
        words=(words or "").strip() or None,
        details={
            "state": state,
            "archived_url": archived_url,
            "claim": session.scalar(_refs_read_in(document_id).limit(1)),
        },
    )
    note = DocumentNote(document_id=document_id, act_id=act.id, state=state, archived_url=archived_url)
    session.add(note)
    session.flush()  # the rules of the database are asked here, and not after the page was made
    return note


def document_name(document: SourceDocument) -> str:
    """How a document is called where one name has to do."""
    return document.title or document.url or document.publisher or NAMELESS


def states_of(session: Session, claim_refs: Sequence[str]) -> dict[str, DocumentState]:
    """By claim_ref, what was last noted of a claim's document; left out: nothing was. One SELECT."""
    newest = _newest_notes()
    rows = session.execute(
        select(Claim.ref, *_state_columns(newest))
        .join(Revision, Revision.claim_id == Claim.id)
        .join(newest, newest.c.document_id == Revision.document_id)
        .join(Act, Act.id == newest.c.act_id)
        .join(Person, Person.id == Act.by_id)
        .where(Claim.ref.in_(claim_refs), _counts())
    )
    return {row.ref: _state(row) for row in rows}


def state_of(session: Session, document_id: int) -> DocumentState | None:
    """What was last noted of a document; None: nothing."""
    newest = _newest_notes()
    row = session.execute(
        select(*_state_columns(newest))
        .select_from(newest)
        .join(Act, Act.id == newest.c.act_id)
        .join(Person, Person.id == Act.by_id)
        .where(newest.c.document_id == document_id)
    ).one_or_none()
    return None if row is None else _state(row)


def documents_gone(session: Session, limit: int = 50) -> list[GoneDocument]:
    """Documents that are gone and that claims which count were read in, the last noted first. One SELECT."""
    newest = _newest_notes()
    rows = session.execute(
        select(
            SourceDocument,
            *_state_columns(newest),
            func.count(Revision.id).label("claims"),
            func.min(Claim.ref).label("ref"),
        )
        .join(newest, newest.c.document_id == SourceDocument.id)
        .join(Act, Act.id == newest.c.act_id)
        .join(Person, Person.id == Act.by_id)
        .join(Revision, Revision.document_id == SourceDocument.id)
        .join(Claim, Claim.id == Revision.claim_id)
        .where(newest.c.state == "gone", _counts())
        .group_by(SourceDocument.id, Act.id, Person.id, newest.c.state, newest.c.archived_url)
        .order_by(Act.id.desc())
        .limit(limit)
    )
    return [GoneDocument(row[0], _state(row), row.claims, row.ref) for row in rows]


def claims_read_in(session: Session, document_id: int, limit: int = 100) -> Sequence[str]:
    """The refs of claims and appearances that count and were read in a document, the last said first."""
    return session.scalars(_refs_read_in(document_id).limit(limit)).all()


def document_of(session: Session, claim_ref: str) -> SourceDocument | None:
    """The document that a claim counts by; None: it names none, or does not count."""
    return session.scalar(
        select(SourceDocument)
        .join(Revision, Revision.document_id == SourceDocument.id)
        .join(Claim, Claim.id == Revision.claim_id)
        .where(Claim.ref == claim_ref, _counts())
    )


def _check(state: str, archived_url: str | None) -> None:
    problems = []
    if state not in DOCUMENT_STATES:
        problems.append(
            Problem(
                "state",
                state,
                _("is none of %(words)s", words=", ".join(DOCUMENT_STATES)),
            )
        )
    if archived_url is not None and not _is_web_address(archived_url):
        problems.append(
            Problem("archived_url", archived_url, _("is no address of a page, as https://example.org/a is"))
        )
    if problems:
        raise RowRefused(problems)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isprintable() and not any(letter.isspace() for letter in url)
    return plain and parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def _refs_read_in(document_id: int) -> Select[str]:
    return (
        select(Claim.ref)
        .join(Revision, Revision.claim_id == Claim.id)
        .where(Revision.document_id == document_id, _counts())
        .order_by(Revision.said_day.desc(), Claim.ref)
    )


def _newest_first(document_id: int) -> Select[DocumentNote]:
    return (
        select(DocumentNote).where(DocumentNote.document_id == document_id).order_by(DocumentNote.id.desc())
    )


def _newest_notes() -> Subquery:
    """Of each document of which something was noted, the newest note."""
    return (
        select(DocumentNote)
        .ext(distinct_on(DocumentNote.document_id))
        .order_by(DocumentNote.document_id, DocumentNote.id.desc())
        .subquery()
    )


def _state_columns(newest: Subquery) -> tuple[Any, ...]:
    public_name = case((Person.named_in_public, Person.display_name), else_=Person.pseudonym)
    return newest.c.state, newest.c.archived_url, Act.at, Act.words, public_name.label("by")


def _state(row: Any) -> DocumentState:
    return DocumentState(row.state, row.archived_url, row.at, row.by, row.words)


def _counts() -> Any:
    return and_(Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))


NOTED: Mapping[str, str] = {"gone": N_("Document gone"), "readable": N_("Document readable")}
"""What the log says of a note, by its state."""
