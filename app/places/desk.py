"""Places at the desk: entered, renamed, moved, known by other names, merged; each with a public reason."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.guards import Editor, Reviewer
from app.accounts.models import Person, Role
from app.administration.actions import is_own_last_act, is_saved_just_now
from app.administration.forms import MergeForm, Reason, ReasonForm, Title, digest
from app.administration.listed import ROWS, read_listed
from app.administration.merge_views import asked_merge
from app.administration.name_views import Naming, add_name_routes
from app.administration.proposals import (
    called,
    proposals,
    propose_place_merge,
    propose_place_separation,
)
from app.answers.queries import measure_texts
from app.claims.refusals import RowRefused
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.form_pages import form_page
from app.forms import Form, Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import see_other
from app.places.actions import NewerDescription, create_place, describe_place
from app.places.aliases import add_alias, end_alias, noted_aliases
from app.places.consequences import of_merge, of_move, of_separation
from app.places.history import place_history
from app.places.merging import (
    standing,
    why_not_merged,
    why_not_separated,
)
from app.places.queries import PlaceText, Tree, other_names, place_called, place_tree
from app.places.tallies import claimed_about, place_tallies, without
from app.slugs import slug_of

router = APIRouter(prefix="/desk/places")


class NewPlaceForm(Form):
    """A place that the ledger does not know yet."""

    name: Title = Field(title="Name")
    whole: str | None = Field(None, title="Lies in")
    reason: Reason | None = Field(None, title="Why")


class PlaceForm(Form):
    """What a place is to be called, and in which it is to lie."""

    name: Title = Field(title="Name")
    whole: str | None = Field(None, title="Lies in")
    reason: Reason = Field(title="Why")
    shown: int = Field(title="Shown", ge=0, lt=2**31)
    seen: str = Field("", title="Seen")


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
        whole = _as_slug(session, place_tree(session), form.whole)
        act = create_place(session, form.name, whole=whole, reason=form.reason, by=editor, at=now)
    except RowRefused as refusal:
        again = place_tree(session).get(slug_of(form.name))
        if not (again and _is_again(session, again, form, whole, editor)):
            return _list(request, session, editor, posted, _kindly(refusal))
        return see_other(request, "places.edit", slug=again.slug)
    return see_other(request, "places.edit", slug=str(act.subject))


def _as_slug(session: Session, tree: Tree, typed: str | None) -> str | None:
    """The slug of the place that somebody chose, or typed by any of its names; None for nothing.

    What leads to no place comes back as it was typed, to be refused where it is used.
    """
    typed = (typed or "").strip()
    if not typed or typed in tree:
        return typed or None
    labelled = next((slug for slug, label in without(tree, ()).items() if label == typed), None)
    return labelled or place_called(session, typed) or typed


def _is_again(
    session: Session, place: PlaceText, form: NewPlaceForm | PlaceForm, whole: str | None, by: Person
) -> bool:
    """Whether just this was saved by the same person a moment ago: the second half of a double click."""
    return (place.name, place.whole) == (form.name, whole) and is_own_last_act(
        session, place.slug, reason=form.reason, by=by
    )


@router.get("/{slug}", name="places.edit")
def show(request: Request, session: DbSession, editor: Editor, now: Now, slug: str) -> Response:
    """One place, what moving it would mean, and what was said of it before."""
    tree = place_tree(session)
    place = tree.get(slug)
    values = Values() if place is None else Values([("name", place.name), ("whole", place.whole or "")])
    return _place(request, session, editor, tree, slug, values, at=now)


@router.post("/{slug}", name="places.change")
def change(
    request: Request, session: DbSession, reviewer: Reviewer, now: Now, posted: Posted, slug: str
) -> Response:
    """Rename or move the place; what is refused comes back with all that was typed.

    What a move would do to readings is shown first: it is saved only from a page that showed just that.
    """
    tree = place_tree(session)
    place = tree.get(slug)
    if place is None:  # merged while the form was open, or there never was one
        return _merged_place(request, session, reviewer, slug, posted)
    form, errors = read_form(PlaceForm, posted)
    whole = _as_slug(session, tree, posted["whole"])
    moves = whole != place.whole and _may_lie_in(tree, slug, whole)
    if moves and posted["seen"] != _seen(tree, slug, whole) and posted["shown"] == str(tree[slug].number):
        # Nothing was shown yet, or what was shown is no longer so: a missing reason can wait until then.
        errors = [one for one in errors if one.field != "reason" or posted["seen"]]
        if not errors:
            return _place(request, session, reviewer, tree, slug, posted, to=(whole,))
    if form is None:
        to = (whole,) if moves else None
        return _place(request, session, reviewer, tree, slug, posted, _named(errors), to=to)
    try:
        describe_place(
            session,
            slug,
            name=form.name,
            whole=whole,
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
        came_between = isinstance(refusal, NewerDescription)
        if not (came_between and _is_again(session, place, form, whole, reviewer)):
            return _place(
                request, session, reviewer, tree, slug, posted, refusal=refusal, came_between=came_between
            )
    return see_other(request, "places.edit", slug=slug)


def _wholes_in_use(tree: Tree) -> list[str]:
    """The slugs of places in which others lie, or which lie in none: what one is likely to lie in."""
    return [place.slug for _, place in tree.walk() if place.whole is None or tree.inside(place.slug)]


def _alike(tree: Tree, name: str, slug: str) -> list[str]:
    """The slugs of places whose names begin as this one: what it is likely to be the same as."""
    begins = name.casefold()[:3]
    found = [one.slug for _, one in tree.walk() if one.name.casefold().startswith(begins)]
    return [one for one in found if one != slug]


def _may_lie_in(tree: Tree, slug: str, whole: str | None) -> bool:
    return whole is None or (whole in tree and whole not in {slug, *tree.parts(slug)})


def _seen(tree: Tree, slug: str, whole: str | None) -> str:
    """What a page showed that says what a move would do: from where the place moves, and to where."""
    place = tree[slug]
    above = [] if whole is None else [whole, *(one.slug for one in tree.wholes(whole))]
    return digest(place.number, [one.slug for one in tree.wholes(slug)], above)


add_name_routes(
    router, Naming("place", "places.names", standing, noted_aliases, add_alias, end_alias), "places.add_name"
)


@router.get("/{slug}/merge", name="places.ask_merge")
def ask_merge(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
    """Both places side by side, and what it would do to readings if they were one."""
    return _merge_page(request, session, editor, slug, asked_merge(request))


@router.post("/{slug}/merge", name="places.merge")
def hand_in_merge(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
) -> Response:
    """Hand in that a place is to be merged into another one; a second person decides."""
    form, errors = read_form(MergeForm, posted)
    tree = place_tree(session)
    if form is None or form.seen != _seen_both(tree, slug, form.into):
        changed = form is not None and bool(form.seen)
        return _merge_page(request, session, editor, slug, posted, errors, changed=changed)
    try:
        handed_in = propose_place_merge(session, slug, form.into, reason=form.reason, by=editor, at=now)
    except Refusal as refusal:
        return _merge_page(request, session, editor, slug, posted, refusal=refusal)
    return see_other(request, "administration.proposal", proposal_id=handed_in.id)


def _seen_both(tree: Tree, slug: str, into: str) -> str:
    """What a page of a merge showed: how both places were described, and in what they lie."""
    return digest(
        *(
            one in tree and (one, tree[one].number, [whole.slug for whole in tree.wholes(one)])
            for one in (slug, into)
        )
    )


def _merge_page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
    changed: bool = False,
) -> Response:
    old, tree = standing(session, slug), place_tree(session)
    into = _as_slug(session, tree, values["into"]) or ""
    other = tree.get(into)
    why_not: str | None = None
    if into and other is None:
        errors = [Problem("into", _("There is no such place."), _("Into")), *(errors or [])]
    elif other is not None and refusal is None:
        why_not = why_not_merged(session, old, standing(session, into))
    may_be = other is not None and old.into is None and refusal is None and why_not is None
    if changed and may_be:
        refusal = NewerDescription(
            _("One of the two has changed since this page was opened: look at both again.")
        )
    tallies, measures = place_tallies(session, tree), measure_texts(session)
    waiting = proposals(session, noun="place", slug=slug)
    return form_page(
        request,
        "administration/merge.html",
        values=values,
        errors=errors,
        refusal=refusal,
        refused=why_not or (refusal.sentence if refusal is not None else None),
        person=person,
        waiting=waiting,
        called=called(session, waiting),
        noun="place",
        thing=old,
        both=[
            (one, [whole.name for whole in reversed(tree.wholes(one.slug))], list(tree.inside(one.slug)),
             tallies[one.slug])
            for one in (tree.get(slug), other)
            if one is not None
        ],
        others=without(tree, {slug}),
        likely=_alike(tree, old.name, slug),
        into=into,
        consequences=of_merge(session, tree, slug, into) if may_be else None,
        seen=_seen_both(tree, slug, into),
        measures=measures,
        names=names_of(measures.values(), deployment_texts(session)),
    )  # fmt: skip


@router.get("/{slug}/separate", name="places.ask_separate")
def ask_separate(request: Request, session: DbSession, editor: Editor, slug: str) -> Response:
    """What it would do if a merge were taken back."""
    return _separate_page(request, session, editor, slug, Values())


@router.post("/{slug}/separate", name="places.separate")
def hand_in_separation(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
) -> Response:
    """Hand in that a merge is to be taken back; a second person decides."""
    form, errors = read_form(ReasonForm, posted)
    if form is None:
        return _separate_page(request, session, editor, slug, posted, errors)
    try:
        handed_in = propose_place_separation(session, slug, reason=form.reason, by=editor, at=now)
    except Refusal as refusal:
        return _separate_page(request, session, editor, slug, posted, refusal=refusal)
    return see_other(request, "administration.proposal", proposal_id=handed_in.id)


def _separate_page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    old, tree = standing(session, slug), place_tree(session)
    refused = refusal.sentence if refusal is not None else why_not_separated(session, old)
    measures = measure_texts(session)
    waiting = proposals(session, noun="place", slug=slug)
    return form_page(
        request,
        "administration/separate.html",
        values=values,
        errors=errors,
        refusal=refusal,
        refused=refused,
        person=person,
        waiting=waiting,
        called=called(session, waiting),
        noun="place",
        thing=old,
        consequences=None if refused else of_separation(session, tree, old),
        measures=measures,
        names=names_of(measures.values(), deployment_texts(session)),
    )


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
    tree, listed = place_tree(session), read_listed(request)
    others = other_names(session) if listed.q else {}
    found = listed.among(
        tree.walk(), lambda one: (one[1].name, one[1].slug, one[1].entered_as, *others.get(one[1].slug, ()))
    )
    return form_page(
        request,
        "places/desk.html",
        values=values,
        errors=errors,
        person=person,
        listed=listed,
        number=len(found),
        places=_as_listed(tree, listed.part(found), whole=not listed.q and len(found) <= ROWS),
        tallies=place_tallies(session, tree),
        wholes=without(tree, ()),
        likely=_wholes_in_use(tree),
    )


def _as_listed(
    tree: Tree, found: Sequence[tuple[int, PlaceText]], *, whole: bool
) -> Sequence[tuple[int, PlaceText, str]]:
    """Each place with how far it is set in and, unless the `whole` tree is shown, the names of its wholes."""
    if whole:
        return [(depth, place, "") for depth, place in found]
    return [
        (0, place, ", ".join(one.name for one in reversed(tree.wholes(place.slug))))
        for _depth, place in found
    ]


def _place(  # noqa: PLR0913 - a page, and how it comes back
    request: Request,
    session: Session,
    person: Person,
    tree: Tree,
    slug: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
    came_between: bool = False,
    to: tuple[str | None] | None = None,
    at: datetime | None = None,
) -> Response:
    """The page of a place; `to` is in what it is about to lie (None: in nothing), which is weighed first.

    `at` is the present where the page says that it was saved just now.
    """
    place = tree.get(slug)
    if place is None:
        return _merged_place(request, session, person, slug)
    events, saved = place_history(session, slug), None
    if at is not None and events and is_saved_just_now(session, events[0].version, by=person, now=at):
        saved = events[0].version
    measures = measure_texts(session)
    return form_page(
        request,
        "places/edit.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        may_change=person.may(Role.REVIEWER),
        place=place,
        came_between=came_between,
        above=tree.wholes(slug),
        parts=list(tree.walk(slug)),
        wholes=without(tree, {slug, *tree.parts(slug)}),
        likely=_wholes_in_use(tree),
        claimed=claimed_about(session, slug),
        also_known_as=other_names(session).get(slug, []),
        events=events,
        saved=saved,
        consequences=of_move(session, tree, slug, *to) if to is not None else None,
        seen=_seen(tree, slug, *to) if to is not None else "",
        measures=measures,
        names=names_of(measures.values(), deployment_texts(session)),
    )


def _merged_place(
    request: Request, session: Session, person: Person, slug: str, posted: Values | None = None
) -> Response:
    """The page of a place that was merged into another: where it went, and the way back. Raises NotFound.

    `posted` is what somebody typed to change it, which the page keeps.
    """
    place = standing(session, slug)
    refusal = NewerDescription(_("It was merged since this form was opened.")) if posted is not None else None
    waiting = proposals(session, noun="place", slug=slug)
    return form_page(
        request,
        "places/merged.html",
        values=posted if posted is not None else Values(),
        refusal=refusal,
        person=person,
        waiting=waiting,
        called=called(session, waiting),
        place=place,
        events=place_history(session, slug),
    )
