"""Whatever the form accepts, the database accepts, or refuses with a sentence beside a cell."""

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app.answers.weighing import weigh
from app.claims.forms import CLAIM_COLUMNS, GREATEST_FIGURE, ClaimRow
from app.claims.refusals import RowRefused
from app.claims.rows import rows_of
from app.claims.words import Nature, Qualifier
from app.review.actions import decide
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory, PlaceFactory

DATES = st.sampled_from(
    ["", "2024", "2024-10", "2024-10-01", "2024-12-31", "2025", "2025-01", "2025-01-13", "2026-01", "2026-02"]
)
PERIODS = st.one_of(st.just(""), st.builds("{}/{}".format, DATES, DATES))
FIGURES = st.one_of(
    st.just(""),
    st.integers(0, 9).map(str),
    st.sampled_from(["0", "300", "12.5", "100.00", str(GREATEST_FIGURE)]),
)
TEXT = st.text(max_size=30)
REFS = st.sampled_from(["", "", "", "root", "printed", "nothing"])

ROWS = st.builds(
    ClaimRow,
    claim_ref=st.sampled_from(["", "mine", "Mine"]),
    deployment=st.sampled_from(["nk-russia"] * 9 + ["elsewhere"]),
    measure=st.sampled_from(["killed", "killed", "present", "elsewhere"]),
    nature=st.sampled_from([*Nature, ""]),
    low=FIGURES,
    point=FIGURES,
    high=FIGURES,
    qualifier=st.sampled_from([*Qualifier, ""]),
    as_of=DATES,
    period=PERIODS,
    counts_from=st.one_of(st.just(""), DATES),
    place=st.sampled_from(["", "", "Kursk", "Nowhere"]),
    said_on=DATES,
    source=st.sampled_from(["National Intelligence Service"] * 5 + ["Somebody", ""]),
    publisher=TEXT,
    title=TEXT,
    url=st.sampled_from(["", "https://example.org/a", "example.org"]),
    published_on=DATES,
    language=st.sampled_from(["", "en", "it", "xx"]),
    wording=TEXT,
    credibility=st.sampled_from(["", "1", "6", "7"]),
    supersedes=REFS,
    part_of=REFS,
    repeat_of=REFS,
    note=TEXT,
)
LIKELY = st.builds(
    lambda base, other, columns: base._replace(**{name: getattr(other, name) for name in columns}),
    st.sampled_from(
        [
            a_row(),
            a_row(nature="increment", as_of="", period="2025-01-01/2025-01-13"),
            a_row(nature="level", measure="present"),
            a_row(nature="stance", point="", qualifier="", as_of=""),
            a_row(nature="share", as_of="", point="12.5"),
        ]
    ),
    ROWS,
    st.sets(st.sampled_from((*CLAIM_COLUMNS[:-4], "note")), max_size=5),
)


@pytest.fixture
def ledger(session):
    a_ledger()
    PlaceFactory(slug="kursk", name="Kursk")
    entered_and_approved(session, a_row(claim_ref="root"))
    entered_and_approved(session, a_row(claim_ref="printed", repeat_of="root"))
    return session


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=LIKELY)
def test_a_row_is_entered_approved_and_read_as_it_was_or_refused_beside_a_cell(ledger, row):
    """Each row in a savepoint of its own. What a form shows beforehand never fails either."""
    with ledger.begin_nested() as savepoint:
        weighed = weigh(ledger, row, at=NOW)
        try:
            revision = enter(ledger, row)
        except RowRefused as refusal:
            event("refused")
            columns = {problem.column for problem in refusal.problems}
        else:
            event("entered")
            columns = set()
            assert weighed.problems == ()
            decide(ledger, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)
            [written] = rows_of(ledger, [revision.id]).values()
            assert enter(ledger, written._replace(claim_ref="")).number == 1
        savepoint.rollback()
    assert columns <= set(CLAIM_COLUMNS)
    assert {problem.column for problem in weighed.problems} <= set(CLAIM_COLUMNS)
