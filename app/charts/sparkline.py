"""A chart the size of a word, for lists and small multiples: drawn from an outline, without any claim."""

from collections.abc import Iterable, Mapping
from datetime import date

from markupsafe import Markup

from app.charts.families import FamilyStyle
from app.charts.layers import outline_layers
from app.charts.lines import FamilyLine, Statement, Step, family_lines, runs
from app.charts.shapes import escaped, number, tag
from app.languages.spoken import _, count, ngettext
from app.readings.facts import Kind
from app.readings.outlines import Outline

_ACROSS = 400
_EDGE = 4


def sparkline_svg(
    outline: Outline, *, title: str, name: str, styles: Mapping[str, FamilyStyle], height: int = 56
) -> Markup | None:
    """Dots where something was stated, thin steps for the families, ink and tint for the reading.

    As wide as its place on the page, `height` pixels tall. `name` begins its ids; `styles` are those of the
    families by slug. It has no axis: the figures stand beside it, and zero is its lower edge. Where more was
    stated than can be told apart, a selection is drawn without the families' lines, and its name says so.
    None where nothing stands on the axis.
    """
    if not outline.marks:
        return None
    small = _Small(outline, styles, height)
    head = tag("title", f"{escaped(title)}. {escaped(_in_words(outline))}", id=f"{name}-title")
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


def _in_words(outline: Outline) -> str:
    """How much was stated, of which how much is drawn, and the headline."""
    stated = ngettext("%(num)s stated figure.", "%(num)s stated figures.", outline.stated)
    if len(outline.marks) < outline.stated:
        stated = _(
            "%(drawn)s of %(in_all)s stated figures are drawn.",
            drawn=count(len(outline.marks)),
            in_all=count(outline.stated),
        )
    return f"{stated} {outline.headline.sentence}"


class _Small:
    def __init__(self, outline: Outline, styles: Mapping[str, FamilyStyle], height: int) -> None:
        self.outline, self.styles, self.height = outline, styles, height
        self.layers = outline_layers(outline)
        marks = outline.marks
        self.highest = max(
            [*(float(value) for mark in marks for value in mark.values), float(self.layers.highest), 1.0]
        )
        self.family_lines = self._family_lines() if len(marks) == outline.stated else []
        days = [mark.on for mark in marks]
        days += [step.last for line in self.family_lines for step in line.steps]
        days += [self.layers.points[0].on, self.layers.until] if self.layers.points else []
        starts_on = outline.deployment.starts_on
        self.first = min(*days, starts_on) if 0 < (min(days) - starts_on).days <= _NEAR else min(days)
        self.last = max(days)

    def _family_lines(self) -> list[FamilyLine]:
        statements = [
            Statement(style, "", part=False, on=mark.on, value=mark.value)
            for mark in self.outline.marks
            if mark.value is not None and (style := self._style(mark.family))
        ]
        is_level = self.outline.measure.kind is Kind.LEVEL
        return family_lines(
            statements, valid_days=self.outline.deployment.level_valid_days if is_level else None
        )

    def _style(self, family: str) -> FamilyStyle:
        return self.styles.get(family) or FamilyStyle(family, family, 0)

    def y(self, value: float) -> str:
        """A count in pixels: zero at the foot, the highest at the head."""
        room = self.height - 2 * _EDGE
        return number(self.height - _EDGE - min(value / self.highest, 1) * room)

    def share(self, on: date) -> float:
        """How far from left to right a day stands, 0 to 1, with a little room at the edges."""
        room = max((self.last - self.first).days * 0.025, 1)
        return ((on - self.first).days + room) / ((self.last - self.first).days + 2 * room)

    def lines(self) -> str:
        """Band and steps, stretched to the width."""
        pieces = [self._band()]
        pieces += [
            tag("path", class_=f"chart-family f{line.style.slot}", d=self._steps(line.steps))
            for line in self.family_lines
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
        return number(self.share(on) * _ACROSS)

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
        for mark in self.outline.marks:
            state = " contested" if mark.contested else ""
            x = f"{self.share(mark.on) * 100:.2f}%"
            pieces += [
                tag("circle", class_=f"f{self._style(mark.family).slot}{state}", cx=x, cy=self.y(value), r=2)
                for value in mark.values
            ]
        return tag("g", "".join(pieces), class_="chart-marks")


_NEAR = 30
"""Days before the first figure from which the start of the deployment is drawn, too."""
