"""Everybody with an account, for administrators: invited, given another role, disabled, given a link."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, change_role, disable, enable, give_link
from app.accounts.api_tokens import NameTaken
from app.accounts.cookies import settings_of
from app.accounts.forms import InviteForm, RoleForm
from app.accounts.guards import Administrator
from app.accounts.models import Person, Role
from app.accounts.queries import all_people, open_links, person_named
from app.clock import Now
from app.database import DbSession
from app.forms import Posted, Problem, Values, read_form
from app.languages.asked import PREFIX, within
from app.languages.spoken import _
from app.pages import page, see_other

router = APIRouter(prefix="/desk/people")

ORIGIN = "desk"


@router.get("", name="accounts.people")
def show_all(request: Request, session: DbSession, by: Administrator, now: Now) -> Response:
    """Everybody, and the form that invites somebody."""
    return _people_page(request, session, by, now, Values([("role", Role.EDITOR)]))


@router.post("", name="accounts.invite")
def invite(request: Request, session: DbSession, by: Administrator, now: Now, posted: Posted) -> Response:
    """Invite somebody, and show the one-time link. No redirect, because nothing keeps the secret."""
    form, errors = read_form(InviteForm, posted)
    if form is not None:
        try:
            person = add_person(
                session,
                name=form.name,
                display_name=form.display_name,
                role=form.role,
                by=by,
                at=now,
                origin=ORIGIN,
            )
            return _link_page(request, session, person, by, now)
        except NameTaken as taken:
            errors = [Problem("name", taken.sentence, _("Name to sign in with"))]
    return _people_page(request, session, by, now, posted, errors)


@router.get("/{person_name}", name="accounts.person")
def show(request: Request, session: DbSession, by: Administrator, now: Now, person_name: str) -> Response:
    """One person, and what an administrator can do about them."""
    return _person_page(request, session, by, now, person_name)


@router.post("/{person_name}/role", name="accounts.change_role")
def give_role(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str, posted: Posted
) -> Response:
    """Give somebody another role."""
    form, errors = read_form(RoleForm, posted)
    if form is None:
        return _person_page(request, session, by, now, person_name, errors)
    change_role(session, person_named(session, person_name), form.role, by=by, at=now, origin=ORIGIN)
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/disable", name="accounts.disable")
def keep_out(request: Request, session: DbSession, by: Administrator, now: Now, person_name: str) -> Response:
    """Keep somebody out."""
    disable(session, person_named(session, person_name), by=by, at=now, origin=ORIGIN)
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/enable", name="accounts.enable")
def let_in(request: Request, session: DbSession, by: Administrator, now: Now, person_name: str) -> Response:
    """Let somebody in again."""
    enable(session, person_named(session, person_name), by=by, at=now, origin=ORIGIN)
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/link", name="accounts.give_link")
def show_link(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str
) -> Response:
    """Make a one-time link to a first or new password, and show it."""
    return _link_page(request, session, person_named(session, person_name), by, now)


def _link_page(request: Request, session: Session, person: Person, by: Person, now: Now) -> Response:
    secret = give_link(session, person, by=by, at=now, origin=ORIGIN)
    base = settings_of(request).base_url or str(request.base_url).rstrip("/")
    path = str(request.app.url_path_for("accounts.welcome", secret=secret))
    address = base + within(request.scope.get(PREFIX, ""), path)
    link = open_links(session, now)[person.id]
    return page(request, "accounts/link.html", person=person, by=by, address=address, given=link)


def _people_page(
    request: Request,
    session: Session,
    by: Person,
    now: Now,
    values: Values,
    errors: list[Problem] | None = None,
) -> Response:
    return page(
        request,
        "accounts/people.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        by=by,
        people=all_people(session),
        links=open_links(session, now),
        roles=list(Role),
        values=values,
        errors=errors or [],
    )


def _person_page(
    request: Request,
    session: Session,
    by: Person,
    now: Now,
    person_name: str,
    errors: list[Problem] | None = None,
) -> Response:
    person = person_named(session, person_name)
    shown: dict[str, Any] = {"person": person, "by": by, "errors": errors or [], "roles": list(Role)}
    return page(
        request,
        "accounts/person.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        link_open=open_links(session, now).get(person.id),
        **shown,
    )
