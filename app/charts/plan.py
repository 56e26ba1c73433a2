"""Where everything stands: sizes, scales, ticks and labels that the figure and the drawing share.

Heights are in CSS pixels, because both are as wide as the page lets them be and always as tall
as planned here: the page doesn't move when the one replaces the other.
"""

import sys
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import log10

from app.charts.axes import count_ticks, log_ticks
from app.charts.layers import Layers
from app.charts.lines import later
from app.charts.mark import Aside, Lane, Mark
from app.charts.marks import Chart, Subject
from app.charts.wording import count, listed
from app.claims.words import Nature
from app.languages.spoken import N_, _, pgettext
from app.readings.facts import Kind

RIGHT, BOTTOM = 22, 42
PANEL = 336
_HEAD, _BARE_PANEL = 40, 110
_SPAN_HEAD, _SPAN, _ASIDE_HEAD, _ROW = 46, 84, 18, 36


SYMBOL_SIZES = ((120, 10), (400, 8), (1000, 6), (sys.maxsize, 5))
"""Up to how many marks a symbol is how many pixels across."""


class Scale(StrEnum):
    """How counts go up the axis."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class CountAxis:
    """Counts from `bottom` to `top`, drawn between two heights; y grows downwards."""

    scale: Scale
    lowest: float  # the count at the foot of the axis: 0, or on a logarithmic axis at least 1
    highest: float
    top: int  # pixels from the top of the chart
    bottom: int
    ticks: tuple[int, ...]

    def at(self, value: float) -> float:
        """The height of a count in pixels; what a logarithm has no place for stands at the foot."""
        if self.scale is Scale.LOG:
            low, high = log10(self.lowest), log10(self.highest)
            share = (log10(max(float(value), self.lowest)) - low) / (high - low)
        else:
            share = (float(value) - self.lowest) / (self.highest - self.lowest)
        return round(self.bottom - share * (self.bottom - self.top), 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The chart's measures. Rows beside the axes map to the height of their marks."""

    first: date  # left edge
    last: date  # right edge
    left: int  # pixels left of the plot, for the labels of the axis
    height: int
    axis: CountAxis
    spans: CountAxis | None  # None where no claim is about a period of its own
    aside: dict[Aside, int]
    symbol_size: int  # across, in pixels
    is_bare: bool  # nothing stands on the axis

    def share(self, on: date) -> float:
        """How far from left to right a day stands, 0 to 1 inside the plot."""
        return (on - self.first).days / max((self.last - self.first).days, 1)


def plan_chart(chart: Chart, layers: Layers, scale: Scale = Scale.LINEAR, panel: int = PANEL) -> Plan:
    """Sizes and scales for these marks and this reading; an empty chart gets a small empty panel.

    `panel` is the height of the measure's axis in pixels.
    """
    on_axis = chart.on_lane(Lane.AXIS)
    on_span = chart.on_lane(Lane.SPAN)
    numbers = _numbers(on_axis)
    highest = max([*numbers, layers.highest, 1])
    lowest = min([n for n in [*numbers, *_reading_lows(layers)] if n >= 1], default=1)
    y = _HEAD
    if on_axis or layers.points:
        axis = _axis(scale, lowest, highest, y, y + panel, 5)
    else:
        foot = 1 if scale is Scale.LOG else 0
        axis = CountAxis(scale, foot, foot + 9, y, y + _BARE_PANEL, (foot,))
    y = axis.bottom
    spans = None
    if on_span:
        numbers = _numbers(on_span)
        y += _SPAN_HEAD
        spans = _axis(Scale.LINEAR, 0, max([*numbers, 1]), y, y + _SPAN, 2)
        y = spans.bottom
    rows = chart.rows_aside
    y += _ASIDE_HEAD if rows else 0
    aside = {row: y + _ROW * (place + 1) - 9 for place, row in enumerate(rows)}
    y += _ROW * len(rows)
    ticks = [*axis.ticks, *(spans.ticks if spans else ())]
    first, last = _edges(chart, layers)
    return Plan(
        first=first,
        last=last,
        left=round(18 + 7.2 * max(len(count(tick)) for tick in ticks)),
        height=y + BOTTOM,
        axis=axis,
        spans=spans,
        aside=aside,
        symbol_size=symbol_size(len(chart.drawn)),
        is_bare=not (on_axis or layers.points),
    )


def symbol_size(marks: int) -> int:
    """The more marks, the smaller each is, so that they can still be told apart; pixels across."""
    return next(size for at_most, size in SYMBOL_SIZES if marks <= at_most)


def _numbers(marks: list[Mark]) -> list[int]:
    return [int(value) for mark in marks for value in mark.values]


def _reading_lows(layers: Layers) -> list[int]:
    return [step.value for step in layers.selected] + [
        s.low for run in (*layers.closed, *layers.open) for s in run
    ]


def _axis(scale: Scale, lowest: int, highest: int, top: int, bottom: int, about: int) -> CountAxis:
    if scale is Scale.LOG:
        ticks = log_ticks(lowest, highest)
        ticks = [tick for tick in ticks if tick < highest] + [
            next((t for t in ticks if t >= highest), ticks[-1])
        ]
        foot = max([tick for tick in ticks if tick <= lowest], default=ticks[0])
        ticks = [tick for tick in ticks if tick >= foot]
        return CountAxis(scale, foot, max(ticks[-1], foot * 10), top, bottom, tuple(ticks))
    head = highest * 1.07
    ticks = [tick for tick in count_ticks(highest, about) if tick <= head]
    return CountAxis(scale, 0, head, top, bottom, tuple(ticks))


def _edges(chart: Chart, layers: Layers) -> tuple[date, date]:
    """The days from edge to edge: all that is drawn, a little room, and the start where it is near."""
    days = [day for mark in chart.drawn for day in (mark.first, mark.on)]
    days += [step.last for line in chart.lines for step in line.steps]
    days += [layers.points[0].on, layers.until] if layers.points else []
    if not days:
        return chart.subject.starts_on, later(chart.subject.starts_on, 30)
    first, last = min(days), max(days)
    span = (last - first).days
    if 0 < (first - chart.subject.starts_on).days <= max(span // 2, 30):
        first = chart.subject.starts_on
    room = max(round((last - first).days * 0.025), 2)
    return date.fromordinal(max(first.toordinal() - room, 1)), later(last, room) if last < date.max else last


NOTHING_YET = N_("No figure has been stated on this axis.")
"""What an empty panel says."""


def span_title(chart: Chart) -> str:
    """What the panel below the axis holds: figures that are no running totals."""
    natures = {mark.claim.nature for mark in chart.on_lane(Lane.SPAN)}
    names = [
        (Nature.INCREMENT, pgettext("kinds of figures", "increments")),
        (Nature.EVENT, pgettext("kinds of figures", "events")),
        (Nature.TOTAL, pgettext("kinds of figures", "restarted counts")),
    ]
    found = listed([name for nature, name in names if nature in natures])
    return _("%(kinds)s, each over its own period", kinds=f"{found[:1].upper()}{found[1:]}")


def axis_title(subject: Subject) -> str:
    """What the axis counts: `Persons sent, running total`."""
    counted = subject.noun
    if subject.unit == "persons":
        # Translators: sent, killed: what becomes of the persons that a measure counts
        counted = _("persons %(counted)s", counted=subject.noun)
    counted = f"{counted[:1].upper()}{counted[1:]}"
    if subject.kind is Kind.FLOW:
        return _("%(counted)s, running total", counted=counted)
    return _("%(counted)s, on a day", counted=counted)
