"""The inside of a server-drawn chart: from its grid to the names at the ends of its lines.

Days stand at percentages of the width and counts at pixels of the height. Lines need numbers
instead of percentages, so they lie in a nested picture that is stretched to the width, where
they keep their thickness.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from app.charts.axes import day_ticks
from app.charts.labels import LABELS_FROM, Label, place_labels
from app.charts.layers import BandStep, Layers
from app.charts.lines import Step, runs
from app.charts.mark import Lane, Mark
from app.charts.marks import Chart
from app.charts.plan import BOTTOM, NOTHING_YET, CountAxis, Plan, axis_title, span_title
from app.charts.reading_traces import FADE, faded
from app.charts.shapes import arrow_path, escaped, number, symbol_path, tag, text
from app.charts.traces import ASIDE_SMALLER, mark_size, tether, words
from app.charts.wording import count
from app.languages.spoken import known

NARROW = 270
"""Pixels of plot on a phone, for which the sparse ticks are chosen."""

ACROSS = 1000  # units of width in the nested picture of lines


@dataclass(frozen=True, slots=True)
class Picture:
    """The pieces of one drawing, each a string of markup, from back to front."""

    chart: Chart
    plan: Plan
    layers: Layers
    name: str
    units: int = ACROSS  # of width in the picture of lines; in a file they are pixels
    _days_across: dict[date, str] = field(default_factory=dict)  # what `x` has said
    _days_along: dict[date, str] = field(default_factory=dict)  # what `across` has said

    def content(self) -> str:
        """Everything inside the outermost element."""
        pieces = (self.symbols(), self.frame(), self.lines(), self.marks(), self.labels())
        return "".join(pieces)

    def x(self, on: date) -> str:
        """A day as a percentage of the plot."""
        told = self._days_across.get(on)
        if told is None:
            told = f"{self.plan.share(on) * 100:.2f}".rstrip("0").rstrip(".") + "%"
            self._days_across[on] = told
        return told

    def across(self, on: date) -> str:
        """A day in the units of the stretched picture of lines."""
        told = self._days_along.get(on)
        if told is None:
            told = self._days_along[on] = number(self.plan.share(on) * self.units)
        return told

    def symbols(self) -> str:
        """The shapes that marks refer to: each symbol in the sizes in which it occurs."""
        used = {(mark.style.slot, self._size(mark)) for mark in self.chart.drawn}
        paths = [
            tag("path", id=f"{self.name}-{slot}-{number(size)}", d=symbol_path(slot, size))
            for slot, size in sorted(used)
        ]
        open_marks = [mark for mark in self.chart.drawn if mark.opens_up or mark.opens_down]
        arrows = {(self._size(mark), mark.opens_up) for mark in open_marks}
        paths += [
            tag("path", id=f"{self.name}-{'up' if up else 'down'}-{number(size)}", d=arrow_path(size, up=up))
            for size, up in sorted(arrows)
        ]
        return tag("defs", "".join(paths))

    def _size(self, mark: Mark) -> float:
        size = mark_size(self.plan.symbol_size, mark)
        return size * ASIDE_SMALLER if mark.lane is Lane.ASIDE else size

    def frame(self) -> str:
        """Grid, ticks and titles of the axes."""
        plan = self.plan
        out = 4 - plan.left
        title = axis_title(self.chart.subject)
        pieces = [self._grid(plan.axis), text(title, class_="chart-title", x=out, y=plan.axis.top - 18)]
        if plan.is_bare:
            pieces.append(text(known(NOTHING_YET), class_="chart-row", x=4, y=plan.axis.bottom - 20))
        if plan.spans:
            pieces += [self._grid(plan.spans), text(span_title(self.chart), x=out, y=plan.spans.top - 12)]
        for row, y in plan.aside.items():
            pieces.append(tag("line", class_="chart-rule", x2="100%", y1=y, y2=y))
            pieces.append(text(known(row.value), class_="chart-row", x=4, y=y - 13))
        return "".join(pieces) + self._days()

    def _grid(self, axis: CountAxis) -> str:
        pieces = []
        for tick in axis.ticks:
            y = number(axis.at(tick))
            is_base = tick == axis.ticks[0]
            pieces.append(
                tag("line", class_="chart-base" if is_base else "chart-rule", x2="100%", y1=y, y2=y)
            )
            pieces.append(text(count(tick), class_="chart-count", x=-8, y=y, dy=".35em"))
        return "".join(pieces)

    def _days(self) -> str:
        plan = self.plan
        foot = plan.height - BOTTOM
        pieces = [tag("line", class_="chart-base", x2="100%", y1=foot, y2=foot)]
        for tick in day_ticks(plan.first, plan.last, width=LABELS_FROM, narrow=NARROW):
            x = self.x(tick.on)
            wide = "" if tick.sparse else " chart-wide"
            pieces.append(tag("line", class_=f"chart-tick{wide}", x1=x, x2=x, y1=foot, y2=foot + 5))
            pieces.append(text(tick.label, class_=f"chart-day{wide}", x=x, y=foot + 19))
            if tick.year:
                when = " chart-narrow" if tick.year_again else wide
                pieces.append(text(tick.year, class_=f"chart-day{when}", x=x, y=foot + 34))
        return "".join(pieces)

    def lines(self) -> str:
        """Band, steps and whiskers, in a picture that is stretched to the width of the plot."""
        pieces = [
            *self._band(),
            *self._events(),
            *self._whiskers(),
            *(self._family(line.steps, line.style.slot, part=line.part) for line in self.chart.lines),
            *self._selected(),
            *self._spans(),
        ]
        height = self.plan.height
        return tag(
            "svg",
            "".join(pieces),
            class_="chart-lines crowded" if self.chart.is_crowded else "chart-lines",
            viewBox=f"0 0 {self.units} {height}",
            preserveAspectRatio="none",
            width="100%",
            height=height,
        )

    def _steps(self, steps: Iterable[Step]) -> str:
        """A path of horizontal steps, lifted where there is a gap."""
        path = ""
        for run in runs(steps):
            path += f"M{self.across(run[0].first)} {number(self.plan.axis.at(run[0].value))}"
            for step in run:
                path += f"H{self.across(step.first)}V{number(self.plan.axis.at(step.value))}"
            path += f"H{self.across(run[-1].last)}"
        return path

    def _family(self, steps: Sequence[Step], slot: int, *, part: bool) -> str:
        return tag("path", class_=f"chart-family f{slot}{' part' if part else ''}", d=self._steps(steps))

    def _around(self, corners: Sequence[tuple[date, date, float, float]]) -> str:
        """A closed path along the lower steps and back along the upper ones."""
        at = self.plan.axis.at
        path = f"M{self.across(corners[0][0])} {number(at(corners[0][2]))}"
        for _, last, low, _ in corners:
            path += f"V{number(at(low))}H{self.across(last)}"
        for first, _, _, high in reversed(corners):
            path += f"V{number(at(high))}H{self.across(first)}"
        return path + "z"

    def _band(self) -> list[str]:
        pieces = [
            tag(
                "path",
                class_="chart-band",
                d=self._around([(s.first, s.last, s.low, s.high or 0) for s in run]),
            )
            for run in self.layers.closed
        ]
        for run in self.layers.open:
            for strip, alpha in enumerate(FADE, start=1):
                pieces.append(
                    tag(
                        "path",
                        class_="chart-fade",
                        fill_opacity=alpha,
                        d=self._around(self._strip(run, strip)),
                    )
                )
            floor = [Step(step.first, step.last, step.low) for step in run]
            pieces.append(tag("path", class_="chart-floor", d=self._steps(floor)))
        return pieces

    def _strip(self, run: Sequence[BandStep], strip: int) -> list[tuple[date, date, float, float]]:
        low, high = strip - 1, strip
        return [(s.first, s.last, faded(s.low, low, self.plan), faded(s.low, high, self.plan)) for s in run]

    def _events(self) -> list[str]:
        slots = {mark.claim.source.slug: mark.style.slot for mark in self.chart.marks}
        return [
            tag("path", class_=f"chart-events f{slots.get(sums.source, 0)}", d=self._steps(sums.steps))
            for sums in self.layers.events
        ]

    def _selected(self) -> list[str]:
        selected = self.layers.selected
        pieces = []
        strained = [Step(s.first, s.last, s.value) for s in selected if s.strained]
        if strained:
            pieces.append(tag("path", class_="chart-strained", d=self._steps(strained)))
        for derived in (False, True):
            path = ""
            before = None
            for step in selected:
                if step.derived is derived:
                    y = number(self.plan.axis.at(step.value))
                    rises = before is not None and before.last == step.first
                    start = number(self.plan.axis.at(before.value)) if rises and before else y
                    path += f"M{self.across(step.first)} {start}V{y}H{self.across(step.last)}"
                before = step
            if path:
                pieces.append(tag("path", class_="chart-derived" if derived else "chart-selected", d=path))
        return pieces

    def _whiskers(self) -> list[str]:
        """The days that imprecise as-ofs allow."""
        pieces = []
        for mark in self.chart.on_lane(Lane.AXIS):
            if mark.first < mark.on and mark.values:
                y = number(self.plan.axis.at(float(mark.values[0])))
                path = f"M{self.across(mark.first)} {y}H{self.across(mark.on)}"
                pieces.append(f'<path class="chart-whisker f{mark.style.slot}" d="{path}"/>')
        return pieces

    def _spans(self) -> list[str]:
        """Boxes and bars over the periods that figures are about."""
        pieces = []
        if self.plan.spans is not None:
            for mark in self.chart.on_lane(Lane.SPAN):
                pieces += self._span(mark, self.plan.spans)
        return pieces

    def _span(self, mark: Mark, axis: CountAxis) -> list[str]:
        first, last = self.across(mark.first), self.across(mark.on)
        heights = [number(axis.at(float(value))) for value in mark.values]
        slot = f"f{mark.style.slot}{' contested' if mark.contested else ''}"
        pieces = []
        if len(heights) > 1:
            box = f"M{first} {heights[0]}H{last}V{heights[-1]}H{first}z"
            pieces.append(f'<path class="chart-range {slot}" d="{box}"/>')
        bars = "".join(f"M{first} {y}H{last}" for y in heights)
        return [*pieces, f'<path class="chart-span {slot}" d="{bars}"/>'] if bars else pieces

    def marks(self) -> str:
        """One group for each claim, within one group for each colour; contested ones last.

        There are thousands, so that they are put together as text and not by `tag`.
        """
        titled = not self.chart.is_crowded  # the words of a thousand marks would weigh too much
        pieces = [self._tethers()]
        for (slot, contested), marks in groupby(self.chart.drawn, key=lambda m: (m.style.slot, m.contested)):
            state = " contested" if contested else ""
            drawn = "".join(self._mark(mark, titled=titled) for mark in marks)
            pieces.append(tag("g", drawn, class_=f"chart-marks f{slot}{state}"))
        return "".join(pieces)

    def _tethers(self) -> str:
        pieces = []
        for mark in self.chart.on_lane(Lane.AXIS):
            ends = tether(mark, self.layers) if mark.contested else None
            if ends is not None:
                x, (y1, y2) = self.x(mark.on), (number(self.plan.axis.at(end)) for end in ends)
                pieces.append(f'<line class="chart-tether" x1="{x}" x2="{x}" y1="{y1}" y2="{y2}"/>')
        return "".join(pieces)

    def _mark(self, mark: Mark, *, titled: bool) -> str:
        x, heights = self.x(mark.on), self._heights(mark)
        drawn = f"<title>{escaped(words(mark))}</title>" if titled else ""
        if len(heights) > 1 and mark.lane is Lane.AXIS:
            drawn += f'<line x1="{x}" x2="{x}" y1="{heights[0]}" y2="{heights[-1]}"/>'
        size = number(self._size(mark))
        for y in heights:
            drawn += self._use(f"{mark.style.slot}-{size}", x, y)
        if mark.lane is not Lane.ASIDE:
            if mark.opens_up:
                drawn += self._use(f"up-{size}", x, heights[-1])
            if mark.opens_down:
                drawn += self._use(f"down-{size}", x, heights[0])
        return f"<g>{drawn}</g>" if drawn else "<g/>"

    def _heights(self, mark: Mark) -> list[str]:
        if mark.row is not None:
            return [number(self.plan.aside[mark.row])]
        axis = self.plan.spans if mark.lane is Lane.SPAN else self.plan.axis
        return [number(axis.at(float(value))) for value in mark.values] if axis else []

    def _use(self, shape: str, x: str, y: str) -> str:
        return f'<use href="#{self.name}-{shape}" x="{x}" y="{y}"/>'  # the name is an id of ours

    def labels(self) -> str:
        """Names at the ends of lines, and the arrows of a band that is open above."""
        arrows = [
            tag("use", href=f"#{self.name}-open", x=self.x(run[-1].last), y=self._above(run[-1]))
            for run in self.layers.open
        ]
        if arrows:
            shape = tag("path", id=f"{self.name}-open", d=arrow_path(0, up=True))
            arrows.insert(0, tag("defs", shape))
        placed = "".join(self._label(label) for label in place_labels(self.chart, self.plan, self.layers))
        return (tag("g", "".join(arrows), class_="chart-open") if arrows else "") + placed

    def _above(self, step: BandStep) -> str:
        return number(self.plan.axis.at(faded(step.low, len(FADE), self.plan)))

    def _label(self, label: Label) -> str:
        slot = "chart-selected-label" if label.slot is None else ""
        return text(
            label.text,
            class_=f"chart-label chart-wide {slot}".strip(),
            x=self.x(label.on),
            y=number(self.plan.axis.at(label.value) + label.dy),
            dx=9 if label.anchor == "start" else -9,
            dy=".35em",
            text_anchor=label.anchor,
        )
