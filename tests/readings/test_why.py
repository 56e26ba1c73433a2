"""Why a number is what it is."""

from datetime import date

from app.readings.why import why
from tests.readings.build import chosen, event, increment, ledger, level, source, total

A, C = source("a", reliability="A"), source("c", reliability="C")


def explained(*claims, on=None, measure=None, valid_days=120, **choices):
    measure = measure or claims[0].measure
    given = ledger(*claims, valid_days=valid_days)
    return why(given, measure, chosen(**choices), None if on is None else date.fromisoformat(on))


CLAIMS = (
    total("floor", "more_than 11,000", "2024-12-31", by=A),
    increment("more", "stated 3,000", "2025-01/2025-02", by=A),
    total("ceiling", "about 14,000", "2025-04-15", by=A),
)


def test_a_floor_is_explained_along_its_path():
    answer = explained(*CLAIMS, on="2025-03-10")
    assert answer.low.value == 13_700
    assert answer.low.claims == ("floor", "more")
    assert answer.low.sentence == (
        "more than 11,000 by 31 December 2024 (A) means at least 11,000; "
        "3,000 more in January and February 2025 (A) means at least 2,700: 11,000 + 2,700 = 13,700."
    )


def test_a_ceiling_is_explained_along_its_path():
    answer = explained(*CLAIMS, on="2024-12-31")
    assert (answer.high.value, answer.high.claims) == (12_700, ("more", "ceiling"))
    assert answer.high.sentence.endswith("15,400 - 2,700 = 12,700.")


def test_the_line_is_explained_by_the_steps_it_adds_up():
    answer = explained(*CLAIMS, on="2025-03-10")
    assert (answer.selected.value, answer.selected.claims) == (14_000, ("floor", "more"))
    assert answer.selected.sentence == (
        "more than 11,000 by 31 December 2024 (A); 3,000 more in January and February 2025 (A): "
        "11,000 + 3,000 = 14,000."
    )
    assert answer.derived


def test_one_claim_needs_no_arithmetic():
    answer = explained(total("t", "exact 10", "2024-10-05"), on="2024-10-05")
    assert answer.low.sentence == "exactly 10 by 5 October 2024 (S) means at least 10."
    assert answer.selected.sentence == "exactly 10 by 5 October 2024 (S)."


def test_where_nobody_claimed_anything_that_is_said():
    answer = explained(total("t", "exact 10", "2024-10-05"), on="2024-10-02")
    assert (answer.low.value, answer.low.claims) == (0, ())
    assert "it never falls" in answer.low.sentence
    assert answer.selected.sentence == "No claim has given a figure yet."
    later = explained(total("t", "exact 10", "2024-10-05"), on="2024-10-06")
    assert (later.high.value, later.high.sentence) == (None, "No accepted claim sets a ceiling.")


def test_a_floor_can_lead_through_a_ceiling_of_an_increment():
    answer = explained(
        total("end", "at_least 50", "2024-10-09"),
        increment("slow", "up_to 20", "2024-10-06/2024-10-09"),
        on="2024-10-05",
    )
    assert (answer.low.value, answer.low.claims) == (30, ("end", "slow"))
    assert answer.low.sentence.endswith("50 - 20 = 30.")


def test_of_paths_of_equal_length_the_one_with_the_fewest_claims_is_told():
    answer = explained(
        total("t", "exact 10", "2024-10-05"),
        increment("i", "exact 5", "2024-10-06/2024-10-09"),
        total("u", "exact 15", "2024-10-09"),
        on="2024-10-09",
    )
    assert (answer.low.claims, answer.high.claims) == (("u",), ("u",))


def test_events_are_named_with_their_sum():
    answer = explained(
        event("e", "exact 5", "2024-10-05"), event("f", "exact 2", "2024-10-09"), on="2024-10-07"
    )
    assert answer.low.claims == ("s:events",)
    assert answer.low.sentence == ("5 in the events that S listed by 5 October 2024 means at least 5.")


def test_since_takes_off_what_had_been_counted_before():
    answer = explained(
        total("a", "exact 10", "2024-10-05"),
        total("b", "exact 30", "2024-10-09"),
        since="2024-10-06",
        on="2024-10-09",
    )
    assert (answer.selected.value, answer.selected.claims) == (20, ("b", "a"))
    assert answer.selected.sentence.endswith("30 - 10 = 20.")
    assert (answer.low.value, answer.low.claims) == (20, ("a", "b"))
    assert answer.low.sentence.endswith("30 - 10 = 20.")
    before = explained(total("a", "exact 10", "2024-10-05"), since="2024-10-06", on="2024-10-05")
    assert (before.low.value, before.low.sentence) == (None, "The count begins on 6 October 2024.")


def test_the_claims_contested_at_a_day_are_those_that_speak_about_it():
    claims = (
        total("t", "exact 10", "2024-10-20", by=A),
        increment("i", "exact 30", "2024-10-06/2024-10-09", by=C),
        total("high", "exact 50", "2024-10-12", by=C),
        total("low", "exact 3", "2024-10-22", by=C),
    )

    def contested(day):
        return {item.claim_ref for item in explained(*claims, on=day).contested}

    assert contested("2024-10-05") == {"high", "low"}
    assert contested("2024-10-07") == {"i", "high", "low"}
    assert contested("2024-10-15") == {"high", "low"}
    assert contested("2024-10-30") == {"high"}


def test_a_level_is_explained_by_the_claims_of_its_day():
    claims = (
        level("floor", "at_least 95", "2024-11-01", by=A),
        level("point", "about 100", "2024-11-01"),
        level("no", "exact 300", "2024-11-01", by=C),
    )
    answer = explained(*claims, on="2024-11-05")
    assert (answer.low.claims, answer.selected.claims, answer.high.claims) == (
        ("floor",),
        ("point",),
        ("point",),
    )
    assert answer.high.sentence == "about 100 on 1 November 2024 (S) means at most 110."
    assert [item.claim_ref for item in answer.contested] == ["no"]
    gap = explained(*claims, on="2024-10-15")
    assert (gap.low.value, gap.low.sentence) == (None, "No level holds on 15 October 2024.")
    assert gap.contested == ()


def test_without_a_day_the_headline_day_is_explained():
    assert explained(*CLAIMS).on == date(2025, 4, 15)
