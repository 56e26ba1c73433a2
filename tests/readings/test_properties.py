"""The reading against brute force, on thousands of small ledgers (tests/readings/brute.py)."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.claims.words import Standing
from app.readings import walks
from app.readings.candidates import figures_of
from app.readings.choices import Choices, Tolerance
from app.readings.flows import read_flow
from app.readings.intervals import Interval, interval
from app.readings.precedence import lone_contradictions
from app.readings.reading import read_measure
from tests.readings import brute
from tests.readings.build import contested, increment, ledger, total
from tests.readings.strategies import LAST, SOURCES, START, appearance, choices, ledgers, words

DAY = timedelta(days=1)


def reading_of(claims, chosen):
    return read_measure(ledger(*claims, starts_on=START), "sent", chosen)


def every_day(chosen):
    first = chosen.since or START
    last = min(chosen.known_on or date(2025, 1, 3), date(2025, 1, 3))
    return [first + DAY * number for number in range((last - first).days + 1)]


@settings(max_examples=250)
@given(ledgers(), choices())
def test_acceptance_equals_asking_one_by_one(claims, chosen):
    reading = reading_of(claims, chosen)
    order = brute.asked(claims, START, chosen)
    assert list(reading.candidates) == [one.ref for one in order]
    accepted, refused = brute.accept(order, START)
    assert reading.accepted == tuple(one.ref for one in accepted)
    assert contested(reading) == [one.ref for one in refused]


@settings(max_examples=200)
@given(ledgers(min_size=4), choices())
def test_witnesses_are_smallest_and_first_by_the_tie_rule(claims, chosen):
    reading = reading_of(claims, chosen)
    accepted, refused = brute.accept(brute.asked(claims, START, chosen), START)
    for one in refused:
        assert reading.contradiction(one.ref).witness == brute.witness(one, accepted, START)


@settings(max_examples=150)
@given(ledgers(min_size=3), choices())
def test_a_contradiction_is_robust_if_it_stands_at_tolerance_twenty(claims, chosen):
    reading = reading_of(claims, chosen)
    accepted, refused = brute.accept(brute.asked(claims, START, chosen), START)

    def widest(one):
        if one.kind == "events":
            return one.rows
        return brute.rows_of(one.claim, START, "20", chosen.place)

    for one in refused:
        stands = not brute.consistent([*(widest(other) for other in accepted), widest(one)], START)
        assert reading.contradiction(one.ref).robust == stands


@settings(max_examples=150)
@given(ledgers(), choices())
def test_bounds_and_line_of_every_day_equal_brute_force(claims, chosen):
    reading = reading_of(claims, chosen)
    accepted, _ = brute.accept(brute.asked(claims, START, chosen), START)
    systems = [one.rows for one in accepted]
    steps = brute.line(accepted, START, chosen.place)
    shown = []
    for day in every_day(chosen):
        low, high = brute.tight(systems, START, day, chosen.since)
        selected, derived = brute.selected_on(steps, day, chosen.since)
        strained = selected is not None and (selected < low or (high is not None and selected > high))
        point = reading.at(day)
        assert (point.low, point.selected, point.high) == (low, selected, high)
        assert (point.derived, point.strained) == (derived, strained)
        if not shown or shown[-1][1:] != (low, selected, high, derived, strained):
            shown.append((day, low, selected, high, derived, strained))
    points = [(p.on, p.low, p.selected, p.high, p.derived, p.strained) for p in reading.points]
    assert points == shown


@settings(max_examples=40)
@given(ledgers(min_size=1, max_size=7), choices(plain=True))
def test_bounds_equal_those_of_a_linear_program(claims, chosen):
    reading = reading_of(claims, chosen)
    accepted, _ = brute.accept(brute.asked(claims, START, chosen), START)
    for day in (START, START + 4 * DAY, START + LAST * DAY):
        point = reading.at(day)
        assert (point.low, point.high) == brute.tight_by_program([one.rows for one in accepted], START, day)


@settings(max_examples=100)
@given(ledgers(), choices(), st.randoms(use_true_random=False))
def test_entry_order_changes_nothing(claims, chosen, random):
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert reading_of(shuffled, chosen) == reading_of(claims, chosen)


@settings(max_examples=100)
@given(ledgers(min_size=1), choices(), st.data())
def test_an_added_appearance_changes_nothing(claims, chosen, data):
    claim = data.draw(st.sampled_from(claims))
    assert reading_of([*claims, appearance(claim, "z")], chosen) == reading_of(claims, chosen)


@settings(max_examples=100)
@given(ledgers(), choices(), st.integers(0, LAST))
def test_claims_said_later_change_no_past(claims, chosen, number):
    known_on = START + number * DAY
    chosen = replace(chosen, known_on=known_on)
    said_by_then = [claim for claim in claims if claim.day_said <= known_on]
    assert reading_of(claims, chosen) == reading_of(said_by_then, chosen)


@settings(max_examples=100)
@given(ledgers(min_size=1), choices(), st.data())
def test_a_claim_set_aside_is_as_if_it_were_not_there_and_can_be_restored(claims, chosen, data):
    number = data.draw(st.integers(0, len(claims) - 1))
    aside = list(claims)
    aside[number] = replace(claims[number], standing=Standing.SET_ASIDE)
    assert reading_of(aside, chosen) == reading_of(claims[:number] + claims[number + 1 :], chosen)
    aside[number] = replace(aside[number], standing=claims[number].standing)
    assert reading_of(aside, chosen) == reading_of(claims, chosen)


@settings(max_examples=100)
@given(ledgers(min_size=1), choices(plain=True), st.data())
def test_widening_an_accepted_claim_never_tightens_a_bound(claims, chosen, data):
    reading = reading_of(claims, chosen)
    accepted = [reading.candidates[name] for name in reading.accepted]
    assume(accepted)
    number = data.draw(st.integers(0, len(accepted) - 1))
    narrow = accepted[number].interval
    high = (
        None if narrow.hi is None else data.draw(st.one_of(st.none(), st.integers(narrow.hi, narrow.hi + 30)))
    )
    wider = Interval(data.draw(st.integers(0, narrow.lo)), high)
    before = read_flow(accepted, START, chosen)
    widened = [*accepted[:number], replace(accepted[number], interval=wider), *accepted[number + 1 :]]
    after = read_flow(widened, START, chosen)
    assert after.acceptance.contested == ()
    for day in every_day(chosen):
        assert after.band.low(day) <= before.band.low(day)
        high_before, high_after = before.band.high(day), after.band.high(day)
        assert high_after is None or (high_before is not None and high_after >= high_before)


@settings(max_examples=150)
@given(ledgers(max_size=14), choices())
def test_lone_contradictions_equal_comparing_all_pairs(claims, chosen):
    reading = reading_of(claims, chosen)
    found = lone_contradictions(reading.candidates.values(), START)
    asked = [one for one in brute.asked(claims, START, chosen) if one.claim is not None]
    for one in asked:
        assert found.get(one.ref, 0) == sum(brute.alone(one, other, START) for other in asked)


@settings(max_examples=300)
@given(words(), st.sampled_from(list(Tolerance)))
def test_intervals_equal_those_in_fractions(said, tolerance):
    claim = total("t", said, "2024-10-04")
    assert interval(figures_of(claim), tolerance) == brute.bounds(claim, tolerance)


def crowd(seed, size):
    """Totals and increments of four sources around one true line, some of them far off."""
    random = Random(seed)
    true = [0]
    for _ in range(60):
        true.append(true[-1] + random.choice((0, 1, 4, 9, 30)))
    found = []
    for number in range(size):
        first, last = sorted(random.sample(range(1, 61), 2))
        off = random.choice((0, 0, 0, 0, 1, -2, 25))
        by, said = random.choice(SOURCES), START + DAY * (last + random.choice((0, 0, 3)))
        day = START + DAY * (last - 1)
        cells = {"by": by, "said": said.isoformat(), "credibility": random.choice((2, 3))}
        if random.random() < 0.5:
            figure = max(0, true[last] + off)
            found.append(
                total(f"c{number}", f"{random.choice(('exact', 'about'))} {figure}", day.isoformat(), **cells)
            )
        else:
            figure = max(0, true[last] - true[first - 1] + off)
            period = f"{START + DAY * (first - 1)}/{day}"
            found.append(
                increment(f"c{number}", f"{random.choice(('exact', 'about'))} {figure}", period, **cells)
            )
    return found


def knot(seed):
    """Few days, many increments and restarted counts: witnesses of three, four and more claims."""
    random = Random(seed)
    last_day = random.choice((4, 6, 8))
    true = [0]
    for _ in range(last_day):
        true.append(true[-1] + random.choice((0, 1, 4, 9, 30)))
    found = []
    for number in range(random.choice((8, 11, 13))):
        before, last = sorted(random.sample(range(last_day + 1), 2))
        if random.random() < 0.6:
            before = last - 1
        first, day = START + DAY * before, START + DAY * (last - 1)
        place = random.choice((None, None, None, "kursk"))
        hedge = random.choice(("exact", "exact", "about", "at_least", "up_to"))
        figure = max(0, true[last] - true[before] + random.choice((0, 0, 0, 1, -2, 25)))
        cells = {"by": random.choice(SOURCES), "said": day.isoformat(), "place": place}
        kind = random.random()
        if kind < 0.3:
            found.append(total(f"c{number}", f"{hedge} {figure + true[before]}", day.isoformat(), **cells))
        elif kind < 0.4:
            counted = {"counts_from": first.isoformat(), **cells}
            found.append(total(f"c{number}", f"{hedge} {figure}", day.isoformat(), **counted))
        else:
            found.append(increment(f"c{number}", f"{hedge} {figure}", f"{first}/{day}", **cells))
    return found


@settings(max_examples=250)
@given(st.integers(0, 10**9), choices(plain=True))
def test_long_witnesses_are_smallest_and_first_by_the_tie_rule(seed, chosen):
    claims = knot(seed)
    reading = reading_of(claims, chosen)
    accepted, refused = brute.accept(brute.asked(claims, START, chosen), START)
    assert reading.accepted == tuple(one.ref for one in accepted)
    for one in refused:
        assert reading.contradiction(one.ref).witness == brute.witness(one, accepted, START)


@settings(max_examples=12)
@given(st.integers(0, 10**6), choices(plain=True))
def test_acceptance_equals_asking_one_by_one_in_a_crowd(seed, chosen):
    claims = crowd(seed, 90)
    reading = reading_of(claims, chosen)
    accepted, refused = brute.accept(brute.asked(claims, START, chosen), START)
    assert reading.accepted == tuple(one.ref for one in accepted)
    systems = [one.rows for one in accepted]
    for day in every_day(chosen)[:62:7]:
        assert (reading.at(day).low, reading.at(day).high) == brute.tight(systems, START, day)
    by_name = {one.ref: one.rows for one in accepted}
    for one in refused:
        members = [by_name[name] for name in reading.contradiction(one.ref).witness]
        assert not brute.consistent([*members, one.rows], START)
        for number in range(len(members)):
            assert brute.consistent([*members[:number], *members[number + 1 :], one.rows], START)


def test_layers_that_are_not_kept_lead_to_the_same_witnesses(monkeypatch):
    chosen = Choices()
    kept = [reading_of(knot(seed), chosen).contested for seed in range(80)]
    assert max(len(item.witness) for contradictions in kept for item in contradictions) >= 4
    monkeypatch.setattr(walks, "_KEPT_BYTES", 64)
    assert [reading_of(knot(seed), chosen).contested for seed in range(80)] == kept
