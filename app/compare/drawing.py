"""A comparison drawn on the server: light bands, selected lines, and their names at the ends."""

from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup

from app.charts.drawing import Plot, plot
from app.charts.frame import Range, Stretch, touching
from app.charts.shapes import arrow_path, number, symbol_path, tag, text
from app.compare.labels import EndLabel, end_labels
from app.compare.plan import Drawn, Plan

_SIZE = 11  # of the symbol at the end of a line, pixels


def comparison_svg(plan: Plan, *, title: str, summary: str, name: str = "comparison") -> Markup:
    """The chart as one SVG element; `name` begins the ids inside it."""
    drawing = _Drawing(plan, name)
    return plan.frame.svg(drawing.lines(), drawing.ends(), name=name, title=title, summary=summary)


def comparison_plot(plan: Plan, *, width: int) -> Plot:
    """The chart as a part of a file of its own, `width` pixels wide."""
    frame = plan.frame
    across = width - frame.left - frame.right
    drawing = _Drawing(replace(plan, frame=replace(frame, units=across)), "comparison")
    return plot(drawing.frame.content(drawing.lines(), drawing.ends()), frame.left, across, frame.height)


class _Drawing:
    def __init__(self, plan: Plan, name: str) -> None:
        self.plan, self.frame, self.name = plan, plan.frame, name

    def lines(self) -> str:
        """All bands behind all lines."""
        bands = "".join(self._band(one) for one in self.plan.drawn)
        return bands + "".join(self._line(one) for one in self.plan.drawn)

    def _band(self, one: Drawn) -> str:
        pieces = []
        for run in touching(one.ranges):
            if run[0].high is None:
                pieces.append(tag("path", class_=f"compare-floor f{one.slot}", d=self._floor(run)))
            else:
                outline = self.frame.outline(run, lambda held: held.high or 0)
                pieces.append(tag("path", class_=f"compare-band f{one.slot}", d=outline))
        return "".join(pieces)

    def _floor(self, run: list[Range]) -> str:
        return self.frame.steps(Stretch(one.first, one.last, one.low) for one in run)

    def _line(self, one: Drawn) -> str:
        """Each kind of stretch as one path; a stretch begins with its rise from the one before."""
        pieces = []
        for derived in (False, True):
            path = ""
            for before, step in pairwise([None, *one.steps]):
                if step is not None and step.derived is derived:
                    y = self.frame.y(step.value)
                    rises = before is not None and before.last == step.first
                    start = self.frame.y(before.value) if before and rises else y
                    path += f"M{self.frame.across(step.first)} {start}V{y}H{self.frame.across(step.last)}"
            if path:
                look = f"compare-line f{one.slot}" + (" derived" if derived else "")
                pieces.append(tag("path", class_=look, d=path))
        return "".join(pieces)

    def ends(self) -> str:
        """A symbol at the end of each line, its name where there is room, arrows where a band is open."""
        shapes = [
            tag("path", id=f"{self.name}-{one.slot}", d=symbol_path(one.slot, _SIZE))
            for one in self.plan.drawn
        ]
        shapes.append(tag("path", id=f"{self.name}-open", d=arrow_path(0, up=True)))
        pieces = [self._arrow(one) + self._symbol(one) for one in self.plan.drawn]
        pieces += [self._label(label) for label in end_labels(self.plan)]
        return tag("defs", "".join(shapes)) + "".join(pieces)

    def _arrow(self, one: Drawn) -> str:
        """Above the floor at the end of a band that no claim closes there."""
        last = one.ranges[-1] if one.ranges else None
        if last is None or last.high is not None:
            return ""
        y = self.frame.axis.at(last.low) - 8
        return tag(
            "use",
            class_=f"compare-open f{one.slot}",
            href=f"#{self.name}-open",
            x=self.frame.x(last.last),
            y=number(y),
        )

    def _symbol(self, one: Drawn) -> str:
        if one.end is None:
            return ""
        x, y = self.frame.x(one.end.last), self.frame.y(one.end.value)
        return tag(
            "g", tag("use", href=f"#{self.name}-{one.slot}", x=x, y=y), class_=f"chart-marks f{one.slot}"
        )

    def _label(self, label: EndLabel) -> str:
        return text(
            label.words,
            class_="chart-label chart-wide",
            x=self.frame.x(label.at),
            y=number(self.frame.axis.at(label.value) + label.dy),
            dx=10 if label.anchor == "start" else -10,
            dy=".35em",
            text_anchor=label.anchor,
        )
