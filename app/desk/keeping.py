"""Drafts of the form: kept by the script as somebody types, or by a button; opened again, thrown away."""

import json
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.claims.actions import newest_number
from app.claims.drafts import (
    KEY,
    HandedIn,
    SavedElsewhere,
    discard_draft,
    find_draft,
    find_submission,
    save_draft,
)
from app.claims.models import Claim, Draft
from app.claims.refusals import NewerRevision
from app.clock import Now
from app.database import DbSession
from app.desk.beside import beside
from app.desk.claim_form import FIELDS
from app.desk.conflicts import came_between, saved_elsewhere, values_in
from app.desk.entering import OF_CLAIMS, subject_of
from app.desk.entry_page import Conflict, OpenForm, entry_page, in_address, open_form
from app.errors import NotFound, Refusal
from app.forms import Posted
from app.languages.asked import PREFIX, within
from app.languages.spoken import _
from app.pages import see_other
from app.review.acts_of_editors import ACTS

router = APIRouter(prefix="/desk/drafts")

LONGEST_DRAFT = 1_000_000
"""Bytes of a draft: what the database holds (app.claims.models.Draft), and room to spare."""

JSON = "application/json"


class TooLong(Refusal):
    """More was typed than a draft can hold."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@router.get("/{key}", name="desk.draft")
def show(request: Request, session: DbSession, editor: Editor, now: Now, key: str) -> Response:
    """A draft as it was last saved; what was handed in from it, where it was."""
    draft = find_draft(session, editor, key) if KEY.fullmatch(key) else None
    if draft is None:
        sent = find_submission(session, editor, key) if KEY.fullmatch(key) else None
        if sent is not None and sent.revision_id is not None:
            return see_other(request, "desk.handed_in", key=key)
        raise NotFound(
            _("There is no such draft: it was handed in or thrown away, or it is somebody else’s.")
        )
    claim = session.get(Claim, draft.claim_id) if draft.claim_id is not None else None
    act = ACTS[draft.act]
    if in_address(act) not in OF_CLAIMS:
        return see_other(request, "desk.judge", claim_ref=claim.ref if claim else "", act=in_address(act))
    values = values_in(draft)
    form = OpenForm(
        act,
        claim.ref if claim is not None else "",
        values,
        key,
        draft.saves,
        _shown(draft),
        draft.saved_at,
    )
    said = beside(session, values, act, form.claim_ref, at=now)
    if claim is not None and act.name == "correct" and newest_number(session, claim.ref) != form.shown:
        told = _("%(ref)s has changed since this draft was begun. Look at it first.", ref=claim.ref)
        form, conflict = came_between(request, session, form, NewerRevision(told))
        return entry_page(request, session, editor, form, said=said, conflict=conflict)
    return entry_page(request, session, editor, form, said=said)


@router.post("/{key}", name="desk.save_draft")
def save(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, key: str
) -> Response:
    """Keep what stands in a form. The script is answered in JSON: the saves, or why nothing was saved."""
    act, claim_ref = subject_of(posted)
    form = open_form(posted, act, claim_ref)
    is_script = request.headers.get("accept") == JSON
    try:
        draft = _keep(session, editor, form, key, now)
    except (SavedElsewhere, HandedIn, TooLong) as refusal:
        if is_script:
            return JSONResponse({"sentence": refusal.sentence}, refusal.status)
        said = beside(session, form.values, act, claim_ref, at=now)
        form, conflict = _on_from(request, session, form, refusal)
        return entry_page(request, session, editor, form, said=said, conflict=conflict, status=refusal.status)
    if is_script:
        return JSONResponse({"saves": draft.saves, "address": _address(request, draft)})
    return see_other(request, "desk.draft", key=draft.key)


@router.post("/{key}/discard", name="desk.discard_draft")
def discard(request: Request, session: DbSession, editor: Editor, key: str) -> Response:
    """Throw a draft away; that it is gone already is no mistake."""
    if KEY.fullmatch(key):
        discard_draft(session, editor, key)
    return see_other(request, "desk.home")


def _keep(session: Session, editor: Person, form: OpenForm, key: str, now: datetime) -> Draft:
    kept = {name: value for name in FIELDS if (value := form.values[name])} | {"shown": str(form.shown)}
    if len(json.dumps(kept, ensure_ascii=False).encode()) > LONGEST_DRAFT:
        raise TooLong(_("This is too long to be kept as a draft. What you typed is still here."))
    try:
        return save_draft(
            session,
            key,
            kept,
            by=editor,
            at=now,
            expected=form.saves,
            act=form.act.name,
            claim_ref=form.claim_ref or None,
            based_on=form.shown or None,
        )
    except SavedElsewhere as refusal:
        if refusal.draft is not None and refusal.draft.key == key and refusal.draft.values == kept:
            return refusal.draft  # it holds just this: an answer was lost on its way
        raise


def _on_from(
    request: Request, session: Session, form: OpenForm, refusal: Refusal
) -> tuple[OpenForm, Conflict]:
    if isinstance(refusal, SavedElsewhere):
        return saved_elsewhere(request, form, refusal)
    if isinstance(refusal, HandedIn):
        return came_between(request, session, form, refusal)
    return form, Conflict(refusal.sentence)


def _address(request: Request, draft: Draft) -> str:
    address = str(request.app.url_path_for("desk.draft", key=draft.key))
    return within(request.scope.get(PREFIX, ""), address)


def _shown(draft: Draft) -> int:
    """The number of the revision that the form has shown last; the draft was begun with an older one."""
    shown = draft.values.get("shown", "")
    return int(shown) if isinstance(shown, str) and shown.isdigit() else draft.based_on or 0
