"""The frame of a server-drawn chart: axes, grid, and the path of steps and bands inside it.

As in `drawing.py` the picture is fluid: what goes across stands at percentages of the width, and
counts at pixels of the height. Positions across are plain numbers: of a day its ordinal, or so
many days since a first one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from app.charts.axes import day_ticks, round_step
from app.charts.labels import LABELS_FROM
from app.charts.plan import CountAxis
from app.charts.shapes import escaped, number, symbol_path, tag, text
from app.charts.wording import count

NARROW = 270
"""Pixels of plot on a phone, for which the sparse ticks are chosen."""

ACROSS = 1000  # units of width in the nested picture of lines, stretched to the plot


class Stretch(NamedTuple):
    """A value that holds from one position up to another."""

    first: float
    last: float
    value: float


class Range(NamedTuple):
    """Two bounds that hold from one position up to another; high None is open."""

    first: float
    last: float
    low: float
    high: float | None


class Box(NamedTuple):
    """A rectangle in pixels of a plot that is as wide as labels are placed for."""

    left: float
    top: float
    right: float
    bottom: float


class Room:
    """What is taken on a drawing, so that labels touch neither a line nor one another."""

    def __init__(self, edges: Box) -> None:
        self._edges = edges
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Something is drawn there."""
        self._taken.append(box)

    def is_free(self, box: Box) -> bool:
        """Whether a box lies inside the edges and touches nothing."""
        edges = self._edges
        inside = edges.left <= box.left and box.right <= edges.right
        inside = inside and edges.top <= box.top and box.bottom <= edges.bottom
        return inside and not any(_touch(box, other) for other in self._taken)

    def take_if_free(self, box: Box) -> bool:
        """Take a box that is free; whether it was."""
        free = self.is_free(box)
        if free:
            self.take(box)
        return free


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


@dataclass(frozen=True, slots=True)
class Tick:
    """A position that the axis names; `below` is a second line where something new begins."""

    at: float
    label: str
    below: str = ""
    sparse: bool = True  # kept where the chart is as narrow as a phone
    again: bool = False  # the second line is shown only there


@dataclass(frozen=True, slots=True)
class Frame:
    """Sizes and scales of one drawing. Pixels, but for positions across."""

    first: float  # position of the left edge
    last: float
    axis: CountAxis
    ticks: tuple[Tick, ...]
    title: str  # what the axis of counts counts, written above it
    left: int  # for the labels of counts
    right: int
    bottom: int = 42  # for the labels of positions
    tick_in_words: Callable[[int], str] = count
    units: int = ACROSS  # of width in the picture of lines; in a file they are pixels

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return self.axis.bottom + self.bottom

    def x(self, at: float) -> str:
        """A position as a percentage of the plot."""
        return f"{100 * self._share(at):.2f}".rstrip("0").rstrip(".") + "%"

    def across(self, at: float) -> str:
        """A position in the units of the stretched picture of lines."""
        return number(self._share(at) * self.units)

    def y(self, value: float) -> str:
        """The height of a count."""
        return number(self.axis.at(value))

    def pixels(self, at: float) -> float:
        """A position in pixels of a plot as wide as labels are placed for."""
        return self._share(at) * LABELS_FROM

    def room(self) -> Room:
        """The plot and the margin on its right, with nothing on it yet."""
        return Room(Box(0, 0, LABELS_FROM + self.right, self.axis.bottom - 2))

    def take_line(self, room: Room, stretches: Iterable[Stretch]) -> None:
        """Keep labels off a line and its risers."""
        before: Stretch | None = None
        for one in stretches:
            left, right, y = self.pixels(one.first), self.pixels(one.last), self.axis.at(one.value)
            room.take(Box(left, y - 3, right, y + 3))
            if before is not None and one.first <= before.last:
                ends = sorted((y, self.axis.at(before.value)))
                room.take(Box(left - 3, ends[0], left + 3, ends[1]))
            before = one

    def _share(self, at: float) -> float:
        return (at - self.first) / max(self.last - self.first, 1)

    def svg(self, lines: str, rest: str, *, name: str, title: str, summary: str) -> Markup:
        """The whole drawing: grid, stretched `lines`, then `rest`, all three markup.

        `title` and `summary` are read out in its place. `name` begins the ids inside it.
        """
        head = tag("title", escaped(title), id=f"{name}-title")
        head += tag("desc", escaped(summary), id=f"{name}-desc")
        svg = tag(
            "svg",
            head + self.content(lines, rest),
            xmlns="http://www.w3.org/2000/svg",
            class_="chart-drawing",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            height=self.height,
            style=f"width:calc(100% - {self.left + self.right}px);margin-left:{self.left}px",
        )
        return Markup(svg)  # noqa: S704 - every text in it went through escaped()

    def content(self, lines: str, rest: str) -> str:
        """Everything inside the outermost element: grid, `lines`, which are stretched, and `rest`."""
        stretched = tag(
            "svg",
            lines,
            class_="chart-lines",
            viewBox=f"0 0 {self.units} {self.height}",
            preserveAspectRatio="none",
            width="100%",
            height=self.height,
        )
        return self._grid() + self._foot() + stretched + rest

    def _grid(self) -> str:
        pieces = [text(self.title, class_="chart-title", x=4 - self.left, y=self.axis.top - 18)]
        for tick in self.axis.ticks:
            y = self.y(tick)
            look = "chart-base" if tick == 0 else "chart-rule"
            pieces.append(tag("line", class_=look, x2="100%", y1=y, y2=y))
            pieces.append(text(self.tick_in_words(tick), class_="chart-count", x=-8, y=y, dy=".35em"))
        return "".join(pieces)

    def _foot(self) -> str:
        foot = self.axis.bottom
        pieces = [tag("line", class_="chart-base", x2="100%", y1=foot, y2=foot)]
        for tick in self.ticks:
            x, wide = self.x(tick.at), "" if tick.sparse else " chart-wide"
            pieces.append(tag("line", class_=f"chart-tick{wide}", x1=x, x2=x, y1=foot, y2=foot + 5))
            pieces.append(text(tick.label, class_=f"chart-day{wide}", x=x, y=foot + 19))
            if tick.below:
                when = " chart-narrow" if tick.again else wide
                pieces.append(text(tick.below, class_=f"chart-day{when}", x=x, y=foot + 34))
        return "".join(pieces)

    def steps(self, stretches: Iterable[Stretch]) -> str:
        """The path of a line that holds its value, lifted where there is a gap."""
        path, before = "", None
        for one in stretches:
            y = self.y(one.value)
            touches = before is not None and one.first <= before.last
            path += f"V{y}" if touches else f"M{self.across(one.first)} {y}"
            path += f"H{self.across(one.last)}"
            before = one
        return path

    def outline(self, ranges: Sequence[Range], top: Callable[[Range], float]) -> str:
        """A closed path around ranges that touch: along the lower bounds, back along `top` of each."""
        path = f"M{self.across(ranges[0].first)} {self.y(ranges[0].low)}"
        path += "".join(f"V{self.y(one.low)}H{self.across(one.last)}" for one in ranges)
        path += "".join(f"V{self.y(top(one))}H{self.across(one.first)}" for one in reversed(ranges))
        return f"{path}z"


def touching(ranges: Iterable[Range]) -> list[list[Range]]:
    """Ranges in runs without a gap, all of one run with a ceiling or all without."""
    together: list[list[Range]] = []
    for one in ranges:
        before = together[-1][-1] if together else None
        if before and before.last == one.first and (before.high is None) == (one.high is None):
            together[-1].append(one)
        else:
            together.append([one])
    return together


def dated_ticks(first: date, last: date) -> tuple[Tick, ...]:
    """Months or days between two days, at the positions of their ordinals."""
    named = day_ticks(first, last, width=LABELS_FROM, narrow=NARROW)
    return tuple(
        Tick(tick.on.toordinal(), tick.label, tick.year, tick.sparse, tick.year_again) for tick in named
    )


def numbered_ticks(first: int, last: int) -> tuple[Tick, ...]:
    """Round numbers of days; about eight of them, every second one kept on a phone."""
    step = round_step(last - first, 8)
    begin = -(-first // step)
    return tuple(
        Tick(step * place, count(step * place), sparse=place % 2 == 0)
        for place in range(begin, last // step + 1)
    )


def left_of(ticks: Iterable[str]) -> int:
    """Pixels that the labels of counts need beside the plot."""
    return round(18 + 7.2 * max((len(tick) for tick in ticks), default=1))


def symbol_swatch(slot: int) -> Markup:
    """A slot's symbol in its colour, for a legend or a table."""
    path = tag("path", class_=f"chart-marks f{slot}", d=symbol_path(slot, 10))
    picture = tag(
        "svg",
        path,
        class_="chart-swatch",
        viewBox="-9 -9 18 18",
        width=18,
        height=18,
        aria_hidden="true",
        focusable="false",
    )
    return Markup(picture)  # noqa: S704 - a shape of our own, no text
