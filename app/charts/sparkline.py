"""A chart the size of a word, for lists and small multiples."""

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup

from app.charts.crowds import thinned
from app.charts.layers import Layers, reading_layers
from app.charts.lines import Step, runs
from app.charts.mark import Lane
from app.charts.marks import Chart
from app.charts.plan import plan_chart
from app.charts.shapes import escaped, number, tag
from app.charts.summary import chart_summary
from app.readings.results import Reading

DOTS_AT_MOST = 150
"""More dots than this are a smear at the size of a word."""

_ACROSS = 400
_EDGE = 4


def sparkline_svg(
    chart: Chart, *, title: str, name: str, reading: Reading | None = None, height: int = 56
) -> Markup:
    """Dots where something was stated, thin steps for the families, ink and tint for a reading.

    As wide as its place on the page, `height` pixels tall. `name` begins its ids. It has no
    axis: the figures stand beside it, and zero is its lower edge.
    """
    small = _Small(chart, reading_layers(reading), height)
    summary = escaped(chart_summary(chart, reading))
    head = tag("title", f"{escaped(title)}. {summary}", id=f"{name}-title")
    svg = tag(
        "svg",
        head + small.lines() + small.dots(),
        xmlns="http://www.w3.org/2000/svg",
        class_="chart-spark",
        role="img",
        aria_labelledby=f"{name}-title",
        width="100%",
        height=height,
    )
    return Markup(svg)  # noqa: S704 - every text in it went through escaped()


class _Small:
    def __init__(self, chart: Chart, layers: Layers, height: int) -> None:
        self.chart, self.layers, self.height = chart, layers, height
        self.plan = plan_chart(chart, layers)
        on_axis = [float(value) for mark in chart.on_lane(Lane.AXIS) for value in mark.values]
        self.highest = max([*on_axis, float(layers.highest), 1.0])

    def y(self, value: float) -> str:
        """A count in pixels: zero at the foot, the highest at the head."""
        room = self.height - 2 * _EDGE
        return number(self.height - _EDGE - min(value / self.highest, 1) * room)

    def lines(self) -> str:
        """Band and steps, stretched to the width."""
        pieces = [self._band()]
        pieces += [
            tag("path", class_=f"chart-family f{line.style.slot}", d=self._steps(line.steps))
            for line in self.chart.lines
            if not line.part
        ]
        if self.layers.selected:
            steps = [Step(s.first, s.last, s.value) for s in self.layers.selected]
            pieces.append(tag("path", class_="chart-selected", d=self._steps(steps)))
        foot = tag("path", class_="chart-base", d=f"M0 {self.height - _EDGE}H{_ACROSS}")
        return tag(
            "svg",
            foot + "".join(pieces),
            class_="chart-lines",
            viewBox=f"0 0 {_ACROSS} {self.height}",
            preserveAspectRatio="none",
            width="100%",
            height=self.height,
        )

    def _band(self) -> str:
        path = ""
        for run in self.layers.closed:
            path += f"M{self._across(run[0].first)} {self.y(run[0].low)}"
            path += "".join(f"V{self.y(s.low)}H{self._across(s.last)}" for s in run)
            path += "".join(f"V{self.y(s.high or 0)}H{self._across(s.first)}" for s in reversed(run)) + "z"
        for step in (step for run in self.layers.open for step in run):
            path += f"M{self._across(step.first)} {self.y(step.low)}H{self._across(step.last)}"
        return tag("path", class_="chart-band", d=path) if path else ""

    def _across(self, on: date) -> str:
        return number(self.plan.share(on) * _ACROSS)

    def _steps(self, steps: Iterable[Step]) -> str:
        path = ""
        for run in runs(steps):
            path += f"M{self._across(run[0].first)} {self.y(run[0].value)}"
            path += "".join(f"H{self._across(s.first)}V{self.y(s.value)}" for s in run)
            path += f"H{self._across(run[-1].last)}"
        return path

    def dots(self) -> str:
        """One dot at each number stated on the axis; hollow where contested."""
        pieces = []
        for mark in thinned(self.chart.on_lane(Lane.AXIS), DOTS_AT_MOST):
            state = " contested" if mark.contested else ""
            x = f"{self.plan.share(mark.on) * 100:.2f}%"
            pieces += [
                tag("circle", class_=f"f{mark.style.slot}{state}", cx=x, cy=self.y(float(value)), r=2)
                for value in mark.values
            ]
        return tag("g", "".join(pieces), class_="chart-marks")
