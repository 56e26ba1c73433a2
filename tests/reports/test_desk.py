"""Reports at the desk: listed, counted, answered once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import ReportAnswer
from app.reports.actions import AlreadyAnswered, answer_report
from app.reports.models import Outcome
from tests.factories import NOW, ErrorReportFactory, PersonFactory, ReportAnswerFactory
from tests.visiting import counted_statements

HOSTILE = "<script>alert('&')</script>"
ANSWER = {"outcome": "acted_on", "words": "Corrected.", "claim_ref": "claim"}


def answers(session) -> list[ReportAnswer]:
    return list(session.scalars(select(ReportAnswer).order_by(ReportAnswer.id)))


def listed(page) -> list[str]:
    return [link.get_text() for link in page.main.select(".desk-list > li > span > a")]


def test_open_reports_are_listed_with_the_longest_waiting_first(session, desk, signed_in):
    ErrorReportFactory(title="Second")
    ErrorReportFactory(title="First", reported_at=NOW - timedelta(days=1))
    ReportAnswerFactory(report_id=ErrorReportFactory(title="Answered").id)
    signed_in()
    page = desk.get("/desk/reports")
    assert listed(page) == ["First", "Second"]
    assert "2 open reports, the longest waiting first" in page.text
    assert listed(desk.get("/desk/reports?state=answered")) == ["Answered"]


def test_reports_are_filtered_by_kind_and_deployment_and_a_filter_can_be_removed(
    session, desk, signed_in, ledger
):
    ErrorReportFactory(title="Dated", kind="date")
    ErrorReportFactory(title="Of troops", deployment_id=ledger.deployment_id)
    signed_in()
    assert listed(desk.get("/desk/reports?kind=date")) == ["Dated"]
    page = desk.get("/desk/reports?deployment=troops")
    assert listed(page) == ["Of troops"]
    assert "/desk/reports" in {link["href"] for link in page.main.select(".chips a")}
    assert listed(desk.get("/desk/reports?deployment=troops&kind=date")) == []


@pytest.mark.parametrize("asked", ["state=lost", "kind=rumour", "deployment=none", "page=0", "page=x"])
def test_a_question_that_cannot_be_read_is_refused_by_name(desk, signed_in, asked):
    signed_in()
    assert f"“{asked.partition('=')[2]}”" in desk.get(f"/desk/reports?{asked}", status=422).text


def test_a_long_list_has_pages(session, desk, signed_in):
    for number in range(51):
        ErrorReportFactory(title=f"Report {number}", reported_at=NOW + timedelta(minutes=number))
    signed_in()
    first = desk.get("/desk/reports")
    assert len(listed(first)) == 50
    assert "/desk/reports?page=2" in first.links
    assert listed(desk.get("/desk/reports?page=2")) == ["Report 50"]


def test_the_desk_counts_open_reports_among_what_needs_care(session, desk, signed_in):
    signed_in()
    assert "None that is open." in desk.get("/desk").text
    ErrorReportFactory()
    ReportAnswerFactory()
    page = desk.get("/desk")
    assert "1 open report" in page.text
    assert "/desk/reports" in page.links


def test_a_report_is_shown_with_its_page_its_document_and_its_claim(session, desk, signed_in, ledger):
    report = ErrorReportFactory(claim_id=ledger.claim_id, words="One\ntwo", url="https://example.org/a")
    signed_in()
    page = desk.get(f"/desk/reports/{report.id}")
    assert {"/claims/claim", "/desk/claims/claim"} <= page.links
    assert page.main.select_one("blockquote br")
    assert page.main.find("a", href="https://example.org/a")["rel"] == ["external", "nofollow", "noreferrer"]
    assert page.soup.find("input", id="claim_ref")["value"] == "claim"


def test_the_desk_page_of_a_claim_names_the_open_reports_about_it(session, desk, signed_in, ledger):
    waiting = ErrorReportFactory(claim_id=ledger.claim_id, words="It says 10,000.")
    ErrorReportFactory(words="Of another claim.")
    answered = ErrorReportFactory(claim_id=ledger.claim_id, words="Long done.")
    ReportAnswerFactory(report_id=answered.id)
    signed_in()
    page = desk.get("/desk/claims/claim")
    assert "“It says 10,000.”" in page.text
    assert f"/desk/reports/{waiting.id}" in page.links
    assert "Of another claim." not in page.text
    assert "Long done." not in page.text


def test_markup_of_a_reader_stays_text(session, desk, signed_in):
    report = ErrorReportFactory(words=HOSTILE, title=HOSTILE)
    signed_in()
    for address in ("/desk/reports", f"/desk/reports/{report.id}"):
        page = desk.get(address)
        assert HOSTILE in page.text
        assert HOSTILE not in page.response.text


def test_an_editor_answers_a_report_and_the_answer_leads_to_the_acts_of_the_claim(
    session, desk, signed_in, ledger
):
    report = ErrorReportFactory()
    edda = signed_in(display_name="Edda")
    page = desk.post(f"/desk/reports/{report.id}", ANSWER)
    assert page.response.headers["location"] == f"/desk/reports/{report.id}"
    [answer] = answers(session)
    assert (answer.outcome, answer.words, answer.claim_id) == ("acted_on", "Corrected.", ledger.claim_id)
    assert (answer.answered_by, answer.answered_at) == (edda.id, desk.now)
    shown = desk.get(f"/desk/reports/{report.id}")
    assert "Corrected. Edda" in shown.text
    assert "/desk/claims/claim" in shown.links
    assert shown.soup.find("form", class_="entry") is None


def test_what_was_no_error_names_no_claim(session, desk, signed_in, ledger):
    report = ErrorReportFactory()
    signed_in()
    desk.post(f"/desk/reports/{report.id}", ANSWER | {"outcome": "no_error"})
    [answer] = answers(session)
    assert (answer.outcome, answer.claim_id) == ("no_error", None)


WRONG = [
    ({"outcome": ""}, "outcome"),
    ({"outcome": "ignored"}, "outcome"),
    ({"words": " "}, "words"),
    ({"words": "a" * 2001}, "words"),
    ({"claim_ref": "none"}, "claim_ref"),
    ({"claim_ref": "cl\x00aim"}, "claim_ref"),
]


@pytest.mark.parametrize(("fields", "wrong"), WRONG, ids=lambda one: str(one)[:30].replace("\x00", "NUL"))
def test_an_answer_that_cannot_stand_comes_back_with_what_was_typed(
    session, desk, signed_in, ledger, fields, wrong
):
    report = ErrorReportFactory()
    signed_in()
    form = ANSWER | fields
    page = desk.post(f"/desk/reports/{report.id}", form, status=422)
    assert answers(session) == []
    assert page.soup.find(id=f"{wrong}-error")
    assert page.soup.find("textarea").get_text().strip() == form["words"].strip()


def test_a_report_is_answered_once_and_who_comes_later_keeps_what_they_typed(
    session, desk, signed_in, ledger
):
    report = ErrorReportFactory()
    signed_in()
    desk.post(f"/desk/reports/{report.id}", ANSWER)
    desk.post(f"/desk/reports/{report.id}", ANSWER)  # a double click
    signed_in()
    page = desk.post(
        f"/desk/reports/{report.id}", {"outcome": "no_error", "words": "Checked: it is right."}, status=409
    )
    assert "This report was answered meanwhile" in page.text
    assert page.soup.find("textarea").get_text().strip() == "Checked: it is right."
    assert len(answers(session)) == 1
    with pytest.raises(AlreadyAnswered):
        answer_report(session, report.id, Outcome.NO_ERROR, words="x", by=PersonFactory(), at=NOW)


def test_the_list_sends_few_statements_however_much_was_reported(session, desk, signed_in, ledger, engine):
    signed_in()

    def sent(address) -> int:
        session.commit()
        with counted_statements(engine) as statements:
            desk.get(address)
        return len(statements)

    def add(number):
        for _ in range(number):
            ReportAnswerFactory(report_id=ErrorReportFactory(deployment_id=ledger.deployment_id).id)
            ErrorReportFactory(claim_id=ledger.claim_id)

    add(2)
    few = {address: sent(address) for address in ("/desk/reports", "/desk/reports?state=answered")}
    add(20)
    assert all(sent(address) <= number <= 12 for address, number in few.items()), few
