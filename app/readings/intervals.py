"""From words to bounds: what a figure allows, in exact whole numbers (method, sections 2 and 3)."""

from typing import NamedTuple

from app.claims.words import Qualifier
from app.readings.choices import Tolerance
from app.readings.rules import PERCENT, QUALIFIERS, ROUNDING_AT_MOST_PERCENT


class Interval(NamedTuple):
    """The whole numbers from `lo` to `hi`, both counted; `hi` None is open."""

    lo: int
    hi: int | None

    def meets(self, other: "Interval") -> bool:
        """Whether one number lies in both."""
        return (other.hi is None or self.lo <= other.hi) and (self.hi is None or other.lo <= self.hi)

    def as_floor(self) -> "Interval":
        """The same without its ceiling: what happened in a part happened."""
        return Interval(self.lo, None)


class Figures(NamedTuple):
    """What was stated: a floor, a figure, a ceiling, and the hedge."""

    low: int | None
    point: int | None
    high: int | None
    qualifier: Qualifier | None


def last_digit_unit(number: int) -> int:
    """The unit of the last non-zero digit: 4,700 gives 100; 0 has none and gives 1."""
    unit = 1
    while number and number % 10 == 0:
        number //= 10
        unit *= 10
    return unit


def around(point: int, qualifier: Qualifier | None, tolerance: Tolerance) -> Interval:
    """A single figure with its tolerance; in hundredths, so that nothing is rounded early."""
    rule = QUALIFIERS[qualifier] if qualifier is not None else None
    if rule is not None and rule.always_exact:
        hundredths = 0
    elif tolerance is not Tolerance.ROUNDING:
        hundredths = PERCENT[tolerance] * point
    elif rule is not None and rule.rounding_percent is not None:
        hundredths = rule.rounding_percent * point
    else:
        unit = last_digit_unit(point)
        hundredths = min(50 * unit, ROUNDING_AT_MOST_PERCENT * point) if unit > 1 else 0
    low, high = 100 * point - hundredths, 100 * point + hundredths
    return Interval(max(0, low // 100), -(-high // 100))


def interval(figures: Figures, tolerance: Tolerance) -> Interval:
    """The interval that the figures allow; a stated bound needs no tolerance.

    Raises ValueError where there is no figure at all: such a claim never reaches a reading.
    """
    low, point, high, qualifier = figures
    if low is None and high is None:
        if point is None:
            raise ValueError("a claim without any figure allows no interval")
        return around(point, qualifier, tolerance)
    if low is None:
        share = QUALIFIERS[qualifier].floor_percent if qualifier is not None else 0
        low = share * (high or 0) // 100
    return Interval(low, high)


def own_value(figures: Figures) -> int | None:
    """The figure that a claim gives the selected line; None where it has none (method, section 6)."""
    low, point, high, qualifier = figures
    if point is not None or qualifier is None:
        return point
    cell = QUALIFIERS[qualifier].value
    return low if cell == "low" else high if cell == "high" else None
