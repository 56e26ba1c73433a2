"""One's own account: name, password, where one is signed in, API tokens."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.actions import name_in_public, set_password
from app.accounts.api_tokens import (
    LONGEST_DAYS,
    NameTaken,
    create_api_token,
    kept_api_tokens,
    revoke_api_token,
)
from app.accounts.cookies import keep_signed_in, names_blinded_by, settings_of, take_back, visit_of
from app.accounts.forms import ChangePasswordForm, NamingForm, TokenForm
from app.accounts.guards import NeededSignIn, SignedIn
from app.accounts.knocking import Held, check_password
from app.accounts.models import Person, Scope, SignIn
from app.accounts.passwords import SHORTEST, why_weak
from app.accounts.queries import open_sign_ins
from app.accounts.sessions import change_secret, end_sign_ins
from app.accounts.visits import browser_said
from app.clock import Now
from app.database import DbSession
from app.errors import NotFound
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import N_, _, known
from app.pages import page, see_other, with_query

router = APIRouter(prefix="/desk/account")

RowId = Annotated[int, Path(ge=1, lt=2**63)]

DONE = {
    "name": N_("Saved."),
    "password": N_("The password is changed. Everywhere else you are signed out."),
    "ended": N_("That browser is signed out."),
    "revoked": N_("The token is revoked."),
}
"""What the page says of something that was just done, by the word in its address."""


@router.get("", name="accounts.own")
def show(request: Request, session: DbSession, sign_in: NeededSignIn, now: Now) -> Response:
    """One's own account."""
    return _account_page(request, session, sign_in, now)


@router.post("/name", name="accounts.name")
def choose_name(
    request: Request, session: DbSession, sign_in: NeededSignIn, now: Now, posted: Posted
) -> Response:
    """Choose one's name, and whether the public reads it."""
    form, errors = read_form(NamingForm, posted)
    if form is None:
        return _account_page(request, session, sign_in, now, refused="naming", values=posted, errors=errors)
    name_in_public(
        session,
        sign_in.person,
        display_name=form.display_name,
        named_in_public=form.named_in_public,
        at=now,
    )
    return _back(request, "name")


@router.post("/password", name="accounts.change_password")
def change_password(
    request: Request, session: DbSession, sign_in: NeededSignIn, now: Now, posted: Posted
) -> Response:
    """Change one's password; this browser goes on under a new secret, all others are signed out."""
    person = sign_in.person
    form, errors = read_form(ChangePasswordForm, posted)
    if form is not None and (weak := why_weak(form.new_password, person.name, person.display_name)):
        errors = [Problem("new_password", weak, _("New password"))]
    if form is not None and not errors:
        errors = _wrong_password(request, session, person, form.current_password, now)
    if form is None or errors:
        return _account_page(request, session, sign_in, now, refused="password", values=posted, errors=errors)
    set_password(session, person, form.new_password, by=person, at=now, origin="desk", staying=sign_in)
    answer = _back(request, "password")
    keep_signed_in(answer, request, change_secret(session, sign_in))
    return answer


@router.post("/sign-ins/end-all", name="accounts.end_sign_ins")
def sign_out_everywhere(request: Request, session: DbSession, person: SignedIn) -> Response:
    """Sign out in every browser, this one too."""
    end_sign_ins(session, person)
    answer = see_other(request, "accounts.login")
    take_back(answer, request)
    return answer


@router.post("/sign-ins/{sign_in_id}/end", name="accounts.end_sign_in")
def sign_out_elsewhere(request: Request, session: DbSession, person: SignedIn, sign_in_id: RowId) -> Response:
    """Sign out in one browser."""
    ended = session.scalar(
        delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person.id).returning(SignIn.id)
    )
    if ended is None:
        raise NotFound(_("You are not signed in there, or not any more."))
    return _back(request, "ended")


@router.post("/tokens", name="accounts.create_token")
def create_token(
    request: Request, session: DbSession, sign_in: NeededSignIn, now: Now, posted: Posted
) -> Response:
    """Create an API token and show it. No redirect, because nothing keeps the secret until the next page."""
    person = sign_in.person
    form, errors = read_form(TokenForm, posted)
    if form is not None:
        errors = _wrong_password(request, session, person, form.current_password, now)
    if form is not None and not errors:
        try:
            secret = create_api_token(
                session, person, name=form.name, scopes=form.scopes, days=form.days, at=now
            )
        except NameTaken as taken:
            errors = [Problem("name", taken.sentence, _("What for"))]
    if form is None or errors:
        return _account_page(request, session, sign_in, now, refused="token", values=posted, errors=errors)
    return page(request, "accounts/token.html", secret=secret, name=form.name)


@router.post("/tokens/{token_id}/revoke", name="accounts.revoke_token")
def revoke_token(
    request: Request, session: DbSession, person: SignedIn, now: Now, token_id: RowId
) -> Response:
    """Make an API token worthless."""
    revoke_api_token(session, person, token_id, at=now)
    return _back(request, "revoked")


def _wrong_password(
    request: Request, session: Session, person: Person, password: str, at: Now
) -> list[Problem]:
    """What is wrong with the present password; counted as at /login, so that it cannot be guessed here."""
    found = check_password(
        session, person.name, password, visit=visit_of(request), at=at, key=names_blinded_by(request)
    )
    if isinstance(found, Held):
        return [Problem("current_password", found.sentence, _("Present password"))]
    wrong = Problem("current_password", _("This is not your password."), _("Present password"))
    return [] if found else [wrong]


def _back(request: Request, done: str) -> RedirectResponse:
    own = str(request.app.url_path_for("accounts.own"))
    return RedirectResponse(with_query(own, {"done": done}), status_code=HTTPStatus.SEE_OTHER)


def _account_page(
    request: Request,
    session: Session,
    sign_in: SignIn,
    at: Now,
    *,
    refused: str = "",
    values: Values | None = None,
    errors: Sequence[Problem] = (),
) -> Response:
    """The page; `refused` names the form on it that was refused, with its values and errors."""
    person = sign_in.person
    idle = settings_of(request).sign_in_idle
    return page(
        request,
        "accounts/own.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        person=person,
        here=sign_in,
        sign_ins=open_sign_ins(session, person, at=at, idle=idle),
        tokens=kept_api_tokens(session, person),
        now=at,
        scopes={
            Scope.CLAIMS: _("single claims"),
            Scope.IMPORTS: _("batches: a claims CSV or a ledger"),
        },
        longest_days=LONGEST_DAYS,
        shortest=SHORTEST,
        refused=refused,
        values=values,
        errors=errors,
        browser_said=browser_said,
        done=known(DONE.get(request.query_params.get("done", ""), "")),
    )
