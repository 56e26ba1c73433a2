"""How a source fared, worked out by hand: beside the others, and beside its own later figures."""

from datetime import date

import pytest

from app.claims.words import Standing
from app.readings.fared import source_fared
from tests.readings.build import chosen, increment, ledger, level, source, total
from tests.readings.founding import deployment

TROOPS = "nk-troops-russia"
NIS = "south-korea-national-intelligence-service-nis"
A, KIN_OF_A, B = source("a", family="fa"), source("kin", family="fa"), source("b", family="fb")


def fared(*claims, by="a", valid_days=120, **choices):
    return source_fared([ledger(*claims, valid_days=valid_days)], by, chosen(**choices))


def only(found):
    assert len(found.figures) == 1
    return found.figures[0]


def test_a_figure_is_held_against_the_line_of_the_others():
    found = fared(
        total("theirs", "exact 1000", "2025-01-31", by=B), total("own", "exact 1200", "2025-02-10", by=A)
    )
    one = only(found)
    assert (one.as_of, one.low, one.selected, one.high) == (date(2025, 2, 10), 1000, 1000, None)
    assert (one.deviation, one.selected_on) == (20.0, date(2025, 1, 31))
    assert (one.accepted, one.inside) == (True, True)


def test_a_figure_below_the_others_deviates_below_zero():
    found = fared(
        total("theirs", "exact 1000", "2025-01-31", by=B), total("own", "exact 750", "2025-01-31", by=A)
    )
    assert (only(found).deviation, only(found).inside) == (-25.0, False)


def test_its_own_claims_and_those_of_its_family_are_left_out_of_what_it_is_held_against():
    found = fared(
        total("own", "exact 1200", "2025-02-10", by=A),
        total("of kin", "exact 600", "2025-02-10", by=KIN_OF_A),
    )
    one = only(found)
    assert (one.low, one.selected, one.inside, one.deviation) == (None, None, None, None)
    assert (found.score.figures, found.score.comparable, found.score.compared) == (1, 0, 0)


def test_where_the_others_allow_anything_nothing_is_compared():
    found = fared(
        total("later", "exact 900", "2025-05-31", by=B, counts_from="2025-05-01"),
        total("own", "exact 1200", "2025-02-10", by=A),
    )
    assert (only(found).low, only(found).high, only(found).inside) == (0, None, None)


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("exact 899", False),
        ("exact 900", True),
        ("exact 1100", True),
        ("exact 1101", False),
        ("at_least 10", True),
        ("more_than 1100", True),
        ("more_than 1101", False),
        ("up_to 5000", True),
        ("up_to 900", True),
        ("up_to 899", False),
        ("between 1050 3000", True),
        ("between 1101 3000", False),
    ],
)
def test_a_figure_is_inside_where_it_can_be_true_as_stated(words, inside):
    """About 1,000 leaves 900 to 1,100; the figure itself is read without a tolerance."""
    found = fared(total("theirs", "about 1000", "2025-01-31", by=B), total("own", words, "2025-01-31", by=A))
    assert only(found).inside is inside


def test_an_imprecise_day_gets_the_benefit_of_its_words():
    """Of January: a floor may have been reached on its last day, a ceiling have held on its first."""
    theirs = [total("t1", "exact 100", "2025-01-01", by=B), total("t2", "exact 300", "2025-01-31", by=B)]
    low = fared(*theirs, total("own", "exact 100", "2025-01", said="2025-02-01", by=A))
    high = fared(*theirs, total("own", "exact 300", "2025-01", said="2025-02-01", by=A))
    out = fared(*theirs, total("own", "exact 99", "2025-01", said="2025-02-01", by=A))
    assert [only(found).inside for found in (low, high, out)] == [True, True, False]


def test_a_range_and_a_floor_have_no_deviation_and_nearly_has_one():
    theirs = total("theirs", "exact 1000", "2025-01-31", by=B)
    assert only(fared(theirs, total("own", "between 500 700", "2025-01-31", by=A))).deviation is None
    assert only(fared(theirs, total("own", "at_least 900", "2025-01-31", by=A))).deviation is None
    assert (
        only(fared(theirs, total("own", "low=900 point=900 at_least", "2025-01-31", by=A))).deviation is None
    )
    assert only(fared(theirs, total("own", "nearly 1100", "2025-01-31", by=A))).deviation == 10.0


def test_a_figure_is_not_held_against_one_older_than_half_a_year():
    theirs = total("theirs", "exact 1000", "2025-01-01", by=B)
    within = only(fared(theirs, total("own", "exact 1100", "2025-06-30", by=A)))  # 180 days later
    beyond = only(fared(theirs, total("own", "exact 1100", "2025-07-01", by=A)))
    assert (within.deviation, beyond.deviation) == (10.0, None)
    assert (beyond.low, beyond.inside) == (1000, True)


def test_deviations_and_shares_are_taken_over_all_figures():
    found = fared(
        total("t1", "exact 100", "2025-01-31", by=B),
        total("t2", "exact 200", "2025-02-28", by=B),
        total("t3", "exact 400", "2025-03-31", by=B),
        total("o1", "exact 110", "2025-01-31", by=A),
        total("o2", "exact 200", "2025-02-28", by=A),
        total("o3", "exact 300", "2025-03-31", by=A),
        total("o4", "exact 500", "2025-03-31", said="2025-04-02", by=A),
    )
    assert [one.deviation for one in found.figures] == [10.0, 0.0, -25.0, 25.0]
    assert found.score.deviation == 5.0  # between 0 and 10
    assert (found.score.comparable, found.score.inside) == (4, 1)


def test_places_events_increments_and_restarted_counts_are_no_totals_of_the_whole():
    found = fared(
        total("part", "exact 5", "2025-01-31", by=A, place="kursk"),
        increment("more", "exact 5", "2025-01-01/2025-01-31", by=A),
        total("restarted", "exact 5", "2025-01-31", by=A, counts_from="2025-01-01"),
        total("theirs", "exact 1000", "2025-01-31", by=B),
    )
    assert found.measures == ()
    assert found.score.figures == 0


def test_sums_that_are_derived_are_not_its_own():
    found = fared(
        total("k", "exact 10", "2025-01-31", by=A, measure="killed"),
        total("w", "exact 20", "2025-01-31", by=A, measure="wounded"),
        total("c", "exact 40", "2025-02-28", by=A, measure="casualties"),
    )
    assert [(part.measure, len(part.figures)) for part in found.measures] == [
        ("casualties", 1),
        ("killed", 1),
        ("wounded", 1),
    ]


def test_what_the_whole_reading_contests_is_not_accepted():
    found = fared(
        total("theirs", "exact 1000", "2025-01-31", by=source("b", family="fb", reliability="A")),
        total("own", "exact 1200", "2025-01-31", by=A),
    )
    assert (found.score.figures, found.score.accepted) == (1, 0)


def test_levels_are_held_against_the_level_that_holds():
    found = fared(
        level("theirs", "exact 100", "2025-01-01", by=B),
        level("own", "exact 80", "2025-01-20", by=A),
        level("late", "exact 90", "2025-03-20", by=A),
        valid_days=30,
    )
    assert [(one.deviation, one.inside) for one in found.figures] == [(-20.0, False), (None, None)]
    assert found.score.moved_on == 0


def test_a_later_figure_about_the_same_day_restates():
    found = fared(
        total("first", "exact 600", "2025-04-30", by=A),
        total("second", "exact 2000", "2025-04-30", said="2025-09-02", by=A),
    )
    score = found.score
    assert (score.restated, score.restated_up, score.restated_down) == (1, 1, 0)
    assert score.restated_by == pytest.approx(100 * 1400 / 600)
    assert score.settled_after == 125  # 30 April to 2 September
    assert score.moved_on == 0
    assert (score.largest.earlier.claim_ref, score.largest.later.claim_ref) == ("first", "second")


def test_a_figure_that_supersedes_another_restates_it_whatever_its_days():
    found = fared(
        total("first", "exact 600", "2025-04-30", by=A),
        total("second", "exact 500", "2025-05-05", said="2025-05-10", by=A, supersedes="first"),
    )
    assert (found.score.figures, found.score.restated, found.score.restated_down) == (1, 1, 1)


def test_a_month_and_a_day_in_it_are_about_the_same_days():
    found = fared(
        total("month", "exact 100", "2025-03", said="2025-04-01", by=A),
        total("day", "exact 130", "2025-03-15", said="2025-05-01", by=A),
    )
    assert found.score.restated_by == 30.0


def test_a_total_of_a_later_day_moves_on_from_the_newest_before():
    found = fared(
        total("january", "exact 100", "2025-01-31", by=A),
        total("march", "exact 150", "2025-03-31", by=A),
        total("february", "exact 120", "2025-02-28", said="2025-04-10", by=A),
        total("april", "exact 140", "2025-04-30", by=A),
    )
    pairs = [(one.earlier.claim_ref, one.later.claim_ref, one.change) for one in found.measures[0].revised]
    assert pairs == [("january", "march", 50), ("january", "february", 20), ("march", "april", -10)]
    assert (found.score.moved_on, found.score.moved_up, found.score.moved_down) == (3, 2, 1)
    assert found.score.moved_by == 20.0  # the middle of 50, 20 and -6.7
    assert found.score.moved_for == 89  # 31 January to 30 April


def test_what_is_said_on_one_day_restates_nothing():
    found = fared(
        total("one", "exact 100", "2025-01-31", by=A), total("other", "exact 120", "2025-01-31", by=A)
    )
    assert (found.score.restated, found.score.moved_on, found.score.moved_for) == (0, 0, None)


def test_repeating_a_figure_settles_nothing_anew():
    found = fared(
        total("a1", "exact 100", "2025-01-31", by=A),
        total("a2", "exact 120", "2025-01-31", said="2025-02-10", by=A),
        total("a3", "exact 120", "2025-01-31", said="2025-03-31", by=A),
        total("b1", "exact 300", "2025-05-31", by=A),
        total("b2", "exact 300", "2025-05-31", said="2025-06-30", by=A),
    )
    assert found.measures[0].settled == (10, 0)
    assert found.score.settled_after == 5.0
    assert (found.score.restated, found.score.restated_up) == (3, 1)
    assert found.score.restated_by == 20.0  # of those that changed


def test_from_zero_there_is_no_share():
    found = fared(
        total("a1", "exact 0", "2025-01-31", by=A),
        total("a2", "exact 5", "2025-01-31", said="2025-02-10", by=A),
    )
    assert (found.score.restated_up, found.score.restated_by, found.score.largest) == (1, None, None)


def test_only_what_was_said_in_time_and_stands_counts():
    claims = [
        total("a1", "exact 100", "2025-01-31", by=A),
        total("a2", "exact 120", "2025-01-31", said="2025-02-10", by=A),
        total("out", "exact 900", "2025-01-31", said="2025-01-31", by=A, standing=Standing.SET_ASIDE),
        total("appearance", "exact 700", "2025-01-31", by=A, repeat_of="a1"),
    ]
    early = fared(*claims, known_on="2025-02-09")
    assert (early.score.figures, early.score.restated) == (1, 0)
    assert (fared(*claims).score.figures, fared(*claims).score.restated) == (2, 1)


def test_filters_take_nobody_away_from_those_it_is_held_against():
    claims = [
        total("theirs", "exact 1000", "2025-01-31", by=B),
        total("own", "exact 1200", "2025-01-31", by=A),
    ]
    assert only(fared(*claims, sources=["a"])).deviation == 20.0


def test_a_source_that_said_nothing_has_nothing_to_show():
    found = fared(total("theirs", "exact 1000", "2025-01-31", by=B), by="nobody")
    assert (found.measures, found.figures, found.score.deviation) == ((), [], None)


def test_the_service_that_said_six_hundred_and_later_two_thousand():
    found = source_fared([deployment(TROOPS)], NIS, chosen())
    killed = next(part for part in found.measures if part.measure == "killed")
    moves = [(one.earlier.value, one.later.value) for one in killed.revised]
    assert moves == [(100, 300), (300, 600), (600, 2000)]
    assert killed.score.largest.percent == pytest.approx(233.3, abs=0.1)
    assert killed.score.moved_for == 257  # 19 December 2024 to 2 September 2025
    assert killed.score.moved_down == 0


def test_the_founding_article_is_held_against_what_others_said():
    found = source_fared([deployment(TROOPS)], "south-korea-joint-chiefs-of-staff-jcs", chosen())
    article = next(one for one in found.figures if one.claim_ref == "seed-total-a-202503")
    assert (article.accepted, article.inside) == (False, False)
    assert article.value == 11_000
