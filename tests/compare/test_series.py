"""Figures per 1,000 sent and days since the start, worked out by hand."""

from datetime import date

import pytest

from app.compare.series import Value, absolute, days_since, last_day, per_sent, value_at
from app.readings.results import Point
from tests.readings.build import read, total
from tests.readings.test_founding_ledger import troops


def day(number) -> date:
    return date(2025, 1, number)


def points(*given):
    return [Point(day(on), *figures) for on, *figures in given]


def told(values) -> list[tuple]:
    return [(value.on.day, value.low, value.selected, value.high) for value in values]


def test_counts_stay_as_they_are():
    point = Point(day(3), 90, 100, None, derived=True, strained=False)
    assert absolute([point]) == (Value(day(3), 90, 100, None, derived=True),)


def test_a_figure_is_divided_by_the_number_sent_of_the_same_day():
    """40 of 2,000 are 20 in a thousand; the same 40 of 4,000 are 10."""
    values = per_sent(points((1, 30, 40, 50)), points((1, 1900, 2000, 2100), (5, 3900, 4000, None)))
    assert told(values) == [(1, 15, 20, 25), (5, 7.5, 10, 12.5)]


def test_it_changes_with_the_figure_and_with_the_number_sent():
    values = per_sent(
        points((1, 0, 10, None), (4, 0, 20, None)), points((1, 0, 1000, None), (3, 0, 500, None))
    )
    assert told(values) == [(1, 0, 10, None), (3, 0, 20, None), (4, 0, 40, None)]


def test_a_change_that_leaves_the_share_as_it_was_is_none():
    values = per_sent(points((1, 0, 10, None), (4, 0, 20, None)), points((1, 0, 500, 600), (4, 0, 1000, 1)))
    assert told(values) == [(1, 0, 20, None)]


def test_where_no_number_sent_is_known_there_is_a_gap_and_no_zero():
    values = per_sent(points((1, 0, 10, 20)), points((1, 0, None, 5000), (3, 0, 0, 5000), (6, 0, 1000, 5000)))
    assert told(values) == [(1, None, None, None), (6, 0, 10, 20)]
    assert [value.is_gap for value in values] == [True, False]


def test_without_any_number_sent_all_is_a_gap():
    assert told(per_sent(points((1, 5, 6, 7)), [])) == [(1, None, None, None)]


def test_a_gap_of_the_figure_stays_one():
    values = per_sent(points((1, 5, 5, 5), (3, None, None, None)), points((1, 1000, 1000, 1000)))
    assert told(values) == [(1, 5, 5, 5), (3, None, None, None)]


def test_what_was_sent_before_the_figure_begins_counts():
    assert told(per_sent(points((10, 5, 5, 5)), points((1, 1000, 500, 1000)))) == [(10, 10, 10, 10)]


def test_nothing_read_gives_nothing():
    assert per_sent([], points((1, 1, 1, 1))) == ()


def test_the_band_is_drawn_with_a_line_that_strains_it():
    value = Value(day(1), 10, 8, 12, strained=True)
    assert (value.drawn_low, value.drawn_high) == (8, 12)
    assert Value(day(1), None, None, None).drawn_low is None


@pytest.mark.parametrize(
    ("on", "days"), [("2024-10-01", 0), ("2024-10-02", 1), ("2025-10-01", 365), ("2024-09-30", -1)]
)
def test_the_first_day_of_a_deployment_is_day_zero(on, days):
    assert days_since(date(2024, 10, 1), date.fromisoformat(on)) == days


def test_the_value_in_force_on_a_day():
    values = absolute(points((3, 1, 1, 1), (7, 2, 2, 2)))
    assert value_at(values, day(2)) is None
    assert [value_at(values, day(on)).selected for on in (3, 6, 7, 30)] == [1, 1, 2, 2]


def test_a_line_ends_with_the_last_day_that_a_claim_covers():
    reading = read(total("a", "100", "2025-01-10"), total("b", "100", "2025-02-20"))
    assert last_day(reading) == date(2025, 2, 20)
    assert last_day(read(measure="sent")) == date(2024, 10, 1)


def test_killed_per_thousand_sent_in_the_founding_ledger():
    """2,000 of 15,000 are 133.3 in a thousand; 600 of 15,000 were 40."""
    values = per_sent(troops("killed").points, troops("sent").points)
    assert value_at(values, date(2025, 9, 2)).selected == pytest.approx(133.333, abs=0.001)
    assert value_at(values, date(2025, 4, 30)).selected == 40
    assert value_at(values, date(2024, 10, 5)).is_gap  # nobody had been reported sent yet
