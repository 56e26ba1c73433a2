from datetime import UTC, datetime

from tests.factories import ClaimFactory, ErrorReportFactory, ReportAnswerFactory
from tests.rules import each_broken, refused

LATE = datetime(3000, 1, 1, tzinfo=UTC)


def answered_twice():
    report = ErrorReportFactory()
    return [ReportAnswerFactory(report_id=report.id), ReportAnswerFactory(report_id=report.id)]


def no_error_with_a_claim():
    return ReportAnswerFactory(outcome="no_error", claim_id=ClaimFactory().id)


BROKEN = [
    ("error_reports_content_is_hashed", lambda: ErrorReportFactory(digest="192.0.2.1")),
    ("error_reports_about_is_a_path", lambda: ErrorReportFactory(about="//elsewhere.example/")),
    ("error_reports_about_is_not_too_long", lambda: ErrorReportFactory(about="/" + "a" * 4000)),
    ("error_reports_kind_is_known", lambda: ErrorReportFactory(kind="rumour")),
    ("error_reports_words_are_not_too_long", lambda: ErrorReportFactory(words="a" * 2001)),
    ("error_reports_url_is_a_web_address", lambda: ErrorReportFactory(url="javascript:alert(1)")),
    ("error_reports_url_is_not_too_long", lambda: ErrorReportFactory(url="https://" + "a" * 4000)),
    ("error_reports_versions_from_nought", lambda: ErrorReportFactory(version=-1)),
    ("error_reports_reported_in_known_years", lambda: ErrorReportFactory(reported_at=LATE)),
    ("error_reports_no_empty_text", lambda: ErrorReportFactory(words="")),
    (
        "error_reports_one_per_digest",
        lambda: [ErrorReportFactory(digest="0" * 64), ErrorReportFactory(digest="0" * 64)],
    ),
    ("report_answers_outcome_is_known", lambda: ReportAnswerFactory(outcome="ignored")),
    ("report_answers_words_are_not_too_long", lambda: ReportAnswerFactory(words="a" * 2001)),
    ("report_answers_claim_only_if_acted_on", no_error_with_a_claim),
    ("report_answers_answered_in_known_years", lambda: ReportAnswerFactory(answered_at=LATE)),
    ("report_answers_no_empty_text", lambda: ReportAnswerFactory(words="")),
    ("report_answers_one_per_report_id", answered_twice),
]


@each_broken(BROKEN)
def test_a_report_or_an_answer_that_breaks_a_rule_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()
