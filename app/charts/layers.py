"""What a reading adds to a chart: its band, its selected line, the sums of listed events."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from app.charts.lines import Step, later
from app.readings.outlines import Outline
from app.readings.results import EventLine, EventPoint, Point, Reading


class BandStep(NamedTuple):
    """The band from one day up to another; `high` None is open."""

    first: date
    last: date
    low: int
    high: int | None


class LineStep(NamedTuple):
    """The selected line from one day up to another."""

    first: date
    last: date
    value: int
    derived: bool
    strained: bool


@dataclass(frozen=True, slots=True)
class EventSums:
    """The sums of one source's listed events: steps of the point sums, and their range."""

    source: str  # slug
    steps: tuple[Step, ...]
    band: tuple[BandStep, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """A reading as shapes. Runs of touching steps are drawn as one; all in day order."""

    closed: tuple[tuple[BandStep, ...], ...]  # runs of the band with a ceiling
    open: tuple[tuple[BandStep, ...], ...]  # runs without one
    selected: tuple[LineStep, ...]
    events: tuple[EventSums, ...]
    points: tuple[Point, ...]  # as read, for labels
    until: date  # the last day that is drawn

    @property
    def highest(self) -> int:
        """The highest number that is drawn; 0 where there is none."""
        bands = (
            high if high is not None else low for run in (*self.closed, *self.open) for _, _, low, high in run
        )
        lines = (step.value for step in self.selected)
        sums = (step.value for events in self.events for step in events.steps)
        return max((*bands, *lines, *sums), default=0)

    def accepted_band(self, on: date) -> tuple[int, int | None] | None:
        """Low and high of the band as drawn on a day; None outside it."""
        for run in (*self.closed, *self.open):
            if run[0].first <= on <= run[-1].last:
                step = run[bisect_right(run, on, key=lambda one: one.first) - 1]
                return step.low, step.high
        return None


NO_LAYERS = Layers((), (), (), (), (), date.min)


def reading_layers(reading: Reading | None) -> Layers:
    """The shapes of a reading, up to a little after the last day that its candidates cover.

    Later days would only repeat the same bounds, and suggest that somebody had spoken of them;
    the little is there to show what then holds, mostly that no claim sets a ceiling any more.
    """
    if reading is None or not reading.accepted or not reading.points:
        return NO_LAYERS  # that nothing is known needs no picture
    covered = max(reading.points[-1].on, *(candidate.last for candidate in reading.candidates.values()))
    return _layers(reading.points, _until(reading.points, covered, reading.choices.known_on), reading.events)


def outline_layers(outline: Outline) -> Layers:
    """The same of an outline, as many points as it has; without the sums of events."""
    if not outline.accepted or not outline.points:
        return NO_LAYERS
    covered = max(outline.points[-1].on, outline.covered_until)
    return _layers(outline.points, _until(outline.points, covered, outline.choices.known_on), ())


def _layers(points: Sequence[Point], until: date, events: Sequence[EventLine]) -> Layers:
    bands = [
        BandStep(first, last, point.drawn_low, point.drawn_high)
        for point, first, last in _held(points, until)
        if point.drawn_low is not None
    ]
    return Layers(
        closed=_touching(bands, lambda step: step.high is not None),
        open=_touching(bands, lambda step: step.high is None),
        selected=tuple(
            LineStep(first, last, point.selected, point.derived, point.strained)
            for point, first, last in _held(points, until)
            if point.selected is not None
        ),
        events=tuple(_event_sums(line.source, line.points, until) for line in events if line.points),
        points=tuple(points),
        until=until,
    )


def _until(points: Sequence[Point], covered: date, known_on: date | None) -> date:
    shown = later(covered, max((covered - points[0].on).days // 40, 2))
    return shown if known_on is None else max(covered, min(shown, known_on))


def _held(points: Sequence[Point], until: date) -> list[tuple[Point, date, date]]:
    """Each point with the day it begins on and the day on which the next one takes over."""
    ends = [point.on for point in points[1:]] + [until]
    return [(point, point.on, end) for point, end in zip(points, ends, strict=True)]


def _touching(
    bands: Sequence[BandStep], wanted: Callable[[BandStep], bool]
) -> tuple[tuple[BandStep, ...], ...]:
    """The unbroken runs of the wanted kind."""
    runs: list[tuple[BandStep, ...]] = []
    for is_wanted, group in groupby(bands, key=wanted):
        steps = list(group)
        breaks = [0, *(i for i, (a, b) in enumerate(pairwise(steps), 1) if a.last != b.first), len(steps)]
        if is_wanted:
            runs += [tuple(steps[start:end]) for start, end in pairwise(breaks)]
    return tuple(runs)


def _event_sums(source: str, points: Sequence[EventPoint], until: date) -> EventSums:
    ends = [point.on for point in points[1:]] + [max(until, points[-1].on)]
    held = list(zip(points, ends, strict=True))
    return EventSums(
        source=source,
        steps=tuple(Step(point.on, end, point.point) for point, end in held),
        band=tuple(BandStep(point.on, end, point.low, point.high) for point, end in held),
    )
