"""What can be done about one claim; and its standing: setting it aside, retracting it, restoring it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field, field_validator
from sqlalchemy.orm import Session
from starlette.convertors import StringConvertor, register_url_convertor

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.effects import Effect, effect_of
from app.answers.queries import MeasureText, measure_texts
from app.claims.actions import newest_number
from app.claims.approved import ApprovedClaim
from app.claims.differences import Names
from app.claims.document_notes import document_of, state_of
from app.claims.drafts import HandedIn, drafts_of, new_key
from app.claims.forms import Problem as RowProblem
from app.claims.queries import approved_claims
from app.claims.refusals import NoSuchClaim, RowRefused
from app.claims.views import names_of
from app.claims.words import Standing
from app.clock import Now
from app.database import DbSession
from app.dates import NotADate, read_date
from app.deployments.queries import deployment_texts
from app.errors import Refusal
from app.form_pages import form_page
from app.forms import Form, Posted, Problem, Values, read_form
from app.languages.spoken import N_, _, known
from app.pages import page, see_other
from app.reports.queries import Asked as Reports
from app.reports.queries import error_reports
from app.review.actions import judge
from app.review.acts_of_editors import ACTS, EditorsAct, Makes
from app.review.queries import ever_handed_in
from app.review.shown import Shown, with_claims_shown


class JudgementConvertor(StringConvertor):
    """The acts on a claim's standing, as addresses write them; other acts are other rooms'."""

    regex = "|".join(name.replace("_", "-") for name, act in ACTS.items() if act.makes is Makes.JUDGEMENT)


register_url_convertor("judgement", JudgementConvertor())
router = APIRouter(prefix="/desk/claims")

LABELS = {"standing_reason": N_("Reason"), "standing_on": N_("Withdrawn on"), "words": N_("In words")}


class JudgementForm(Form):
    """A judgement of a claim's standing."""

    shown: int = Field(title=N_("Shown"), ge=1, lt=2**31)
    key: str | None = Field(None, title=N_("Key"))
    standing_reason: str | None = Field(None, title=LABELS["standing_reason"])
    standing_on: date | None = Field(None, title=LABELS["standing_on"])
    words: str | None = Field(None, title=LABELS["words"])

    @field_validator("standing_on", mode="before")
    @classmethod
    def _is_a_full_date(cls, written: str) -> date:
        try:
            days = read_date(written)
        except NotADate as error:
            raise ValueError(f"{error}.") from None
        if not days.is_one_day:
            raise ValueError(
                _("“%(written)s” is no full date: the day is needed, as in 2025-06-01.", written=written)
            )
        return days.first


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as it is offered about one claim; `why_not` says why it is not to be done now."""

    act: EditorsAct
    why_not: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What the desk knows of one claim: as it counts, and everything that was ever handed in about it."""

    claim_ref: str
    newest: ApprovedClaim  # as it counts now; where it does not, as it was handed in last
    counts: bool
    ever: list[Shown]

    @property
    def waiting(self) -> list[Shown]:
        return [one for one in self.ever if one.waiting.verdict is None]


MOST_REPORTS = 20
"""Open reports about a claim that its page names, the longest waiting first."""


@router.get("/{claim_ref}", name="desk.claim")
def show(request: Request, session: DbSession, editor: Editor, claim_ref: str) -> Response:
    """Every act that there is on a claim, when each is the right one, and how the claim stands."""
    about = _about(session, claim_ref)
    measures, names = _words(session)
    document = document_of(session, claim_ref)
    return page(
        request,
        "desk/claim.html",
        person=editor,
        about=about,
        offers=_offers(about),
        drafts=[draft for draft, ref in drafts_of(session, editor) if ref == claim_ref],
        reports=error_reports(session, Reports(is_answered=False, claim_ref=claim_ref), limit=MOST_REPORTS),
        acts=ACTS,
        document=document,
        state=state_of(session, document.id) if document is not None else None,
        measures=measures,
        names=names,
    )


@router.get("/{claim_ref}/{act:judgement}", name="desk.judge")
def ask(request: Request, session: DbSession, editor: Editor, now: Now, claim_ref: str, act: str) -> Response:
    """The form of a judgement, beside what it would do to the reading."""
    about = _about(session, claim_ref)
    values = Values(
        [
            ("key", new_key()),
            ("shown", str(newest_number(session, claim_ref))),
            ("standing_reason", request.query_params.get("reason") or ""),
        ]
    )
    return _judgement_page(request, session, editor, now, about, _chosen(act), values)


@router.post("/{claim_ref}/{act:judgement}", name="desk.hand_in_judgement")
def hand_in(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, claim_ref: str, act: str
) -> Response:
    """Hand the judgement in; what is refused comes back with all that was typed."""
    about, chosen = _about(session, claim_ref), _chosen(act)
    form, errors = read_form(JudgementForm, posted)
    if form is None:
        errors = [_unseen(problem) if problem.field in {"shown", "key"} else problem for problem in errors]
        posted = _with(posted, shown=posted["shown"] or str(newest_number(session, claim_ref)))
        return _judgement_page(request, session, editor, now, about, chosen, posted, errors)
    try:
        judgement = judge(
            session,
            claim_ref,
            chosen.name,
            shown=form.shown,
            by=editor,
            at=now,
            reason=form.standing_reason,
            on=form.standing_on,
            words=form.words,
            key=form.key,
        )
    except RowRefused as refusal:
        errors = [_kindly(problem) for problem in refusal.problems]
        return _judgement_page(request, session, editor, now, about, chosen, posted, errors)
    except Refusal as refusal:
        renewed = posted
        if not isinstance(refusal, HandedIn):
            # Who has read what happened meanwhile may go on from there: the form shows the newest now.
            renewed = _with(posted, shown=str(newest_number(session, claim_ref)))
        return _judgement_page(
            request, session, editor, now, _about(session, claim_ref), chosen, renewed, refusal=refusal
        )
    return see_other(request, "review.show", claim_ref=claim_ref, kind="judgements", number=judgement.number)


def _about(session: Session, claim_ref: str) -> About:
    """What is known of a claim, counting or not. Raises NoSuchClaim."""
    ever = with_claims_shown(session, ever_handed_in(session, claim_ref)) if claim_ref.isprintable() else []
    if not ever:
        raise NoSuchClaim(_("There is no such claim."))
    current = next(iter(approved_claims(session, refs=[claim_ref])), None)
    return About(claim_ref, current or ever[0].claim, current is not None, ever)


def _chosen(act: str) -> EditorsAct:
    return ACTS[act.replace("-", "_")]


def _offers(about: About) -> list[Offer]:
    """All acts in their order; what they need that is not so is said with them."""
    return [Offer(act, _why_not(about, act)) for act in ACTS.values()]


_WAITS = {
    "revision": N_("A revision of it waits for its verdict."),
    "judgement": N_("A judgement of it waits for its verdict."),
}


def _why_not(about: About, act: EditorsAct) -> str | None:
    waiting = {one.waiting.kind for one in about.waiting}
    appearance = about.newest.repeat_of is not None
    if act.makes is Makes.CLAIM:
        if act.name != "enter" and appearance:
            return _("This is an appearance: it is done about the claim that it repeats.")
        return None if about.counts or act.name == "enter" else _("The claim does not count yet.")
    kind = "judgement" if act.makes is Makes.JUDGEMENT else "revision"
    if kind in waiting:
        return known(_WAITS[kind])
    if act.makes is Makes.JUDGEMENT and not about.counts:
        return _("The claim does not count yet.")
    if act.standing is Standing.GOOD and about.newest.standing is Standing.GOOD:
        return _("It is in good standing.")
    return None


def _kindly(problem: RowProblem) -> Problem:
    """What is wrong with a cell, as a form says it of a field."""
    told = f"{problem.reason[0].upper()}{problem.reason[1:]}."
    label = known(LABELS.get(problem.column, problem.column))
    if problem.column == "standing_reason" and not problem.value:
        told = _("Please choose why.")
    return Problem(problem.column, told, label)


def _unseen(problem: Problem) -> Problem:
    """A problem of what a form carries of itself, which nobody typed and no field shows."""
    told = _("What was sent does not come from a form of this site (%(field)s).", field=problem.field)
    return Problem("", told)


def _with(values: Values, **changed: str) -> Values:
    kept = [(name, value) for name, value in values.pairs() if name not in changed]
    return Values([*kept, *changed.items()])


def _effect(session: Session, about: About, act: EditorsAct, at: datetime) -> Effect | None:
    """What the judgement would do; no reason and no day of it makes a difference to a reading of today."""
    if not about.counts or about.newest.standing == act.standing:
        return None
    return effect_of(
        session,
        [
            replace(
                about.newest,
                standing=act.standing or Standing.GOOD,
                standing_reason=None,
                standing_on=at.date() if act.standing is Standing.RETRACTED else None,
            )
        ],
    )


def _judgement_page(  # noqa: PLR0913 - as its routes
    request: Request,
    session: Session,
    person: Person,
    at: Now,
    about: About,
    act: EditorsAct,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    measures, names = _words(session)
    return form_page(
        request,
        "desk/judge.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        about=about,
        act=act,
        why_not=_why_not(about, act) if refusal is None else None,
        effect=_effect(session, about, act, at),
        today=at.date(),
        measures=measures,
        names=names,
    )


def _words(session: Session) -> tuple[dict[str, MeasureText], Names]:
    measures = measure_texts(session)
    return measures, names_of(measures.values(), deployment_texts(session))
