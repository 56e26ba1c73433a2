"""Reports at the desk: the list, and answering one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.accounts.guards import Editor
from app.accounts.models import Person
from app.answers.parameters import BadParameter, BadParameters
from app.claims.refusals import NoSuchClaim
from app.clock import Now
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.form_pages import form_page
from app.forms import Posted, Problem, Values, read_form
from app.languages.spoken import _, pgettext
from app.languages.spoken import known as known_text
from app.pages import page, see_other
from app.reports.about import Ledger, title_now
from app.reports.actions import AlreadyAnswered, answer_report
from app.reports.forms import KIND_WORDS, OUTCOME_WORDS, AnswerForm
from app.reports.queries import (
    Asked,
    Reported,
    error_report,
    error_reports,
    number_of_reports,
    reported_deployments,
)
from app.review.asked import read_page

router = APIRouter(prefix="/desk/reports", include_in_schema=False)

ROWS = 50
"""Reports on one page of the list."""

ReportId = Annotated[int, Path(ge=1, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody's question to the list, as it stands in an address."""

    state: str = "open"
    kind: str | None = None
    deployment: str | None = None
    page: int = 1

    def query(self, **other: str | None) -> list[tuple[str, str]]:
        """The parameters of the first page, with some filters otherwise; None takes a filter away."""
        asked = {"state": self.state, "kind": self.kind, "deployment": self.deployment} | other
        return [
            (name, value) for name, value in asked.items() if value and (name, value) != ("state", "open")
        ]

    def on_page(self, number: int) -> list[tuple[str, str]]:
        """The parameters of another page under the same filters."""
        return self.query() + ([("page", str(number))] if number > 1 else [])

    @property
    def asked(self) -> Asked:
        """The same as the queries take it."""
        return Asked(is_answered=self.state == "answered", kind=self.kind, deployment=self.deployment)


@router.get("", name="reports.list")
def show_reports(request: Request, session: DbSession, editor: Editor) -> Response:
    """Open reports, the longest waiting first; or those that were answered."""
    names = reported_deployments(session, {one.slug: one.name for one in deployment_texts(session)})
    known: dict[str, Mapping[str, str]] = {
        "state": {"open": pgettext("of reports", "open"), "answered": pgettext("of reports", "answered")},
        "kind": {str(kind): known_text(words) for kind, words in KIND_WORDS.items()},
        "deployment": names,
    }
    wanted = read_wanted(request.query_params.multi_items(), known)
    rows = error_reports(session, wanted.asked, limit=ROWS + 1, after=(wanted.page - 1) * ROWS)
    return page(
        request,
        "reports/list.html",
        person=editor,
        wanted=wanted,
        known=known,
        rows=rows[:ROWS],
        titles=_titles(session, rows[:ROWS]),
        number=number_of_reports(session, wanted.asked),
        first=(wanted.page - 1) * ROWS + 1,
        is_last=len(rows) <= ROWS,
        kinds=KIND_WORDS,
        outcomes=OUTCOME_WORDS,
    )


@router.get("/{report_id}", name="reports.show")
def show_report(request: Request, session: DbSession, editor: Editor, report_id: ReportId) -> Response:
    """A report, and the form that answers it, or its answer."""
    report = _report(session, report_id)
    return _page(request, session, editor, report, Values([("claim_ref", report.claim_ref or "")]))


@router.post("/{report_id}", name="reports.answer")
def answer(
    request: Request, session: DbSession, editor: Editor, now: Now, posted: Posted, report_id: ReportId
) -> Response:
    """Answer a report, once; what is refused comes back with what was typed."""
    report = _report(session, report_id)
    form, errors = read_form(AnswerForm, posted)
    if form is None:
        return _page(request, session, editor, report, posted, errors)
    try:
        answer_report(
            session,
            report.id,
            form.outcome,
            words=form.words,
            claim_ref=form.claim_ref,
            by=editor,
            at=now,
        )
    except NoSuchClaim as refusal:
        errors = [Problem("claim_ref", refusal.sentence, _("The claim that was acted on"))]
        return _page(request, session, editor, report, posted, errors)
    except AlreadyAnswered as refusal:
        report = _report(session, report_id)
        if (report.answered_by, report.outcome, report.answer) != (editor.id, form.outcome, form.words):
            return _page(request, session, editor, report, posted, refusal=refusal)
        # A double click, whose first has answered.
    return see_other(request, "reports.show", report_id=report.id)


def read_wanted(parameters: Iterable[tuple[str, str]], known: Mapping[str, Mapping[str, str]]) -> Wanted:
    """The question that an address asks; empty and unknown parameters are passed over.

    `known` has the values of each filter with their words. Raises BadParameters.
    """
    wanted, errors = Wanted(), []
    for name, written in parameters:
        value = written.strip()
        if value and name in known and value not in known[name]:
            errors.append(BadParameter(name, _("there is none called “%(value)s”", value=value)))
        elif value and name in known:
            wanted = replace(wanted, **{name: value})  # type: ignore[arg-type]  # the filters are all texts
        elif value and name == "page":
            try:
                wanted = replace(wanted, page=read_page(value))
            except ValueError as error:
                errors.append(BadParameter(name, str(error)))
    if errors:
        raise BadParameters(errors)
    return wanted


def _report(session: Session, report_id: int) -> Reported:
    report = error_report(session, report_id)
    if report is None:
        raise NotFound(_("There is no such report."))
    return report


def _titles(session: Session, reports: Sequence[Reported]) -> dict[int, str]:
    """What each report is about, by its number, in the language of the page."""
    ledger = Ledger(session, {one.claim_ref for one in reports if one.claim_ref})
    return {one.id: title_now(ledger, one.about, one.title) for one in reports}


def _page(
    request: Request,
    session: Session,
    person: Person,
    report: Reported,
    values: Values,
    errors: list[Problem] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    return form_page(
        request,
        "reports/show.html",
        values=values,
        errors=errors,
        refusal=refusal,
        person=person,
        report=report,
        title=_titles(session, [report])[report.id],
        kinds=KIND_WORDS,
        outcomes=OUTCOME_WORDS,
    )
