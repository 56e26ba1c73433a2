"""Readings of successive knowledge dates: which are kept, and how far each moved what was known before."""

from datetime import date, timedelta

import pytest

from app.claims.words import Standing
from app.readings.facts import UnknownMeasure
from app.readings.knowledge import AT_MOST, READ_AT_MOST, days_of_news, knowledge, moved, spread
from app.readings.reading import read_measure
from app.readings.results import Point
from tests.readings.build import chosen, ledger, level, plan, source, total
from tests.readings.founding import deployment

TROOPS = "nk-troops-russia"


def dates(found) -> list[str]:
    return [one.known_on.isoformat() for one in found.known]


def ends(found) -> list[tuple]:
    return [(one.known_on.isoformat(), one.last and one.last.selected) for one in found.known]


def test_a_later_figure_is_seen_as_later_knowledge():
    claims = ledger(
        total("early", "exact 600", "2025-04-30"),
        total("late", "exact 2000", "2025-04-30", said="2025-09-02"),
    )
    found = knowledge(claims, "sent", chosen())
    assert ends(found) == [("2025-04-30", 600), ("2025-09-02", 2000)]
    assert [one.change for one in found.known] == [600, 1400]
    assert (found.changed, found.read, found.said) == (2, 2, 2)


def test_a_figure_about_the_past_changes_the_past():
    claims = ledger(
        total("may", "exact 100", "2025-05-31"),
        total("march", "exact 80", "2025-03-31", said="2025-07-01"),
        total("june", "exact 120", "2025-06-30"),
    )
    found = knowledge(claims, "sent", chosen())
    assert ends(found) == [("2025-05-31", 100), ("2025-06-30", 120), ("2025-07-01", 120)]
    assert [one.change for one in found.known] == [100, 20, 80]


def test_what_changes_nothing_is_no_new_knowledge():
    claims = ledger(
        total("t", "exact 100", "2025-05-31"),
        plan("p", "500", "2025-06-01"),
        total("wide", "between 50 200", "2025-05-31", said="2025-06-02"),
        total("appearance", "exact 100", "2025-05-31", said="2025-06-03", repeat_of="t"),
    )
    found = knowledge(claims, "sent", chosen())
    assert dates(found) == ["2025-05-31"]
    assert found.said == 3


def test_a_retraction_is_news_on_its_day():
    claims = ledger(
        total("kept", "exact 100", "2025-05-31"),
        total(
            "withdrawn",
            "exact 300",
            "2025-06-30",
            standing=Standing.RETRACTED,
            standing_on="2025-08-01",
        ),
    )
    found = knowledge(claims, "sent", chosen())
    assert ends(found) == [("2025-05-31", 100), ("2025-06-30", 300), ("2025-08-01", 100)]


def test_a_level_that_expires_was_known_to_expire():
    claims = ledger(
        level("first", "100", "2025-01-01"),
        plan("p", "5", "2025-03-01", measure="present"),
        level("second", "exact 70", "2025-06-01"),
        valid_days=30,
    )
    found = knowledge(claims, "present", chosen())
    assert ends(found) == [("2025-01-01", 100), ("2025-06-01", 70)]


def test_killed_and_wounded_are_news_about_casualties():
    claims = ledger(
        total("k", "exact 10", "2025-01-31", measure="killed"),
        total("w", "exact 20", "2025-01-31", measure="wounded"),
        measures=["casualties"],
    )
    assert ends(knowledge(claims, "casualties", chosen())) == [("2025-01-31", 30)]


def test_nothing_is_known_after_the_readers_own_knowledge_date():
    claims = ledger(total("a", "exact 1", "2025-01-31"), total("b", "exact 2", "2025-02-28"))
    assert dates(knowledge(claims, "sent", chosen(known_on="2025-02-27"))) == ["2025-01-31"]
    assert knowledge(claims, "sent", chosen(known_on="2025-01-30")).known == ()


def test_nothing_claimed_gives_nothing_known():
    assert knowledge(ledger(), "sent", chosen()).known == ()


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(UnknownMeasure):
        knowledge(ledger(), "containers", chosen())


def test_few_of_many_changes_are_kept_the_largest_among_them():
    start = date(2025, 1, 1)
    figures = [10 * day for day in range(1, 41)]
    figures[19:] = [figure + 5_000 for figure in figures[19:]]  # one leap, on the twentieth day
    claims = [
        total(f"t{place}", f"exact {figure}", (start + timedelta(days=place)).isoformat())
        for place, figure in enumerate(figures)
    ]
    found = knowledge(ledger(*claims), "sent", chosen())
    assert found.changed == 40
    assert len(found.known) == AT_MOST
    assert found.known[0].known_on == start
    assert found.known[-1].known_on == start + timedelta(days=39)
    leap = next(one for one in found.known if one.known_on == start + timedelta(days=19))
    assert leap.change == 5_010


def test_of_very_many_days_a_spread_is_read_and_said_so():
    start = date(2025, 1, 1)
    claims = [
        total(f"t{place}", f"exact {place}", (start + timedelta(days=place)).isoformat())
        for place in range(READ_AT_MOST + 30)
    ]
    found = knowledge(ledger(*claims), "sent", chosen())
    assert (found.read, found.said, found.is_sample) == (READ_AT_MOST, READ_AT_MOST + 30, True)
    assert found.known[-1].known_on == start + timedelta(days=READ_AT_MOST + 29)


def test_a_spread_holds_both_ends():
    days = [date(2025, 1, day) for day in range(1, 11)]
    assert [day.day for day in spread(days, 4)] == [1, 4, 7, 10]
    assert spread(days, 10) == days


def test_a_line_that_ends_in_a_gap_is_not_moved_to_zero():
    def points(*given):
        return [Point(date(2025, month, 1), 0, figure, None) for month, figure in given]

    assert moved(points((1, 10), (3, None)), points((1, 10), (2, None)), date(2025, 12, 31)) == 0
    assert moved(points((1, 10)), points((1, 10), (2, 14)), date(2025, 12, 31)) == 4
    assert moved(points((1, 10)), points((1, 10), (2, 14)), date(2025, 1, 31)) == 0


def test_set_aside_claims_are_no_news():
    claims = ledger(total("a", "1", "2025-01-31", standing=Standing.SET_ASIDE, by=source("x")))
    assert days_of_news(claims, "sent", chosen()) == []


@pytest.mark.parametrize("measure", ["sent", "killed", "casualties", "present"])
def test_each_is_the_reading_that_its_address_leads_to(measure):
    for one in knowledge(deployment(TROOPS), measure, chosen()).known:
        assert one.points == read_measure(deployment(TROOPS), measure, one.choices).points


def test_the_number_killed_was_six_hundred_and_later_two_thousand():
    found = knowledge(deployment(TROOPS), "killed", chosen())
    assert ends(found)[-2:] == [("2025-04-30", 600), ("2025-09-02", 2000)]
    assert found.known[-1].change == 1400
