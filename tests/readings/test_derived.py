"""Casualties that a source gave as killed and wounded apart."""

from dataclasses import replace

import pytest

from app.claims.words import Qualifier, Standing
from app.readings.intervals import Interval
from tests.readings.build import on, read, source, total

NAME = "s:casualties:2024-11-01:2024-11-03"


def killed(words="exact 3", ref="k", as_of="2024-11-01", said="2024-11-03", **cells):
    return total(ref, words, as_of, said=said, measure="killed", **cells)


def wounded(words="exact 5", ref="w", as_of="2024-11-01", said="2024-11-03", **cells):
    return total(ref, words, as_of, said=said, measure="wounded", **cells)


def casualties(*claims, **choices):
    return read(*claims, measure="casualties", **choices)


def test_killed_and_wounded_add_up():
    reading = casualties(killed(), wounded())
    assert reading.accepted == (NAME,)
    assert reading.candidates[NAME].parts == ("k", "w")
    assert on(reading, "2024-11-01") == (8, 8, 8)
    assert not reading.steps[0].derived


@pytest.mark.parametrize(
    ("one", "other", "hedge", "interval"),
    [
        ("exact 30", "exact 50", Qualifier.EXACT, Interval(80, 80)),
        ("exact 30", "stated 50", Qualifier.STATED, Interval(75, 85)),
        ("stated 30", "about 50", Qualifier.ABOUT, Interval(72, 88)),
        ("exact 30", "about 50", Qualifier.ABOUT, Interval(72, 88)),
        ("low=20 point=30 at_least", "stated 50", Qualifier.STATED, Interval(75, 85)),
    ],
)
def test_the_hedge_of_a_sum(one, other, hedge, interval):
    candidate = casualties(killed(one), wounded(other)).candidates[NAME]
    assert (candidate.claim.qualifier, candidate.interval) == (hedge, interval)


@pytest.mark.parametrize(
    "claims",
    [
        (killed(), wounded(said="2024-11-04")),
        (killed(), wounded(as_of="2024-11-02")),
        (killed(), wounded(place="kursk")),
        (killed(), wounded(by=source("other"))),
        (killed("at_least 3"), wounded()),
        (killed(counts_from="2024-10-15"), wounded()),
        (killed(standing=Standing.SET_ASIDE), wounded()),
    ],
)
def test_claims_that_do_not_belong_together_are_not_added(claims):
    assert casualties(*claims).candidates == {}


def test_days_are_compared_as_days_and_named_as_the_killed_claim_wrote_them():
    reading = casualties(
        killed(as_of="2024-11", said="2024-11", published_on="2024-11-01"), wounded(said="2024-11-01")
    )
    assert reading.accepted == ("s:casualties:2024-11:2024-11",)


def test_a_count_from_the_start_is_no_restarted_count():
    assert casualties(killed(counts_from="2024"), wounded()).accepted == (NAME,)


def whole(**cells):
    return total("c", "exact 9", "2024-11-01", **{"said": "2024-11-03", "measure": "casualties", **cells})


def test_a_source_that_gave_the_sum_itself_needs_none():
    assert set(casualties(killed(), wounded(), whole()).candidates) == {"c"}


@pytest.mark.parametrize(
    "cells",
    [
        {"said": "2024-11-04"},
        {"place": "kursk"},
        {"by": source("other")},
        {"counts_from": "2024-10-15"},
        {"standing": Standing.SET_ASIDE},
    ],
)
def test_another_figure_for_casualties_does_not_replace_the_sum(cells):
    assert NAME in casualties(killed(), wounded(), whole(**cells)).candidates


def test_the_credibility_is_the_worse_of_the_two_and_none_is_the_worst():
    def credibility(one, other):
        reading = casualties(killed(credibility=one), wounded(credibility=other))
        return reading.candidates[NAME].credibility

    assert [credibility(2, 3), credibility(3, 2), credibility(2, None), credibility(None, 1)] == [3, 3, 6, 6]


def test_of_several_the_first_in_precedence_of_its_own_measure_is_added():
    # Of the two figures for the killed the second contradicts a third one alone, so it comes last.
    claims = [
        killed("exact 40", "k-high"),
        killed("exact 3", "k-low"),
        killed("exact 4", "k-later", as_of="2024-11-02"),
        wounded(),
    ]
    reading = casualties(*claims)
    assert reading.candidates[NAME].parts == ("k-low", "w")
    assert reading.candidates[NAME].value == 8


def test_a_sum_about_a_place_carries_its_name_and_is_a_floor_of_the_whole():
    claims = [killed(place="kursk"), wounded(place="kursk")]
    reading = casualties(*claims)
    assert reading.accepted == (f"{NAME}:kursk",)
    assert on(reading, "2024-11-01") == (8, None, None)
    assert on(casualties(*claims, place="kursk"), "2024-11-01") == (8, 8, 8)


def test_two_sums_of_the_same_name_are_told_apart_by_the_killed_claim():
    claims = [
        killed("exact 3", "k1", said="2024-11", published_on="2024-11-05"),
        wounded("exact 5", "w1", said="2024-11", published_on="2024-11-05"),
        killed("exact 4", "k2", said="2024-11", published_on="2024-11-09"),
        wounded("exact 6", "w2", said="2024-11", published_on="2024-11-09"),
    ]
    reading = casualties(*claims)
    assert set(reading.candidates) == {
        "s:casualties:2024-11-01:2024-11:k1",
        "s:casualties:2024-11-01:2024-11:k2",
    }


def test_a_sum_passes_a_filter_if_its_parts_do():
    by = source("s", reliability="D")
    claims = [killed(by=by), wounded(by=by)]
    assert casualties(*claims, lowest_grade="D").accepted == (NAME,)
    assert casualties(*claims, lowest_grade="C").candidates == {}


def test_a_superseded_part_is_added_no_more():
    newer = replace(killed("exact 4", "k2", said="2024-11-09"), supersedes="k")
    assert casualties(killed(), wounded(), newer).candidates == {}
    assert casualties(killed(), wounded(), newer, known_on="2024-11-08").accepted == (NAME,)


def test_sums_join_no_other_measure():
    assert read(killed(), wounded(), measure="losses").candidates == {}
    assert read(killed(), wounded(), measure="killed").accepted == ("k",)
