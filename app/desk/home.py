"""The desk itself: what waits for me, what I handed in, what needs care, what was decided lately."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.guards import Editor
from app.accounts.models import Role
from app.administration.proposals import proposals
from app.answers.newly import new_contradictions
from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import measure_texts
from app.claims.document_notes import documents_gone
from app.claims.drafts import drafts_of
from app.claims.queries import approved_claims
from app.claims.views import names_of
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.languages.spoken import _
from app.pages import page
from app.reports.queries import Asked as AskedOfReports
from app.reports.queries import number_of_reports
from app.review.acts_of_editors import ACTS
from app.review.queries import (
    Asked,
    claims_without_document,
    last_checks,
    queue,
    sent_back_to,
    verdicts_given,
    waiting_batches,
    waits_for,
)
from app.review.shown import with_claims_shown

router = APIRouter(prefix="/desk")

SHOWN = 8
"""Things of one kind that the desk lists; of more it says how many, and where they are."""

SINCE_DAYS = (7, 30, 90)


@router.get("", name="desk.home")
def show(request: Request, session: DbSession, editor: Editor, now: Now) -> Response:
    """What waits for whoever asks, and what needs care."""
    days = _asked(request)
    measures = measure_texts(session)
    deployments = deployment_texts(session)
    reviews = editor.may(Role.REVIEWER)
    mine = queue(session, Asked(author=editor.id, alone=True), limit=SHOWN)
    others = queue(session, Asked(not_by=editor.id, alone=True), limit=SHOWN) if reviews else []
    return page(
        request,
        "desk/home.html",
        person=editor,
        now=now,
        shown=SHOWN,
        waits=waits_for(session, editor),
        to_decide=with_claims_shown(session, others),
        batches_to_decide=waiting_batches(session, Asked(not_by=editor.id), SHOWN) if reviews else [],
        own_batches=waiting_batches(session, Asked(author=editor.id), SHOWN),
        handed_in=with_claims_shown(session, mine),
        sent_back=with_claims_shown(session, sent_back_to(session, editor, limit=SHOWN)),
        drafts=drafts_of(session, editor),
        acts=ACTS,
        names=names_of(measures.values(), deployments),
        measures=measures,
        deployments=deployments,
        days=days,
        since_days=SINCE_DAYS,
        contradictions=new_contradictions(
            session, now - timedelta(days=days), texts=measures, deployments=deployments
        ),
        without_document=approved_claims(session, refs=claims_without_document(session, limit=SHOWN)),
        gone=documents_gone(session, limit=SHOWN),
        proposed=len(proposals(session)),
        open_reports=number_of_reports(session, AskedOfReports(is_answered=False)),
        checks=last_checks(session),
        verdicts=verdicts_given(session),
    )


def _asked(request: Request) -> int:
    """How many days back contradictions are new."""
    days = request.query_params.get("days") or "30"
    if days not in {str(one) for one in SINCE_DAYS}:
        choices = ", ".join(str(one) for one in SINCE_DAYS)
        told = _("“%(value)s” is none of %(choices)s", value=days, choices=choices)
        raise BadParameters([BadParameter("days", told)])
    return int(days)
