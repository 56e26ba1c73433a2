"""Merging at the desk: what is probably entered twice, two claims side by side, and the way back."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.administration.forms import Reason
from app.answers.effects import Effect, effect_of
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import measure_texts
from app.claims.actions import newest_number
from app.claims.approved import ApprovedClaim
from app.claims.differences import Difference, side_by_side
from app.claims.kin import kin_of
from app.claims.queries import approved_claims
from app.claims.refusals import NoSuchClaim, NothingChanges, RowRefused
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.duplicates.actions import handed_in_just_now, merge_claims, separate_claim
from app.duplicates.apart import counting, take_back, tell_apart, told_apart, told_of_pair
from app.duplicates.found import COUNTED_UP_TO, groups_alike, like_one
from app.duplicates.plans import Plan, as_they_would_count, merge_plan, separate_plan, the_two
from app.errors import Refusal
from app.form_pages import form_page
from app.forms import Form, Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import page, see_other

router = APIRouter(prefix="/desk")

APART = 50
"""Pairs that were told apart, on one page of their list."""

_MOST_DIGITS = 18


class MergeForm(Form):
    """Which claim stays, why, and whose standing."""

    into: str = Field(title="Stays")
    shown: int = Field(title="Shown", ge=1, lt=2**31)
    shown_into: int = Field(title="Shown", ge=1, lt=2**31)
    standing_of: str | None = Field(None, title="Standing")
    words: Reason = Field("", title="Why")


class ApartForm(Form):
    """That two claims are two statements, or that this is taken back."""

    other: str = Field(title="Other claim")
    state: Literal["two", "open"] = Field("two", title="State")
    shown: int = Field(title="Shown", ge=1, lt=2**31)
    shown_other: int = Field(title="Shown", ge=1, lt=2**31)
    words: Reason = Field("", title="Why")


class SeparateForm(Form):
    """Why a merge is taken apart."""

    words: Reason = Field("", title="Why")


@router.get("/duplicates", name="duplicates.index")
def show_all(request: Request, session: DbSession, editor: Editor) -> Response:
    """What is probably one statement entered twice, group by group."""
    after = request.query_params.get("after") or None
    if after is not None:
        try:
            UUID(after)
        except ValueError:
            told = _("“%(written)s” is not a place in this list", written=after)
            raise BadParameters([BadParameter("after", told)]) from None
    measures = measure_texts(session)
    return page(
        request,
        "duplicates/index.html",
        person=editor,
        found=groups_alike(session, after=after),
        counted_up_to=COUNTED_UP_TO,
        measures=measures,
        names=names_of(measures.values(), deployment_texts(session)),
    )


@router.get("/duplicates/apart", name="duplicates.apart")
def show_apart(request: Request, session: DbSession, editor: Editor) -> Response:
    """What was said to be two statements: by whom, when and why, the newest first."""
    before = request.query_params.get("before") or ""
    if before and not (before.isascii() and before.isdigit() and len(before) <= _MOST_DIGITS):
        told = _("“%(written)s” is not a place in this list", written=before)
        raise BadParameters([BadParameter("before", told)])
    found = told_apart(session, before=int(before) if before else None, limit=APART + 1)
    refs = {ref for one in found[:APART] for ref in one.refs}
    measures = measure_texts(session)
    return page(
        request,
        "duplicates/apart_list.html",
        person=editor,
        found=found[:APART],
        further=found[APART - 1].id if len(found) > APART else None,
        claims={claim.ref: claim for claim in approved_claims(session, refs=sorted(refs))},
        measures=measures,
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims as they would be merged: which stays, which becomes its appearance."""

    stays: ApprovedClaim
    goes: ApprovedClaim
    fields: list[Difference]  # what the one says, then the other
    differ: bool  # whether they stand differently, so that one standing has to be chosen
    changes: list[ApprovedClaim]  # all that a merge would change besides these two, as it would be
    effect: Effect | None  # None: it cannot be merged as it stands


@router.get("/claims/{claim_ref}/merge", name="duplicates.ask")
def ask(request: Request, session: DbSession, editor: Editor, claim_ref: str) -> Response:
    """Two claims side by side, field by field, with what a merge would do; or a choice of the second."""
    asked = request.query_params
    words = Values([("words", asked.get("words", ""))])
    return _ask_page(request, session, editor, claim_ref, asked.get("into") or "", words)


@router.post("/claims/{claim_ref}/merge", name="duplicates.merge")
def merge(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, claim_ref: str
) -> Response:
    """Hand the merge in; what is refused comes back with all that was typed."""
    form, errors = read_form(MergeForm, posted)
    if form is None:
        return _ask_page(request, session, editor, claim_ref, posted["into"], posted, errors)
    try:
        batch = merge_claims(
            session,
            form.into,
            claim_ref,
            shown=(form.shown_into, form.shown),
            words=form.words,
            standing_of=form.standing_of,
            by=editor,
            at=now,
        )
    except RowRefused:
        missing = [Problem("words", _("Why they are the same is needed."), _("Why"))]
        return _ask_page(request, session, editor, claim_ref, form.into, posted, missing)
    except Refusal as refusal:
        again = handed_in_just_now(session, claim_ref, words=form.words, by=editor, at=now)
        if again is None:
            return _ask_page(request, session, editor, claim_ref, form.into, posted, refusal=refusal)
        return see_other(request, "review.batch", batch_id=again)
    return see_other(request, "review.batch", batch_id=batch.id)


@router.get("/claims/{claim_ref}/apart", name="duplicates.ask_apart")
def ask_apart(request: Request, session: DbSession, editor: Editor, claim_ref: str) -> Response:
    """Two claims side by side, what was said of the pair, and the form by which they are told apart."""
    asked = request.query_params
    words = Values([("words", asked.get("words", ""))])
    return _apart_page(request, session, editor, claim_ref, asked.get("other") or "", words)


@router.post("/claims/{claim_ref}/apart", name="duplicates.tell_apart")
def say_apart(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, claim_ref: str
) -> Response:
    """Say that both are two statements, or take it back; what is refused comes back as it was typed."""
    form, errors = read_form(ApartForm, posted)
    if form is None:
        return _apart_page(request, session, editor, claim_ref, posted["other"], posted, errors)
    given: dict[str, Any] = {"words": form.words, "by": editor, "at": now}
    try:
        with session.begin_nested():
            if form.state == "two":
                shown = (form.shown, form.shown_other)
                tell_apart(session, claim_ref, form.other, shown=shown, **given)
            else:
                take_back(session, claim_ref, form.other, **given)
    except RowRefused as refusal:
        errors = [
            Problem("words", f"{one.reason[0].upper()}{one.reason[1:]}.", _("Why"))
            for one in refusal.problems
        ]
        return _apart_page(request, session, editor, claim_ref, form.other, posted, errors)
    except NothingChanges as refusal:
        told = told_of_pair(session, claim_ref, form.other)
        if told is None or told.words != form.words.strip():
            return _apart_page(request, session, editor, claim_ref, form.other, posted, refusal=refusal)
        # A double click, whose first has said it.
    except Refusal as refusal:
        return _apart_page(request, session, editor, claim_ref, form.other, posted, refusal=refusal)
    return see_other(request, "duplicates.apart")


def _apart_page(
    request: Request,
    session: Session,
    person: Person,
    claim_ref: str,
    other: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    claim = _counting(session, claim_ref)
    one: ApprovedClaim | None = None
    shown: dict[str, str] = {}
    try:
        if other:
            _claim, one = the_two(session, claim_ref, other.strip())
            both = counting(session, claim_ref, one.ref)
            shown = {ref: str(revision.number) for ref, revision in both.items()}
    except Refusal as refused:
        refusal = refusal or refused
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    return form_page(
        request,
        "duplicates/apart.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        claim=claim,
        written=other,
        other=one,
        fields=side_by_side(claim, one, names) if one is not None else [],
        shown=shown,
        told=told_of_pair(session, claim_ref, one.ref) if one is not None else None,
        alike=like_one(session, claim) if one is None else [],
        measures=measures,
        names=names,
    )


@router.get("/claims/{claim_ref}/separate", name="duplicates.ask_separate")
def ask_separate(request: Request, session: DbSession, editor: Editor, claim_ref: str) -> Response:
    """What would be said again of each claim if a merge was taken apart."""
    return _separate_page(request, session, editor, claim_ref, Values())


@router.post("/claims/{claim_ref}/separate", name="duplicates.separate")
def separate(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, claim_ref: str
) -> Response:
    """Hand it in; what is refused comes back with all that was typed."""
    form, errors = read_form(SeparateForm, posted)
    if form is None:
        return _separate_page(request, session, editor, claim_ref, posted, errors)
    try:
        batch = separate_claim(session, claim_ref, words=form.words, by=editor, at=now)
    except RowRefused:
        missing = [Problem("words", _("Why they are two statements is needed."), _("Why"))]
        return _separate_page(request, session, editor, claim_ref, posted, missing)
    except Refusal as refusal:
        again = handed_in_just_now(session, claim_ref, words=form.words, by=editor, at=now)
        if again is None:
            return _separate_page(request, session, editor, claim_ref, posted, refusal=refusal)
        return see_other(request, "review.batch", batch_id=again)
    return see_other(request, "review.batch", batch_id=batch.id)


def _ask_page(
    request: Request,
    session: Session,
    person: Person,
    claim_ref: str,
    into: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    claim = _counting(session, claim_ref)
    pair: Pair | None = None
    if into:
        try:
            pair = _pair(session, into.strip(), claim_ref, values["standing_of"] or None)
        except Refusal as refused:
            refusal = refusal or refused
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    shown = {
        "shown": str(newest_number(session, claim_ref)),
        "shown_into": str(newest_number(session, pair.stays.ref)) if pair is not None else "",
    }
    return form_page(
        request,
        "duplicates/merge.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        claim=claim,
        into=into,
        pair=pair,
        alike=like_one(session, claim) if pair is None else [],
        shown=shown,
        told=told_of_pair(session, pair.stays.ref, pair.goes.ref) if pair is not None else None,
        measures=measures,
        names=names,
    )


def _pair(session: Session, stays: str, goes: str, standing_of: str | None) -> Pair:
    one, other = the_two(session, stays, goes)
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    differ = (one.standing, one.standing_reason, one.standing_on) != (
        other.standing,
        other.standing_reason,
        other.standing_on,
    )
    chosen = standing_of if standing_of in {stays, goes} else stays
    plan = merge_plan(session, stays, goes, chosen)
    changed = as_they_would_count(session, plan)
    others = [claim for claim in changed if claim.ref not in {stays, goes}]
    fields = side_by_side(one, other, names)
    return Pair(one, other, fields, differ, others, effect_of(session, changed))


def _separate_page(
    request: Request,
    session: Session,
    person: Person,
    claim_ref: str,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    claim = _counting(session, claim_ref)
    plan: Plan | None = None
    version = 0
    try:
        plan, version = separate_plan(session, claim_ref)
    except Refusal as refused:
        refusal = refusal or refused
    changed = as_they_would_count(session, plan) if plan is not None else []
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    return form_page(
        request,
        "duplicates/separate.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        claim=claim,
        root=kin_of(session, claim).root,
        version=version,
        changed=changed,
        left=plan.left if plan is not None else (),
        effect=effect_of(session, changed) if changed else None,
        measures=measures,
        names=names,
    )


def _counting(session: Session, claim_ref: str) -> ApprovedClaim:
    found = approved_claims(session, refs=[claim_ref]) if claim_ref.isprintable() else []
    if not found:
        raise NoSuchClaim(_("There is no claim %(ref)s that counts.", ref=claim_ref))
    return found[0]
