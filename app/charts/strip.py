"""The headline under several methods as a strip: ranges below one another on one scale.

Each row is a small picture that fills its cell of a table, so that the figures stand beside it as
text. Colours are classes that `static/css/studies.css` fills in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor

from markupsafe import Markup

from app.charts.axes import round_step
from app.charts.shapes import number, tag, text
from app.charts.wording import count, day
from app.languages.spoken import N_, _, known
from app.readings.choices import Choices, Precedence, Tolerance
from app.readings.results import Point
from app.readings.robustness import Robustness, Variant

_ROW, _AXIS = 26, 20  # pixels of height
_TICKS = 3
_LEAST_SPAN = 0.2
"""A scale shows at least this share of its highest figure, so that next to nothing does not look large."""
_OPEN_ROOM = 0.18
"""Beyond the highest figure, for ranges without a ceiling, as a share of what is shown."""
_FADE = (0.3, 0.2, 0.11, 0.05)

_TOLERANCES = {
    Tolerance.ROUNDING: N_("as rounded"),
    Tolerance.NONE: N_("none"),
    Tolerance.FIVE: "5 %",
    Tolerance.TEN: "10 %",
    Tolerance.TWENTY: "20 %",
}
_PRECEDENCES = {
    Precedence.GRADED: N_("Better graded claims are asked first"),
    Precedence.LATEST: N_("Claims said later are asked first"),
}


@dataclass(frozen=True, slots=True)
class StripScale:
    """Counts from left to right, between two ticks."""

    ticks: tuple[int, ...]
    end: float  # the right edge: the last tick, or beyond it where a range is open

    def at(self, value: float) -> str:
        """A count as a percentage of the width."""
        share = (value - self.ticks[0]) / (self.end - self.ticks[0])
        return f"{number(100 * min(max(share, 0), 1))}%"


@dataclass(frozen=True, slots=True)
class StripRow:
    """One variant as a row of the table."""

    words: str  # its tolerance
    href: str
    drawing: Markup
    variant: Variant


@dataclass(frozen=True, slots=True)
class StripGroup:
    """The rows of one precedence."""

    words: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """What `templates/charts/robustness.html` shows."""

    sentence: str
    caption: str
    axis: Markup  # its ticks, for the head of the table
    groups: tuple[StripGroup, ...]


def robustness_strip(robust: Robustness, *, title: str, address: Callable[[Choices], str]) -> Strip:
    """Rows by precedence, then tolerance; `address` gives the page under the choices of a row.

    `title` names measure and deployment.
    """
    scale = strip_scale([_point(variant, robust) for variant in robust.variants])
    return Strip(
        sentence=robust.sentence,
        caption=_(
            "%(title)s on %(day)s, under every tolerance and both precedences",
            title=title,
            day=day(robust.on),
        ),
        axis=_axis(scale),
        groups=tuple(
            StripGroup(
                known(_PRECEDENCES[precedence]),
                tuple(_row(variant, scale, address) for variant in of_precedence),
            )
            for precedence, of_precedence in groupby(robust.variants, key=lambda one: one.choices.precedence)
        ),
    )


def _point(variant: Variant, robust: Robustness) -> Point:
    return Point(robust.on, variant.low, variant.selected, variant.high, variant.derived, variant.strained)


def strip_scale(points: Sequence[Point]) -> StripScale:
    """From zero, unless all figures are far from it; then around them, never magnifying without end."""
    figures = [
        value for point in points for value in (point.low, point.selected, point.high) if value is not None
    ]
    highest = max([*figures, 1])
    lowest = min([*figures, highest])
    span = max(highest - lowest, highest * _LEAST_SPAN)
    begin = max(0.0, highest - span - (span - (highest - lowest)) / 2) if lowest > span else 0.0
    step = round_step(highest - begin, _TICKS)
    ticks = tuple(range(floor(begin / step) * step, (ceil(highest / step) + 1) * step, step))
    is_open = any(point.low is not None and point.high is None for point in points)
    shown = ticks[-1] - ticks[0]
    return StripScale(ticks, ticks[-1] + (shown * _OPEN_ROOM if is_open else 0))


def _row(variant: Variant, scale: StripScale, address: Callable[[Choices], str]) -> StripRow:
    return StripRow(
        words=known(_TOLERANCES[variant.choices.tolerance]),
        href=address(variant.choices),
        drawing=_svg(_grid(scale, _ROW) + _range(variant, scale), _ROW),
        variant=variant,
    )


def _svg(content: str, height: int) -> Markup:
    """A picture that says nothing which does not stand beside it as text."""
    svg = tag("svg", content, class_="strip-drawing", aria_hidden="true", width="100%", height=height)
    return Markup(svg)  # noqa: S704 - made of numbers alone


def _axis(scale: StripScale) -> Markup:
    labels = [text(count(tick), x=scale.at(tick), y=_AXIS - 6, class_="strip-tick") for tick in scale.ticks]
    return _svg("".join(labels), _AXIS)


def _grid(scale: StripScale, height: int) -> str:
    lines = [
        tag("line", class_="strip-rule", x1=scale.at(tick), x2=scale.at(tick), y1=0, y2=height)
        for tick in scale.ticks
    ]
    return "".join(lines)


def _range(variant: Variant, scale: StripScale) -> str:
    """The bounds as a bar, fading out where it is open, and the selected figure as a stroke across it."""
    if variant.low is None:
        return ""
    middle = _ROW / 2
    pieces = []
    if variant.high is None:
        pieces += _fading(variant.low, scale)
    else:
        ends = {"x1": scale.at(variant.low), "x2": scale.at(variant.high)}
        pieces.append(tag("line", class_="strip-range", y1=middle, y2=middle, **ends))
        pieces += [tag("line", class_="strip-end", x1=x, x2=x, y1=8, y2=_ROW - 8) for x in ends.values()]
    if variant.selected is not None:
        x = scale.at(variant.selected)
        look = "strip-selected" + (" derived" if variant.derived else "") + (" strained" * variant.strained)
        pieces.append(tag("line", class_=look, x1=x, x2=x, y1=4, y2=_ROW - 4))
    return "".join(pieces)


def _fading(low: int, scale: StripScale) -> list[str]:
    middle, strip = _ROW / 2, (scale.end - low) / len(_FADE)
    pieces = [
        tag(
            "line",
            class_="strip-fade",
            x1=scale.at(low + strip * place),
            x2=scale.at(low + strip * (place + 1)),
            y1=middle,
            y2=middle,
            stroke_opacity=alpha,
        )
        for place, alpha in enumerate(_FADE)
    ]
    x = scale.at(low)
    return [*pieces, tag("line", class_="strip-end", x1=x, x2=x, y1=8, y2=_ROW - 8)]
