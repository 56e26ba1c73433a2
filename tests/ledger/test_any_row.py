"""Whatever a row says, it is either refused by a named column or stored; the database has no other word."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.claims.forms import CLAIM_COLUMNS
from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.ledger.staging import document_digest
from tests.ledger.ledgers import TOTAL, a_ledger, taken_in

SHARING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # examples share a session

dates = st.one_of(
    st.sampled_from(["", "", "2024-09", "2024-10", "2024", "2025-01-31", "2025-02-01", "2025-02", "2025"]),
    st.sampled_from(["0000", "2025-13", "2025-02-30", "9999", "999", "2025-2", "soon", "2026-11-01", "2027"]),
    st.dates().map(str),
)
figures = st.one_of(
    st.sampled_from(["", "", "", "0", "1", "90", "100", "110", "12.5", "12.50", "01", "1,000", "-1", "x"]),
    st.integers(-1, 2 * 10**15).map(str),
    st.decimals(0, 100, places=2).map(str),
)
refs = st.sampled_from(["", "", "", "one", "two", "three", "four", "Five"])


def words(vocabulary, *others):
    return st.sampled_from([*vocabulary, *others])


anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
CELLS = {
    "deployment": words(["troops"] * 8, "elsewhere", ""),
    "measure": words(["sent"] * 4, "present", "present", "rumours"),
    "nature": words(Nature, "", "sum"),
    "low": figures, "point": figures, "high": figures,
    "qualifier": words([*Qualifier] * 2, "", "roughly"),
    "as_of": dates, "counts_from": dates, "said_on": dates, "published_on": dates,
    "period": st.one_of(st.just(""), st.tuples(dates, dates).map("/".join), dates),
    "place": st.one_of(words(["", "", "Kursk", "kursk", "Курск"]), anything),
    "source": st.one_of(words(["Ministry"] * 8, ""), anything),
    "publisher": anything, "title": anything, "wording": anything, "note": anything,
    "url": st.one_of(words(["", "", "https://example.org/a", "ftp://x"]), anything),
    "language": words(["", "en", "uk", "ua", "EN"]),
    "credibility": words(["", "1", "6", "0", "7", "x"]),
    "supersedes": refs, "part_of": refs, "repeat_of": refs,
    "standing": words(Standing, "", "", "bad"),
    "standing_reason": words(["", "", "", *StandingReason], "bad"),
    "standing_on": dates,
}  # fmt: skip

# A few cells at a time: of rows that are odd in every cell none would be stored.
rows = st.lists(st.sampled_from(sorted(CELLS)), max_size=4, unique=True).flatmap(
    lambda columns: st.fixed_dictionaries({column: CELLS[column] for column in columns})
)


@SHARING
@given(st.lists(rows, min_size=1, max_size=4))
def test_any_row_is_refused_by_a_column_or_stored(session, edits):
    refs = ("one", "two", "three", "four")
    ledger = [{**TOTAL, **edit, "claim_ref": ref} for ref, edit in zip(refs, edits, strict=False)]
    with tempfile.TemporaryDirectory() as folder:
        path = a_ledger(Path(folder), *ledger)
        with session.begin_nested() as savepoint:
            report = taken_in(session, path)
            again = None if report.is_refused else taken_in(session, path)
            savepoint.rollback()
    event("refused" if again is None else "stored")
    if again is None:
        assert all(refusal.column in CLAIM_COLUMNS for refusal in report.refused)
        assert {refusal.line for refusal in report.refused if refusal.file == "claims.csv"}
    else:
        assert (report.new, again.unchanged, again.version) == (len(ledger), len(ledger), None)


@SHARING
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_or_read(session, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        path.write_bytes(content)
        report = taken_in(session, path)
    assert report.is_refused
    assert all(str(refusal).startswith("claims.csv") for refusal in report.refused)


@SHARING
@given(st.lists(anything.filter(lambda part: "\x1f" not in part), min_size=4, max_size=4))
def test_documents_are_told_apart_as_the_database_does(session, parts):
    computed = session.scalar(
        text("select encode(document_digest(:a, :b, :c, :d), 'hex')"), dict(zip("abcd", parts, strict=True))
    )
    assert document_digest(*parts) == (computed if any(parts) else "")
