"""Places at the desk: entered, renamed, and moved into one another, each with a reason that is public."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.guards import Editor, Reviewer
from app.accounts.models import Person, Role
from app.claims.refusals import RowRefused
from app.clock import Now
from app.database import DbSession
from app.errors import NotFound, Refusal
from app.form_pages import form_page
from app.forms import Form, Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import see_other
from app.places.actions import create_place, describe_place
from app.places.queries import Tree, place_tree, told_of
from app.places.tallies import claimed_about, place_tallies, without

router = APIRouter(prefix="/desk/places")


class NewPlaceForm(Form):
    """A place that the ledger does not know yet."""

    name: str = Field(title="Name")
    whole: str | None = Field(None, title="Lies in")
    reason: str | None = Field(None, title="Why")


class PlaceForm(Form):
    """What a place is to be called, and in which it is to lie."""

    name: str = Field(title="Name")
    whole: str | None = Field(None, title="Lies in")
    reason: str = Field(title="Why")
    shown: int = Field(title="Shown", ge=0, lt=2**31)


def _labels() -> dict[str, str]:
    return {"name": _("Name"), "whole": _("Lies in"), "reason": _("Why")}


@router.get("", name="places.desk")
def show_all(request: Request, session: DbSession, editor: Editor) -> Response:
    """Every place as they lie in one another, and the form of a new one."""
    whole = request.query_params.get("whole", "")
    return _list(request, session, editor, Values([("whole", whole)]))


@router.post("", name="places.create")
def create(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted) -> Response:
    """A new place, in the place that was chosen; what is refused comes back with all that was typed."""
    form, errors = read_form(NewPlaceForm, posted)
    if form is None:
        return _list(request, session, editor, posted, _named(errors))
    try:
        act = create_place(session, form.name, whole=form.whole, reason=form.reason, by=editor, at=now)
    except RowRefused as refusal:
        return _list(request, session, editor, posted, _kindly(refusal))
    return see_other(request, "places.edit", slug=str(act.subject))


@router.get("/{slug}", name="places.edit")
def show(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
    """One place, what moving it would mean, and what was said of it before."""
    tree = place_tree(session)
    place = tree.get(slug)
    values = Values() if place is None else Values([("name", place.name), ("whole", place.whole or "")])
    return _place(request, session, editor, tree, slug, values)


@router.post("/{slug}", name="places.change")
def change(
    request: Request, session: DbSession, reviewer: Reviewer, now: Now, posted: Posted, slug: str
) -> Response:
    """Rename or move the place; what is refused comes back with all that was typed."""
    tree = place_tree(session)
    form, errors = read_form(PlaceForm, posted)
    if form is None:
        return _place(request, session, reviewer, tree, slug, posted, _named(errors))
    try:
        describe_place(
            session,
            slug,
            name=form.name,
            whole=form.whole,
            reason=form.reason,
            shown=form.shown,
            by=reviewer,
            at=now,
        )
    except RowRefused as refusal:
        return _place(request, session, reviewer, tree, slug, posted, _kindly(refusal))
    except NotFound:
        raise
    except Refusal as refusal:
        return _place(request, session, reviewer, tree, slug, posted, refusal=refusal)
    return see_other(request, "places.edit", slug=slug)


def _named(errors: list[Problem]) -> list[Problem]:
    labels = _labels()
    return [Problem(one.field, one.message, labels.get(one.field, one.label)) for one in errors]


def _kindly(refusal: RowRefused) -> list[Problem]:
    """What is wrong with a cell, as a form says it of a field."""
    labels = _labels()
    problems = []
    for one in refusal.problems:
        said = f"{one.reason[0].upper()}{one.reason[1:]}."
        if one.value:
            said = _("“%(name)s” %(reason)s.", name=one.value, reason=one.reason)
        problems.append(Problem(one.column, said, labels[one.column]))
    return problems


def _list(
    request: Request, session: Session, person: Person, values: Values, errors: list[Problem] | None = None
) -> Response:
    tree = place_tree(session)
    return form_page(
        request,
        "places/desk.html",
        values=values,
        errors=errors,
        person=person,
        places=list(tree.walk()),
        tallies=place_tallies(session, tree),
        wholes=without(tree, ()),
    )


def _place(
    request: Request,
    session: Session,
    person: Person,
    tree: Tree,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    place = tree.get(slug)
    if place is None:
        raise NotFound(_("There is no place “%(slug)s”.", slug=slug))
    return form_page(
        request,
        "places/edit.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        may_change=person.may(Role.REVIEWER),
        place=place,
        above=tree.wholes(slug),
        parts=list(tree.walk(slug)),
        wholes=without(tree, {slug, *tree.parts(slug)}),
        claimed=claimed_about(session, slug),
        told=told_of(session, slug),
    )
