"""Reporting an error, which anybody may do, and answering a report, which an editor does once."""

from datetime import datetime

from sqlalchemy import ScalarSelect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import Person
from app.acts.queries import ledger_version
from app.citations.canonical import canonical, digest
from app.claims.models import Claim
from app.claims.refusals import NoSuchClaim
from app.deployments.models import Deployment
from app.errors import Refusal
from app.languages.spoken import _
from app.measures.models import Measure
from app.reports.about import About
from app.reports.forms import ReportForm
from app.reports.models import ErrorReport, Outcome, ReportAnswer
from app.sources.models import Source


class AlreadyAnswered(Refusal):
    """Somebody answered the report meanwhile."""


def digest_of(key: str, about: About, form: ReportForm) -> str:
    """What a report is known by: the same form with the same content is the same report."""
    sent = {"about": about.address, "kind": form.kind, "words": form.words, "url": form.url}
    return digest(canonical({"key": key} | sent))


def is_reported(session: Session, digest: str) -> bool:
    """Whether this very report was stored already. One SELECT."""
    return session.scalar(select(ErrorReport.id).where(ErrorReport.digest == digest)) is not None


def report_error(session: Session, about: About, form: ReportForm, *, digest: str, at: datetime) -> None:
    """Store a report; one that is there already stays the only one, also of two sent at once."""
    session.execute(
        insert(ErrorReport)
        .values(
            digest=digest,
            about=about.address,
            title=about.title,
            claim_id=_id_of(Claim.id, Claim.ref, about.claim_ref),
            deployment_id=_id_of(Deployment.id, Deployment.slug, about.deployment),
            measure_id=_id_of(Measure.id, Measure.slug, about.measure),
            source_id=_id_of(Source.id, Source.slug, about.source),
            kind=form.kind,
            words=form.words,
            url=form.url,
            version=ledger_version(session),
            reported_at=at,
        )
        .on_conflict_do_nothing(index_elements=["digest"])
    )


def _id_of(
    key: InstrumentedAttribute[int], name: InstrumentedAttribute[str], value: str | None
) -> ScalarSelect[int] | None:
    return None if value is None else select(key).where(name == value).scalar_subquery()


def answer_report(
    session: Session,
    report_id: int,
    outcome: Outcome,
    *,
    words: str,
    by: Person,
    at: datetime,
    claim_ref: str | None = None,
) -> ReportAnswer:
    """Answer a report, which the row's lock lets one editor do. A claim is named of what was acted on.

    Raises AlreadyAnswered and NoSuchClaim.
    """
    session.execute(select(ErrorReport.id).where(ErrorReport.id == report_id).with_for_update())
    if session.scalar(select(ReportAnswer.id).where(ReportAnswer.report_id == report_id)) is not None:
        raise AlreadyAnswered(_("This report was answered meanwhile, and a report is answered once."))
    claim_id = None
    if claim_ref is not None and outcome is Outcome.ACTED_ON:
        claim_id = session.scalar(select(Claim.id).where(Claim.ref == claim_ref))
        if claim_id is None:
            raise NoSuchClaim(_("There is no claim “%(ref)s”.", ref=claim_ref))
    answer = ReportAnswer(
        report_id=report_id,
        outcome=outcome,
        words=words,
        claim_id=claim_id,
        answered_by=by.id,
        answered_at=at,
    )
    session.add(answer)
    session.flush()  # what the database refuses is refused here
    return answer
