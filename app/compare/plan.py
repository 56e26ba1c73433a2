"""Where everything stands on the chart of a comparison: shared by the drawing and the figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10
from typing import NamedTuple

from app.charts.axes import count_ticks, log_ticks
from app.charts.frame import Frame, Range, Stretch, Tick, dated_ticks, left_of, numbered_ticks
from app.charts.plan import CountAxis, Scale
from app.charts.wording import count
from app.compare.parameters import By, Counted
from app.compare.series import Series, Value, days_since
from app.languages.spoken import _, known

TOP, _PANEL, RIGHT = 40, 336, 22
_ROOM = 0.03  # of the days shown, on either side
_LEAST_DAYS = 10


@dataclass(frozen=True, slots=True)
class Held:
    """A value with the positions from which and up to which it holds."""

    value: Value
    first: int
    last: int


class Step(NamedTuple):
    """A stretch of the selected line; `derived` where it is no claim's own figure."""

    first: int
    last: int
    value: float
    derived: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One series as it is drawn."""

    series: Series
    slot: int  # its colour and shape
    words: str  # as short as tells it from the others
    held: tuple[Held, ...]  # up to its last day, gaps left out

    @property
    def key(self) -> str:
        """What its traces are marked with."""
        return f"{self.series.deployment}/{self.series.measure}"

    @property
    def ranges(self) -> list[Range]:
        """The band as drawn."""
        return [
            Range(one.first, one.last, one.value.drawn_low, one.value.drawn_high)
            for one in self.held
            if one.value.drawn_low is not None
        ]

    @property
    def steps(self) -> list[Step]:
        """The selected line; where only the band changes, it is one step all the same."""
        steps: list[Step] = []
        for first, last, value in ((one.first, one.last, one.value) for one in self.held):
            if value.selected is None:
                continue
            before = steps[-1] if steps else None
            same = before and (before.last, before.value, before.derived)
            if before and same == (first, value.selected, value.derived):
                steps[-1] = before._replace(last=last)
            else:
                steps.append(Step(first, last, value.selected, value.derived))
        return steps

    @property
    def line(self) -> list[Stretch]:
        """The same without telling what is derived."""
        return [Stretch(one.first, one.last, one.value) for one in self.steps]

    @property
    def end(self) -> Stretch | None:
        """The last stretch of the line; None where there is none."""
        return self.line[-1] if self.line else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The chart's measures."""

    drawn: tuple[Drawn, ...]
    by: By
    frame: Frame
    log_axis: CountAxis  # for the script, which can change the scale


def plan_comparison(series: Sequence[Series], by: By, counted: Counted) -> Plan:
    """Sizes and scales for these series; without any value a small empty panel."""
    words = short_words(series)
    drawn = tuple(
        Drawn(one, slot, words[slot - 1], _held(one, by)) for slot, one in enumerate(series, start=1)
    )
    figures = [
        figure
        for one in drawn
        for held in one.held
        for figure in (held.value.drawn_low, held.value.selected, held.value.drawn_high)
        if figure is not None
    ]
    highest = max([*figures, 1])
    ticks = count_ticks(highest * 1.02, 5)
    axis = CountAxis(Scale.LINEAR, 0, max(ticks[-1], highest * 1.05), TOP, TOP + _PANEL, tuple(ticks))
    log_axis = _log_axis([figure for figure in figures if figure > 0], highest)
    first, last = _edges(drawn, by)
    return Plan(
        drawn=drawn,
        by=by,
        frame=Frame(
            first=first,
            last=last,
            axis=axis,
            ticks=_ticks(first, last, by),
            title=_title(series, by, counted),
            left=left_of(count(tick) for tick in (*ticks, *log_axis.ticks)),
            right=RIGHT,
        ),
        log_axis=log_axis,
    )


def position(series: Series, on: date, by: By) -> int:
    """Where a day of a series stands: at its ordinal, or at its days since the start."""
    if by is By.DATE:
        return on.toordinal()
    return days_since(series.reading.deployment.starts_on, on)


def short_words(series: Sequence[Series]) -> list[str]:
    """What tells the series apart: the measure, the deployment, or both."""
    deployments, measures = {one.deployment for one in series}, {one.measure for one in series}
    if len(deployments) == 1:
        return [one.label for one in series]
    if len(measures) == 1:
        return [one.name for one in series]
    return [f"{one.label}, {one.name}" for one in series]


def _held(series: Series, by: By) -> tuple[Held, ...]:
    values = [value for value in series.values if value.on <= series.until]
    ends = [value.on for value in values[1:]] + [series.until]
    return tuple(
        Held(value, position(series, value.on, by), position(series, end, by))
        for value, end in zip(values, ends, strict=True)
        if not value.is_gap
    )


def _edges(drawn: Sequence[Drawn], by: By) -> tuple[int, int]:
    found = [at for one in drawn for held in one.held for at in (held.first, held.last)]
    if not found:
        found = [position(one.series, one.series.reading.deployment.starts_on, by) for one in drawn] or [1]
    first, last = min(found), max([*found, min(found) + _LEAST_DAYS])
    room = max(round((last - first) * _ROOM), 1)
    if by is By.DATE:
        return max(first - room, 1), min(last + room, date.max.toordinal())
    return first - room, last + room


def _ticks(first: int, last: int, by: By) -> tuple[Tick, ...]:
    if by is By.DAYS:
        return numbered_ticks(first, last)
    return dated_ticks(date.fromordinal(first), date.fromordinal(last))


def _title(series: Sequence[Series], by: By, counted: Counted) -> str:
    """What the axis counts."""
    units = list(dict.fromkeys(one.reading.measure.unit for one in series))
    what = known(units[0])
    for unit in units[1:]:
        what = _("%(units)s or %(unit)s", units=what, unit=known(unit))
    if counted is Counted.PER_SENT:
        what = _("%(unit)s per 1,000 sent", unit=what)
    what = f"{what[:1].upper()}{what[1:]}"
    if by is By.DAYS:
        return _("%(units)s, by days since the start of each deployment", units=what)
    return what


def _log_axis(figures: Sequence[float], highest: float) -> CountAxis:
    lowest = max(min([*figures, highest]), 1)
    ticks = log_ticks(round(lowest), ceil(highest))
    foot = max([tick for tick in ticks if tick <= lowest], default=ticks[0])
    top = min([tick for tick in ticks if tick >= highest], default=ticks[-1])
    kept = tuple(tick for tick in ticks if foot <= tick <= top)
    return CountAxis(Scale.LOG, foot, max(kept[-1], foot * 10), TOP, TOP + _PANEL, kept)


def log_range(axis: CountAxis) -> list[float]:
    """The ends of an axis in powers of ten, as Plotly wants them."""
    return [log10(axis.lowest), log10(axis.highest)]
