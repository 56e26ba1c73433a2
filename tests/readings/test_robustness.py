"""The headline under every tolerance and both precedences: the same figures as ten readings apart."""

from dataclasses import replace
from datetime import date

import pytest

from app.readings.choices import Precedence, Tolerance
from app.readings.facts import UnknownMeasure
from app.readings.reading import read_measure
from app.readings.robustness import AT_ONCE, is_quick, robustness
from tests.readings.build import chosen, event, increment, ledger, level, source, total
from tests.readings.founding import deployment

TROOPS = "nk-troops-russia"


def figures(variant) -> tuple:
    return (variant.low, variant.selected, variant.high)


def by_method(found) -> dict:
    return {(one.choices.precedence.value, one.choices.tolerance.value): one for one in found.variants}


def test_one_total_is_read_under_ten_methods():
    found = robustness(ledger(total("t", "about 1000", "2025-01-31")), "sent", chosen())
    assert found.on == date(2025, 1, 31)
    assert {method: figures(one) for method, one in by_method(found).items()} == {
        (precedence, tolerance): bounds
        for precedence in ("graded", "latest")
        for tolerance, bounds in {
            "rounding": (900, 1000, 1100),
            "0": (1000, 1000, 1000),
            "5": (950, 1000, 1050),
            "10": (900, 1000, 1100),
            "20": (800, 1000, 1200),
        }.items()
    }
    assert found.is_same
    assert found.sentence == (
        "The selected figure is 1,000 under all ten. At least 800 and at most 1,200 under every one."
    )


def test_the_precedence_decides_where_two_totals_contradict():
    claims = ledger(
        total("early", "exact 100", "2025-01-10", by=source("a", reliability="A")),
        total("late", "exact 300", "2025-01-10", said="2025-01-12", by=source("c", reliability="C")),
    )
    found = robustness(claims, "sent", chosen())
    assert {one.choices.precedence: one.selected for one in found.variants} == {
        Precedence.GRADED: 100,
        Precedence.LATEST: 300,
    }
    assert {one.contested for one in found.variants} == {1}
    assert found.selected == (100, 300)
    assert not found.is_same
    assert found.sentence == (
        "The selected figure lies between 100 and 300; five of the ten give 100. "
        "At least 100 and at most 300 under every one."
    )


def test_the_readers_own_method_is_marked_and_the_other_choices_stay():
    choices = chosen(tolerance="5", precedence="latest", families=["s"], known_on="2025-02-01")
    found = robustness(ledger(total("t", "1000", "2025-01-31")), "sent", choices)
    assert [one.choices for one in found.variants if one.is_chosen] == [choices]
    assert found.chosen.choices == choices
    assert {replace(one.choices, tolerance=choices.tolerance, precedence=choices.precedence)
            for one in found.variants} == {choices}  # fmt: skip


def test_all_answer_for_the_readers_day_and_lead_to_it():
    """At tolerance 0 the later total is contested, so a reading of its own would end on the earlier day."""
    claims = ledger(
        total("first", "exact 1000", "2025-01-10", by=source("a", reliability="A")),
        total("second", "950", "2025-01-20", by=source("c", reliability="C")),
    )
    found = robustness(claims, "sent", chosen(tolerance="10"))
    variants = by_method(found)
    assert found.on == date(2025, 1, 20)
    assert variants["graded", "0"].choices.on == date(2025, 1, 20)
    assert figures(variants["graded", "0"]) == (1000, 1000, None)
    assert variants["graded", "10"].choices.on is None
    assert variants["graded", "20"].choices.on is None


def test_a_level_in_a_gap_has_no_value_under_any_method():
    claims = ledger(level("l", "100", "2025-01-01"), valid_days=10)
    found = robustness(claims, "present", chosen(on="2025-03-01"))
    assert {figures(one) for one in found.variants} == {(None, None, None)}
    assert found.sentence == "No tolerance and no precedence gives a value for this day."


def test_bounds_without_a_figure_are_told_so():
    found = robustness(ledger(event("e", "5", "2025-01-03"), measures=["sent"]), "sent", chosen())
    assert {figures(one) for one in found.variants} == {(5, None, None)}
    assert found.sentence == (
        "No tolerance and no precedence gives a selected figure. "
        "At least 5 under every one; none of them sets a ceiling."
    )


def test_a_figure_that_only_some_methods_give_is_told_so():
    """A range has no figure of its own, and without tolerance 100 is contested by it."""
    claims = ledger(
        total("range", "between 80 95", "2025-01-31", by=source("a", reliability="A")),
        total("figure", "100", "2025-01-31", by=source("c", reliability="C")),
    )
    found = robustness(claims, "sent", chosen())
    assert by_method(found)["graded", "0"].selected is None
    assert found.sentence == (
        "The selected figure is 100 wherever there is one; two of the ten give none. "
        "At least 80 and at most 95 under every one."
    )


def test_a_ceiling_that_only_some_methods_keep_is_told_so():
    """Without tolerance the better graded figure contests the ceiling below it."""
    claims = ledger(
        total("figure", "1000", "2025-01-31", by=source("a", reliability="A")),
        total("ceiling", "up_to 950", "2025-03-31", by=source("c", reliability="C")),
    )
    found = robustness(claims, "sent", chosen(on="2025-03-31"))
    assert by_method(found)["graded", "0"].high is None
    assert found.sentence.endswith("At least 0 under every one; not all of them set a ceiling.")


def test_nothing_claimed_gives_zero_and_no_ceiling():
    found = robustness(ledger(), "sent", chosen())
    assert {figures(one) for one in found.variants} == {(0, None, None)}


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(UnknownMeasure):
        robustness(ledger(), "containers", chosen())


@pytest.mark.parametrize("measure", ["sent", "killed", "casualties", "present", "returned"])
def test_each_variant_of_the_founding_ledger_is_the_headline_that_its_address_leads_to(measure):
    found = robustness(deployment(TROOPS), measure, chosen())
    assert len(found.variants) == len(Tolerance) * len(Precedence)
    for one in found.variants:
        reading = read_measure(deployment(TROOPS), measure, one.choices)
        headline = reading.headline
        assert headline.on == found.on
        assert figures(one) == figures(headline)
        assert (one.derived, one.strained) == (headline.derived, headline.strained)
        assert one.contested == len(reading.contested)


def test_the_number_sent_does_not_depend_on_the_method():
    found = robustness(deployment(TROOPS), "sent", chosen())
    assert found.sentence == (
        "The selected figure is 15,000 under all ten. At least 14,000 and at most 18,000 under every one."
    )


def test_a_large_measure_is_read_where_it_is_asked_for():
    days = [
        f"2025-{month:02}-{day:02}/2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)
    ]
    few = [increment(f"i{place}", "5", day) for place, day in enumerate(days)]
    more = [increment(f"j{place}", "5", day) for place, day in enumerate(days)]
    assert len(few) <= AT_ONCE < len(few) + len(more)
    assert is_quick(ledger(*few), "sent")
    assert not is_quick(ledger(*few, *more), "sent")
