"""Which mark a claim becomes."""

from dataclasses import replace

import pytest

from app.charts.mark import Aside, Lane
from app.charts.marks import chart_rows
from app.claims.words import Standing
from app.readings.facts import Kind
from tests.charts.pictures import chart_of, day, founding_chart, share, stance
from tests.readings.build import event, increment, level, plan, source, total


def only(chart):
    (mark,) = chart.marks
    return mark


@pytest.mark.parametrize(
    ("words", "values", "up", "down"),
    [
        ("3000", [3000], False, False),
        ("about 3000", [3000], False, False),
        ("at_least 3000", [3000], True, False),
        ("more_than 3000", [3000], True, False),
        ("nearly 11000", [11000], False, True),
        ("up_to 500", [500], False, True),
        ("between 2000 3000", [2000, 3000], False, False),
        ("low=2000 point=2500 at_least", [2000, 2500], True, False),
        ("low=3000 point=3000 at_least", [3000], True, False),
        ("0", [0], False, False),
    ],
)
def test_a_mark_shows_the_numbers_that_were_stated_and_no_others(words, values, up, down):
    mark = only(chart_of(total("a", words, "2024-12-01")))
    assert (mark.values, mark.opens_up, mark.opens_down) == (values, up, down)


def test_a_total_stands_on_the_axis_at_its_as_of_day():
    mark = only(chart_of(total("a", "3000", "2024-12-01", said="2025-01-15")))
    assert (mark.lane, mark.first, mark.on) == (Lane.AXIS, day("2024-12-01"), day("2024-12-01"))


def test_an_imprecise_as_of_stands_on_its_last_day_and_reaches_back_to_its_first():
    mark = only(chart_of(total("a", "3000", "2024-12", said="2025-01-15")))
    assert (mark.first, mark.on) == (day("2024-12-01"), day("2024-12-31"))


def test_an_as_of_ends_on_the_day_it_was_said_and_begins_with_the_deployment():
    mark = only(chart_of(total("a", "3000", "2024", said="2024-11-20")))
    assert (mark.first, mark.on) == (day("2024-10-01"), day("2024-11-20"))


@pytest.mark.parametrize("make", [increment, event])
def test_an_increment_and_an_event_stand_over_their_period_apart_from_totals(make):
    mark = only(chart_of(make("a", "3000", "2025-01/2025-02")))
    assert (mark.lane, mark.first, mark.on) == (Lane.SPAN, day("2025-01-01"), day("2025-02-28"))


def test_a_restarted_count_stands_over_the_days_it_counts():
    mark = only(chart_of(total("a", "300", "2026-03-20", counts_from="2026-03-02")))
    assert (mark.lane, mark.first, mark.on) == (Lane.SPAN, day("2026-03-02"), day("2026-03-20"))


def test_a_count_from_the_start_is_an_ordinary_total():
    assert only(chart_of(total("a", "300", "2025-03-20", counts_from="2024-10"))).lane is Lane.AXIS


@pytest.mark.parametrize(
    ("claim", "row"),
    [
        (plan("a", "10000", "2024-10-17"), Aside.PLANS),
        (share("a", 33.25, "2024-10-17"), Aside.SHARES),
        (stance("a", "2024-10-17"), Aside.STANCES),
        (total("a", "500", "2024-10-17", standing=Standing.SET_ASIDE), Aside.SET_ASIDE),
    ],
)
def test_what_moves_no_reading_stands_aside_on_the_day_it_was_said(claim, row):
    mark = only(chart_of(claim))
    assert (mark.lane, mark.row, mark.on) == (Lane.ASIDE, row, day("2024-10-17"))


def test_a_retraction_counts_from_its_day_on():
    claim = total("a", "5", "2024-11-01", standing=Standing.RETRACTED, standing_on="2025-01-10")
    lanes = [only(chart_of(claim, known_on=day(d))).lane for d in ("2025-01-09", "2025-01-10")]
    assert lanes == [Lane.AXIS, Lane.ASIDE]


def test_what_was_said_later_than_known_is_left_out():
    claims = total("a", "5", "2024-11-01"), total("b", "6", "2024-11-01", said="2025-05-01")
    chart = chart_of(*claims, known_on=day("2025-04-30"))
    assert [mark.claim.ref for mark in chart.marks] == ["a"]


def test_appearances_are_no_marks():
    claim = total("a", "5", "2024-11-01")
    assert len(chart_of(claim, replace(claim, ref="b", repeat_of="a")).marks) == 1


def test_a_claim_about_a_part_of_the_theatre_is_marked_as_such_and_at_home_on_the_chart_of_its_place():
    claim = level("a", "5", "2024-11-01", place="kursk")
    assert only(chart_of(claim, kind=Kind.LEVEL)).part
    assert not only(chart_of(claim, kind=Kind.LEVEL, place="kursk")).part


def test_marks_come_in_the_order_of_their_days():
    days = ["2025-03-01", "2024-11-01", "2025-01-01"]
    chart = chart_of(*(total(f"c{i}", "5", on) for i, on in enumerate(days)))
    assert [mark.on for mark in chart.marks] == sorted(day(on) for on in days)


def test_every_claim_of_the_founding_ledger_is_one_mark_and_one_row():
    chart = founding_chart()
    assert len(chart.marks) == len(chart.drawn) == len(chart_rows(chart)) == 44


def test_the_table_says_what_the_marks_say():
    chart = chart_of(total("a", "about 3000", "2024-10-23"), plan("b", "9000", "2024-10-24"), contested={"a"})
    rows = chart_rows(chart)
    assert [(r.claim_ref, r.figure, r.contested, r.counts) for r in rows] == [
        ("a", "about 3,000", True, True),
        ("b", "9,000", False, False),
    ]


def test_a_family_that_came_after_the_order_was_made_is_still_drawn():
    chart = chart_of(total("a", "5", "2024-11-01", by=source("new")), families=[])
    assert [(style.slug, style.slot) for style in chart.families] == [("new", 0)]
