"""How many are there: levels that replace one another and expire (method, section 9)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, zip_longest

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.readings.candidates import Candidate, cut_as_of, figures_of, of_nature
from app.readings.choices import Choices, Tolerance
from app.readings.intervals import Interval, interval, own_value
from app.readings.points import changes
from app.readings.results import Link, Point, Step
from app.readings.rules import credibility_rank


@dataclass(frozen=True, slots=True)
class Period:
    """The stretch of days on which levels of one as-of day hold."""

    start: date
    end: date  # inclusive
    low: int
    high: int | None  # None: open
    selected: int | None  # None: bounds without a figure
    claims: tuple[Candidate, ...]  # those that share the as-of day, in precedence order
    chosen: Candidate | None  # the one that gave the figure


@dataclass(frozen=True, slots=True)
class Levels:
    """The accepted levels of a measure and the periods they hold for."""

    accepted: tuple[Candidate, ...]  # in precedence order
    contested: tuple[tuple[Candidate, Candidate], ...]  # with the first accepted claim that rules it out
    periods: tuple[Period, ...]  # in day order, with gaps between them

    def at(self, day: date) -> Period | None:
        """The period that a day lies in; None in a gap, before the first and after the last."""
        index = bisect_right(self.periods, day, key=lambda period: period.start)
        period = self.periods[index - 1] if index else None
        return period if period is not None and day <= period.end else None

    def turns(self) -> Iterator[date]:
        """The days on which a value can begin or end."""
        for period in self.periods:
            yield period.start
            yield period.end + timedelta(days=1)


def level_candidates(claims: Sequence[ApprovedClaim], choices: Choices) -> list[Candidate]:
    """Levels of the chosen place (or without one) among claims that count, in the order given."""
    chosen = (claim for claim in of_nature(claims, Nature.LEVEL) if claim.place == choices.place)
    return [_level_candidate(claim, choices) for claim in chosen]


def _level_candidate(claim: ApprovedClaim, choices: Choices) -> Candidate:
    first, last = cut_as_of(claim)
    figures = figures_of(claim)
    return Candidate(
        ref=claim.ref,
        nature=Nature.LEVEL,
        source=claim.source,
        said=claim.day_said,
        credibility=credibility_rank(claim.credibility),
        first=first,
        last=last,
        interval=interval(figures, choices.tolerance),
        value=own_value(figures),
        claim=claim,
    )


def read_levels(order: Sequence[Candidate], valid_days: int) -> Levels:
    """Accept levels in precedence order, and let each hold for `valid_days`, its own day included."""
    kept = _Kept(order)
    contested = []
    for rank, candidate in enumerate(order):
        if kept.against(candidate, candidate.interval) is None:
            kept.add(rank, candidate)
        else:
            contested.append(candidate)
    ruled_out = [
        (candidate, other)
        for candidate in contested
        if (other := kept.against(candidate, candidate.interval))
    ]
    accepted = tuple(order[rank] for rank in sorted(kept.ranks))
    return Levels(accepted, tuple(ruled_out), tuple(_periods(accepted, valid_days)))


def level_point(levels: Levels, day: date) -> Point:
    """The value in force on one day; in a gap none at all, which is not a zero."""
    period = levels.at(day)
    if period is None:
        return Point(day, None, None, None)
    low, selected, high = period.low, period.selected, period.high
    strained = selected is not None and (selected < low or (high is not None and selected > high))
    return Point(day, low, selected, high, strained=strained)


def level_points(levels: Levels, starts_on: date, choices: Choices) -> tuple[Point, ...]:
    """The first day, and each later one until `known_on` on which anything changes."""
    return changes({starts_on, *levels.turns()}, starts_on, choices, lambda day: level_point(levels, day))


def level_steps(levels: Levels) -> tuple[Step, ...]:
    """The claims that give the line its figures, one for each as-of day that has one."""
    return tuple(
        Step(period.start, period.selected, period.chosen.ref, period.selected)
        for period in levels.periods
        if period.chosen is not None and period.selected is not None
    )


def still_contested(levels: Levels, candidate: Candidate, tolerance: Tolerance) -> bool:
    """Whether an accepted level rules a contested one out with all of them read at a tolerance."""
    allowed = candidate.read_at(tolerance)
    return any(
        _overlap(candidate, other) and not allowed.meets(other.read_at(tolerance))
        for other in levels.accepted
    )


def level_links(contested: Candidate, other: Candidate) -> tuple[Link, Link]:
    """Two levels that exclude one another, as the steps of an argument."""
    high = other.interval.hi
    above = high is not None and contested.interval.lo > high
    return _link(contested, is_floor=above), _link(other, is_floor=not above)


def _link(candidate: Candidate, *, is_floor: bool) -> Link:
    low, high = candidate.interval
    amount = low if is_floor or high is None else high
    return Link(candidate.ref, is_floor, None, candidate.last, amount)


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.first <= other.last and other.first <= one.last


class _Kept:
    """Accepted levels by as-of day, so that only those near a candidate are compared with it."""

    def __init__(self, order: Sequence[Candidate]) -> None:
        self._order = order
        self._widest = max((candidate.last - candidate.first for candidate in order), default=timedelta())
        self._by_last: list[tuple[date, int]] = []

    @property
    def ranks(self) -> list[int]:
        return [rank for _, rank in self._by_last]

    def add(self, rank: int, candidate: Candidate) -> None:
        insort(self._by_last, (candidate.last, rank))

    def against(self, candidate: Candidate, allowed: Interval) -> Candidate | None:
        """The first in precedence of those kept that exclude a candidate; None if none does."""
        begin = bisect_left(self._by_last, (candidate.first, -1))
        end = bisect_right(self._by_last, (candidate.last + self._widest, len(self._order)))
        ranks = [
            rank
            for _, rank in self._by_last[begin:end]
            if _overlap(candidate, self._order[rank]) and not allowed.meets(self._order[rank].interval)
        ]
        return self._order[min(ranks)] if ranks else None


def _periods(accepted: Sequence[Candidate], valid_days: int) -> Iterator[Period]:
    days = [list(group) for _, group in groupby(sorted(accepted, key=_as_of_day), key=_as_of_day)]
    for group, following in zip_longest(days, days[1:]):
        end = group[0].last + timedelta(days=valid_days - 1)
        if following is not None:
            end = min(end, following[0].last - timedelta(days=1))
        yield _period(group, end)


def _as_of_day(candidate: Candidate) -> date:
    return candidate.last


def _period(group: Sequence[Candidate], end: date) -> Period:
    highs = [candidate.interval.hi for candidate in group if candidate.interval.hi is not None]
    with_value = [candidate for candidate in group if candidate.value is not None]
    with_point = [candidate for candidate in with_value if candidate.has_point]
    chosen = next(iter(with_point or with_value), None)
    return Period(
        start=group[0].last,
        end=end,
        low=max(candidate.interval.lo for candidate in group),
        high=min(highs, default=None),
        selected=None if chosen is None else chosen.value,
        claims=tuple(group),
        chosen=chosen,
    )
