"""Acts of an editor that change no claim: "checked, nothing new", and what became of a document."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.queries import measure_texts
from app.claims.document_notes import claims_read_in, document_name, note_document, state_of
from app.claims.queries import approved_claims
from app.claims.refusals import NothingChanges, RowRefused
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.form_pages import form_page
from app.forms import Form, Posted, Problem, Values, read_form
from app.languages.spoken import N_, _, known
from app.pages import see_other
from app.review.actions import note_check
from app.sources.models import SourceDocument

router = APIRouter(prefix="/desk")

DocumentId = Annotated[int, Path(ge=1, lt=2**63)]
LABELS = {"state": N_("What was found"), "archived_url": N_("Archived copy"), "words": N_("Remark")}


class CheckForm(Form):
    """A deployment that was looked after."""

    deployment: str = Field(title=N_("Deployment"), max_length=200)
    words: str | None = Field(None, title=N_("Where"), max_length=2000)


class DocumentForm(Form):
    """What was found of a document."""

    state: Literal["gone", "readable"] = Field(title=LABELS["state"])
    archived_url: str | None = Field(None, title=LABELS["archived_url"], max_length=4000)
    words: str | None = Field(None, title=LABELS["words"], max_length=2000)


@router.get("/checks", name="desk.checks")
def show_checks(request: Request, session: DbSession, editor: Editor) -> Response:
    """The form by which somebody says that they looked and found nothing new."""
    chosen = request.query_params.get("deployment") or ""
    return _check_page(request, session, editor, Values([("deployment", chosen)]))


@router.post("/checks", name="desk.note_check")
def check(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted) -> Response:
    """Log that somebody looked for new figures of a deployment and found none."""
    form, errors = read_form(CheckForm, posted)
    if form is None:
        return _check_page(request, session, editor, posted, errors)
    known = {one.slug for one in deployment_texts(session)}
    if form.deployment not in known:
        unknown = [Problem("deployment", _("There is no such deployment."), _("Deployment"))]
        return _check_page(request, session, editor, posted, unknown)
    note_check(session, form.deployment, by=editor, at=now, words=form.words)
    return see_other(request, "desk.home")


@router.get("/documents/{document_id}", name="desk.document")
def show_document(request: Request, session: DbSession, editor: Editor, document_id: DocumentId) -> Response:
    """A document, what was read in it, and the form by which one notes that it is gone or back."""
    document = _document(session, document_id)
    state = state_of(session, document.id)
    values = Values([("state", "readable" if state is not None and state.is_gone else "gone")])
    return _document_page(request, session, editor, document, values)


@router.post("/documents/{document_id}", name="desk.note_document")
def note(
    request: Request,
    session: DbSession,
    editor: Editor,
    now: Now,
    posted: Posted,
    document_id: DocumentId,
) -> Response:
    """Note that a document is gone, or can be read again."""
    document = _document(session, document_id)
    form, errors = read_form(DocumentForm, posted)
    if form is None:
        return _document_page(request, session, editor, document, posted, errors)
    try:
        note_document(
            session,
            document.id,
            form.state,
            by=editor,
            at=now,
            archived_url=form.archived_url,
            words=form.words,
        )
    except RowRefused as refusal:
        errors = [
            Problem(
                one.column,
                _("“%(value)s” %(reason)s.", value=one.value, reason=one.reason),
                known(LABELS[one.column]),
            )
            for one in refusal.problems
        ]
        return _document_page(request, session, editor, document, posted, errors)
    except NothingChanges as refusal:
        return _document_page(request, session, editor, document, posted, refusal=refusal)
    return see_other(request, "desk.document", document_id=document.id)


def _document(session: Session, document_id: int) -> SourceDocument:
    document = session.get(SourceDocument, document_id)
    if document is None:
        raise NotFound(_("There is no such document."))
    return document


def _check_page(
    request: Request, session: Session, person: Person, values: Values, errors: list[Problem] | None = None
) -> Response:
    return form_page(
        request,
        "desk/check.html",
        values=values,
        errors=errors,
        person=person,
        deployments={one.slug: one.name for one in deployment_texts(session)},
    )


def _document_page(
    request: Request,
    session: Session,
    person: Person,
    document: SourceDocument,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    return form_page(
        request,
        "desk/document.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        document=document,
        name=document_name(document),
        state=state_of(session, document.id),
        claims=approved_claims(session, refs=claims_read_in(session, document.id)),
        measures=measure_texts(session),
    )
