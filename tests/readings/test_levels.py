"""Levels: they replace one another and expire."""

from datetime import date, timedelta

from hypothesis import given, settings

from app.readings.reading import read_measure
from tests.readings import brute
from tests.readings.build import contested, ledger, level, on, read, source, witness
from tests.readings.strategies import START, choices, ledgers, level_claims

NONE = (None, None, None)


def test_a_level_holds_for_its_valid_days_its_own_day_included():
    reading = read(level("l", "about 100", "2024-11-01"), valid_days=10)
    assert [(p.on.isoformat(), p.low, p.selected, p.high) for p in reading.points] == [
        ("2024-10-01", *NONE),
        ("2024-11-01", 90, 100, 110),
        ("2024-11-11", *NONE),
    ]
    assert reading.data_through == date(2024, 11, 1)


def test_the_next_level_ends_the_one_before_whichever_source_it_is_from():
    reading = read(
        level("l", "about 100", "2024-11-01"),
        level("m", "exact 7", "2024-11-05", by=source("z", reliability="E")),
    )
    assert on(reading, "2024-11-04") == (90, 100, 110)
    assert on(reading, "2024-11-05") == (7, 7, 7)
    assert reading.contested == ()


def test_the_default_is_a_hundred_and_twenty_days():
    reading = read(level("l", "about 100", "2024-11-01"))
    assert on(reading, "2025-02-28") == (90, 100, 110)
    assert on(reading, "2025-03-01") == NONE


def test_levels_of_one_day_are_intersected():
    reading = read(
        level("floor", "at_least 95", "2024-11-01", by=source("a", reliability="A")),
        level("range", "between 80 105", "2024-11-01", by=source("b")),
        level("point", "about 100", "2024-11-01", by=source("c", reliability="C")),
    )
    assert on(reading, "2024-11-01") == (95, 100, 105)  # the first with a point gives the figure
    assert [step.claim_ref for step in reading.steps] == ["point"]


def test_without_a_point_the_first_with_a_value_gives_the_figure():
    reading = read(
        level("range", "between 80 105", "2024-11-01", by=source("a", reliability="A")),
        level("floor", "at_least 90", "2024-11-01"),
    )
    assert on(reading, "2024-11-01") == (90, 90, 105)
    assert on(read(level("range", "between 80 105", "2024-11-01")), "2024-11-01") == (80, None, 105)


def test_a_figure_outside_the_intersection_is_strained_and_never_derived():
    reading = read(
        level("point", "about 100", "2024-11-01"),
        level("range", "between 105 120", "2024-11-01"),
    )
    point = reading.at(date(2024, 11, 1))
    assert (point.low, point.selected, point.high) == (105, 100, 110)
    assert point.strained
    assert not point.derived


def test_levels_contradict_only_on_days_they_share():
    reading = read(
        level("month", "exact 100", "2024-11", said="2024-12-01", by=source("a", reliability="A")),
        level("mid", "exact 50", "2024-11-15", said="2024-12-01"),
        level("after", "exact 50", "2024-12-01"),
    )
    assert contested(reading) == ["mid"]
    assert witness(reading, "mid") == ("month",)
    assert on(reading, "2024-11-30") == (100, 100, 100)
    assert on(reading, "2024-11-15") == NONE


def test_a_contested_level_is_ruled_out_by_the_first_in_precedence_and_robust_at_tolerance_twenty():
    reading = read(
        level("a", "about 100", "2024-11-01", by=source("a", reliability="A")),
        level("b", "about 100", "2024-11-01", by=source("b")),
        level("near", "about 130", "2024-11-01", by=source("c", reliability="C")),
        level("far", "about 300", "2024-11-01", by=source("c", reliability="C")),
    )
    items = {item.claim_ref: item for item in reading.contested}
    assert {ref: item.witness for ref, item in items.items()} == {"near": ("a",), "far": ("a",)}
    assert (items["near"].robust, items["far"].robust) == (False, True)
    assert items["far"].sentence == (
        "about 100 on 1 November means at most 110; "
        "about 300 on 1 November (at least 270) cannot also be true."
    )


def test_only_levels_of_the_chosen_place_take_part():
    part = level("part", "exact 5", "2024-11-01", place="kursk")
    whole = level("whole", "exact 9", "2024-11-01")
    assert read(part, whole).accepted == ("whole",)
    assert read(part, whole, place="kursk").accepted == ("part",)


def test_since_only_begins_a_level_reading_there():
    reading = read(level("l", "exact 9", "2024-11-01"), since="2024-11-03")
    assert [(p.on.isoformat(), p.selected) for p in reading.points][:1] == [("2024-11-03", 9)]


def test_a_reading_before_the_first_level_has_no_value_in_its_headline():
    reading = read(level("l", "exact 9", "2024-11-01"), on="2024-10-05")
    assert (reading.headline.low, reading.headline.selected, reading.headline.high) == NONE
    assert reading.headline.sentence == "No figure holds on 5 October 2024."


def test_levels_are_no_part_of_a_flow_nor_flows_of_a_level():
    assert read(level("l", "exact 9", "2024-11-01", measure="sent"), measure="sent").candidates == {}


@settings(max_examples=150)
@given(ledgers(max_size=10, claims=level_claims), choices())
def test_levels_equal_brute_force(claims, chosen):
    reading = read_measure(
        ledger(*claims, starts_on=START, valid_days=5, measures=["present"]), "present", chosen
    )
    accepted, refused = brute.accept_levels(brute.asked_levels(claims, chosen), chosen)
    assert reading.accepted == tuple(claim.ref for claim in accepted)
    assert {item.claim_ref: item.witness for item in reading.contested} == refused
    begin = chosen.since or START
    for number in range(100):
        day = begin + timedelta(days=number)
        if chosen.known_on is None or day <= chosen.known_on:
            point = reading.at(day)
            expected = brute.level_on(accepted, day, 5, chosen)
            assert (point.low, point.selected, point.high) == expected
