"""What an act did to a reading, worked out by hand."""

from datetime import date

from app.changes.effects import effect
from tests.readings.build import level, read, source, total

STRONG, WEAK = source("strong", reliability="A"), source("weak", reliability="E")


def moves(found):
    return [(move.before, move.after) for move in found.moves]


def test_the_same_claims_have_no_effect():
    reading = read(total("a", "exact 100", "2025-03-01"))
    found = effect(reading, read(total("a", "exact 100", "2025-03-01")))
    assert found.is_none
    assert (found.days, found.caused, found.resolved) == (None, (), ())


def test_a_first_claim_gives_a_reading_where_there_was_none():
    after = read(total("a", "exact 100", "2025-03-01"))
    found = effect(None, after)
    assert moves(found) == [("nothing to read", number) for number in ("100", "100", "100")]
    assert (found.before, found.after) == (None, after.headline)
    assert not found.is_none


def test_a_measure_without_an_accepted_claim_cannot_be_read():
    found = effect(read(measure="sent"), read(measure="sent"))
    assert found.is_none
    assert moves(found) == [("nothing to read", "nothing to read")] * 3


def test_the_last_claim_that_goes_leaves_nothing():
    found = effect(read(total("a", "exact 100", "2025-03-01")), None)
    assert moves(found) == [("100", "nothing to read")] * 3


def test_an_open_ceiling_and_a_missing_figure_are_said_in_words():
    exact, floor, ceiling = (
        read(total("a", figure, "2025-03-01")) for figure in ("exact 100", "at_least 100", "up_to 100")
    )
    assert moves(effect(floor, exact)) == [("100", "100"), ("100", "100"), ("open", "100")]
    assert moves(effect(ceiling, exact)) == [("0", "100"), ("no figure", "100"), ("100", "100")]


def test_only_the_days_that_changed_are_named():
    def both(figure):
        later = total("b", "exact 500", "2025-05-01")
        return read(total("a", figure, "2025-03-01"), later, starts_on=date(2025, 1, 1))

    found = effect(both("exact 100"), both("exact 120"))
    assert found.days == "from 1 January 2025 to 30 April 2025"  # until 1 March the ceiling, then all three
    assert [before == after for before, after in moves(found)] == [True] * 3
    assert not found.is_none


def test_a_change_of_a_single_day_is_told_as_one():
    def levels(figure):
        return read(level("a", figure, "2025-03-01"), level("b", "exact 7", "2025-03-02"))

    assert effect(levels("exact 5"), levels("exact 6")).days == "on 1 March 2025"


def test_a_contradiction_is_caused_once_and_resolved_when_its_claim_goes():
    first = total("a", "exact 100", "2025-03-01", by=STRONG)
    second = total("b", "exact 50", "2025-03-02", by=WEAK)
    alone, both = read(first), read(first, second)
    caused = effect(alone, both)
    assert [one.claim_ref for one in caused.caused] == ["b"]
    assert caused.caused[0].sentence == both.contradiction("b").sentence
    assert effect(both, both).caused == ()
    gone = effect(both, alone)
    assert [one.sentence for one in gone.resolved] == [
        f"It no longer counts. Before: {both.contradiction('b').sentence}"
    ]


def test_a_contradiction_is_resolved_when_its_claim_is_accepted_after_all():
    second = total("b", "exact 50", "2025-03-02", by=WEAK)
    before = read(total("a", "exact 100", "2025-03-01", by=STRONG), second)
    after = read(total("a", "exact 40", "2025-03-01", by=STRONG), second)
    [finding] = effect(before, after).resolved
    assert finding.claim_ref == "b"
    assert finding.sentence.startswith("It is accepted now. Before: ")


def test_a_contradiction_of_two_measures_is_caused_and_resolved():
    few = total("w", "exact 10", "2025-03-01", measure="casualties")
    many = total("k", "exact 90", "2025-03-01", measure="killed")
    before = read(few, measure="casualties", measures=("killed",))
    after = read(few, many, measure="casualties")
    assert [
        one.claim_ref for one in effect(before, after).caused if "cannot all be right" in one.sentence
    ] == [None]
    resolved = [one.sentence for one in effect(after, before).resolved]
    assert resolved == [f"No longer so: {after.checks[0].sentence}"]
