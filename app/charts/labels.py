"""Names written at the ends of lines, where they touch neither a mark nor one another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.charts.layers import Layers
from app.charts.lines import Step
from app.charts.mark import Lane, Mark
from app.charts.marks import Chart
from app.charts.palette import SYMBOLS
from app.charts.plan import RIGHT, Plan
from app.charts.wording import count
from app.languages.spoken import _

LABELS_FROM = 620
"""Pixels of plot from which names are written. They are placed for this width: a wider plot
only draws them further apart."""

_LETTER, _LINE = 6.6, 15.0
_LONGEST = 46


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside the end of a line; `slot` None is the selected line."""

    text: str
    on: date
    value: int
    slot: int | None
    key: str  # of the family; empty for the selected line
    anchor: str  # start or end: which end of the text is at the line
    dy: int  # pixels below the line's end; negative is above


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "_Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


_PLACES = (("start", 0), ("start", -15), ("start", 15), ("end", -15), ("end", 15))


def place_labels(chart: Chart, plan: Plan, layers: Layers) -> list[Label]:
    """Labels in the order of their importance: the selected line, then families by colour.

    One that finds no free place beside its line's end is left out; the legend names it anyway.
    """
    taken = [*_lines_as_boxes(chart, plan, layers)]
    taken += _around(plan, chart.on_lane(Lane.AXIS))
    placed: list[Label] = []
    for texts, on, value, slot, key in _wanted(chart, layers):
        label = _first_free(plan, taken, texts, on, value, slot, key)
        if label is not None:
            placed.append(label)
    return placed


def _wanted(chart: Chart, layers: Layers) -> Iterable[tuple[list[str], date, int, int | None, str]]:
    if layers.selected:
        last = layers.selected[-1]
        yield [_("selected %(figure)s", figure=count(last.value))], last.last, last.value, None, ""
    of_whole = [line for line in chart.lines if not line.part and 0 < line.style.slot < len(SYMBOLS)]
    for line in sorted(of_whole, key=lambda line: line.style.slot):
        end = line.steps[-1]
        name = line.style.name
        if len(name) <= _LONGEST:
            yield [f"{name} {count(end.value)}", name], end.last, end.value, line.style.slot, line.style.key


def _lines_as_boxes(chart: Chart, plan: Plan, layers: Layers) -> Iterable[_Box]:
    """Each step and each rise of the lines, a hair's breadth wide."""
    lines = [line.steps for line in chart.lines if not line.part]
    lines.append(tuple(Step(s.first, s.last, s.value) for s in layers.selected))
    for steps in lines:
        before = None
        for step in steps:
            left, right = (plan.share(on) * LABELS_FROM for on in (step.first, step.last))
            y = plan.axis.at(step.value)
            yield _Box(left, y - 1, right, y + 1)
            if before is not None:
                yield _Box(left - 1, min(before, y), left + 1, max(before, y))
            before = y


def _around(plan: Plan, marks: Iterable[Mark]) -> Iterable[_Box]:
    """The numbers of marks as boxes."""
    half, first = plan.symbol_size / 2 + 1, plan.first.toordinal()
    pixels = LABELS_FROM / max(plan.last.toordinal() - first, 1)
    for mark in marks:
        x = (mark.on.toordinal() - first) * pixels
        for value in mark.values:
            y = plan.axis.at(float(value))
            yield _Box(x - half, y - half, x + half, y + half)


def _first_free(
    plan: Plan, taken: list[_Box], texts: list[str], on: date, value: int, slot: int | None, key: str
) -> Label | None:
    x, y = plan.share(on) * LABELS_FROM, plan.axis.at(value)
    for text in texts:
        wide = len(text) * _LETTER
        for anchor, dy in _PLACES:
            left = x + 9 if anchor == "start" else x - 9 - wide
            box = _Box(left, y + dy - _LINE / 2, left + wide, y + dy + _LINE / 2)
            inside = box.left > 0 and box.right < LABELS_FROM + RIGHT
            inside = inside and box.top > 0 and box.bottom < plan.axis.bottom
            if inside and not any(box.touches(other) for other in taken):
                taken.append(box)
                return Label(text, on, value, slot, key, anchor, dy)
    return None
