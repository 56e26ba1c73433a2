"""Contradictions in words, weighed, and sorted by the sources they are between."""

import pytest

from tests.readings.build import increment, read, source, total

A, B, C = source("a", reliability="A"), source("b"), source("c", reliability="C")


def sentence(*claims, **choices):
    (item,) = read(*claims, **choices).contested
    return item.sentence


def test_one_floor_against_a_ceiling():
    assert sentence(
        total("floor", "more_than 3,000", "2024-12-23", by=A),
        total("c", "about 1,100", "2024-12-31", by=C),
    ) == (
        "more than 3,000 by 23 December means at least 3,000; "
        "about 1,100 by 31 December (at most 1,210) cannot also be true."
    )


def test_a_ceiling_and_an_increment_against_a_floor():
    assert sentence(
        total("t", "up_to 100", "2024-10-05", by=A),
        increment("i", "exact 20", "2024-10-06/2024-10-09", by=A),
        total("c", "at_least 150", "2024-10-09", by=C),
    ) == (
        "up to 100 by 5 October and exactly 20 more from 6 to 9 October make at most 120; "
        "at least 150 by 9 October cannot also be true."
    )


def test_an_increment_against_the_totals_around_it():
    assert sentence(
        total("begin", "exact 100", "2024-10-05", by=A),
        total("end", "exact 150", "2024-10-09", by=A),
        increment("c", "exact 70", "2024-10-06/2024-10-09", by=C),
    ) == (
        "exactly 150 by 9 October, less exactly 100 by 5 October, leaves at most 50; "
        "exactly 70 more from 6 to 9 October cannot also be true."
    )
    assert sentence(
        total("begin", "exact 100", "2024-10-05", by=A),
        total("end", "exact 150", "2024-10-09", by=A),
        increment("c", "exact 30", "2024-10-06/2024-10-09", by=C),
    ) == (
        "exactly 150 by 9 October, less exactly 100 by 5 October, leaves at least 50; "
        "exactly 30 more from 6 to 9 October cannot also be true."
    )


def test_a_restarted_count_names_the_day_it_counts_from():
    assert sentence(
        total("end", "exact 150", "2024-10-20", by=A),
        total("c", "exact 300", "2024-10-20", counts_from="2024-10-10", by=C),
    ) == (
        "exactly 150 by 20 October means at most 150; exactly 300 from 10 to 20 October cannot also be true."
    )


def test_years_are_named_where_days_are_a_year_apart():
    assert (
        sentence(
            total("t", "exact 100", "2024-10-05", by=A),
            total("c", "exact 50", "2025-10-05", by=C),
        )
        == "exactly 100 by 5 October 2024 means at least 100; "
        "exactly 50 by 5 October 2025 cannot also be true."
    )


def test_an_imprecise_as_of_is_named_as_it_was_written():
    assert (
        sentence(
            total("t", "exact 100", "2024-10-05", by=A),
            total("c", "exact 50", "2024-11", by=C),
        )
        == "exactly 100 by 5 October means at least 100; exactly 50 as of November cannot also be true."
    )


def test_a_long_row_of_increments_is_named_together():
    days = [increment(f"i{day}", "exact 10", f"2024-10-0{day}/2024-10-0{day}", by=A) for day in range(1, 7)]
    reading = read(*days, total("c", "exact 90", "2024-10-06", by=C))
    (item,) = reading.contested
    assert set(item.witness) == {"i1", "i2", "i3", "i4", "i5", "i6"}
    assert item.sentence == (
        "6 increments of A from 1 to 6 October (at most 60 together) make at most 60; "
        "exactly 90 by 6 October cannot also be true."
    )


def test_what_would_have_to_be_wrong_is_said_with_who_said_it():
    one = read(total("t", "exact 100", "2024-10-05", by=A), total("c", "exact 50", "2024-10-05", by=C))
    assert one.contested[0].needs == "For it to hold, exactly 100 by 5 October (A) would have to be wrong."
    two = read(
        total("t", "up_to 100", "2024-10-05", by=A),
        increment("i", "exact 20", "2024-10-06/2024-10-09", by=B),
        total("c", "at_least 150", "2024-10-09", by=C),
    )
    assert two.contested[0].needs == (
        "For it to hold, at least one of these would have to be wrong: "
        "up to 100 by 5 October (A); exactly 20 more from 6 to 9 October (B)."
    )


def test_the_argument_leads_from_the_contested_claim_along_the_witness():
    reading = read(
        total("t", "up_to 100", "2024-10-05", by=A),
        increment("i", "exact 20", "2024-10-06/2024-10-09", by=A),
        total("c", "at_least 150", "2024-10-09", by=C),
    )
    links = reading.contested[0].argument
    assert [(link.claim_ref, link.is_floor, link.amount) for link in links] == [
        ("c", True, 150),
        ("i", False, 20),
        ("t", False, 100),
    ]
    assert [(link.start and link.start.day, link.end.day) for link in links] == [(None, 9), (5, 9), (None, 5)]


@pytest.mark.parametrize(
    ("contested", "robust"),
    [("about 125", False), ("about 190", True), ("exact 121", True), ("exact 120", True)],
)
def test_a_contradiction_is_weak_if_it_goes_away_when_all_are_read_at_tolerance_twenty(contested, robust):
    reading = read(
        total("t", "exact 100", "2024-10-05", by=A),
        total("c", contested, "2024-10-05", by=C),
    )
    assert reading.contested[0].robust == robust


def test_the_contested_claim_is_read_at_tolerance_twenty_as_well():
    reading = read(
        total("t", "about 100", "2024-10-05", by=A),
        total("c", "stated 147", "2024-10-05", by=C),
    )
    assert not reading.contested[0].robust  # 80..120 and 117..177


def test_the_witness_of_equal_size_is_the_first_in_precedence():
    reading = read(
        total("a", "exact 100", "2024-10-05", by=A),
        total("b", "exact 100", "2024-10-05", by=B),
        total("c", "exact 50", "2024-10-05", by=C),
    )
    assert reading.contested[0].witness == ("a",)


def test_of_two_pairs_the_one_whose_last_member_is_earlier_in_precedence_is_taken():
    # 1 + 4 and 2 + 3 both contradict: the last members are 4 and 3.
    grades = "ABCD"
    sources = [source(grade.lower(), reliability=grade) for grade in grades]
    reading = read(
        total("r1", "at_least 50", "2024-10-05", by=sources[0]),
        total("r2", "at_least 50", "2024-10-06", by=sources[1]),
        increment("r3", "at_least 60", "2024-10-07/2024-10-08", by=sources[2]),
        increment("r4", "at_least 60", "2024-10-06/2024-10-07", by=sources[3]),
        total("c", "up_to 100", "2024-10-09", by=source("e", reliability="E")),
    )
    assert reading.contested[0].witness == ("r1", "r3")


def test_an_accepted_claim_that_comes_later_in_precedence_can_be_a_witness():
    # Against c the increments of b and d, accepted before it, need a claim more than e alone.
    reading = read(
        increment("b1", "exact 60", "2024-10-01/2024-10-02", by=A),
        increment("b2", "exact 60", "2024-10-03/2024-10-04", by=A),
        total("c", "exact 100", "2024-10-04", by=B),
        total("e", "exact 120", "2024-10-04", by=C),
    )
    assert reading.accepted == ("b2", "b1", "e")
    assert reading.contested[0].witness == ("e",)


def test_contradictions_are_grouped_by_the_two_sources_they_are_between():
    reading = read(
        total("t", "exact 100", "2024-10-05", by=A, credibility=1),
        total("c1", "exact 50", "2024-10-05", by=C),
        total("c2", "exact 51", "2024-10-05", by=C),
        total("b1", "exact 52", "2024-10-05", by=B),
        total("own", "exact 53", "2024-10-05", by=A, credibility=6),
    )
    assert [(pair.sources, set(pair.claims)) for pair in reading.pairs] == [
        (("a", "c"), {"c1", "c2"}),
        (("a", "a"), {"own"}),
        (("a", "b"), {"b1"}),
    ]


def test_a_claim_contradicted_by_several_sources_stands_under_each_but_its_own():
    reading = read(
        total("t", "up_to 100", "2024-10-05", by=A),
        increment("i", "exact 20", "2024-10-06/2024-10-09", by=C, credibility=1),
        total("c", "at_least 150", "2024-10-09", by=C),
    )
    assert [pair.sources for pair in reading.pairs] == [("a", "c")]


def test_a_total_that_alone_contradicts_many_is_a_suspect():
    claims = [total(f"t{day}", "exact 100", f"2024-10-0{day}", by=B) for day in range(1, 5)]
    reading = read(*claims, total("slip", "exact 10", "2024-10-05", by=B))
    assert [(found.claim_ref, found.contradicts, found.contested) for found in reading.suspects] == [
        ("slip", 4, True)
    ]
