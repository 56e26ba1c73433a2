"""Cells as people write them, in the spelling of the ledger."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.phrases import NotAFigure
from app.dates import read_date
from app.sheets.cells import read_day_cell, read_figure_cell, read_number_cell, read_period_cell

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2025-02-27", "2025-02-27"),
        ("2025-02-27T14:30", "2025-02-27"),
        ("27.2.2025 14:30", "2025-02-27"),
        ("27/02/2025", "2025-02-27"),
        ("02/27/2025", "2025-02-27"),
        ("3.2.2025", "2025-02-03"),
        ("45715", "2025-02-27"),
        ("45715.5", "2025-02-27"),
        ("27 February 2025", "2025-02-27"),
        ("Feb 27th, 2025", "2025-02-27"),
        ("27 febbraio 2025", "2025-02-27"),
        ("1º gennaio 2025", "2025-01-01"),
        ("febbraio 2025", "2025-02"),
        ("2/2025", "2025-02"),
        ("2025", "2025"),
        ("27.2.25", "27.2.25"),
        ("30.2.2025", "2025-02-30"),
        ("soon", "soon"),
    ],
)
def test_a_date_is_read_as_it_is_usually_written(cell, read):
    assert read_day_cell(cell, day_first=True) == read


def test_months_stand_first_where_somebody_says_so():
    assert read_day_cell("3/2/2025", day_first=False) == "2025-03-02"


@given(day=DAYS, style=st.sampled_from(["{0:%d.%m.%Y}", "{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y}", "{0}"]))
def test_every_day_is_read_back(day, style):
    assert read_date(read_day_cell(style.format(day), day_first=True)).first == day


@given(day=DAYS)
def test_every_day_is_read_back_where_months_stand_first(day):
    assert read_day_cell(f"{day:%m/%d/%Y}", day_first=False) == day.isoformat()


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2025-01-01/2025-01-31", "2025-01-01/2025-01-31"),
        ("1.1.2025 - 31.1.2025", "2025-01-01/2025-01-31"),
        ("Jan 2025 to Feb 2025", "2025-01/2025-02"),
        ("dal", "dal/dal"),
        ("2025-01", "2025-01/2025-01"),
    ],
)
def test_a_period_is_two_dates(cell, read):
    assert read_period_cell(cell, day_first=True) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1.234", ("stated", "", "1234", "")),
        ("1,234", ("stated", "", "1234", "")),
        ("1 234", ("stated", "", "1234", "")),
        ("1\u202f234\u202f567", ("stated", "", "1234567", "")),
        ("12,34,567", ("stated", "", "1234567", "")),
        ("1234.0", ("stated", "", "1234", "")),
        ("007", ("stated", "", "7", "")),
        ("-5", ("stated", "", "-5", "")),
        ("about 3,000", ("about", "", "3000", "")),
        ("quasi 11.000", ("nearly", "", "", "11000")),
        ("more than 300", ("more_than", "300", "", "")),
        ("2-3 mila", ("between", "2000", "", "3000")),
    ],
)
def test_a_figure_is_read_with_its_hedge(cell, read):
    assert read_figure_cell(cell, "", is_share=False) == read


def test_a_qualifier_of_its_own_has_the_last_word():
    assert read_figure_cell("1,234", "about", is_share=False) == ("about", "", "1234", "")
    assert read_figure_cell("1,234", "more_than", is_share=False) == ("more_than", "1234", "", "")
    assert read_figure_cell("about 1,234", "up_to", is_share=False) == ("up_to", "", "", "1234")


def test_a_share_has_decimals_and_a_count_has_none():
    assert read_figure_cell("12,5", "", is_share=True)[2] == "12.5"
    assert read_figure_cell("12.50 %", "", is_share=True)[2] == "12.50"
    with pytest.raises(NotAFigure):
        read_figure_cell("12,5", "", is_share=False)


@given(number=st.integers(0, 10**15), mark=st.sampled_from([",", ".", " ", "'", "\u00a0", "\u202f", "’"]))
def test_every_count_is_read_back_whatever_stands_between_its_thousands(number, mark):
    assert read_number_cell(f"{number:,}".replace(",", mark), is_share=False) == str(number)


@given(st.text(max_size=40))
def test_no_cell_does_more_than_stay_as_it_is(cell):
    assert isinstance(read_day_cell(cell, day_first=True), str)
    assert isinstance(read_period_cell(cell, day_first=False), str)
    with suppress(NotAFigure):
        assert len(read_figure_cell(cell, "", is_share=False)) == 4
