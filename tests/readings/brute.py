"""The method by brute force, to hold the reading against: slow, plain, and sharing none of its code.

Every day is a node, every bound an entry of a matrix, every question asked of the whole matrix
(Floyd and Warshall) or of a linear program. Only the table of qualifiers is common knowledge.
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

NOTHING = -(10**12)  # no path
DAY = timedelta(days=1)


# --- what a claim allows ---------------------------------------------------------------------


def bounds(claim, tolerance):
    """(lo, hi); hi None is open."""
    if claim.low is None and claim.high is None:
        spread = _spread(claim.point, claim.qualifier, tolerance)
        return max(0, floor(claim.point - spread)), ceil(claim.point + spread)
    lo = claim.low
    if lo is None:
        lo = floor(Fraction(9, 10) * claim.high) if claim.qualifier == "nearly" else 0
    return lo, claim.high


def _spread(point, qualifier, tolerance):
    if qualifier == "exact":
        return Fraction(0)
    if tolerance != "rounding":
        return Fraction(int(tolerance), 100) * point
    if qualifier == "about":
        return Fraction(point, 10)
    zeros = len(str(point)) - len(str(point).rstrip("0")) if point else 0
    return min(Fraction(10**zeros, 2), Fraction(point, 10)) if zeros else Fraction(0)


def said_on(claim):
    if claim.said_on.first == claim.said_on.last or claim.published_on is None:
        return claim.said_on.last
    return max(claim.said_on.first, min(claim.said_on.last, claim.published_on.last))


def as_of(claim):
    return claim.as_of.first, min(claim.as_of.last, said_on(claim))


def own_figure(claim):
    if claim.point is not None:
        return claim.point
    if claim.qualifier in ("at_least", "more_than"):
        return claim.low
    return claim.high if claim.qualifier == "nearly" else None


class Asked:
    """A claim or an event floor with its constraints: rows (from day, to day, at least so many more)."""

    def __init__(self, ref, key, rows, *, claim=None, kind="claim"):
        self.ref, self.key, self.rows, self.claim, self.kind = ref, key, rows, claim, kind


def rows_of(claim, starts_on, tolerance, place=None):
    lo, hi = bounds(claim, tolerance)
    if claim.place != place:  # a part of what is read
        hi = None
    if claim.nature == "increment":
        base, floor_day, ceiling_day = claim.period.first - DAY, claim.period.last, claim.period.last
    else:
        ceiling_day, floor_day = as_of(claim)
        base = counted_from(claim, starts_on) or starts_on
        base -= DAY
    rows = [(base, floor_day, lo)]
    if hi is not None:
        rows.append((ceiling_day, base, -hi))
    return rows


def counted_from(claim, starts_on):
    if claim.counts_from is None or claim.counts_from.first <= starts_on:
        return None
    return claim.counts_from.first


# --- systems of constraints --------------------------------------------------------------------


def matrix(systems, starts_on, days):
    """Longest paths between the days used, the day before the start first; and those days."""
    named = {day for rows in systems for row in rows for day in row[:2]} | set(days)
    used = [starts_on - DAY, *sorted(day for day in named if day >= starts_on)]
    place = {day: number for number, day in enumerate(used)}
    reach = np.full((len(used), len(used)), NOTHING, dtype=np.int64)
    np.fill_diagonal(reach, 0)
    for number in range(1, len(used)):
        reach[number - 1, number] = 0  # the running total never falls
    for rows in systems:
        for start, end, amount in rows:
            begin, stop = (place.get(day, 0) for day in (start, end))
            reach[begin, stop] = max(reach[begin, stop], amount)
    for middle in range(len(used)):
        through = reach[:, middle, None] + reach[None, middle, :]
        reach = np.maximum(reach, np.where(through < NOTHING // 2, NOTHING, through))
    return reach, used


def consistent(systems, starts_on):
    reach, _ = matrix(systems, starts_on, ())
    return bool((np.diag(reach) <= 0).all())


def tight(systems, starts_on, day, since=None):
    """(low, high) of the running total of a day, since the day before `since`."""
    base = (since or starts_on) - DAY
    reach, used = matrix(systems, starts_on, (day, max(base, starts_on - DAY)))
    place = {known: number for number, known in enumerate(used)}
    begin, end = place.get(base, 0), place.get(day, 0)
    back = reach[end, begin]
    return int(reach[begin, end]), None if back < NOTHING // 2 else -int(back)


def tight_by_program(systems, starts_on, day):
    """The same from the start, by two linear programs over one variable for each day until the last."""
    named = {known for rows in systems for row in rows for known in row[:2]} | {day}
    size = max((max(named) - starts_on).days + 2, 1)

    def column(known):
        return max(0, (known - starts_on).days + 1)

    lines, limits = [], []
    steps = [(number, number + 1, 0) for number in range(size - 1)]
    given = [(column(start), column(end), amount) for rows in systems for start, end, amount in rows]
    for start, end, amount in steps + given:  # N(start) - N(end) <= -amount
        line = np.zeros(size)
        line[start] += 1
        line[end] -= 1
        lines.append(line)
        limits.append(-amount)
    found = []
    for sign in (1, -1):
        aim = np.zeros(size)
        aim[column(day)] = sign
        limit = [(0, 0)] + [(None, None)] * (size - 1)
        answer = linprog(aim, A_ub=np.array(lines), b_ub=limits, bounds=limit, method="highs")
        found.append(None if answer.status in (3, 4) else round(sign * answer.fun))
    return found[0], found[1]


# --- which claims take part --------------------------------------------------------------------


def good(claim, known_on):
    if claim.standing == "good":
        return True
    return claim.standing == "retracted" and known_on is not None and known_on < claim.standing_on


def counting(claims, choices):
    known = choices.known_on
    roots = [claim for claim in claims if claim.repeat_of is None]
    said = [c for c in roots if good(c, known) and (known is None or said_on(c) <= known)]
    kept = []
    for claim in said:
        source = claim.source
        if any(other.supersedes == claim.ref for other in said):
            continue
        if choices.sources and source.slug not in choices.sources:
            continue
        if choices.families and source.family not in choices.families:
            continue
        if choices.stances and source.stance not in choices.stances:
            continue
        if choices.lowest_grade and (source.reliability or "F") > choices.lowest_grade:
            continue
        kept.append(claim)
    return kept


def asked(claims, starts_on, choices):
    """Candidates of a flow in precedence order."""
    counted = counting(claims, choices)
    if choices.place is not None:
        counted = [c for c in counted if choices.place in (c.place, *c.place_wholes)]
    found = []
    for claim in counted:
        if claim.nature in ("total", "increment"):
            rows = rows_of(claim, starts_on, choices.tolerance, choices.place)
            found.append(Asked(claim.ref, None, rows, claim=claim))
    lone = {one.ref: sum(alone(one, other, starts_on) for other in found) for one in found}
    for one in found:
        one.key = rank(
            one.claim.source, one.claim.credibility, said_on(one.claim), one.ref, lone[one.ref], choices
        )
    return sorted(found + event_floors(counted, choices), key=lambda one: one.key)


def rank(source, credibility, said, ref, lone, choices):
    grade, trust, late = source.reliability or "F", credibility or 6, -said.toordinal()
    if choices.precedence == "latest":
        return (late, grade, trust, ref)
    return (grade, trust, lone, late, ref)


def alone(one, other, starts_on):
    """Whether two totals counted from the start contradict each other all by themselves."""
    plain = all(c.nature == "total" and counted_from(c, starts_on) is None for c in (one.claim, other.claim))
    return one is not other and plain and not consistent([one.rows, other.rows], starts_on)


def sums(events):
    """Of one source: each end with the three sums so far."""
    names = {event.ref for event in events}
    added = [event for event in events if event.part_of not in names]
    found = []
    for end in sorted({event.period.last for event in added}):
        ended = [event for event in added if event.period.last <= end]
        low = sum(next((x for x in (e.low, e.point) if x is not None), 0) for e in ended)
        point = sum(next((x for x in (e.point, e.low) if x is not None), 0) for e in ended)
        highs = [next((x for x in (e.high, e.point) if x is not None), None) for e in ended]
        found.append((end, low, point, None if None in highs else sum(highs)))
    return added, found


def event_floors(counted, choices):
    by_source = {}
    for claim in counted:
        if claim.nature == "event":
            by_source.setdefault(claim.source.slug, []).append(claim)
    floors = []
    for slug, events in by_source.items():
        added, found = sums(events)
        last = max(added, key=lambda e: (said_on(e), e.period.last, e.ref))
        ref = f"{slug}:events"
        key = rank(last.source, last.credibility, said_on(last), ref, 0, choices)
        rows = [(date.min, end, low) for end, low, _, _ in found]
        floors.append(Asked(ref, key, rows, kind="events"))
    return floors


# --- acceptance, witnesses, the line -------------------------------------------------------------


def accept(order, starts_on):
    accepted, contested = [], []
    for one in order:
        systems = [*(other.rows for other in accepted), one.rows]
        (accepted if consistent(systems, starts_on) else contested).append(one)
    return accepted, contested


def witness(one, accepted, starts_on):
    """By size, then by the last member in precedence, then the last but one: all subsets, one by one."""
    for size in range(len(accepted) + 1):
        subsets = sorted(combinations(range(len(accepted)), size), key=lambda ranks: ranks[::-1])
        for ranks in subsets:
            systems = [*(accepted[number].rows for number in ranks), one.rows]
            if not consistent(systems, starts_on):
                return tuple(accepted[number].ref for number in ranks)
    raise AssertionError(f"{one.ref} is not contested")


def line(accepted, starts_on, place):
    """The steps: day -> (height, own figure)."""
    steps = {}

    def value(day):
        return steps[max(d for d in steps if d <= day)][0] if any(d <= day for d in steps) else 0

    def offer(day, height, own):
        rises = all(steps[d][0] <= height for d in steps if d < day)
        if day not in steps and rises and all(steps[d][0] >= height for d in steps if d > day):
            steps[day] = (height, own)

    claims = [one.claim for one in accepted if one.claim is not None]
    claims = [c for c in claims if own_figure(c) is not None and c.place == place]
    plain = [c for c in claims if c.nature == "total" and counted_from(c, starts_on) is None]
    for claim in [c for c in plain if c.point is not None] + [c for c in plain if c.point is None]:
        offer(as_of(claim)[1], own_figure(claim), own_figure(claim))
    others = [(c.period.last if c.nature == "increment" else as_of(c)[1], n, c) for n, c in enumerate(claims)]
    for day, _, claim in sorted((o for o in others if o[2] not in plain), key=lambda o: o[:2]):
        base = claim.period.first if claim.nature == "increment" else counted_from(claim, starts_on)
        offer(day, value(base - DAY) + own_figure(claim), own_figure(claim))
    return steps


def selected_on(steps, day, since=None):
    """(selected, derived) on a day; (None, False) before the first step."""

    def force(at):
        days = [d for d in steps if d <= at]
        return steps[max(days)] if days else None

    step = force(day)
    if step is None:
        return None, False
    base = force(since - DAY) if since is not None else None
    selected = step[0] - (base[0] if base else 0)
    return selected, selected != step[1]


# --- levels ----------------------------------------------------------------------------------------


def asked_levels(claims, choices):
    found = [c for c in counting(claims, choices) if c.nature == "level" and c.place == choices.place]
    return sorted(found, key=lambda c: rank(c.source, c.credibility, said_on(c), c.ref, 0, choices))


def exclude(one, other, choices):
    """Whether two levels share a day and no number."""
    (begin, end), (first, last) = as_of(one), as_of(other)
    (low, high), (least, most) = bounds(one, choices.tolerance), bounds(other, choices.tolerance)
    apart = (most is not None and low > most) or (high is not None and least > high)
    return begin <= last and first <= end and apart


def accept_levels(order, choices):
    """The accepted claims, and for each other one the first in precedence that excludes it."""
    accepted = []
    for claim in order:
        if not any(exclude(claim, other, choices) for other in accepted):
            accepted.append(claim)
    refused = [claim for claim in order if claim not in accepted]
    return accepted, {
        claim.ref: next((other.ref,) for other in accepted if exclude(claim, other, choices))
        for claim in refused
    }


def level_on(accepted, day, valid_days, choices):
    """(low, selected, high) of a day; all None in a gap."""
    days = [as_of(claim)[1] for claim in accepted if as_of(claim)[1] <= day]
    if not days or (day - max(days)).days >= valid_days:
        return None, None, None
    holding = [claim for claim in accepted if as_of(claim)[1] == max(days)]
    lows, highs = zip(*(bounds(claim, choices.tolerance) for claim in holding), strict=True)
    figures = [claim.point for claim in holding if claim.point is not None]
    figures += [own_figure(claim) for claim in holding if own_figure(claim) is not None]
    ends = [high for high in highs if high is not None]
    return max(lows), next(iter(figures), None), min(ends, default=None)
