"""Other names of sources and of places: one page for both, where they are noted, proposed and taken back.

A reviewer notes a name, and it counts at once; an editor hands it in, and a reviewer decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person, Role
from app.acts.models import Act
from app.administration.actions import is_own_last_act
from app.administration.forms import AliasForm
from app.administration.proposals import NotYours, called, proposals, propose_alias
from app.administration.refusals import BadName
from app.clock import Now
from app.database import DbSession
from app.errors import NotFound, Refusal
from app.form_pages import form_page
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import see_other


class Named(Protocol):
    """A source or place as its names are looked after."""

    @property
    def id(self) -> int: ...

    @property
    def into(self) -> str | None:
        """The slug of the one that it was merged into; None: it stands by itself."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How the other names of sources, or of places, are looked after."""

    noun: str  # source or place
    shown: str  # the route of the page
    standing: Callable[[Session, str], Named]
    noted: Callable[[Session, int], list[tuple[str, datetime]]]
    add: Callable[..., Act]
    end: Callable[..., Act | None]


def add_name_routes(router: APIRouter, naming: Naming, noting: str) -> None:
    """The page of other names under `/{slug}/names` of a router; `noting` names the route of its form."""
    router.add_api_route("/{slug}/names", _show_of(naming), methods=["GET"], name=naming.shown)
    router.add_api_route("/{slug}/names", _note_of(naming), methods=["POST"], name=noting)


def _show_of(naming: Naming) -> Callable[..., Response]:
    def show_names(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
        return _page(request, session, naming, editor, slug, Values())

    return show_names


def _note_of(naming: Naming) -> Callable[..., Response]:
    def note_name(
        request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
    ) -> Response:
        if posted["end"]:
            return _end(request, session, naming, editor, now, posted, slug)
        form, errors = read_form(AliasForm, posted)
        at_once = editor.may(Role.REVIEWER)
        if form is not None and form.reason is None and not at_once:
            errors = [Problem("reason", _("Write why; the reason is public."), _("Why"))]
        refusal: Refusal | None = None
        if form is not None and not errors:
            try:
                return _noted(request, session, naming, editor, now, form, slug)
            except BadName as wrong:
                errors = [Problem("name", wrong.sentence, _("Other name"))]
            except NotFound:
                raise
            except Refusal as refused:
                refusal = refused
        return _page(request, session, naming, editor, slug, posted, errors, refusal=refusal)

    return note_name


def _noted(
    request: Request,
    session: Session,
    naming: Naming,
    person: Person,
    now: datetime,
    form: AliasForm,
    slug: str,
) -> Response:
    """Noted by a reviewer, else handed in; a double click does either once. Raises as these do."""
    signed: dict[str, Any] = {"by": person, "at": now}
    if not person.may(Role.REVIEWER):
        reason = form.reason or ""
        handed_in = propose_alias(session, slug, form.name, noun=naming.noun, reason=reason, **signed)
        return see_other(request, "administration.proposal", proposal_id=handed_in.id)
    try:
        naming.add(session, slug, form.name, reason=form.reason, **signed)
    except BadName:
        noted = naming.noted(session, naming.standing(session, slug).id)[:1]
        is_again = is_own_last_act(session, slug, reason=form.reason, by=person)
        if not is_again or form.name not in {name for name, _at in noted}:
            raise
    return see_other(request, naming.shown, slug=slug)


def _end(
    request: Request,
    session: Session,
    naming: Naming,
    person: Person,
    now: datetime,
    posted: Values,
    slug: str,
) -> Response:
    if not person.may(Role.REVIEWER):
        refusal = NotYours(_("Taking a name back takes a reviewer."))
        return _page(request, session, naming, person, slug, posted, refusal=refusal)
    reason = posted["reason"].strip() or None
    naming.end(session, slug, posted["end"], reason=reason, by=person, at=now)
    return see_other(request, naming.shown, slug=slug)


def _page(
    request: Request,
    session: Session,
    naming: Naming,
    person: Person,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    thing = naming.standing(session, slug)
    waiting = proposals(session, noun=naming.noun, slug=slug)
    return form_page(
        request,
        "administration/names.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        at_once=person.may(Role.REVIEWER),
        noun=naming.noun,
        thing=thing,
        aliases=naming.noted(session, thing.id),
        waiting=waiting,
        called=called(session, waiting),
    )
