"""Dates as written, and the days they mean: in Python and, the same, in the database."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.dates import Days, NotADate, day_said, read_date, read_period

LAST_YEAR = 9998
"""In year 9999 a range of the database ends where Python's calendar does; such dates are refused later."""

DATES = [
    ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
    ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
    ("2000-02-29", date(2000, 2, 29), date(2000, 2, 29)),
    ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
    ("0001-01-01", date(1, 1, 1), date(1, 1, 1)),
]

NO_DATES = [
    "", " ", "2025 ", "2025\n", "25", "02025", "-2025", "+2025", "0000", "0000-01", "0000-01-01",
    "2025-00", "2025-13", "2025-1", "2025-01-1", "2025-01-00", "2025-01-32", "2025-02-29", "1900-02-29",
    "2025-02-30", "2025-04-31", "2025-2-28", "2025/02", "2025-02-28T00:00", "20250228", "2025-W05",
    "2025-1X", "2025-XX", "2025~", "2025?", "2025-02-", "2025--02", "2025\u201002", "now", "infinity",
    "\u0662\u0660\u0662\u0665", "\uff12\uff10\uff12\uff15", "2025-0\u00b2",  # digits, but not these
]  # fmt: skip

NO_PERIODS = [
    "2025-03/2025-02", "2025/2024", "2025-02-01/2025-01", "2025-01", "2025-01/", "/2025-01", "/",
    "2025/2025/2025", "2025-01 / 2025-02", "2025-01/soon", "soon/2025-01", "2025-01/..", "../2025",
]  # fmt: skip


@pytest.mark.parametrize(("written", "first", "last"), DATES)
def test_a_date_covers_the_days_that_its_words_allow(written, first, last):
    assert read_date(written) == Days(first, last, written)


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_is_refused_in_a_sentence(written):
    with pytest.raises(NotADate, match=r"is not a d"):
        read_date(written)


@pytest.mark.parametrize("written", NO_PERIODS)
def test_what_is_no_period_is_refused(written):
    with pytest.raises(NotADate):
        read_period(written)


def test_a_period_runs_from_the_first_day_of_its_start_to_the_last_of_its_end():
    assert read_period("2024-12/2025-02") == Days(date(2024, 12, 1), date(2025, 2, 28), "2024-12/2025-02")
    assert read_period("2025-02/2025-02-01").is_one_day


@pytest.mark.parametrize(
    ("said_on", "published_on", "day"),
    [
        ("2025-03-27", None, date(2025, 3, 27)),
        ("2025-03-27", "2025-03-01", date(2025, 3, 27)),  # a full date means itself
        ("2025-03", None, date(2025, 3, 31)),
        ("2025-03", "2025-03-10", date(2025, 3, 10)),
        ("2025", "2025-03", date(2025, 3, 31)),
        ("2025-03", "2025-02", date(2025, 3, 1)),  # never before its own first day
        ("2025-03", "2026", date(2025, 3, 31)),
    ],
)
def test_the_day_it_was_said(session, said_on, published_on, day):
    published = read_date(published_on) if published_on else None
    in_the_database = session.scalar(select(func.day_said(said_on, published_on)))
    assert day_said(read_date(said_on), published) == in_the_database == day


# What follows holds the database against Python.


def days_in_the_database(session, reader: str, written: str) -> tuple[date, date] | None:
    """First and last day that a function of the database reads; None where it reads none."""
    days = getattr(func, reader)(written)
    first, last = session.execute(select(func.lower(days), func.upper(days) - 1)).one()
    return None if first is None else (first, last)


def days_in_python(read, written: str) -> tuple[date, date] | None:
    try:
        days = read(written)
    except NotADate:
        return None
    return days.first, days.last


years = st.integers(1, LAST_YEAR).map("{:04}".format)
parts = st.integers(0, 33).map("{:02}".format)  # some months and days that do not exist, too
almost_dates = st.one_of(
    years,
    st.builds("{}-{}".format, years, parts),
    st.builds("{}-{}-{}".format, years, parts, parts),
    st.dates(max_value=date(LAST_YEAR, 12, 31)).map(date.isoformat),
)
# The characters that dates are made of, and some that look like them or end a line.
scribbles = st.text("0123456789-/ T\u0662\u00b2Xx\n", max_size=12).filter(
    lambda written: "9999" not in written
)
with_session = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("written", [*(written for written, *_ in DATES), *NO_DATES])
def test_the_database_reads_known_dates_alike(session, written):
    assert days_in_the_database(session, "edtf_days", written) == days_in_python(read_date, written)


@pytest.mark.parametrize("written", ["2025-01/2025-02", "2025-02/2025-02-01", *NO_PERIODS])
def test_the_database_reads_known_periods_alike(session, written):
    assert days_in_the_database(session, "edtf_period", written) == days_in_python(read_period, written)


@with_session
@given(written=st.one_of(almost_dates, scribbles))
def test_the_database_reads_dates_alike(session, written):
    assert days_in_the_database(session, "edtf_days", written) == days_in_python(read_date, written)


@with_session
@given(written=st.one_of(st.builds("{}/{}".format, almost_dates, almost_dates), scribbles))
def test_the_database_reads_periods_alike(session, written):
    assert days_in_the_database(session, "edtf_period", written) == days_in_python(read_period, written)


def is_date(written: str) -> bool:
    return days_in_python(read_date, written) is not None


@with_session
@given(said_on=almost_dates.filter(is_date), published_on=st.none() | almost_dates.filter(is_date))
def test_the_database_knows_the_same_day_said(session, said_on, published_on):
    found = session.scalar(select(func.day_said(said_on, published_on)))
    assert found == day_said(read_date(said_on), read_date(published_on) if published_on else None)


def test_no_date_is_null_in_the_database(session):
    readers = func.edtf_days(None), func.edtf_period(None), func.day_said(None, None)
    assert tuple(session.execute(select(*readers)).one()) == (None, None, None)
