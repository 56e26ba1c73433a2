"""A proposal at the desk: what stands beside what is proposed, what it would do, and the verdict."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.cookies import settings_of
from app.accounts.guards import Editor
from app.accounts.models import Person
from app.administration.aliases import check_alias
from app.administration.consequences import Consequences, of_description, of_merge, of_separation
from app.administration.forms import VerdictForm
from app.administration.merging import claims_to_separate, standing, why_not_merged, why_not_separated
from app.administration.models import Proposal
from app.administration.nouns import NOUNS, SOURCE, described
from app.administration.proposals import called, decide_proposal, proposal_of, verdicts_open_to
from app.administration.refusals import BadName
from app.answers.queries import measure_texts
from app.claims.refusals import AlreadyDecided
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Refusal
from app.form_pages import form_page
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _
from app.pages import see_other
from app.places import merging as places
from app.places.aliases import check_alias as check_place_alias
from app.places.consequences import PlaceConsequences
from app.places.consequences import of_merge as of_place_merge
from app.places.consequences import of_separation as of_place_separation
from app.places.queries import place_tree

router = APIRouter(prefix="/proposals")

ProposalId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/{proposal_id}", name="administration.proposal")
def show_proposal(request: Request, session: DbSession, editor: Editor, proposal_id: ProposalId) -> Response:
    """What is proposed, and for who may decide the form for it."""
    return _page(request, session, editor, proposal_id, Values())


@router.post("/{proposal_id}", name="administration.decide")
def give_verdict(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, proposal_id: ProposalId
) -> Response:
    """Give the verdict, once; what is refused comes back with what was typed."""
    form, errors = read_form(VerdictForm, posted)
    if form is None:
        return _page(request, session, editor, proposal_id, posted, errors)
    try:
        with session.begin_nested():
            decide_proposal(
                session,
                proposal_id,
                form.verdict,
                by=editor,
                at=now,
                reason=form.reason,
                four_eyes=settings_of(request).four_eyes,
            )
    except Refusal as refusal:
        proposal = proposal_of(session, proposal_id).proposal
        if isinstance(refusal, AlreadyDecided) and (proposal.decided_by, proposal.verdict) == (
            editor.id,
            form.verdict,
        ):
            return see_other(request, "administration.proposal", proposal_id=proposal_id)  # a double click
        return _page(request, session, editor, proposal_id, posted, refusal=refusal)
    return see_other(request, "administration.proposal", proposal_id=proposal_id)


def _page(
    request: Request,
    session: Session,
    person: Person,
    proposal_id: int,
    values: Values,
    errors: list[Problem] | None = None,
    *,
    refusal: Refusal | None = None,
) -> Response:
    proposed = proposal_of(session, proposal_id)
    proposal = proposed.proposal
    is_open = proposal.verdict is None
    measures, deployments = measure_texts(session), deployment_texts(session)
    may = (
        verdicts_open_to(person, proposal.recorded_by, four_eyes=settings_of(request).four_eyes)
        if is_open
        else []
    )
    return form_page(
        request,
        "administration/proposal.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        proposed=proposed,
        called=called(session, [proposed]),
        proposal=proposal,
        noun=NOUNS.get(proposal.noun),
        may=may,
        measures=measures,
        names=names_of(measures.values(), deployments),
        **(
            (_about_places if proposal.noun == "place" else _about)(session, proposal)
            if is_open
            else {
                "beside": [],
                "both": [],
                "columns": [],
                "cannot": None,
                "consequences": None,
                "today": None,
            }
        ),
    )


def _about_places(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    """Why a merge of places, its taking back or another name cannot be approved now, and what it would do."""
    old, tree = places.standing(session, proposal.slug), place_tree(session)
    consequences: PlaceConsequences | None = None
    if proposal.act == "alias":
        try:
            check_place_alias(session, proposal.slug, proposal.content["name"])
            cannot = None
        except BadName as refusal:
            cannot = refusal.sentence
    elif proposal.act == "merge":
        into = proposal.content["into"]
        cannot = places.why_not_merged(session, old, places.standing(session, into))
        consequences = of_place_merge(session, tree, old.slug, into) if cannot is None else None
    else:
        cannot = places.why_not_separated(session, old)
        consequences = of_place_separation(session, tree, old) if cannot is None else None
    nothing: dict[str, Any] = {"beside": [], "both": [], "columns": [], "today": None}
    return nothing | {"cannot": cannot, "consequences": consequences}


def _about(session: Session, proposal: Proposal) -> Mapping[str, Any]:
    """What stands beside what is proposed, why it cannot be approved now, and what it would do."""
    noun = NOUNS[proposal.noun]
    today = described(session, noun, proposal.slug)
    about: dict[str, Any] = {"beside": [], "both": [], "columns": noun.changing, "today": today}
    consequences: Consequences | None = None
    cannot: str | None = None
    if proposal.act == "describe":
        cells = proposal.content["cells"]
        if today is None:
            about["beside"] = [(one, "", cells[one.name]) for one in noun.columns if cells[one.name]]
        else:
            about["beside"] = [
                (one, today.cells[one.name], cells[one.name])
                for one in noun.changing
                if today.cells[one.name] != cells[one.name]
            ]
            consequences = of_description(session, noun, proposal.slug, today.cells, cells)
        if (today.number if today is not None else 0) != proposal.shown:
            cannot = _("It has been changed otherwise since this was handed in.")
    elif proposal.act == "merge":
        into = described(session, SOURCE, proposal.content["into"])
        old = standing(session, proposal.slug)
        cannot = why_not_merged(session, old, standing(session, proposal.content["into"]))
        about["both"] = [today, into]
        if into is not None and cannot is None:
            consequences = of_merge(session, proposal.slug, into.cells)
    elif proposal.act == "alias":
        try:
            check_alias(session, proposal.slug, proposal.content["name"])
        except BadName as refusal:
            cannot = refusal.sentence
    else:
        old = standing(session, proposal.slug)
        cannot = why_not_separated(session, old)
        if today is not None and cannot is None:
            consequences = of_separation(session, claims_to_separate(session, old), today.cells)
    return about | {"cannot": cannot, "consequences": consequences}
