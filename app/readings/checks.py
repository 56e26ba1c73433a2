"""Checks between measures, on the bands of their readings (method, section 10)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from app.readings.bands import Band
from app.readings.levels import Levels
from app.readings.results import Check
from app.readings.sentences import check_in_words


@dataclass(frozen=True, slots=True)
class Rule:
    """The floor of `smaller` may not exceed the ceiling of `larger` less the floors of `less`."""

    smaller: str
    larger: str
    less: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.smaller} <= {' - '.join([self.larger, *self.less])}"

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that it compares."""
        return (self.smaller, self.larger, *self.less)


RULES = (
    Rule("killed", "casualties"),
    Rule("wounded", "casualties"),
    Rule("casualties", "losses"),
    Rule("casualties", "sent"),
    Rule("returned", "sent"),
    Rule("present", "sent", ("killed", "returned")),
)

LEVELS = frozenset({"present"})
"""Of the measures that rules compare, those that must be levels; the others must be flows."""


def compared_with(measure: str) -> frozenset[str]:
    """The other measures that a rule about this one needs the bands of."""
    return frozenset(one for rule in RULES if measure in rule.measures for one in rule.measures) - {measure}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The band of one measure: what a check needs to know of its reading."""

    low: Callable[[date], int | None]  # None: no value on that day
    high: Callable[[date], int | None]  # None: open, or no value
    turns: frozenset[date]  # the days on which either can change


def flow_bounds(band: Band) -> Bounds:
    """The band of a flow, counted from the start of the deployment."""
    return Bounds(band.low, band.high, frozenset(band.turns()))


def level_bounds(levels: Levels) -> Bounds:
    """The band of a level; no value in a gap."""

    def low(day: date) -> int | None:
        period = levels.at(day)
        return None if period is None else period.low

    def high(day: date) -> int | None:
        period = levels.at(day)
        return None if period is None else period.high

    return Bounds(low, high, frozenset(levels.turns()))


def check_measures(
    rules: Iterable[Rule], bounds: Mapping[str, Bounds], first: date, last: date | None
) -> tuple[Check, ...]:
    """The unbroken runs of days from `first` to `last` on which a rule is broken.

    By rule, then by day. `last` None is every day: beyond the last ceiling nothing is broken.
    A rule about a measure that is not among `bounds` is passed over.
    """
    known = [rule for rule in rules if all(measure in bounds for measure in rule.measures)]
    return tuple(check for rule in known for check in _runs(rule, bounds, first, last))


def _runs(rule: Rule, bounds: Mapping[str, Bounds], first: date, last: date | None) -> Iterator[Check]:
    turns = sorted({first}.union(*(bounds[measure].turns for measure in rule.measures)))
    turns = [day for day in turns if day >= first and (last is None or day <= last)]
    stretches = list(pairwise([*turns, None]))
    for broken, run in groupby(stretches, key=lambda stretch: _broken(rule, bounds, stretch[0])):
        if broken:
            days = list(run)
            yield _check(rule, bounds, days, last)


def _broken(rule: Rule, bounds: Mapping[str, Bounds], day: date | None) -> bool:
    sides = None if day is None else _sides(rule, bounds, day)
    return sides is not None and sides[0] > sides[1]


def _sides(rule: Rule, bounds: Mapping[str, Bounds], day: date) -> tuple[int, int] | None:
    """The floor and the ceiling that a rule compares; None where either has no number that day."""
    low, high = bounds[rule.smaller].low(day), bounds[rule.larger].high(day)
    lows = [bounds[measure].low(day) for measure in rule.less]
    if low is None or high is None:
        return None
    return low, high - sum(taken for taken in lows if taken is not None)


def _check(
    rule: Rule,
    bounds: Mapping[str, Bounds],
    run: Sequence[tuple[date | None, date | None]],
    last: date | None,
) -> Check:
    start, after = run[0][0], run[-1][1]
    end = last if after is None else after - timedelta(days=1)
    if start is None or end is None:
        raise ValueError(f"{rule} is broken without end: a ceiling that ends never can break it")
    sides = _sides(rule, bounds, start)
    if sides is None:
        raise ValueError(f"{rule} is not broken on {start}")
    return Check(
        str(rule),
        start,
        end,
        check_in_words((rule.smaller, sides[0]), (rule.larger, rule.less, sides[1]), start, end),
    )
