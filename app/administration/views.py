"""Deployments, measures and sources at the desk: listed, entered, changed.

A change is shown twice before it is made: what was typed beside what stands, and what it would do to the
readings. What moves readings is then handed in, and a second person decides (app.administration.proposals).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.administration import merge_views, proposal_views
from app.administration.actions import (
    Signed,
    describe,
    is_own_last_act,
    is_saved_just_now,
    with_address,
)
from app.administration.aliases import aliases_of
from app.administration.consequences import Consequences, of_description
from app.administration.counts import standing_counts
from app.administration.forms import ReasonOnly, as_typed, digest, said_by_column, values_of
from app.administration.listed import read_listed
from app.administration.merging import standing
from app.administration.nouns import (
    NOUNS,
    Cells,
    Column,
    Described,
    Noun,
    all_described,
    changes,
    described,
    read_cells,
)
from app.administration.offered import offered
from app.administration.proposals import (
    called,
    decided_proposals,
    number_waiting,
    proposals,
    propose_description,
    takes_two,
    waiting_slugs,
)
from app.administration.refusals import NewerDescription
from app.answers.queries import measure_texts
from app.claims.refusals import RowRefused
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _, known
from app.pages import page, see_other, with_query
from app.sources.queries import merged_sources, other_names, source_tallies

router = APIRouter(prefix="/desk")

TABLE = "table"
"""A parameter of the form: the spreadsheet for which something is described; it leads back to its preview."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,80}")  # of a spreadsheet, as the database has it


@router.get("/administration", name="administration.home")
def show_home(request: Request, session: DbSession, editor: Editor) -> Response:
    """What waits for a second person, what was decided lately, and the ways to all that is looked after."""
    waiting, decided = proposals(session), decided_proposals(session)
    return page(
        request,
        "administration/home.html",
        person=editor,
        waiting=waiting,
        called=called(session, [*waiting, *decided]),
        decided=decided,
        counts=standing_counts(session),
        further=number_waiting(session) - len(waiting),
        nouns=NOUNS,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the form shows besides the fields."""

    errors: Sequence[Problem] = ()
    refused: str | None = None
    status: int = HTTPStatus.OK
    beside: tuple[tuple[Column, str, str], ...] = ()  # a column, what stands, and what was typed
    caption: str = ""  # of that
    consequences: Consequences | None = None
    seen: str = ""
    takes_two: bool = False
    saved: bool = False  # by who looks, a moment ago
    changed: Sequence[Column] = field(default=())


def _add_routes(noun: Noun) -> None:
    """The list of one noun, and the form in which one of it is entered or changed."""
    many = f"{noun.name}s"
    routes: tuple[tuple[str, str, str, Callable[..., Response]], ...] = (
        ("GET", f"/{many}", f"administration.{many}", _list_of(noun)),
        ("GET", f"/{many}/new", f"administration.new_{noun.name}", _new_of(noun)),
        ("POST", f"/{many}/new", f"administration.create_{noun.name}", _create_of(noun)),
        ("GET", f"/{many}/{{slug}}", f"administration.{noun.name}", _show_of(noun)),
        ("POST", f"/{many}/{{slug}}", f"administration.change_{noun.name}", _change_of(noun)),
    )
    for method, path, name, answer in routes:
        router.add_api_route(path, answer, methods=[method], name=name)


def _list_of(noun: Noun) -> Callable[..., Response]:
    def show_all(request: Request, session: DbSession, editor: Editor) -> Response:
        listed = read_listed(request)
        every = all_described(session, noun)
        names = {one.slug: one.name for one in every}
        merged = (
            {one.slug: names[one.into] for one in merged_sources(session, list(names))}
            if noun.name == "source"
            else {}
        )
        others = other_names(session) if noun.name == "source" and listed.q else {}
        found = sorted(
            listed.among(every, lambda one: (*_texts_of(one), *others.get(one.slug, ()))),
            key=lambda one: (one.slug in merged, known(one.name).casefold()),
        )
        shown = listed.part(found)
        tallied = source_tallies(session, [one.slug for one in shown]) if noun.name == "source" else {}
        return page(
            request,
            "administration/list.html",
            person=editor,
            noun=noun,
            listed=listed,
            number=len(found),
            shown=shown,
            merged=merged,
            tallies=tallied,
            waiting=waiting_slugs(session, noun, [one.slug for one in shown]),
        )

    return show_all


def _texts_of(one: Described) -> Iterable[str]:
    """By what somebody finds it in a list."""
    cells = (one.cells.get(column, "") for column in ("family", "operation", "host", "sender"))
    return (one.slug, one.name, known(one.name), *cells)


def _new_of(noun: Noun) -> Callable[..., Response]:
    def show_form(request: Request, session: DbSession, editor: Editor) -> Response:
        names = (*(column.name for column in noun.columns), TABLE)
        given = {name: request.query_params.get(name, "") for name in names}
        return _form(request, session, editor, noun, None, values_of(given))

    return show_form


def _create_of(noun: Noun) -> Callable[..., Response]:
    def create(request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted) -> Response:
        cells, problems = read_cells(noun, as_typed(posted))
        form, wrong = read_form(ReasonOnly, posted)
        waits = noun.name != "source" and takes_two((), editor, is_new=True)
        if form is not None and form.reason is None and waits:
            wrong = [Problem("reason", _("Write why; it is public."), _("Why"))]
        if problems or wrong or form is None:
            return _refused_row(request, session, editor, noun, None, posted, RowRefused(problems), wrong)
        reason = form.reason
        if _is_again(session, described(session, noun, cells["slug"]), cells, reason, editor):
            return _created(request, noun, cells["slug"], posted)
        try:
            if waits:
                handed_in = propose_description(
                    session,
                    noun,
                    cells["slug"],
                    cells,
                    shown=0,
                    reason=reason or "",
                    by=editor,
                    at=now,
                )
                return see_other(request, "administration.proposal", proposal_id=handed_in.id)
            signed = Signed.at_once(editor, now)
            describe(session, noun, cells["slug"], cells, shown=0, reason=reason, signed=signed)
        except RowRefused as refusal:
            return _refused_row(request, session, editor, noun, None, posted, refusal)
        except Refusal as refusal:
            return _refused(request, session, editor, noun, None, posted, refusal)
        return _created(request, noun, cells["slug"], posted)

    return create


def _created(request: Request, noun: Noun, slug: str, posted: Values) -> Response:
    """On to what is in the ledger now, or back to the spreadsheet for which it was entered."""
    if _KEY.fullmatch(posted[TABLE]):
        again = with_query(request.app.url_path_for("sheets.preview", key=posted[TABLE]), {"again": "1"})
        return RedirectResponse(again, HTTPStatus.SEE_OTHER)
    return see_other(request, f"administration.{noun.name}", slug=slug)


def _is_again(
    session: Session, today: Described | None, cells: Cells, reason: str | None, by: Person
) -> bool:
    """Whether just this was saved by the same person a moment ago: the second half of a double click."""
    return (
        today is not None
        and today.cells == cells
        and is_own_last_act(session, today.slug, reason=reason, by=by)
    )


def _show_of(noun: Noun) -> Callable[..., Response]:
    def show(request: Request, session: DbSession, editor: Editor, now: Now, slug: str) -> Response:
        today = _known(session, noun, slug)
        saved = is_saved_just_now(session, today.version, by=editor, now=now)
        return _form(request, session, editor, noun, today, values_of(today.cells), Shown(saved=saved))

    return show


def _change_of(noun: Noun) -> Callable[..., Response]:  # noqa: C901 - as below
    def change(  # noqa: PLR0911 - each of these is a page of its own
        request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, slug: str
    ) -> Response:
        today = _known(session, noun, slug)
        if noun.name == "source" and standing(session, slug).into is not None:
            gone = NewerDescription(_("It was merged since this form was opened."))
            return _refused(request, session, editor, noun, today, posted, gone)
        typed = with_address(dict(as_typed(posted)), slug, noun, today.cells)
        cells, problems = read_cells(noun, typed, today.cells)
        form, wrong = read_form(ReasonOnly, posted)
        if problems or form is None:
            return _refused_row(request, session, editor, noun, today, posted, RowRefused(problems), wrong)
        if posted["shown"] != str(today.number):
            return _came_between(request, session, editor, noun, today, cells, posted)
        changed = changes(noun, today.cells, cells)
        if not changed:
            sentence = _("Nothing is changed yet: it is described just so already.")
            return _form(
                request,
                session,
                editor,
                noun,
                today,
                posted,
                Shown(refused=sentence, status=HTTPStatus.CONFLICT),
            )
        if form.reason is None or posted["seen"] != digest(today.number, cells):
            return _preview(request, session, editor, noun, today, cells, posted)
        values: dict[str, Any] = {"shown": today.number, "reason": form.reason}
        try:
            if takes_two(changed, editor, is_new=False):
                handed_in = propose_description(session, noun, slug, cells, **values, by=editor, at=now)
                return see_other(request, "administration.proposal", proposal_id=handed_in.id)
            describe(session, noun, slug, cells, **values, signed=Signed.at_once(editor, now))
        except RowRefused as refusal:
            return _refused_row(request, session, editor, noun, today, posted, refusal)
        except NewerDescription:
            return _came_between(request, session, editor, noun, _known(session, noun, slug), cells, posted)
        except Refusal as refusal:
            return _refused(request, session, editor, noun, today, posted, refusal)
        return see_other(request, f"administration.{noun.name}", slug=slug)

    return change


def _known(session: Session, noun: Noun, slug: str) -> Described:
    today = described(session, noun, slug)
    if today is None:
        raise NotFound(_("There is nothing of the address “%(slug)s”.", slug=slug))
    return today


def _preview(
    request: Request,
    session: Session,
    person: Person,
    noun: Noun,
    today: Described,
    cells: dict[str, str],
    posted: Values,
) -> Response:
    """What was typed beside what stands, and what it would do; from here it can be saved."""
    changed = changes(noun, today.cells, cells)
    is_seen = posted["seen"] == digest(today.number, cells)
    missing = [Problem("reason", _("Write why; it is public."), _("Why"))] if is_seen else []
    shown = Shown(
        errors=missing,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if missing else HTTPStatus.OK,
        beside=tuple((one, today.cells[one.name], cells[one.name]) for one in changed),
        caption=_("What you change"),
        consequences=of_description(session, noun, today.slug, today.cells, cells),
        seen=digest(today.number, cells),
        takes_two=takes_two(changed, person, is_new=False),
        changed=changed,
    )
    return _form(request, session, person, noun, today, posted, shown)


def _came_between(
    request: Request,
    session: Session,
    person: Person,
    noun: Noun,
    today: Described,
    cells: dict[str, str],
    posted: Values,
) -> Response:
    """Somebody else was first: what stands now beside what was typed, none of which is lost."""
    if _is_again(session, today, cells, posted["reason"].strip(), person):
        return see_other(request, f"administration.{noun.name}", slug=today.slug)
    shown = Shown(
        refused=_(
            "Somebody else has changed %(name)s since this form was opened. "
            "If what you typed is still right, go on from here.",
            name=today.name,
        ),
        status=HTTPStatus.CONFLICT,
        beside=tuple(
            (one, today.cells[one.name], cells[one.name]) for one in changes(noun, today.cells, cells)
        ),
        caption=_("Where the two differ"),
    )
    return _form(request, session, person, noun, today, posted, shown)


def _refused(
    request: Request,
    session: Session,
    person: Person,
    noun: Noun,
    today: Described | None,
    posted: Values,
    refusal: Refusal,
) -> Response:
    shown = Shown(refused=refusal.sentence, status=refusal.status)
    return _form(request, session, person, noun, today, posted, shown)


def _refused_row(
    request: Request,
    session: Session,
    person: Person,
    noun: Noun,
    today: Described | None,
    posted: Values,
    refusal: RowRefused,
    wrong: Sequence[Problem] = (),
) -> Response:
    """`wrong` is what is wrong with the reason besides."""
    shown = Shown(
        errors=[*said_by_column(noun, list(refusal.problems)), *wrong], status=HTTPStatus.UNPROCESSABLE_ENTITY
    )
    return _form(request, session, person, noun, today, posted, shown)


def _form(
    request: Request,
    session: Session,
    person: Person,
    noun: Noun,
    today: Described | None,
    values: Values,
    shown: Shown | None = None,
) -> Response:
    shown = shown or Shown()
    measures, deployments = measure_texts(session), deployment_texts(session)
    waiting = [] if today is None else proposals(session, noun=noun.name, slug=today.slug)
    return page(
        request,
        "administration/edit.html",
        status_code=shown.status,
        person=person,
        noun=noun,
        today=today,
        values=values,
        shown=shown,
        errors=list(shown.errors),
        measures=measures,
        names=names_of(measures.values(), deployments),
        offered=offered(session),
        waiting=waiting,
        called=called(session, waiting),
        new_waits=noun.name != "source" and takes_two((), person, is_new=True),
        **_of_source(session, noun, today),
    )


def _of_source(session: Session, noun: Noun, today: Described | None) -> Mapping[str, Any]:
    """What the form of a source shows besides: its other names, and what it was merged into."""
    if noun.name != "source" or today is None:
        return {"aliases": [], "merged": None}
    source = standing(session, today.slug)
    return {
        "aliases": aliases_of(session, today.owner_id),
        "merged": source if source.into is not None else None,
    }


router.include_router(merge_views.router)
router.include_router(proposal_views.router)
for _noun in NOUNS.values():
    _add_routes(_noun)
