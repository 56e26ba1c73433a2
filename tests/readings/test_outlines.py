"""What is kept of a reading says what the reading says, after it has been to the database and back."""

import json
from datetime import date, timedelta

from hypothesis import given, settings

from app.readings.checks import level_bounds
from app.readings.choices import Choices
from app.readings.facts import Kind
from app.readings.outlines import (
    MARKS_AT_MOST,
    SAMPLED,
    candidate_of,
    fates_data,
    fates_from,
    fates_of,
    floor_of,
    head_data,
    marks_data,
    outline_from,
    outline_of,
    points_data,
    sampled,
    worded,
)
from app.readings.reading import Readings, read_measure
from app.readings.results import Point
from tests.readings.build import event, increment, ledger, source, total
from tests.readings.strategies import START, ledgers, level_claims


def kept_and_back(data):
    return json.loads(json.dumps(data))


def back(outline):
    return outline_from(
        kept_and_back(head_data(outline)),
        outline.deployment,
        outline.measure,
        points=kept_and_back(points_data(outline.points)),
        marks=kept_and_back(marks_data(outline.marks)),
        few=kept_and_back(fates_data(outline.few)),
    )


def is_the_same_after_it_was_kept(given, measure):
    held = ledger(*given, starts_on=START, measures=[measure])
    readings = Readings(held, Choices())
    reading = readings.reading(measure)
    outline = outline_of(reading, given)
    found = back(outline)
    assert found == outline
    assert found.headline == reading.headline
    assert (found.accepted, found.contested) == (len(reading.accepted), len(reading.contested))
    says_what_became_of_each(reading)
    if reading.measure.kind is Kind.LEVEL:
        bounds = level_bounds(readings.levels(measure))
    else:
        band = readings.flow(measure).band
        bounds = type(found.bounds)(band.low, band.high, frozenset(band.turns()))
    for day in (START + timedelta(days=number) for number in range(40)):
        assert (found.bounds.low(day), found.bounds.high(day)) == (bounds.low(day), bounds.high(day))


def says_what_became_of_each(reading):
    """Each sentence is the same when it is worded from what was kept and the claims that it names."""
    fates = fates_from(kept_and_back(fates_data(fates_of(reading))))
    assert fates == fates_of(reading)
    assert fates.accepted == set(reading.accepted)
    candidates = {}
    for ref, one in reading.candidates.items():
        if ref in fates.floors:
            candidates[ref] = floor_of(ref, fates.floors[ref], one.source)
        elif one.claim is not None:
            facts = reading.deployment, reading.measure, Choices(), one.parts
            candidates[ref] = candidate_of(one.claim, *facts)
    for item in reading.contested:
        assert worded(item.claim_ref, fates.contested[item.claim_ref], candidates) == item


@settings(max_examples=120)
@given(ledgers())
def test_an_outline_of_a_flow_says_what_the_reading_says(given):
    is_the_same_after_it_was_kept(given, "sent")


@settings(max_examples=60)
@given(ledgers(claims=level_claims))
def test_an_outline_of_a_level_says_what_the_reading_says(given):
    is_the_same_after_it_was_kept(given, "present")


def test_an_event_floor_is_worded_again_from_its_sums():
    own = [event(f"e{i}", "5", f"2024-10-{10 + i}/2024-10-{10 + i}", by=source("list")) for i in range(3)]
    told = total("t", "exact point=6", "2024-10-12", by=source("best", reliability="A"))
    reading = read_measure(ledger(*own, told, starts_on=date(2024, 10, 1)), "sent", Choices())
    assert [item.claim_ref for item in reading.contested] == ["list:events"]
    says_what_became_of_each(reading)


def test_marks_of_thousands_are_few_and_keep_the_edges_of_each_family():
    given = [total(f"c{i}", str(100 + i), "2024-12-01", by=source("abc"[i % 3])) for i in range(900)]
    outline = outline_of(read_measure(ledger(*given), "sent", Choices()), given)
    assert (len(outline.marks), outline.stated) == (MARKS_AT_MOST, 900)
    values = {mark.values for mark in outline.marks}
    assert {(100,), (101,), (102,), (997,), (998,), (999,)} <= values


def test_a_sample_of_points_has_the_first_and_the_last():
    points = [Point(START + timedelta(days=day), day, day, None) for day in range(1000)]
    assert (sampled(points)[0], sampled(points)[-1], len(sampled(points))) == (points[0], points[-1], SAMPLED)
    assert sampled(points[:SAMPLED]) == tuple(points[:SAMPLED])


def test_a_restarted_count_and_an_increment_are_no_marks():
    given = [increment("i", "5", "2024-10-11/2024-10-12"), total("t", "9", "2024-12-01")]
    outline = outline_of(read_measure(ledger(*given), "sent", Choices()), given)
    assert [mark.values for mark in outline.marks] == [(9,)]
