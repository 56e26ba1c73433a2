"""The headline day, its sentences, and what each family said last."""

import pytest

from tests.readings.build import increment, level, read, source, total

EAST, WEST = source("e1", family="east"), source("w1", family="west")


def statements(reading):
    return [(item.family, item.claim_ref, item.age_days, item.contested) for item in reading.latest]


def test_the_headline_day_is_the_last_that_an_accepted_claim_covers():
    claims = [
        total("t", "exact 10", "2024-10-05"),
        increment("i", "exact 5", "2024-10-06/2024-10-31", said="2024-10-20"),
        total("no", "exact 3", "2024-12-01", by=source("f", reliability="F")),
    ]
    reading = read(*claims)
    assert (reading.data_through.isoformat(), reading.headline.on.isoformat()) == ("2024-10-31", "2024-10-31")
    assert read(*claims, known_on="2024-10-20").headline.on.isoformat() == "2024-10-20"
    assert read(*claims, known_on="2024-10-20").data_through.isoformat() == "2024-10-31"
    assert read(*claims, on="2024-10-07").headline.on.isoformat() == "2024-10-07"
    assert read(*claims, on="2025-10-07", known_on="2024-12-09").headline.on.isoformat() == "2024-12-09"
    assert read(*claims, known_on="2024-10-01").headline.on.isoformat() == "2024-10-01"


def test_a_headline_before_the_start_is_zero():
    headline = read(total("t", "exact 10", "2024-10-05"), on="2024-09-01").headline
    assert (headline.low, headline.selected, headline.high) == (0, None, 0)


def test_each_family_gives_its_latest_as_of_then_its_latest_word_then_the_first_in_precedence():
    reading = read(
        total("old", "about 10", "2024-10-05", said="2024-12-01", by=EAST),
        total("new", "about 12", "2024-10-09", said="2024-10-09", by=source("e2", family="east")),
        total("first-word", "about 20", "2024-10-08", said="2024-10-08", by=WEST),
        total("last-word", "about 21", "2024-10-08", said="2024-10-09", by=WEST),
        total("n-b", "about 13", "2024-10-07", by=source("n1", family="north", reliability="C")),
        total("n-a", "about 13", "2024-10-07", by=source("n2", family="north", reliability="B")),
        on="2024-10-20",
        precedence="latest",
    )
    assert [item[:3] for item in statements(reading)] == [
        ("east", "new", 11),
        ("west", "last-word", 12),
        ("north", "n-a", 13),
    ]


def test_statements_more_than_180_days_older_than_the_headline_day_are_left_out():
    claim = total("t", "about 10", "2024-10-05", by=EAST)
    assert statements(read(claim, on="2025-04-03")) == [("east", "t", 180, False)]
    assert statements(read(claim, on="2025-04-04")) == []


def test_age_counts_from_the_as_of_and_later_ones_are_not_yet_made():
    claims = [
        total("before", "about 10", "2024-10-05", said="2024-12-01", by=EAST),
        total("after", "about 10", "2024-10-09", by=EAST),
    ]
    assert statements(read(*claims, on="2024-10-08")) == [("east", "before", 3, False)]


def test_places_restarted_counts_and_increments_are_no_statements():
    reading = read(
        total("part", "about 10", "2024-10-05", place="kursk"),
        total("again", "about 10", "2024-10-05", counts_from="2024-10-03"),
        increment("more", "about 10", "2024-10-05/2024-10-06"),
    )
    assert reading.latest == ()
    assert reading.headline.families == 0
    assert "No source has made a statement" in reading.headline.statements


def test_in_the_reading_of_a_place_statements_are_about_it():
    assert statements(read(total("part", "about 10", "2024-10-05", place="kursk"), place="kursk")) == [
        ("s", "part", 0, False)
    ]


def test_a_derived_claim_is_a_statement():
    reading = read(
        total("k", "exact 1", "2024-10-05", measure="killed"),
        total("w", "exact 2", "2024-10-05", measure="wounded"),
        measure="casualties",
    )
    assert statements(reading) == [("s", "s:casualties:2024-10-05:2024-10-05", 0, False)]


@pytest.mark.parametrize(
    ("words", "lowest", "highest"),
    [
        ("about 100", 100, 100),
        ("at_least 100", 100, 100),
        ("nearly 100", 100, 100),
        ("up_to 100", 100, 100),
        ("fewer_than 100", 100, 100),
        ("between 90 110", 90, 110),
        ("low=90 point=100 high=110 between", 100, 100),
    ],
)
def test_the_value_of_a_statement(words, lowest, highest):
    headline = read(total("t", words, "2024-10-05")).headline
    assert (headline.lowest, headline.highest) == (lowest, highest)


def test_the_range_of_statements_counts_families_and_those_contested():
    reading = read(
        total("a", "exact 100", "2024-10-05", by=EAST),
        total("b", "between 250 300", "2024-10-05", by=WEST),
        total("c", "exact 100", "2024-10-05", by=source("n", family="north")),
    )
    headline = reading.headline
    assert (headline.lowest, headline.highest, headline.families, headline.contested) == (100, 300, 3, 1)
    assert headline.statements == "Latest statements: 100 to 300 (3 families, 1 contested)."


def test_the_sentence_of_a_headline():
    def sentence(*claims, **choices):
        return read(*claims, **choices).headline.sentence

    exact = total("t", "exact 1000", "2024-10-05")
    assert sentence(exact) == "1,000 by 5 October 2024; selected: 1,000."
    assert sentence(exact, on="2024-10-09") == "At least 1,000 by 9 October 2024; selected: 1,000."
    assert (
        sentence(exact, on="2024-10-03") == "Between 0 and 1,000 by 3 October 2024; no claim gives a figure."
    )
    assert sentence(measure="sent") == (
        "No accepted claim bounds the number by 1 October 2024; no claim gives a figure."
    )
    assert sentence(exact, since="2024-10-03") == (
        "Between 0 and 1,000 since 3 October 2024, by 5 October 2024; selected: 1,000."
    )
    assert sentence(level("l", "about 10", "2024-10-05")) == (
        "Between 9 and 11 on 5 October 2024; selected: 10."
    )
    assert sentence(exact, increment("i", "exact 10", "2024-10-06/2024-10-07")) == (
        "1,010 by 7 October 2024; selected: 1,010 (derived)."
    )


def test_one_source_is_said_to_be_one():
    reading = read(total("t", "exact 100", "2024-10-05"))
    assert reading.headline.statements == "Latest statements: 100 (one source, none contested)."


def test_the_latest_statements_of_a_level_are_levels():
    assert statements(read(level("l", "about 10", "2024-10-05"))) == [("s", "l", 0, False)]
