"""The queue, and deciding on what is in it: one thing at a time, or a batch at once."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.cookies import settings_of
from app.accounts.guards import Editor
from app.accounts.models import Person, Role
from app.answers.queries import MeasureText, measure_texts
from app.claims.differences import Names
from app.claims.refusals import AlreadyDecided
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Refusal
from app.forms import Posted, Problem, Values, read_form
from app.pages import page, path_of, with_query
from app.review import batches
from app.review.actions import decide
from app.review.asked import ROWS, Known, Wanted, read_wanted
from app.review.cases import Case, case_of, warned_about
from app.review.forms import VerdictForm, refused_fields, verdicts_open_to
from app.review.queries import Waiting, next_in_queue, queue, queue_length, waiting_batches
from app.review.shown import with_claims_shown
from app.sources.queries import source_texts

router = APIRouter(prefix="/desk/queue")
router.include_router(batches.router)


@router.get("", name="desk.queue")
def show_queue(request: Request, session: DbSession, editor: Editor, now: Now) -> Response:
    """What waits for a verdict, the longest waiting first; what came in batches as batches."""
    measures = measure_texts(session)
    known, names = known_of(session, measures)
    wanted = read_wanted(request.query_params.multi_items(), known)
    asked = wanted.asked(known, editor.id)
    listed = replace(asked, alone=asked.batch is None)
    waiting = queue(session, listed, limit=ROWS + 1, after=(wanted.page - 1) * ROWS)
    return page(
        request,
        "review/queue.html",
        person=editor,
        now=now,
        wanted=wanted,
        known=known,
        names=names,
        measures=measures,
        batches=waiting_batches(session, asked) if asked.batch is None and wanted.page == 1 else [],
        rows=with_claims_shown(session, waiting[:ROWS]),
        number=queue_length(session, listed),
        first=(wanted.page - 1) * ROWS + 1,
        is_last=len(waiting) <= ROWS,
    )


@router.get("/{claim_ref}/{kind}/{number}", name="review.show")
def show(
    request: Request, session: DbSession, editor: Editor, now: Now, claim_ref: str, kind: str, number: int
) -> Response:
    """Something that was handed in, beside what counts now; for who may decide, with the form for it."""
    return _case_page(request, session, editor, now, claim_ref, kind, number)


@router.post("/{claim_ref}/{kind}/{number}", name="review.decide")
def give_verdict(
    request: Request,
    session: DbSession,
    editor: Editor,
    now: Now,
    posted: Posted,
    claim_ref: str,
    kind: str,
    number: int,
) -> Response:
    """Give the verdict, once; what is refused comes back with what was typed and with what happened since."""
    measures = measure_texts(session)
    _known, names = known_of(session, measures)
    row = case_of(session, claim_ref, kind, number, names, now).row
    form, errors = read_form(VerdictForm, posted)
    if form is None:
        return _case_page(
            request, session, editor, now, claim_ref, kind, number, posted=posted, errors=errors
        )
    try:
        decide(
            session,
            row,
            form.verdict,
            by=editor,
            at=now,
            reason=form.reason,
            overridden=form.overridden,
            warned=warned_about(session, row, now) if form.verdict == "approved" else (),
            four_eyes=settings_of(request).four_eyes,
        )
    except Refusal as refusal:
        if isinstance(refusal, AlreadyDecided) and (row.decided_by, row.verdict) == (editor.id, form.verdict):
            return _again(request)  # a double click, whose first has given the verdict
        return _case_page(
            request, session, editor, now, claim_ref, kind, number, posted=posted, refusal=refusal
        )
    return _again(request)


def _again(request: Request) -> Response:
    """On to the same page under the same filters, with GET."""
    return RedirectResponse(with_query(path_of(request), request.query_params.multi_items()), 303)


def _case_page(  # noqa: PLR0913 - as its routes
    request: Request,
    session: Session,
    person: Person,
    at: Now,
    claim_ref: str,
    kind: str,
    number: int,
    *,
    posted: Values | None = None,
    errors: Sequence[Problem] = (),
    refusal: Refusal | None = None,
) -> Response:
    """The page of one case; with a refusal and what was typed where a verdict was refused."""
    measures = measure_texts(session)
    known, names = known_of(session, measures)
    case = case_of(session, claim_ref, kind, number, names, at)
    wanted = read_wanted(request.query_params.multi_items(), known)
    problems = [*errors, *(refused_fields(refusal) if refusal is not None else ())]
    waiting = case.shown.waiting
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(
        request,
        "review/show.html",
        status_code=refusal.status if refusal is not None else status,
        person=person,
        case=case,
        kind=kind,
        names=names,
        measures=measures,
        wanted=wanted,
        values=posted if posted is not None else Values(),
        errors=problems,
        refused=refusal.sentence if refusal is not None and not problems else None,
        may=verdicts_open_to(person, waiting.recorded_by, four_eyes=settings_of(request).four_eyes),
        four_eyes=settings_of(request).four_eyes,
        following=_following(session, request, wanted, known, person, case),
    )


def _following(
    session: Session, request: Request, wanted: Wanted, known: Known, person: Person, case: Case
) -> Waiting | None:
    """What comes next for this person under the same filters: after this case while it is open."""
    if not person.may(Role.REVIEWER):
        return None
    asked = wanted.asked(known, person.id)
    asked = replace(asked, alone=asked.batch is None)
    if settings_of(request).four_eyes:
        asked = replace(asked, not_by=person.id)
    after = case.shown.waiting if case.is_open else None
    return next_in_queue(session, asked, after)


def known_of(session: Session, measures: dict[str, MeasureText]) -> tuple[Known, Names]:
    """What the filters of the queue can name, and how what changes is called."""
    names = names_of(measures.values(), deployment_texts(session))
    sources = sorted(source_texts(session), key=lambda one: one.name.lower())
    people = session.execute(
        select(Person.name, Person.display_name, Person.id).order_by(Person.display_name)
    ).all()
    known = Known(
        names.deployments,
        names.measures,
        {one.slug: one.name for one in sources},
        {name: display_name for name, display_name, _id in people},
        {name: person_id for name, _called, person_id in people},
    )
    return known, names
