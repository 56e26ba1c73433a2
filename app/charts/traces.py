"""The marks of a chart as Plotly traces.

Only what the small `basic` bundle of plotly.js draws is used: scatter with lines, markers, text
and fills. Each trace says in `meta` what it is part of and of which family, for the page's
script: `{"part": "marks", "family": "slug"}`.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import groupby
from textwrap import wrap
from typing import Any

from app.charts.families import FamilyStyle
from app.charts.layers import Layers
from app.charts.lines import Step, runs
from app.charts.mark import Lane, Mark
from app.charts.marks import Chart
from app.charts.palette import Theme, faint
from app.charts.plan import SYMBOL_SIZES, Plan
from app.charts.shapes import arrow_head
from app.claims.approved import Figure as Stated
from app.languages.spoken import _, ngettext

Trace = dict[str, Any]
"""A trace as plotly.js takes it."""

Figure = dict[str, Any]
"""A figure as plotly.js takes it: its traces under `data`, and its `layout`."""

Address = Callable[[str], str]
"""From a claim_ref to the address of its page."""

_LIST = 1.4  # the width of the outline of a contested mark


ASIDE_SMALLER = 0.8
"""The size of marks beside the axes, as a share of the others."""

TOLD_TOGETHER = 4
"""How many others at the same point a label names."""


def words(mark: Mark) -> str:
    """What a mark says when it is pointed at."""
    return _("%(claim)s (contested)", claim=mark.words) if mark.contested else mark.words


def mark_size(size: int, mark: Mark) -> float:
    """Pixels across: smaller for a part of the theatre, larger behind others."""
    return size * (0.72 if mark.part else 1) + 5 * mark.depth


def hover(words: str) -> str:
    """Words as Plotly shows them: escaped, in lines of at most 52 letters."""
    return "<br>".join(escape(line, quote=False) for line in wrap(words, 52)) or " "


def scatter(part: str, family: str = "", **settings: object) -> Trace:
    """A scatter trace of the house style, silent where it has no hover text of its own."""
    settings.setdefault("hoverinfo", "skip" if "hovertemplate" not in settings else "all")
    return {"type": "scatter", "meta": {"part": part, "family": family}, "showlegend": False, **settings}


def plotted(value: Stated | float) -> int | float:
    """A number that JSON and JavaScript hold; beyond 2^53 to the nearest float."""
    number = float(value)
    return int(value) if number == int(value) and abs(number) < 2**53 else number


def step_path(steps: Sequence[Step]) -> tuple[list[str | None], list[int | float | None]]:
    """The corners of a step line for `hv`, lifted between runs that do not touch."""
    xs: list[str | None] = []
    ys: list[int | float | None] = []
    for run in runs(steps):
        if xs:
            xs.append(None)
            ys.append(None)
        for step in run:
            xs.append(step.first.isoformat())
            ys.append(plotted(step.value))
        xs.append(run[-1].last.isoformat())
        ys.append(plotted(run[-1].value))
    return xs, ys


def family_traces(chart: Chart, theme: Theme) -> list[Trace]:
    """Each family's own statements as thin steps; those about a part of the theatre thinner."""
    traces = []
    fainter = 0.5 if chart.is_crowded else 1
    for line in chart.lines:
        xs, ys = step_path(line.steps)
        colour = theme.family(line.style.slot)
        shape = {
            "color": faint(colour, (0.45 if line.part else 0.75) * fainter),
            "width": 1 if line.part else 1.4,
            "shape": "hv",
        }
        traces.append(
            scatter("line", line.style.key, x=xs, y=ys, mode="lines", line=shape, name=line.style.name)
        )
    return traces


def whisker_traces(chart: Chart, plan: Plan, theme: Theme, address: Address) -> list[Trace]:
    """The days that imprecise as-ofs allow; they lie below every line."""
    whiskers = [
        _Drawn(style, theme, plan.symbol_size, address, "y", contested=contested).whiskers(marks)
        for style, contested, marks in _grouped(chart.on_lane(Lane.AXIS))
    ]
    return [trace for trace in whiskers if trace is not None]


def mark_traces(chart: Chart, plan: Plan, layers: Layers, theme: Theme, address: Address) -> list[Trace]:
    """Bars, symbols and arrows of all drawn marks, lane by lane, family by family."""
    traces: list[Trace | None] = []
    for style, contested, marks in _grouped(chart.on_lane(Lane.AXIS)):
        draw = _Drawn(style, theme, plan.symbol_size, address, "y", contested=contested)
        traces += [draw.tethers(marks, layers), draw.bars(marks), draw.arrows(marks), draw.symbols(marks)]
    for style, contested, marks in _grouped(chart.on_lane(Lane.SPAN)):
        draw = _Drawn(style, theme, plan.symbol_size, address, "y2", contested=contested)
        traces += [draw.ranges(marks), draw.spans(marks), draw.arrows(marks), draw.symbols(marks)]
    for style, contested, marks in _grouped(chart.on_lane(Lane.ASIDE)):
        draw = _Drawn(style, theme, plan.symbol_size, address, "y3", contested=contested)
        traces.append(draw.aside(marks, plan))
    return [trace for trace in traces if trace is not None]


def _grouped(marks: Iterable[Mark]) -> list[tuple[FamilyStyle, bool, list[Mark]]]:
    """Marks of one colour together, the contested ones last."""
    return [
        (group[0].style, group[0].contested, group)
        for _, found in groupby(marks, key=lambda m: (m.contested, m.style.key))
        if (group := list(found))
    ]


def tether(mark: Mark, layers: Layers) -> tuple[int, int] | None:
    """A contested mark's nearest number and the edge of the band it misses; None inside the band."""
    edges = layers.accepted_band(mark.on) if mark.contested and mark.values else None
    if edges is None:
        return None
    low, high = edges
    lowest, highest = int(mark.values[0]), int(mark.values[-1])
    if highest < low:
        return highest, low
    if high is not None and lowest > high:
        return lowest, high
    return None


class _Drawn:
    """Marks of one family, all contested or all not, on one axis."""

    def __init__(
        self, style: FamilyStyle, theme: Theme, size: int, address: Address, axis: str, *, contested: bool
    ) -> None:
        self.style, self.contested, self.theme = style, contested, theme
        self.size, self.address, self.axis = size, address, axis
        self.colour = theme.family(style.slot)

    def _trace(self, part: str, xs: list[Any], ys: list[Any], **settings: object) -> Trace | None:
        """None instead of an empty trace."""
        if not xs:
            return None
        return scatter(part, self.style.key, x=xs, y=ys, yaxis=self.axis, name=self.style.name, **settings)

    def _lines(self, part: str, paths: list[list[tuple[Any, Any]]], **line: object) -> Trace | None:
        """Separate pieces of line in one trace."""
        xs: list[Any] = []
        ys: list[Any] = []
        for path in paths:
            xs += [*(x for x, _ in path), None]
            ys += [*(y for _, y in path), None]
        return self._trace(part, xs, ys, mode="lines", line=line)

    def whiskers(self, marks: list[Mark]) -> Trace | None:
        """The days that an imprecise as-of allows."""
        paths = [
            [
                (mark.first.isoformat(), plotted(mark.values[0])),
                (mark.on.isoformat(), plotted(mark.values[0])),
            ]
            for mark in marks
            if mark.first < mark.on and mark.values
        ]
        return self._lines("marks", paths, color=faint(self.colour, 0.55), width=1)

    def tethers(self, marks: list[Mark], layers: Layers) -> Trace | None:
        """From each contested figure to the band: how far it is from what is accepted."""
        ends = [(mark.on.isoformat(), tether(mark, layers)) for mark in marks]
        paths = [[(on, plotted(end)) for end in pair] for on, pair in ends if pair is not None]
        return self._lines("disagreement", paths, color=self.theme.contested, width=1.4, dash="dot")

    def bars(self, marks: list[Mark]) -> Trace | None:
        """Between the lowest and the highest number that was stated."""
        paths = [
            [(mark.on.isoformat(), plotted(mark.values[0])), (mark.on.isoformat(), plotted(mark.values[-1]))]
            for mark in marks
            if len(mark.values) > 1
        ]
        return self._lines("marks", paths, color=self.colour, width=1.2 if self.contested else 3)

    def ranges(self, marks: list[Mark]) -> Trace | None:
        """Boxes over a period, from the lowest to the highest number stated of it."""
        xs: list[Any] = []
        ys: list[Any] = []
        for mark in marks:
            if len(mark.values) > 1:
                first, on, low, high = _corners(mark)
                xs += [first, on, on, first, first, None]
                ys += [low, low, high, high, low, None]
        fill = {"fill": "toself", "fillcolor": faint(self.colour, 0.16), "line": {"width": 0}}
        return self._trace("marks", xs, ys, mode="lines", **fill)

    def spans(self, marks: list[Mark]) -> Trace | None:
        """A bar over the period at each number stated of it."""
        paths = [
            [(mark.first.isoformat(), plotted(value)), (mark.on.isoformat(), plotted(value))]
            for mark in marks
            for value in mark.values
        ]
        return self._lines("marks", paths, color=self.colour, width=1.2 if self.contested else 2.6)

    def symbols(self, marks: list[Mark]) -> Trace | None:
        """The family's symbol at each number stated."""
        spots = [(mark, value) for mark in marks for value in mark.values]
        return self._symbols(spots, [plotted(value) for _, value in spots], self.style.symbol)

    def aside(self, marks: list[Mark], plan: Plan) -> Trace | None:
        """One symbol in its row; claims set aside are crossed out instead."""
        spots = [(mark, 0) for mark in marks if mark.row]
        heights = [-plan.aside[mark.row] for mark, _ in spots if mark.row]
        return self._symbols(spots, heights, self.style.symbol)

    def _symbols(self, spots: Sequence[tuple[Mark, Any]], ys: list[Any], symbol: str) -> Trace | None:
        smaller = ASIDE_SMALLER if self.axis == "y3" else 1
        marker = {
            "symbol": f"{symbol}-open" if self.contested else symbol,
            "size": [round(mark_size(self.size, mark) * smaller, 1) for mark, _ in spots],
            "color": self.colour,
            "opacity": 1 if self.contested else self._opacity(),
            "line": {"width": _LIST if self.contested else 0.8, "color": self._outline()},
        }
        return self._trace(
            "marks",
            [mark.on.isoformat() for mark, _ in spots],
            ys,
            mode="markers",
            marker=marker,
            customdata=[[self.address(mark.claim.ref), label(mark)] for mark, _ in spots],
            hovertemplate="%{customdata[1]}<extra></extra>",
            cliponaxis=False,
        )

    def _outline(self) -> str:
        return self.colour if self.contested else self.theme.paper

    def _opacity(self) -> float:
        return 1 if self.size > SYMBOL_SIZES[-2][1] else 0.8  # many marks lie on one another

    def arrows(self, marks: list[Mark]) -> Trace | None:
        """Up from a floor that nothing bounds above, down from a ceiling; always the same length."""
        spots = [(m, m.values[-1], 180) for m in marks if m.opens_up]
        spots += [(m, m.values[0], 0) for m in marks if m.opens_down]
        head = arrow_head(self.size)
        marker = {
            "symbol": "arrow-down",  # turned around where it points up; the standoff turns with it
            "size": head,
            "angle": [angle for _, _, angle in spots],
            "standoff": [round(mark_size(self.size, mark) / 2 + head + 1, 1) for mark, _, _ in spots],
            "color": self.colour,
            "opacity": self._opacity(),
            "line": {"width": 0},
        }
        xs = [mark.on.isoformat() for mark, _, _ in spots]
        ys = [plotted(value) for _, value, _ in spots]
        return self._trace("marks", xs, ys, mode="markers", marker=marker, cliponaxis=False)


def label(mark: Mark) -> str:
    """The words of a mark for Plotly, and those of others that it may cover."""
    told = [hover(words(mark)), *(hover(other.words) for other in mark.company[:TOLD_TOGETHER])]
    more = len(mark.company) - TOLD_TOGETHER
    if more > 0:
        told.append(
            ngettext("and %(num)s more claim at this point", "and %(num)s more claims at this point", more)
        )
    return "<br>· ".join(told)


def _corners(mark: Mark) -> tuple[str, str, int | float, int | float]:
    return mark.first.isoformat(), mark.on.isoformat(), plotted(mark.values[0]), plotted(mark.values[-1])
