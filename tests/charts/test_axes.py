"""Round numbers and days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.axes import count_ticks, day_ticks, log_ticks


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (600, [0, 200, 400, 600]),
        (15000, [0, 5000, 10000, 15000]),
        (16000, [0, 5000, 10000, 15000, 20000]),
    ],
)
def test_counts_get_round_ticks_from_zero_on(highest, ticks):
    assert count_ticks(highest) == ticks


@given(st.integers(1, 10**18))
def test_ticks_of_any_count_are_few_whole_and_evenly_apart(highest):
    ticks = count_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    assert len({b - a for a, b in pairwise(ticks)}) == 1
    assert len(ticks) <= 8


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_logarithmic_ticks_are_positive_and_rise(one, other):
    ticks = log_ticks(min(one, other), max(one, other))
    assert ticks[0] >= 1
    assert all(a < b for a, b in pairwise(ticks))


days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(days, st.integers(1, 40000))
def test_labels_of_days_never_touch(first, span):
    last = first + timedelta(days=span)
    ticks = day_ticks(first, last, width=620, narrow=270)
    assert all(first <= tick.on <= last for tick in ticks)
    for wanted, width in ((ticks, 620), ([tick for tick in ticks if tick.sparse], 270)):
        at = [(tick.on - first).days / span * width for tick in wanted]
        assert all(b - a >= 38 for a, b in pairwise(at))


def test_months_carry_their_year_where_it_is_new():
    ticks = day_ticks(date(2024, 10, 1), date(2025, 3, 15), width=620, narrow=270)
    assert [(tick.label, tick.year) for tick in ticks] == [
        ("Oct", "2024"),
        ("Nov", ""),
        ("Dec", ""),
        ("Jan", "2025"),
        ("Feb", ""),
        ("Mar", ""),
    ]


def test_a_phone_gets_its_years_from_the_ticks_it_shows():
    ticks = [t for t in day_ticks(date(2024, 2, 1), date(2026, 2, 1), width=620, narrow=270) if t.sparse]
    assert [t.year for t in ticks if t.year] == sorted({str(t.on.year) for t in ticks})


def test_a_few_weeks_are_named_by_day():
    ticks = day_ticks(date(2024, 10, 1), date(2024, 11, 1), width=620, narrow=270)
    assert [tick.label for tick in ticks] == ["1 Oct", "8 Oct", "15 Oct", "22 Oct", "29 Oct"]


def test_whole_years_need_no_second_line():
    ticks = day_ticks(date(1990, 1, 1), date(2020, 1, 1), width=620, narrow=270)
    assert all(tick.label.isdigit() and not tick.year for tick in ticks)
