"""How far the figures of a source were from those of the others, over time: dots beside a zero line.

The zero line is what the others selected on the day of each figure; the bar through a dot is their
band there, in the same percents. Each measure has a symbol of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import ceil, floor

from markupsafe import Markup

from app.charts.axes import round_step
from app.charts.frame import Frame, dated_ticks, left_of, symbol_swatch
from app.charts.palette import SLOTS
from app.charts.plan import CountAxis, Scale
from app.charts.shapes import arrow_path, escaped, symbol_path, tag, text
from app.charts.wording import count, day
from app.languages.spoken import _, ngettext
from app.readings.fared import Fared, FigureFared

Subject = tuple[str, str]
"""The slugs of a deployment and of a measure of it."""

AT_MOST = 100
"""Percent up to which a deviation is drawn to scale, on either side; beyond it stands at the edge."""

_TOP, _PANEL, _RIGHT, _SIZE, _ASIDE = 40, 220, 26, 10, 13
_LEAST = 20  # percent that the axis reaches at least


@dataclass(frozen=True, slots=True)
class MeasureItem:
    """One measure in the legend."""

    name: str
    swatch: Markup
    figures: int


@dataclass(frozen=True, slots=True)
class Deviations:
    """What `templates/sources/fared.html` draws."""

    drawing: Markup
    summary: str
    legend: tuple[MeasureItem, ...]


def deviations(
    fared: Fared, names: Mapping[Subject, str], *, title: str, name: str = "deviations"
) -> Deviations | None:
    """The chart of all figures that can be compared; None where there are none.

    `names` are those of the measures, `name` begins the ids of the drawing.
    """
    figures = [one for one in fared.figures if one.deviation is not None]
    if not figures:
        return None
    slots = measure_slots(fared)
    median = fared.score.deviation or 0
    drawing, summary = _Drawing(figures, slots, median, name), _summary(figures, median)
    return Deviations(
        drawing.frame.svg("", drawing.content(names), name=name, title=title, summary=summary),
        summary,
        tuple(
            MeasureItem(names[subject], symbol_swatch(slot), sum(_subject(one) == subject for one in figures))
            for subject, slot in slots.items()
        ),
    )


def measure_slots(fared: Fared) -> dict[Subject, int]:
    """A slot for each measure with a deviation, those with the most figures first; beyond eight, slot 0."""
    compared = [part for part in fared.measures if part.score.compared]
    compared.sort(key=lambda part: -part.score.compared)
    return {
        (part.deployment, part.measure): place if place <= SLOTS else 0
        for place, part in enumerate(compared, start=1)
    }


def signed(percent: float) -> str:
    """`+12 %`, `−25 %`, `0 %`; one decimal where it would otherwise look like none."""
    rounded = Decimal(f"{abs(percent):.0f}")
    if rounded == 0 and abs(percent) >= 0.05:  # noqa: PLR2004 - what one decimal can still show
        rounded = Decimal(f"{abs(percent):.1f}")
    sign = "" if rounded == 0 else "+" if percent > 0 else "−"
    return f"{sign}{count(rounded)} %"


def _subject(one: FigureFared) -> Subject:
    return one.deployment, one.measure


def _summary(figures: Sequence[FigureFared], median: float) -> str:
    above = sum((one.deviation or 0) > 0 for one in figures)
    below = sum((one.deviation or 0) < 0 for one in figures)
    first, last = figures[0].as_of, figures[-1].as_of
    values = {
        "first": day(first),
        "last": day(last),
        "above": count(above),
        "below": count(below),
        "equal": count(len(figures) - above - below),
        "median": signed(median),
    }
    if first == last:
        return ngettext(
            "%(num)s figure on %(first)s: %(above)s above what the others gave, %(below)s below, "
            "%(equal)s equal. The median deviation is %(median)s.",
            "%(num)s figures on %(first)s: %(above)s above what the others gave, %(below)s below, "
            "%(equal)s equal. The median deviation is %(median)s.",
            len(figures),
            **values,
        )
    return ngettext(
        "%(num)s figure from %(first)s to %(last)s: %(above)s above what the others gave, %(below)s below, "
        "%(equal)s equal. The median deviation is %(median)s.",
        "%(num)s figures from %(first)s to %(last)s: %(above)s above what the others gave, %(below)s below, "
        "%(equal)s equal. The median deviation is %(median)s.",
        len(figures),
        **values,
    )


class _Drawing:
    def __init__(
        self, figures: Sequence[FigureFared], slots: Mapping[Subject, int], median: float, name: str
    ) -> None:
        self.figures, self.slots, self.median, self.name = figures, slots, median, name
        self.frame = _frame(figures)

    def content(self, names: Mapping[Subject, str]) -> str:
        shapes = [
            tag("path", id=f"{self.name}-{slot}", d=symbol_path(slot, _SIZE))
            for slot in sorted(set(self.slots.values()))
        ]
        shapes += [
            tag("path", id=f"{self.name}-{way}", d=arrow_path(_SIZE, up=way == "up"))
            for way in ("up", "down")
        ]
        zero = self.frame.y(0)
        line = tag("line", class_="deviation-zero", x2="100%", y1=zero, y2=zero)
        groups = [list(of_a_day) for _, of_a_day in groupby(self.figures, key=lambda one: one.as_of)]
        drawn = "".join(self._day(of_a_day, names) for of_a_day in groups)
        return tag("defs", "".join(shapes)) + line + self._median() + drawn

    def _day(self, figures: Sequence[FigureFared], names: Mapping[Subject, str]) -> str:
        """The figures about one day, side by side around it."""
        begin = -_ASIDE * (len(figures) - 1) / 2
        drawn = "".join(
            tag(
                "g",
                self._band(one) + self._dot(one, names[_subject(one)]),
                transform=f"translate({begin + _ASIDE * place:g} 0)",
            )
            for place, one in enumerate(figures)
        )
        return tag("svg", drawn, x=self.frame.x(figures[0].as_of.toordinal()), overflow="visible")

    def _median(self) -> str:
        """Where the middle of all deviations lies; beyond the edge there is no place for it."""
        if self._edge(self.median) != self.median:
            return ""
        middle = self.frame.y(self._edge(self.median))
        words = _("median %(percent)s", percent=signed(self.median))
        return tag("line", class_="deviation-median", x2="100%", y1=middle, y2=middle) + text(
            words,
            class_="chart-label deviation-median-label",
            x=4,
            y=middle,
            dy="-.4em",
        )

    def _edge(self, percent: float) -> float:
        return min(max(percent, self.frame.axis.lowest), self.frame.axis.highest)

    def _band(self, one: FigureFared) -> str:
        """The band of the others in percent of what they selected."""
        if one.low is None or not one.selected:
            return ""
        low = self._edge(100 * one.low / one.selected - 100)
        high = (
            self.frame.axis.highest if one.high is None else self._edge(100 * one.high / one.selected - 100)
        )
        ends = {"y1": self.frame.y(low), "y2": self.frame.y(high)}
        return tag("line", class_="deviation-band" + (" open" if one.high is None else ""), **ends)

    def _dot(self, one: FigureFared, measure: str) -> str:
        deviation, slot = one.deviation or 0, self.slots[_subject(one)]
        at = self._edge(deviation)
        y = self.frame.y(at)
        pieces = [
            tag("title", escaped(_in_words(one, measure))),
            tag("use", href=f"#{self.name}-{slot}", y=y),
        ]
        if at != deviation:
            way = "up" if deviation > at else "down"
            pieces.append(tag("use", href=f"#{self.name}-{way}", y=y))
        state = "" if one.inside is not False else " contested"
        dot = tag("g", "".join(pieces), class_=f"chart-marks f{slot}{state}")
        if at != deviation:
            dot += text(signed(deviation), class_="chart-label", x=10, y=y, dy=".35em")
        return dot


def _in_words(one: FigureFared, measure: str) -> str:
    told = _(
        "%(measure)s: %(figure)s as of %(day)s; the others %(others)s: %(percent)s",
        measure=measure,
        figure=count(one.value or 0),
        day=day(one.as_of),
        others=count(one.selected or 0),
        percent=signed(one.deviation or 0),
    )
    if one.inside is None:
        return told
    if one.inside:
        return _("%(told)s, inside the band of the others", told=told)
    return _("%(told)s, outside the band of the others", told=told)


def _frame(figures: Sequence[FigureFared]) -> Frame:
    found = [one.deviation or 0 for one in figures]
    highest = min(max([*found, _LEAST]), AT_MOST)
    lowest = max(min([*found, -_LEAST]), -AT_MOST)
    step = max(10, round_step(highest - lowest, 4))
    ticks = tuple(range(floor(lowest / step) * step, ceil(highest / step) * step + 1, step))
    axis = CountAxis(Scale.LINEAR, ticks[0], ticks[-1], _TOP, _TOP + _PANEL, ticks)
    first, last = figures[0].as_of, figures[-1].as_of
    room = max(round((last - first).days * 0.04), 7)
    begin = date.fromordinal(max(first.toordinal() - room, 1))
    end = date.fromordinal(min(last.toordinal() + room, date.max.toordinal()))
    return Frame(
        first=begin.toordinal(),
        last=end.toordinal(),
        axis=axis,
        ticks=dated_ticks(begin, end),
        title=_("Deviation from what the others selected, in percent"),
        left=left_of(signed(tick) for tick in ticks),
        right=_RIGHT,
        tick_in_words=signed,
    )
