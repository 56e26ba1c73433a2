"""In which order claims are asked, and how often totals contradict each other all by themselves."""

from datetime import date

from app.readings.choices import Precedence
from app.readings.precedence import lone_contradictions
from tests.readings.build import START, increment, read, source, total


def order(*claims, **choices):
    return list(read(*claims, **choices).candidates)


def test_reliability_comes_before_credibility_and_credibility_before_the_day_said():
    claims = [
        total("late", "10", "2024-11-01", said="2024-12-09", by=source("s", reliability="C"), credibility=1),
        total("sure", "10", "2024-11-01", said="2024-12-01", by=source("b"), credibility=1),
        total("loose", "10", "2024-11-01", said="2024-12-09", by=source("b"), credibility=2),
    ]
    assert order(*claims) == ["sure", "loose", "late"]
    assert order(*claims, precedence=Precedence.LATEST) == ["loose", "late", "sure"]


def test_what_was_not_graded_comes_last_like_what_cannot_be_judged():
    claims = [
        total("none", "10", "2024-11-01", by=source("n", reliability=None), credibility=1),
        total("worst", "10", "2024-11-01", by=source("f", reliability="F"), credibility=1),
        total("unsure", "10", "2024-11-01", by=source("f", reliability="F")),
        total("bad", "10", "2024-11-01", by=source("e", reliability="E"), credibility=6),
    ]
    assert order(*claims) == ["bad", "none", "worst", "unsure"]


def test_fewer_lone_contradictions_come_before_the_later_word_only_when_graded():
    claims = [
        total("one", "exact 100", "2024-11-01"),
        total("two", "exact 100", "2024-11-02"),
        total("slip", "exact 10", "2024-11-03"),
    ]
    assert order(*claims) == ["two", "one", "slip"]
    assert order(*claims, precedence=Precedence.LATEST) == ["slip", "two", "one"]


def test_of_equals_the_claim_ref_decides():
    claims = [total(ref, "10", "2024-11-01") for ref in ("b", "c", "a")]
    assert order(*claims) == ["a", "b", "c"]


def test_a_direct_claim_comes_before_a_derived_one_that_sorts_first():
    claims = [
        total("k", "1", "2024-11-01", measure="killed", by=source("aa")),
        total("w", "2", "2024-11-01", measure="wounded", by=source("aa")),
        total("z", "3", "2024-11-01", measure="casualties", by=source("zz")),
    ]
    assert order(*claims, measure="casualties") == ["z", "aa:casualties:2024-11-01:2024-11-01"]


def lone(*claims, **choices):
    return lone_contradictions(read(*claims, **choices).candidates.values(), START)


def test_a_floor_contradicts_lower_ceilings_on_its_day_or_later():
    assert lone(
        total("floor", "at_least 50", "2024-11-10"),
        total("before", "up_to 40", "2024-11-09"),
        total("same", "up_to 40", "2024-11-10"),
        total("after", "up_to 49", "2024-11-30"),
        total("enough", "up_to 50", "2024-11-30"),
    ) == {"floor": 2, "same": 1, "after": 1}


def test_imprecise_days_bind_a_floor_late_and_a_ceiling_early():
    assert (
        lone(
            total("month", "exact 50", "2024-11", said="2024-12-05"),
            total("mid", "exact 40", "2024-11-15", said="2024-12-05"),
        )
        == {}
    )
    assert lone(
        total("month", "exact 50", "2024-11", said="2024-12-05"),
        total("end", "exact 40", "2024-11-30", said="2024-12-05"),
    ) == {"month": 1, "end": 1}


def test_restarted_counts_and_increments_count_no_lone_contradictions():
    assert (
        lone(
            total("low", "exact 10", "2024-11-10"),
            total("again", "exact 50", "2024-11-09", counts_from="2024-11-01"),
            increment("more", "exact 50", "2024-11-01/2024-11-09"),
        )
        == {}
    )


def test_a_count_from_before_the_start_is_an_ordinary_total():
    assert lone(
        total("low", "exact 10", "2024-11-10"),
        total("old", "exact 50", "2024-11-09", counts_from="2024"),
    ) == {"low": 1, "old": 1}


def test_floors_of_places_and_derived_claims_count_too():
    assert lone(
        total("c", "exact 2", "2024-11-01", measure="casualties", by=source("b")),
        total("part", "exact 5", "2024-11-01", measure="casualties", by=source("b"), place="kursk"),
        total("k", "exact 1", "2024-11-01", measure="killed"),
        total("w", "exact 3", "2024-11-01", measure="wounded"),
        measure="casualties",
    ) == {"c": 2, "part": 2, "s:casualties:2024-11-01:2024-11-01": 2}


def test_a_ceiling_before_the_start_contradicts_nothing():
    claims = [
        total("year", "exact 0", "2024", said="2024-10-20"),
        total("start", "exact 7", "2024-10-01"),
    ]
    assert lone(*claims, starts_on=date(2024, 10, 1)) == {}
