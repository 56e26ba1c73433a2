"""What stands beside a chart: its families, and how to read what is drawn."""

from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from app.charts.families import OTHERS
from app.charts.layers import Layers, reading_layers
from app.charts.mark import Lane, Mark
from app.charts.marks import Chart
from app.charts.shapes import arrow_path, symbol_path, tag
from app.languages.spoken import N_, known, ngettext
from app.readings.results import Reading

_SIZE = 10


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One family, or all that share the neutral colour together."""

    key: str  # what traces of the figure are marked with
    name: str
    claims: int
    swatch: Markup


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One way of drawing and what it means."""

    words: str
    swatch: Markup


def family_legend(chart: Chart) -> list[LegendItem]:
    """The families that have a mark, in the order of their colours, the neutral ones as one."""
    ordered = sorted(chart.marks, key=lambda mark: (mark.style.slot == 0, mark.style.slot))
    items = []
    for key, group in groupby(ordered, key=lambda mark: mark.style.key):
        marks = list(group)
        names = sorted({mark.style.name for mark in marks})
        several = ngettext("%(num)s other family", "%(num)s other families", len(names))
        name = names[0] if key != OTHERS or len(names) == 1 else several
        items.append(LegendItem(key, name, len(marks), _symbol(marks[0].style.slot)))
    return items


def chart_key(chart: Chart, reading: Reading | None = None) -> list[KeyItem]:
    """How to read the chart: only what occurs in it, first what was stated, then what is derived."""
    layers = reading_layers(reading)
    marks = chart.on_lane(Lane.AXIS) + chart.on_lane(Lane.SPAN)
    told = [
        (any(len(m.values) == 1 and not (m.opens_up or m.opens_down) for m in marks), _POINT),
        (any(m.claim.low is not None and m.claim.high is not None for m in marks), _BETWEEN),
        (any(m.opens_up for m in marks), _FLOOR),
        (any(m.opens_down for m in marks), _CEILING),
        (any(_is_imprecise(m) for m in marks), _IMPRECISE),
        (any(m.part for m in marks), _PART),
        (bool(chart.lines), _LINE),
        *_told_by(layers),
        (any(m.contested for m in chart.drawn), _CONTESTED),
    ]
    return [replace(item, words=known(item.words)) for occurs, item in told if occurs]


def _told_by(layers: Layers) -> list[tuple[bool, KeyItem]]:
    return [
        (bool(layers.closed), _BAND),
        (bool(layers.open), _OPEN),
        (bool(layers.selected), _SELECTED),
        (any(step.derived for step in layers.selected), _DERIVED),
        (any(step.strained for step in layers.selected), _STRAINED),
        (bool(layers.events), _EVENTS),
    ]


def _is_imprecise(mark: Mark) -> bool:
    return mark.lane is Lane.AXIS and mark.first < mark.on


def _swatch(content: str, wide: int = 18) -> Markup:
    picture = tag(
        "svg",
        content,
        class_="chart-swatch",
        viewBox=f"{-wide / 2:g} -9 {wide} 18",
        width=wide,
        height=18,
        aria_hidden="true",
        focusable="false",
    )
    return Markup(picture)  # noqa: S704 - shapes of our own, no text


def _symbol(slot: int) -> Markup:
    return _swatch(tag("path", class_=f"chart-marks f{slot}", d=symbol_path(slot, _SIZE)))


def _example(extra: str, *, state: str = "", y: float = 0) -> Markup:
    shape = tag("path", d=symbol_path(1, 8), transform=f"translate(0 {y:g})")
    return _swatch(tag("g", shape + extra, class_=f"chart-marks f0{state}"))


_UP = tag("path", d=arrow_path(8, up=True), transform="translate(0 4)")
_DOWN = tag("path", d=arrow_path(8, up=False), transform="translate(0 -4)")
_BAR = tag("line", y1=-5, y2=5) + tag("path", d=symbol_path(1, 6), transform="translate(0 -5)")

_POINT = KeyItem(N_("a stated figure"), _example(""))
_BETWEEN = KeyItem(
    N_("between two stated bounds"),
    _swatch(
        tag("g", _BAR + tag("path", d=symbol_path(1, 6), transform="translate(0 5)"), class_="chart-marks f0")
    ),
)
_FLOOR = KeyItem(N_("at least"), _example(_UP, y=4))
_CEILING = KeyItem(N_("at most"), _example(_DOWN, y=-4))
_IMPRECISE = KeyItem(
    N_("some day in this time"),
    _swatch(
        tag("path", class_="chart-whisker f0", d="M-13 0H8")
        + tag("path", class_="chart-marks f0", d=symbol_path(1, 8), transform="translate(9 0)"),
        30,
    ),
)
_PART = KeyItem(
    N_("about a part of the theatre"), _swatch(tag("path", class_="chart-marks f0", d=symbol_path(1, 5.6)))
)
_LINE = KeyItem(
    N_("a family's own statements"), _swatch(tag("path", class_="chart-family f0", d="M-13 5H0V-5H13"), 30)
)
_BAND = KeyItem(
    N_("what the accepted claims imply, tolerance included"),
    _swatch(tag("path", class_="chart-band", d="M-13 -6H13V6H-13z"), 30),
)
_OPEN = KeyItem(
    N_("no claim sets a ceiling"),
    _swatch(
        tag("path", class_="chart-fade", fill_opacity=0.15, d="M-13 0H13V7H-13z")
        + tag("path", class_="chart-fade", fill_opacity=0.07, d="M-13 -6H13V0H-13z")
        + tag("path", class_="chart-floor", d="M-13 7H13")
        + tag("path", class_="chart-open", d=arrow_path(4, up=True)),
        30,
    ),
)
_SELECTED = KeyItem(
    N_("selected: a claim's own figure"), _swatch(tag("path", class_="chart-selected", d="M-13 0H13"), 30)
)
_DERIVED = KeyItem(
    N_("selected, derived by adding up"), _swatch(tag("path", class_="chart-derived", d="M-13 0H13"), 30)
)
_STRAINED = KeyItem(
    N_("strained: outside the exact bounds"),
    _swatch(
        tag("path", class_="chart-strained", d="M-13 0H13")
        + tag("path", class_="chart-selected", d="M-13 0H13"),
        30,
    ),
)
_EVENTS = KeyItem(
    N_("sum of one source's listed events"), _swatch(tag("path", class_="chart-events f0", d="M-13 0H13"), 30)
)
_CONTESTED = KeyItem(
    N_("contested: cannot be true together with accepted claims"), _example("", state=" contested")
)
