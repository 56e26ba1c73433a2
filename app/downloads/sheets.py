"""A picture is put together from top to bottom: lines of words, a chart, a legend, each below the last."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from app.charts.drawing import SVG, Plot
from app.charts.palette import Theme
from app.charts.shapes import escaped, number, tag, text
from app.downloads.fonts import shortened, width, wrapped
from app.downloads.style import style_of


class Type(NamedTuple):
    """How a text is set; sizes in pixels, as in the style sheet of pictures."""

    look: str  # the class
    size: float
    leading: float  # from one line to the next
    bold: bool = False


TITLE = Type("title", 26, 34, bold=True)
WORDS = Type("words", 15, 22)
SMALL = Type("small", 13, 19)
FAINT = Type("faint", 12, 17)
CARD_TITLE = Type("card-title", 46, 56, bold=True)
CARD_WORDS = Type("card-words", 29, 38)
CARD_SMALL = Type("card-small", 22, 30)


class Entry(NamedTuple):
    """One way of drawing in a legend, and what it means."""

    swatch: Markup
    words: str


_BESIDE, _BETWEEN = 6, 20  # pixels: from a swatch to its words, and to the next swatch
_BASELINE = 0.78  # of the type's size, from the top of a line


@dataclass(slots=True)
class Sheet:
    """A picture in the making. `y` is where the next thing begins; all in pixels."""

    width: int
    margin: int
    theme: Theme
    y: float = 0
    markup: str = ""

    @property
    def room(self) -> float:
        """Between the margins."""
        return self.width - 2 * self.margin

    def gap(self, pixels: float) -> None:
        """Leave some room."""
        self.y += pixels

    def say(self, words: str, how: Type, *, at_most: int | None = None) -> None:
        """A paragraph, in as many lines as it needs or `at_most`, the last with an ellipsis."""
        lines = wrapped(words, how.size, self.room, bold=how.bold)
        if at_most is not None:
            lines = shortened(lines, at_most, how.size, self.room, bold=how.bold)
        for line in lines:
            y = number(self.y + how.leading * _BASELINE)
            self.markup += text(line, class_=how.look, x=self.margin, y=y)
            self.y += how.leading

    def rule(self) -> None:
        """A line across."""
        y = number(round(self.y) + 0.5)
        self.markup += tag("line", class_="rule", x1=self.margin, x2=self.width - self.margin, y1=y, y2=y)

    def put(self, plot: Plot, *, scale: float = 1) -> None:
        """A chart between the margins."""
        moved = f"translate({self.margin} {number(self.y)})"
        if scale != 1:
            moved += f" scale({scale:g})"
        self.markup += tag("g", plot.markup, transform=moved)
        self.y += plot.height * scale

    def legend(self, entries: Iterable[Entry], how: Type = SMALL) -> None:
        """Swatches with their words, as many on a line as there is room for."""
        x: float = self.margin
        for swatch, words in entries:
            before = _width_of(swatch) + _BESIDE
            said = shortened(wrapped(words, how.size, self.room - before), 1, how.size, self.room - before)[0]
            wide = before + width(said, how.size)
            if x > self.margin and x + wide > self.width - self.margin:
                x, self.y = self.margin, self.y + how.leading + 2
            self.markup += _placed(swatch, x, self.y)
            baseline = number(self.y + how.leading * _BASELINE)
            self.markup += text(said, class_=how.look, x=number(x + before), y=baseline)
            x += wide + _BETWEEN
        self.y += how.leading + 2

    def finish(self, *, title: str, summary: str, height: int | None = None) -> str:
        """The picture as a file; `title` and `summary` are read out in its place."""
        tall = round(self.y) if height is None else height
        paper = tag("rect", class_="paper", width=self.width, height=tall)
        said = tag("title", escaped(title), id="picture-title")
        said += tag("desc", escaped(summary), id="picture-desc")
        return tag(
            "svg",
            said + tag("style", style_of(self.theme)) + paper + self.markup,
            xmlns=SVG,
            role="img",
            aria_labelledby="picture-title picture-desc",
            width=self.width,
            height=tall,
            viewBox=f"0 0 {self.width} {tall}",
        )


def _placed(swatch: Markup, x: float, y: float) -> str:
    """A swatch beside its words; it is 18 pixels high."""
    place = f' x="{number(x)}" y="{number(y + 0.5)}" overflow="visible"'
    return str(swatch).replace("<svg", f"<svg{place}", 1)


def _width_of(swatch: Markup) -> int:
    found = re.search(r' width="(\d+)"', swatch)
    assert found is not None  # noqa: S101 - every swatch of app.charts has a size
    return int(found[1])


def fitting(wordings: Iterable[Sequence[str]], how: Type, room: float, at_most: int) -> str:
    """The first wording that fits on so many lines, its parts with semicolons between them.

    Where none does, as many parts of the last as fit, and how many more there are.
    """
    parts: Sequence[str] = ()
    for parts in wordings:
        told = "; ".join(parts)
        if len(wrapped(told, how.size, room)) <= at_most:
            return told
    kept = len(parts)
    while kept > 1 and len(wrapped("; ".join(parts[:kept]), how.size, room)) >= at_most:
        kept -= 1
    return f"{'; '.join(parts[:kept])}; and {len(parts) - kept} more"
