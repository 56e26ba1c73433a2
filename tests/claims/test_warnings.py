"""Each warning once where it is due, and not where it nearly is."""

from dataclasses import replace
from datetime import date

import pytest

from app.claims.warnings import CODES, Bounds, Known, warnings_of
from app.claims.words import Standing
from app.dates import read_date, read_period
from tests.readings.build import appearance_of, event, increment, level, plan, source, total

TODAY = date(2026, 1, 15)
CLAIM = total("new", "stated 3000", "2025-03-27", measure="killed")


def known(**given) -> Known:
    return Known(TODAY, **given)


def reading(low, selected, high, **others) -> Known:
    return known(own=Bounds(low, selected, high), others={name: Bounds(*of) for name, of in others.items()})


def said_before(*words, **cells) -> Known:
    return known(same_source=[total("old", *words, "2025-02-28", measure="killed", **cells)])


WARNED = {
    "eight times the selected": (CLAIM, reading(0, 375, None), "extra_digit"),
    "eight times the ceiling": (CLAIM, reading(0, None, 375), "extra_digit"),
    "eight times the floor": (CLAIM, reading(375, None, None), "extra_digit"),
    "an increment of eight times the whole": (
        increment("new", "3000", "2025-03-01/2025-03-27"), reading(0, 300, None), "extra_digit",
    ),
    "a level of eight times the last": (
        level("new", "3000", "2025-03-27"), reading(0, 300, 400), "extra_digit",
    ),
    "an eighth": (CLAIM, reading(24_000, None, None), "missing_digit"),
    "less than before": (CLAIM, said_before("3100"), "below_an_earlier_total"),
    "a ceiling under a floor": (
        replace(CLAIM, point=None, high=3000), said_before("more_than 3001"), "below_an_earlier_total",
    ),
    "more than afterwards": (
        CLAIM,
        known(same_source=[total("old", "2900", "2025-04-01", measure="killed")]),
        "above_a_later_total",
    ),
    "killed above casualties": (
        CLAIM, reading(0, None, None, casualties=(0, None, 2999)), "above_another_measure",
    ),
    "casualties below killed": (
        replace(CLAIM, measure="casualties"), reading(0, None, None, killed=(3001, None, None)),
        "below_another_measure",
    ),
    "more than everyone sent": (CLAIM, reading(0, None, None, sent=(0, None, 2999)), "more_than_sent"),
    "an event of more than everyone sent": (
        event("new", "3000", "2025-03-27", measure="killed"), reading(0, None, None, sent=(0, None, 2999)),
        "more_than_sent",
    ),
    "present above sent": (level("new", "3000", "2025-03-27"), known(others={"sent": Bounds(0, None, 2999)}),
                           "more_than_sent"),
    "said tomorrow": (total("new", "3", "2026-01-15", said="2026-01-16"), known(), "future_date"),
    "published tomorrow": (replace(CLAIM, published_on=read_date("2026-01-16")), known(), "future_date"),
    "as of half a year before": (
        replace(CLAIM, said_on=read_date("2025-09-24")), known(), "as_of_long_before_said",
    ),
    "a period that begins later": (
        increment("new", "3000", "2025-03-01/2025-03-27", said="2025-02-27"), known(), "period_after_said",
    ),
    "a period that ends later": (
        increment("new", "3000", "2025-03-01/2025-03-27", said="2025-03-26"), known(), "period_after_said",
    ),
    "a document from before": (
        replace(CLAIM, published_on=read_date("2025-03-26")), known(), "published_before_said",
    ),
    "other numbers in the wording": (
        replace(CLAIM, wording="3,500 of 11,000 were killed"), known(), "figure_not_in_wording",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("claim", "held", "code"), WARNED.values(), ids=WARNED)
def test_a_slip_is_warned_of(claim, held, code):
    [warned] = warnings_of(claim, held)
    assert warned.code == code
    assert warned.sentence.endswith((".", "?"))
    assert getattr(claim, warned.field) is not None


def test_every_code_is_warned_of_by_a_test():
    assert {code for _, _, code in WARNED.values()} == set(CODES)


FINE = {
    "nothing is known": (CLAIM, known()),
    "not yet eight times": (CLAIM, reading(0, 376, None)),
    "more than an eighth": (CLAIM, reading(23_999, None, None)),
    "a reading too small to say": (CLAIM, reading(0, 9, 9)),
    "a reading of nothing": (CLAIM, reading(0, None, None)),
    "a part of it": (replace(CLAIM, place="kursk"), reading(24_000, None, None)),
    "counted anew": (replace(CLAIM, counts_from=read_date("2025-03-01")), reading(24_000, None, None)),
    "a plan": (plan("new", "30000", "2025-03-27"), reading(0, 300, None)),
    "as much as before": (CLAIM, said_before("3000")),
    "no fewer than before": (replace(CLAIM, point=None, low=10), said_before("3100")),
    "less than what was set aside": (CLAIM, said_before("3100", standing=Standing.SET_ASIDE)),
    "less than in another place": (CLAIM, said_before("3100", place="kursk")),
    "less on the same days": (CLAIM, known(same_source=[total("old", "3100", "2025-03")])),
    "less than what it restates": (replace(CLAIM, supersedes="old"), said_before("3100")),
    "less than itself": (replace(CLAIM, ref="old"), said_before("3100")),
    "as many as casualties": (CLAIM, reading(0, None, None, casualties=(0, None, 3000))),
    "casualties that are open": (CLAIM, reading(0, None, None, casualties=(0, 100, None))),
    "a measure of its own": (
        replace(CLAIM, measure="vehicles"), reading(0, None, None, sent=(0, None, 1)),
    ),
    "planned for tomorrow": (plan("new", "300", "2026-01-15", as_of=read_date("2026-06")), known()),
    "this month": (replace(CLAIM, as_of=read_date("2026-01"), said_on=read_date("2026-01")), known()),
    "the month it is said in": (
        replace(increment("new", "3", "2025-03-01/2025-03-27"), period=read_period("2025-03/2025-03"),
                said_on=read_date("2025-03-27")), known(),
    ),
    "the number in the wording": (replace(CLAIM, wording="tremila soldati su 11.000"), known()),
    "a wording without numbers": (replace(CLAIM, wording="many were killed"), known()),
}  # fmt: skip


@pytest.mark.parametrize(("claim", "held"), FINE.values(), ids=FINE)
def test_what_is_no_slip_is_not_warned_of(claim, held):
    assert warnings_of(claim, held) == ()


def test_several_warnings_come_in_the_order_of_their_codes():
    claim = replace(CLAIM, said_on=read_date("2026-02-01"), source=source("s"))
    held = replace(said_before("3100"), own=Bounds(0, 300, None))
    assert [one.code for one in warnings_of(claim, held)] == [
        "extra_digit", "below_an_earlier_total", "future_date", "as_of_long_before_said",
    ]  # fmt: skip


def test_an_appearance_of_an_earlier_total_is_no_total():
    printed = appearance_of(total("root", "3100", "2025-02-28", measure="killed"), "printed")
    assert warnings_of(CLAIM, known(same_source=[printed])) == ()
