"""Deciding on a batch: what came in together is looked at and decided on together, or row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from app.accounts.cookies import settings_of
from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.at_hand import Room
from app.answers.effects import Effect, change_of, claims_judged
from app.answers.glances import READ_AT_ONCE
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import MeasureText, measure_texts
from app.answers.weighing import warned_of, warned_of_claims
from app.claims.approved import ApprovedClaim
from app.claims.models import Revision
from app.claims.queries import approved_claims
from app.claims.refusals import AlreadyDecided
from app.claims.rows import claims_of
from app.claims.tallied import NatureTally
from app.claims.views import names_of
from app.claims.warnings import Warned
from app.clock import Now
from app.database import DbSession, among
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import page, path_of, with_query
from app.review.actions import decide_together
from app.review.acts_of_editors import ACTS, EditorsAct
from app.review.asked import ROWS, read_page
from app.review.forms import BatchVerdictForm, refused_fields, verdicts_open_to
from app.review.models import Batch, Judgement
from app.review.parts import is_about, parts_of_batch
from app.review.queries import batch_counts, batch_rows
from app.review.shown import Shown, with_claims_shown
from app.review.verdicts import HandedIn

router = APIRouter(prefix="/batches")

BatchId = Annotated[int, Path(ge=1, lt=2**63)]

MOST_WEIGHED = 3000
"""Claims, of a batch and of the deployments that it is about, that its page weighs without being asked; where
no more rows wait than are on the page, it weighs them in any case, as far as a page reads at once."""

_WARNED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Weight:
    """What all that is open in a batch would do, and what is warned of."""

    effect: Effect
    new: Sequence[ApprovedClaim]  # claims as they would count
    warned: Mapping[str, Sequence[Warned]]  # by claim_ref
    part: int = 1  # of the parts in which all of it is weighed
    parts: int = 1
    deployments: Sequence[str] = ()  # those of this part; empty: all


@router.get("/{batch_id}", name="review.batch")
def show_batch(request: Request, session: DbSession, editor: Editor, now: Now, batch_id: BatchId) -> Response:
    """A batch: how much of what is in it, what it would do, its rows page by page."""
    return _batch_page(request, session, editor, now, batch_id)


@router.post("/{batch_id}", name="review.decide_batch")
def give_verdict(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, batch_id: BatchId
) -> Response:
    """One verdict on the ticked rows, or on all that is open: on all of them or on none."""
    batch = _batch(session, batch_id)
    form, errors = read_form(BatchVerdictForm, posted)
    if form is None:
        return _batch_page(request, session, editor, now, batch_id, posted=posted, errors=errors)
    rows = open_rows(session, batch, form.rows if form.which == "ticked" else None, only_named=True)
    if not rows and form.which == "ticked" and not form.rows:
        nothing = [Problem("rows", _("No row is ticked."), _("Rows"))]
        return _batch_page(request, session, editor, now, batch_id, posted=posted, errors=nothing)
    revisions = [row for row in rows if isinstance(row, Revision)]
    approves = form.verdict == "approved"
    warned = _warned(session, batch, revisions, now) if approves else {}
    try:
        if form.which == "ticked" and len(rows) < len(set(form.rows)):
            raise AlreadyDecided(_("Some of the ticked rows have been decided on meanwhile. Look again."))
        decide_together(
            session,
            rows,
            form.verdict,
            by=editor,
            at=now,
            reason=form.reason,
            overridden=form.overridden,
            warned=warned,
            four_eyes=settings_of(request).four_eyes,
            subject=batch.name,
        )
    except Refusal as refusal:
        return _batch_page(
            request, session, editor, now, batch_id, posted=posted, refusal=refusal, warned=warned
        )
    return RedirectResponse(with_query(path_of(request), request.query_params.multi_items()), 303)


def open_rows(
    session: Session,
    batch: Batch,
    keys: Sequence[str] | None,
    deployments: Sequence[str] | None = None,
    *,
    only_named: bool = False,
) -> list[HandedIn]:
    """What is open of a batch, and is named by one of these keys (`revision-12`); None: all of it.

    Where `deployments` are given, only what is about these. `only_named` reads no more of them than which
    they are: of tens of thousands, all of it takes seconds.
    """
    found: list[HandedIn] = []
    for model, noun in ((Revision, "revision"), (Judgement, "judgement")):
        query = select(model).where(model.batch_id == batch.id, model.verdict.is_(None)).order_by(model.id)
        if keys is not None:
            ids = {_id_in(key) for key in keys if key.partition("-")[0] == noun}
            query = query.where(among(model.id, ids - {None}))
        if deployments is not None:
            query = query.where(is_about(model, deployments))
        if only_named:
            query = query.options(load_only(model.id))
        found += session.scalars(query)
    return found


def _id_in(key: str) -> int | None:
    number = key.partition("-")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None  # noqa: PLR2004


def weigh_batch(
    session: Session,
    batch: Batch,
    at: Now,
    texts: dict[str, MeasureText],
    deployments: Sequence[str] | None = None,
) -> Weight:
    """What approving all that is open would do, and what is warned of, as far as a page reads claims.

    `texts` are the measures; claims are read once for both. Where `deployments` are given, of what is about
    these alone.
    """
    at_once = READ_AT_ONCE
    rows = open_rows(session, batch, None, deployments)
    revisions = [row for row in rows if isinstance(row, Revision)]
    read = claims_of(session, [row.id for row in revisions])
    # Of appearances only those can move a reading that have been claims until now.
    counting = [read[row.id] for row in revisions if row.repeat_of_id is None or row.number > 1]
    claims = {one.ref: one for one in counting}
    for judged in claims_judged(session, [row for row in rows if isinstance(row, Judgement)]):
        claims.setdefault(judged.ref, judged)
    new = list(claims.values())
    replaced = {one.ref: one for one in (approved_claims(session, refs=sorted(claims)) if claims else [])}
    effect = change_of(session, new, replaced=replaced, room=Room(at_once), texts=texts).effect()
    warned: Mapping[str, Sequence[Warned]] = {}
    if not batch.as_one:
        today = at.astimezone(UTC).date()
        as_read = list(read.values())
        warned = warned_of_claims(session, as_read, replaced, today=today, at_once=at_once, texts=texts)
    return Weight(effect, new, warned)


def _weigh_part(session: Session, batch: Batch, at: Now, texts: dict[str, MeasureText], part: int) -> Weight:
    """What one part of a batch would do, counted from 1; the last one where there are fewer."""
    parts = parts_of_batch(session, batch)
    if len(parts) <= 1:
        return weigh_batch(session, batch, at, texts)
    part = min(part, len(parts))
    weight = weigh_batch(session, batch, at, texts, parts[part - 1])
    return replace(weight, part=part, parts=len(parts), deployments=parts[part - 1])


def _warned(
    session: Session, batch: Batch, revisions: Sequence[Revision], at: Now, at_once: int | None = None
) -> Mapping[str, Sequence[Warned]]:
    """By claim_ref, what rows of a batch are warned of; of a merge nothing, whose rows say what counts.

    Read are at most `at_once` claims; None: for a verdict, as many as it takes.
    """
    today = at.astimezone(UTC).date()
    return {} if batch.as_one else warned_of(session, revisions, today=today, at_once=at_once)


def claims_to_hold_against(session: Session, batch: Batch) -> int:
    """How many claims count of the deployments that open rows of a batch are about. One SELECT."""
    of_batch = select(Revision.deployment_id).where(Revision.batch_id == batch.id, Revision.verdict.is_(None))
    counted = select(func.sum(NatureTally.claims)).where(NatureTally.deployment_id.in_(of_batch))
    return int(session.scalar(counted) or 0)


def _batch_page(  # noqa: PLR0913 - as its routes
    request: Request,
    session: Session,
    person: Person,
    at: Now,
    batch_id: int,
    *,
    posted: Values | None = None,
    errors: Sequence[Problem] = (),
    refusal: Refusal | None = None,
    warned: Mapping[str, Sequence[Warned]] | None = None,
) -> Response:
    """The page of a batch; its work is bounded unless the address asks for all of it to be weighed."""
    batch = _batch(session, batch_id)
    number, act, weigh_all, part = _asked(request)
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    counts = batch_counts(session, batch.id)
    listed = batch_rows(session, batch.id, act=act, limit=ROWS + 1, after=(number - 1) * ROWS)
    rows = with_claims_shown(session, listed[:ROWS])
    is_open = any(verdict is None for _act, verdict in counts)
    waiting = sum(rows for (_act, verdict), rows in counts.items() if verdict is None)
    weighs = is_open and (
        weigh_all or waiting <= ROWS or waiting + claims_to_hold_against(session, batch) <= MOST_WEIGHED
    )
    weight = None
    if weighs:
        weight = (
            _weigh_part(session, batch, at, measures, part)
            if weigh_all
            else weigh_batch(session, batch, at, measures)
        )
    if warned is None:
        warned = weight.warned if weight is not None else _warned_on_page(session, batch, rows, at)
    problems = [*errors, *(refused_fields(refusal) if refusal is not None else ())]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(
        request,
        "review/batch.html",
        status_code=refusal.status if refusal is not None else status,
        person=person,
        batch=batch,
        author=session.get_one(Person, batch.recorded_by),
        acts=ACTS,
        act=act,
        tallies=_tallies(request, batch, counts),
        unlinked={one.ref for one in weight.new} if weight is not None else set(),
        waiting=waiting,
        rows=rows,
        page_number=number,
        is_last=len(listed) <= ROWS,
        back=_address(request, batch, act, number - 1) if number > 1 else None,
        further=_address(request, batch, act, number + 1) if len(listed) > ROWS else None,
        here=_address(request, batch, act, number),
        weight=weight,
        refused_all=refusal is not None,
        warned=warned,
        warned_shown=_WARNED_SHOWN,
        names=names,
        measures=measures,
        values=posted if posted is not None else Values(),
        ticked=set(posted.every("rows")) if posted is not None else set(),
        errors=problems,
        refused=refusal.sentence if refusal is not None and not problems else None,
        may=verdicts_open_to(person, batch.recorded_by, four_eyes=settings_of(request).four_eyes),
        four_eyes=settings_of(request).four_eyes,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a batch are by one act."""

    act: EditorsAct
    address: str  # of the batch, narrowed to them
    open: int
    approved: int
    refused: int  # sent back, rejected or withdrawn


def _tallies(request: Request, batch: Batch, counts: Mapping[tuple[str, str | None], int]) -> list[Tally]:
    """By act, in the order of the acts; those that the batch has none of left out."""
    found = []
    for act in ACTS.values():
        by_verdict = {verdict: number for (name, verdict), number in counts.items() if name == act.name}
        if by_verdict:
            open_ones, approved = by_verdict.pop(None, 0), by_verdict.pop("approved", 0)
            address = f"{_address(request, batch, act.name, 1)}#rows"
            found.append(Tally(act, address, open_ones, approved, sum(by_verdict.values())))
    return found


def _address(request: Request, batch: Batch, act: str | None, number: int) -> str:
    """A page of the batch's rows, narrowed to an act."""
    asked = [*([("act", act)] if act else []), *([("page", str(number))] if number > 1 else [])]
    return with_query(request.app.url_path_for("review.batch", batch_id=batch.id), asked)


def _warned_on_page(
    session: Session, batch: Batch, rows: Sequence[Shown], at: Now
) -> Mapping[str, Sequence[Warned]]:
    ids = [row.waiting.id for row in rows if row.waiting.kind == "revision" and row.waiting.verdict is None]
    revisions = session.scalars(select(Revision).where(Revision.id.in_(ids))).all() if ids else []
    return _warned(session, batch, revisions, at, READ_AT_ONCE)


def _batch(session: Session, batch_id: int) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(_("There is no such batch."))
    return batch


def _asked(request: Request) -> tuple[int, str | None, bool, int]:
    """The page of the rows, the act they are narrowed to, whether all is to be weighed, and which part."""
    errors: list[BadParameter] = []
    numbers = {"page": 1, "part": 1}
    for name in numbers:
        try:
            numbers[name] = read_page(request.query_params.get(name) or "1")
        except ValueError as error:
            errors.append(BadParameter(name, str(error)))
    act = request.query_params.get("act") or None
    if act is not None and act not in ACTS:
        told = _("“%(value)s” is none of %(choices)s", value=act, choices=", ".join(ACTS))
        errors.append(BadParameter("act", told))
    if errors:
        raise BadParameters(errors)
    return numbers["page"], act, request.query_params.get("weigh") == "all", numbers["part"]
