"""Everybody with an account, for administrators: invited, given another role, disabled, given a link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.actions import (
    NoLongerAdministrator,
    add_person,
    change_role,
    disable,
    enable,
    give_link,
    lock_people,
    sign_out,
)
from app.accounts.api_tokens import NameTaken, kept_api_tokens, revoke_api_token
from app.accounts.cookies import settings_of
from app.accounts.forms import InviteForm, ReasonForm, RoleForm
from app.accounts.guards import Administrator
from app.accounts.models import Person, Role
from app.accounts.queries import (
    acts_about,
    invited_as,
    open_links,
    open_sign_ins,
    people_listed,
    person_named,
)
from app.accounts.visits import browser_said
from app.accounts.wording import done_in_words
from app.administration.listed import ROWS, read_listed
from app.clock import Now
from app.database import DbSession
from app.errors import Refusal
from app.forms import Posted, Problem, Values, read_form
from app.languages.asked import PREFIX, within
from app.languages.spoken import _
from app.pages import page, see_other

router = APIRouter(prefix="/desk/people")

ORIGIN = "desk"

RowId = Annotated[int, Path(ge=1, lt=2**63)]


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
            again = invited_as(session, form.name, form.display_name, form.role)
            if again is not None:  # a double click, or once more before the link was used
                return _link_page(request, session, again, by, now)
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
    person = person_named(session, person_name)
    form, errors = read_form(RoleForm, posted)
    if form is None and person.id != by.id:
        return _person_page(request, session, by, now, person_name, Refused("role", posted, errors))
    role, reason = (form.role, form.reason) if form is not None else (Role(person.role), None)
    try:
        change_role(session, person, role, by=by, at=now, origin=ORIGIN, reason=reason)
    except NoLongerAdministrator:
        raise  # the page is not for them any more
    except Refusal as refusal:
        return _person_page(request, session, by, now, person_name, Refused("role", posted, refusal=refusal))
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/disable", name="accounts.disable")
def keep_out(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str, posted: Posted
) -> Response:
    """Keep somebody out."""
    return _with_reason(request, session, by, now, person_name, posted, disable)


@router.post("/{person_name}/enable", name="accounts.enable")
def let_in(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str, posted: Posted
) -> Response:
    """Let somebody in again."""
    return _with_reason(request, session, by, now, person_name, posted, enable)


def _with_reason(
    request: Request,
    session: Session,
    by: Person,
    now: Now,
    person_name: str,
    posted: Values,
    do: Callable[..., None],
) -> Response:
    """Do something to an account for the reason that was given; who gave none is asked for one."""
    person = person_named(session, person_name)
    form, errors = read_form(ReasonForm, posted)
    if form is None and person.id != by.id:  # to one's own account it is refused, whatever the reason
        return _person_page(request, session, by, now, person_name, Refused("account", posted, errors))
    reason = form.reason if form is not None else None
    try:
        do(session, person, by=by, at=now, origin=ORIGIN, reason=reason)
    except NoLongerAdministrator:
        raise  # the page is not for them any more
    except Refusal as refusal:
        return _person_page(
            request, session, by, now, person_name, Refused("account", posted, refusal=refusal)
        )
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/sign-ins/end", name="accounts.sign_out_everywhere")
def sign_out_everywhere(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str
) -> Response:
    """Sign somebody out wherever they are signed in."""
    sign_out(session, person_named(session, person_name), None, by=by, at=now, origin=ORIGIN)
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/sign-ins/{sign_in_id}/end", name="accounts.sign_out_of")
def sign_out_of(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str, sign_in_id: RowId
) -> Response:
    """Sign somebody out of one browser."""
    sign_out(session, person_named(session, person_name), sign_in_id, by=by, at=now, origin=ORIGIN)
    return see_other(request, "accounts.person", person_name=person_name)


@router.post("/{person_name}/tokens/{token_id}/revoke", name="accounts.revoke_theirs")
def revoke_theirs(
    request: Request, session: DbSession, by: Administrator, now: Now, person_name: str, token_id: RowId
) -> Response:
    """Make a token of somebody worthless."""
    person = person_named(session, person_name)
    lock_people(session, person, by)
    revoke_api_token(session, person, token_id, at=now, by=by)
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
    link = open_links(session, now, [person])[person.id]
    return page(request, "accounts/link.html", person=person, by=by, address=address, given=link)


def _people_page(
    request: Request,
    session: Session,
    by: Person,
    now: Now,
    values: Values,
    errors: list[Problem] | None = None,
) -> Response:
    listed = read_listed(request)
    shown, number = people_listed(session, listed.q, after=listed.first, limit=ROWS)
    return page(
        request,
        "accounts/people.html",
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        by=by,
        listed=listed,
        number=number,
        people=shown,
        links=open_links(session, now, shown),
        roles=list(Role),
        values=values,
        errors=errors or [],
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """Which form of the page was refused, with what stood in it and what is wrong with it."""

    form: str  # role or account
    values: Values
    errors: list[Problem] = field(default_factory=list)
    refusal: Refusal | None = None  # of the form as a whole


_NOTHING_REFUSED = Refused("", Values())


def _person_page(
    request: Request,
    session: Session,
    by: Person,
    now: Now,
    person_name: str,
    refused: Refused = _NOTHING_REFUSED,
) -> Response:
    person = person_named(session, person_name)
    settings = settings_of(request)
    return page(
        request,
        "accounts/person.html",
        status_code=refused.refusal.status if refused.refusal else 422 if refused.errors else 200,
        link_open=open_links(session, now, [person]).get(person.id),
        person=person,
        by=by,
        refused=refused,
        roles=list(Role),
        sign_ins=open_sign_ins(session, person, at=now, idle=settings.sign_in_idle),
        tokens=kept_api_tokens(session, person),
        acts=acts_about(session, person),
        done_in_words=done_in_words,
        now=now,
        browser_said=browser_said,
    )
