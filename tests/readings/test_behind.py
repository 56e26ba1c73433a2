"""The claims behind all numbers at once are those that `why` names, one day after the other."""

from datetime import date

import pytest
from hypothesis import given

from app.readings.behind import behind
from app.readings.choices import Choices, Precedence, Tolerance
from app.readings.facts import UnknownMeasure
from app.readings.why import why
from tests.readings.build import event, increment, ledger, level, source, total
from tests.readings.founding import deployment
from tests.readings.strategies import START, ledgers, level_claims
from tests.readings.strategies import choices as any_choices

CHOICES = [
    Choices(),
    Choices(known_on=date(2025, 4, 1)),
    Choices(since=date(2025, 1, 1)),
    Choices(tolerance=Tolerance.NONE, precedence=Precedence.LATEST),
    Choices(since=date(2025, 2, 15), tolerance=Tolerance.TWENTY, known_on=date(2025, 6, 1)),
]


def check(given_ledger, measure, asked):
    reading, found = behind(given_ledger, measure, asked)
    assert tuple(one.point for one in found) == reading.points
    for one in found:
        told = why(given_ledger, measure, asked, one.point.on)
        assert (one.low, one.selected, one.high) == (
            told.low.claims,
            told.selected.claims,
            told.high.claims,
        )


@pytest.mark.parametrize("asked", CHOICES)
def test_every_measure_of_the_founding_ledger(asked):
    founding = deployment("nk-troops-russia")
    for measure in founding.measures:
        check(founding, measure, asked)


@given(ledgers(), any_choices())
def test_any_flow_under_any_choices(drawn, asked):
    check(ledger(*drawn, starts_on=START), "sent", asked)


@given(ledgers(min_size=1, claims=level_claims), any_choices())
def test_any_level_under_any_choices(drawn, asked):
    check(ledger(*drawn, starts_on=START, valid_days=4), drawn[0].measure, asked)


def test_a_chain_is_named_in_the_order_of_its_argument():
    by = source("a", reliability="A")
    claims = (
        total("floor", "more_than 11,000", "2024-12-31", by=by),
        increment("more", "stated 3,000", "2025-01/2025-02", by=by),
        total("ceiling", "about 14,000", "2025-04-15", by=by),
    )
    _, found = behind(ledger(*claims), "sent", Choices())
    told = {one.point.on: one for one in found}
    assert told[date(2024, 12, 31)].high == ("more", "ceiling")
    assert told[date(2025, 2, 28)].low == ("floor", "more")
    assert told[date(2025, 2, 28)].selected == ("floor", "more")


def test_where_nothing_was_claimed_nothing_is_named():
    _, found = behind(ledger(total("a", "at_least 5", "2024-11-01")), "sent", Choices())
    first, *_ = found
    assert (first.low, first.selected, first.high) == ((), (), ())
    assert found[-1].high == ()


def test_event_floors_are_named_as_readings_name_them():
    _, found = behind(ledger(event("e", "5", "2024-11-01/2024-11-01", by=source("a"))), "sent", Choices())
    assert found[-1].low == ("a:events",)


def test_levels_name_the_claims_of_their_day():
    claims = (level("a", "at_least 50", "2024-11-01"), level("b", "60", "2024-11-01"))
    reading, found = behind(ledger(*claims, valid_days=10), claims[0].measure, Choices())
    assert [one.point.on for one in found] == [point.on for point in reading.points]
    [value] = [one for one in found if one.point.selected is not None]
    assert value.selected == ("b",)
    assert found[-1].low == ()


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(UnknownMeasure):
        behind(deployment("nk-troops-russia"), "nothing", Choices())
