"""Readings side by side: as counts or per 1,000 sent, by date or by days since the start.

Pure. Nothing is interpolated: a figure per 1,000 sent holds as long as both the count and the number
sent do, and where no number was sent there is a gap, which is no zero.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.readings.facts import Kind
from app.readings.results import Point, Reading

THOUSAND = 1000
SENT = "sent"


@dataclass(frozen=True, slots=True)
class Value:
    """What holds from one day on; counts in the measure's unit, or per 1,000 sent.

    `low` set with `high` None is open above. All three None is a gap: no value at all.
    """

    on: date
    low: float | None
    selected: float | None
    high: float | None
    derived: bool = False
    strained: bool = False

    @property
    def is_gap(self) -> bool:
        """Whether nothing can be said from this day on."""
        return self.low is None and self.selected is None and self.high is None

    @property
    def drawn_low(self) -> float | None:
        """The lower edge of the band as drawn: it includes the line where that is strained."""
        return self.low if self.low is None or self.selected is None else min(self.low, self.selected)

    @property
    def drawn_high(self) -> float | None:
        """The upper edge as drawn; None is open, or no value."""
        return self.high if self.high is None or self.selected is None else max(self.high, self.selected)


@dataclass(frozen=True, slots=True)
class Series:
    """One measure of one deployment in a comparison."""

    deployment: str  # slug
    name: str  # of the deployment
    label: str  # of the measure
    reading: Reading
    values: tuple[Value, ...]  # in day order, each different from the one before
    until: date  # the last day that is drawn: the last that a claim covers, or on which something changes

    @property
    def measure(self) -> str:
        """The slug of the measure."""
        return self.reading.measure.slug

    @property
    def on(self) -> date:
        """The headline day."""
        return self.reading.headline.on

    @property
    def headline(self) -> Value | None:
        """What holds on the headline day; None before the first value."""
        return value_at(self.values, self.on)

    @property
    def has_gaps(self) -> bool:
        """Whether there is a day, from the first value on, for which nothing can be said."""
        return any(value.is_gap for value in self.values)


def value_at(values: Sequence[Value], day: date) -> Value | None:
    """The value in force on a day; None before the first."""
    place = bisect_right(values, day, key=lambda value: value.on)
    return values[place - 1] if place else None


def absolute(points: Sequence[Point]) -> tuple[Value, ...]:
    """The points of a reading as they are."""
    return tuple(Value(p.on, p.low, p.selected, p.high, p.derived, p.strained) for p in points)


def per_sent(points: Sequence[Point], sent: Sequence[Point]) -> tuple[Value, ...]:
    """Points of a reading per 1,000 of what `sent` selected on the same day.

    A gap where `sent` has no selected figure or 0. It changes on days on which either does.
    """
    if not points:
        return ()
    days = sorted({point.on for point in (*points, *sent) if point.on >= points[0].on})
    values: list[Value] = []
    for day in days:
        value = _share(day, _at(points, day), _at(sent, day))
        if not values or _told(value) != _told(values[-1]):
            values.append(value)
    return tuple(values)


def _share(day: date, point: Point | None, sent: Point | None) -> Value:
    base = sent.selected if sent is not None else None
    if point is None or not base:
        return Value(day, None, None, None)
    low, selected, high = (
        None if count is None else THOUSAND * count / base
        for count in (point.low, point.selected, point.high)
    )
    return Value(day, low, selected, high, point.derived, point.strained)


def _at(points: Sequence[Point], day: date) -> Point | None:
    place = bisect_right(points, day, key=lambda point: point.on)
    return points[place - 1] if place else None


def _told(value: Value) -> tuple[object, ...]:
    return (value.low, value.selected, value.high, value.derived, value.strained)


def last_day(reading: Reading) -> date:
    """The last day worth drawing, at most `known_on`: later ones would only repeat it.

    Of a flow the last day that an accepted claim covers; of a level the day on which the last expires.
    """
    last = reading.data_through or reading.deployment.starts_on
    if reading.measure.kind is Kind.LEVEL and reading.points:
        last = max(last, reading.points[-1].on)
    known_on = reading.choices.known_on
    return last if known_on is None else min(last, known_on)


def days_since(starts_on: date, on: date) -> int:
    """How many days after the first day of a deployment; that day itself is 0."""
    return (on - starts_on).days
