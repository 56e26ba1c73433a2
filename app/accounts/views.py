"""Signing in and out, and the pages that one-time links lead to."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts import own, people
from app.accounts.actions import open_link, use_link
from app.accounts.attempts import forget_failures
from app.accounts.cookies import (
    SIGN_IN,
    cookie_of,
    hand_over,
    names_blinded_by,
    settings_of,
    take_back,
    visit_of,
)
from app.accounts.forms import NewPasswordForm, SignInForm
from app.accounts.guards import CurrentSignIn, kept_fields, same_site_path
from app.accounts.knocking import Held, check_password
from app.accounts.passwords import SHORTEST, why_weak
from app.accounts.sessions import Opened, end_sign_in, open_sign_in
from app.clock import Now
from app.database import DbSession
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _, pgettext
from app.pages import page, see_other

router = APIRouter(include_in_schema=False)
router.include_router(own.router)
router.include_router(people.router)

AFTERWARDS = "desk.home"
"""The route to which somebody comes who has signed in without having asked for a page."""


@router.get("/login", name="accounts.login")
def ask_for_password(request: Request, sign_in: CurrentSignIn, next: str = "") -> Response:  # noqa: A002
    """The page where one signs in; on to where one was going for somebody who has."""
    if sign_in is not None:
        return _onward(request, next)
    return _login_page(request, Values([("next", next)]))


@router.post("/login", name="accounts.sign_in")
def sign_in(request: Request, session: DbSession, now: Now, posted: Posted) -> Response:
    """Sign somebody in under a new secret, and go on to where they were going."""
    form, errors = read_form(SignInForm, posted)
    if form is None:
        return _login_page(request, posted, errors)
    found = check_password(
        session, form.name, form.password, visit=visit_of(request), at=now, key=names_blinded_by(request)
    )
    if isinstance(found, Held):
        held = _login_page(request, posted, [Problem("", found.sentence)], HTTPStatus.TOO_MANY_REQUESTS)
        held.headers["Retry-After"] = str(found.seconds)
        return held
    if found is None:
        sentence = _("No account that can sign in has this name and this password.")
        return _login_page(request, posted, [Problem("name", sentence, _("Name or password"))])
    opened = open_sign_in(
        session, found, visit_of(request), at=now, lifetime=settings_of(request).sign_in_lifetime
    )
    answer = _resume(request, form) if form.kept else _onward(request, form.next)
    return _with_cookies(answer, request, session, opened)


@router.post("/sign-out", name="accounts.sign_out")
def sign_out(request: Request, session: DbSession) -> Response:
    """End the sign-in of this browser."""
    request.state.personal = True
    if token := cookie_of(request, SIGN_IN):
        end_sign_in(session, token)
    answer = see_other(request, "accounts.login")
    take_back(answer, request)
    return answer


@router.get("/welcome/{secret}", name="accounts.welcome")
def ask_for_new_password(request: Request, session: DbSession, now: Now, secret: str) -> Response:
    """The page where somebody who was given a one-time link sets a password; looking uses nothing up."""
    return _welcome_page(request, open_link(session, secret, at=now).person.name)


@router.post("/welcome/{secret}", name="accounts.set_password")
def set_first_password(
    request: Request, session: DbSession, now: Now, secret: str, posted: Posted
) -> Response:
    """Set the password, use the link up, and sign its person in."""
    link = open_link(session, secret, at=now)
    form, errors = read_form(NewPasswordForm, posted)
    if form is not None and (weak := why_weak(form.new_password, link.person.name, link.person.display_name)):
        errors = [Problem("new_password", weak, _("New password"))]
    if form is None or errors:
        return _welcome_page(request, link.person.name, errors)
    person = use_link(session, link, form.new_password, at=now)
    forget_failures(session, person.name, names_blinded_by(request))
    opened = open_sign_in(
        session, person, visit_of(request), at=now, lifetime=settings_of(request).sign_in_lifetime
    )
    return _with_cookies(see_other(request, AFTERWARDS), request, session, opened)


def _with_cookies(answer: Response, request: Request, session: Session, opened: Opened) -> Response:
    """The answer with the new cookies; the sign-in that this browser had before is ended."""
    request.state.personal = True
    if before := cookie_of(request, SIGN_IN):
        end_sign_in(session, before)
    hand_over(answer, request, opened)
    return answer


def _onward(request: Request, address: str) -> Response:
    otherwise = str(request.app.url_path_for(AFTERWARDS))
    return RedirectResponse(same_site_path(address, otherwise), status_code=HTTPStatus.SEE_OTHER)


def _resume(request: Request, form: SignInForm) -> Response:
    """What was typed into a form when the sign-in was lost, to be sent once more."""
    to = same_site_path(form.next, str(request.app.url_path_for(AFTERWARDS)))
    fields = kept_fields(form.kept)
    return page(request, "accounts/resume.html", to=to, fields=fields, labels=_labels(fields))


_CARRIED = {"key", "saves", "shown", "act", "do", "figure_read"}
"""What a form carries of itself, which nobody typed."""


def _labels(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """How these fields are called where what was typed is shown again; others than ours by their names."""
    named = {name: name.replace("_", " ") for name, _value in fields if name not in _CARRIED}
    return named | {
        "url": pgettext("field of a form", "url"),
        "publisher": pgettext("field of a form", "publisher"),
        "title": pgettext("field of a form", "title"),
        "published_on": pgettext("field of a form", "published on"),
        "language": pgettext("field of a form", "language"),
        "source": pgettext("field of a form", "source"),
        "new_source": pgettext("field of a form", "new source"),
        "source_kind": pgettext("field of a form", "source kind"),
        "source_country": pgettext("field of a form", "source country"),
        "source_family": pgettext("field of a form", "source family"),
        "source_reliability": pgettext("field of a form", "source reliability"),
        "source_stance": pgettext("field of a form", "source stance"),
        "source_slug": pgettext("field of a form", "source slug"),
        "said_on": pgettext("field of a form", "said on"),
        "deployment": pgettext("field of a form", "deployment"),
        "measure": pgettext("field of a form", "measure"),
        "nature": pgettext("field of a form", "nature"),
        "figure": pgettext("field of a form", "figure"),
        "qualifier": pgettext("field of a form", "qualifier"),
        "low": pgettext("field of a form", "low"),
        "point": pgettext("field of a form", "point"),
        "high": pgettext("field of a form", "high"),
        "as_of": pgettext("field of a form", "as of"),
        "period_start": pgettext("field of a form", "period start"),
        "period_end": pgettext("field of a form", "period end"),
        "counts_from": pgettext("field of a form", "counts from"),
        "place": pgettext("field of a form", "place"),
        "new_place": pgettext("field of a form", "new place"),
        "wording": pgettext("field of a form", "wording"),
        "note": pgettext("field of a form", "note"),
        "credibility": pgettext("field of a form", "credibility"),
        "part_of": pgettext("field of a form", "part of"),
        "supersedes": pgettext("field of a form", "supersedes"),
        "repeat_of": pgettext("field of a form", "repeat of"),
        "reason": pgettext("field of a form", "reason"),
        "words": pgettext("field of a form", "words"),
        "overridden": pgettext("field of a form", "overridden"),
        "standing_reason": pgettext("field of a form", "standing reason"),
        "standing_on": pgettext("field of a form", "standing on"),
        "verdict": pgettext("field of a form", "verdict"),
        "which": pgettext("field of a form", "which"),
        "rows": pgettext("field of a form", "rows"),
        "state": pgettext("field of a form", "state"),
        "archived_url": pgettext("field of a form", "archived url"),
        "outcome": pgettext("field of a form", "outcome"),
        "claim_ref": pgettext("field of a form", "claim ref"),
        "display_name": pgettext("field of a form", "display name"),
        "named_in_public": pgettext("field of a form", "named in public"),
        "name": pgettext("field of a form", "name"),
        "role": pgettext("field of a form", "role"),
        "scopes": pgettext("field of a form", "scopes"),
        "days": pgettext("field of a form", "days"),
    }


def _login_page(
    request: Request,
    values: Values,
    errors: list[Problem] | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    shown: dict[str, Any] = {"values": values, "errors": errors or [], "interrupted": False}
    return page(request, "accounts/login.html", status_code=status if errors else HTTPStatus.OK, **shown)


def _welcome_page(request: Request, name: str, errors: list[Problem] | None = None) -> Response:
    request.state.personal = True
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    shown: dict[str, Any] = {"name": name, "errors": errors or [], "shortest": SHORTEST}
    answer = page(request, "accounts/welcome.html", status_code=status, canonical="/welcome", **shown)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the secret
    return answer
