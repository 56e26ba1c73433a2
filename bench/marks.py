"""The goals that Muster is measured by, and how a measurement hands its figures over to their table.

A measurement prints what it found, and calls `hand_over` for each figure that a goal is about. Run by `make
bench`, that writes a JSON line to the file that MUSTER_BENCH_MARKS names; run alone, it does nothing.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILE = "MUSTER_BENCH_MARKS"


class Figures(NamedTuple):
    """What was measured, and the same of what was run beside it; None where nothing was."""

    here: float
    beside: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times what was run beside it."""
        return self.here / self.beside if self.beside else None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is asked to be: at most `limit`, or at least; of the ratio where something is beside."""

    work: str
    unit: str  # of the figure and of what is beside it
    limit: float
    beside: str = ""
    at_least: bool = False
    of_ratio: bool = False
    digits: int = 0  # of the figure, as it is shown

    def in_words(self) -> str:
        """The goal as the table names it."""
        how = "at least" if self.at_least else "at most"
        return f"{how} {self.limit:g}" + (" times" if self.of_ratio else f" {self.unit}".rstrip())

    def is_met(self, figures: Figures) -> bool:
        """Whether the figures, unrounded, are as asked; not where the ratio is missing."""
        found = figures.ratio if self.of_ratio else figures.here
        if found is None:
            return False
        return found >= self.limit if self.at_least else found <= self.limit

    def shown(self, figure: float) -> str:
        """A figure with its unit."""
        return f"{figure:,.{self.digits}f} {self.unit}".rstrip()


HELD = "a page of the size that FastAPI holds"
GOALS: Mapping[str, Goal] = {
    "again": Goal(
        "chart page served again, 16 connections", "a second", 0.6, HELD, at_least=True, of_ratio=True
    ),
    "again with choices": Goal(
        "the same under choices seen before", "a second", 0.6, HELD, at_least=True, of_ratio=True
    ),
    "again, two workers": Goal(
        "chart page served again by two workers", "a second", 0.6, "the same, two workers",
        at_least=True, of_ratio=True,
    ),
    "304": Goal(
        "304 for a known ETag", "a second", 1, "chart page served again", at_least=True, of_ratio=True
    ),
    "reading": Goal("reading of 2,000 claims, its claims loaded", "ms", 300),
    "first time": Goal(
        "first time after a change, largest ledger: all but the reading", "ms", 3,
        "an indexed query and a bare Jinja page", of_ratio=True,
    ),
    "larger ledger": Goal(
        "first time after a change, largest ledger", "ms", 1.5, "in the smallest ledger", of_ratio=True
    ),
    "start": Goal("`muster serve` on data: the first page", "s", 1.5, digits=2),
    "start with a server": Goal("`muster demo`, its PostgreSQL with it: the first page", "s", 1.5, digits=2),
    "memory": Goal("memory of one worker after a walk (RSS)", "MB", 150),
    "memory of two": Goal("memory of each of two workers after a walk (PSS)", "MB", 150),
    "drawn": Goal("bytes to the drawn, interactive chart", "kB", 420),
    "first drawn": Goal("bytes until the first chart is seen", "kB", 60, digits=1),
    "phone": Goal("first chart seen, phone on a slow line", "ms", 2.4, "a bare inline SVG", of_ratio=True),
    "desktop": Goal("first chart seen, desktop", "ms", 2.4, "a bare inline SVG", of_ratio=True),
    "moved": Goal("layout shift, the worst page", "", 0, digits=3),
    "performance, desktop": Goal("Lighthouse: performance, desktop", "", 100, at_least=True),
    "performance, mobile": Goal("Lighthouse: performance, mobile", "", 95, at_least=True),
    "accessibility": Goal("Lighthouse: accessibility, the lower of both", "", 100, at_least=True),
    "best-practices": Goal("Lighthouse: best practices, the lower of both", "", 100, at_least=True),
    "seo": Goal("Lighthouse: SEO, the lower of both", "", 100, at_least=True),
    "largest paint": Goal(
        "Lighthouse: largest contentful paint, mobile", "s", 1.2, "a bare page of 100 rows", digits=2
    ),
    "shift": Goal("Lighthouse: layout shift, the higher of both", "", 0, digits=3),
}  # fmt: skip
"""Every goal, in the order of the table."""


def hand_over(mark: str, here: float, beside: float | None = None) -> None:
    """Give the figures of a goal to the table, where `make bench` waits for them; KeyError: no such goal."""
    unit = GOALS[mark].unit
    path = os.environ.get(FILE)
    if path:
        line = json.dumps({"mark": mark, "unit": unit, "here": here, "beside": beside})
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def handed_over(path: Path) -> dict[str, Figures]:
    """The figures of a file of them, the last of each goal; none where there is no file."""
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["mark"]: Figures(line["here"], line["beside"]) for line in lines}


def table(measured: Mapping[str, Figures]) -> str:
    """One line for each goal, in Markdown that is laid out to be read as it is."""
    rows = [("work", "measured", "beside it, in the same run", "ratio", "goal", "")]
    rows += [_row(goal, measured.get(mark)) for mark, goal in GOALS.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(goal: Goal, figures: Figures | None) -> tuple[str, str, str, str, str, str]:
    """Work, figure, what was beside it, ratio, goal, and whether it is met."""
    if figures is None:
        return goal.work, "–", goal.beside, "–", goal.in_words(), "not measured"
    beside = goal.beside
    if figures.beside is not None:
        beside = f"{goal.beside}: {goal.shown(figures.beside)}"
    ratio = "–" if figures.ratio is None else f"{figures.ratio:.2f}"
    met = "met" if goal.is_met(figures) else "**not met**"
    return goal.work, goal.shown(figures.here), beside, ratio, goal.in_words(), met
