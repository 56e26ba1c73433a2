"""The worked examples of the method, with all their numbers (method, section 12)."""

from datetime import date

import pytest

from app.readings.choices import Precedence
from app.readings.intervals import Interval
from tests.readings.build import contested, event, increment, on, read, source, total, witness

SAID = "2025-03-27"


def graded(**grades):
    """The founding article's three claims by one source; grades of credibility set their order."""
    return (
        total("initial", "more_than 11,000", "2024-12-31", said=SAID, credibility=grades["initial"]),
        increment("more", "stated 3,000", "2025-01/2025-02", said=SAID, credibility=grades["more"]),
        total("total", "nearly 11,000", SAID, said=SAID, credibility=grades["total"]),
    )


def test_a_the_founding_article_contradicts_itself():
    reading = read(*graded(initial=1, more=2, total=3))
    assert [reading.candidates[ref].interval for ref in ("initial", "more", "total")] == [
        Interval(11_000, None),
        Interval(2_700, 3_300),
        Interval(9_900, 11_000),
    ]
    assert reading.accepted == ("initial", "more")
    (contradiction,) = reading.contested
    assert (contradiction.claim_ref, contradiction.witness) == ("total", ("initial", "more"))
    assert contradiction.robust
    assert contradiction.sentence == (
        "more than 11,000 by 31 December and 3,000 more in January and February make at least 13,700; "
        "nearly 11,000 by 27 March cannot also be true."
    )
    assert on(reading, SAID) == (13_700, 14_000, None)
    assert reading.at(date(2025, 3, 27)).derived


def test_a_in_another_order_contests_the_first_figure():
    reading = read(*graded(total=1, more=2, initial=3))
    assert reading.accepted == ("total", "more")
    assert contested(reading) == ["initial"]
    assert witness(reading, "initial") == ("total", "more")
    assert on(reading, "2024-12-31") == (0, None, 8_300)
    assert on(reading, "2025-02-28") == (2_700, 3_000, 11_000)
    assert on(reading, SAID) == (9_900, 11_000, 11_000)


P = total("p", "about 1,100", "2024-12-23", by=source("pp", reliability="B"))
Q = total("q", "more_than 3,000", "2024-12-23", by=source("qq", reliability="C"))


def test_b_the_better_graded_of_two_totals_is_accepted():
    reading = read(P, Q)
    assert reading.accepted == ("p",)
    assert reading.candidates["p"].interval == Interval(990, 1_210)
    (contradiction,) = reading.contested
    assert (contradiction.claim_ref, contradiction.witness, contradiction.robust) == ("q", ("p",), True)


def test_b_an_increment_adds_to_the_bounds():
    reading = read(P, Q, increment("r", "stated 1,000", "2024-12-24/2024-12-31", by=source("rr")))
    assert contested(reading) == ["q"]
    assert on(reading, "2024-12-31") == (1_890, 2_100, 2_310)
    assert reading.at(date(2024, 12, 31)).derived


def test_c_a_restarted_count_adds_to_what_came_before():
    reading = read(
        total("before", "stated 4,047", "2024-11-26"),
        total("again", "stated 300", "2026-03-20", counts_from="2026-03-02"),
        starts_on=date(2023, 10, 8),
    )
    assert reading.candidates["before"].interval == Interval(4_047, 4_047)
    assert reading.candidates["again"].interval == Interval(270, 330)
    assert on(reading, "2026-03-20") == (4_317, 4_347, None)
    assert reading.at(date(2026, 3, 20)).derived


def test_d_events_are_summed_and_set_a_floor():
    listed = (
        event("one", "exact 5", "2024-01-03", measure="killed"),
        event("two", "between 2 4", "2024-01-03", measure="killed"),
        event("three", "up_to 3", "2024-01-09", measure="killed"),
    )
    other = total("six", "exact 6", "2024-01-09", said="2024-01-20", by=source("other"), measure="killed")
    reading = read(*listed, other, starts_on=date(2024, 1, 1))
    (line,) = reading.events
    assert [(point.on.isoformat(), point.low, point.point, point.high) for point in line.points] == [
        ("2024-01-03", 7, 7, 9),
        ("2024-01-09", 7, 7, 12),
    ]
    assert reading.accepted == ("six",)
    assert contested(reading) == ["s:events"]
    assert witness(reading, "s:events") == ("six",)


def slip():
    return [
        total(f"t{number}", f"exact {number}", f"2024-02-0{day}")
        for day, number in enumerate((100, 110, 61, 130), start=1)
    ]


def test_e_a_slip_is_asked_after_the_figures_it_contradicts():
    reading = read(*slip(), starts_on=date(2024, 1, 1))
    assert list(reading.candidates) == ["t130", "t110", "t100", "t61"]
    assert reading.accepted == ("t130", "t110", "t100")
    (contradiction,) = reading.contested
    assert (contradiction.claim_ref, contradiction.witness, contradiction.robust) == ("t61", ("t110",), True)


def test_e_the_latest_order_accepts_the_slip():
    reading = read(*slip(), starts_on=date(2024, 1, 1), precedence=Precedence.LATEST)
    assert list(reading.candidates) == ["t130", "t61", "t110", "t100"]
    assert reading.accepted == ("t130", "t61")
    assert contested(reading) == ["t110", "t100"]


@pytest.mark.parametrize("since", [None, "2024-10-01"])
def test_f_claims_that_agree_only_thanks_to_tolerance_strain_the_line(since):
    reading = read(
        total("n", "about 4,700", "2025-04-30"),
        total("u", "more_than 5,000", "2025-03-28"),
        since=since,
    )
    assert reading.contested == ()
    assert [step.claim_ref for step in reading.steps] == ["n"]
    point = reading.at(date(2025, 4, 30))
    assert (point.low, point.selected, point.high) == (5_000, 4_700, 5_170)
    assert point.strained
    assert (point.drawn_low, point.drawn_high) == (4_700, 5_170)
