"""The same chart drawn on the server: what is seen before any script runs, on paper, in a feed.

The drawing is fluid: it fills any column without scaling its letters. Colours are classes that
`static/css/chart.css` fills in for light, dark and print. It holds no script.
"""

from functools import cache

from markupsafe import Markup

from app.charts.layers import reading_layers
from app.charts.marks import Chart
from app.charts.palette import LIGHT, SLOTS, Theme
from app.charts.picture import Picture
from app.charts.plan import RIGHT, Scale, plan_chart
from app.charts.shapes import escaped, tag, text
from app.charts.summary import chart_summary
from app.readings.results import Reading
from app.settings import PROJECT

SVG = "http://www.w3.org/2000/svg"

_HEADING = 36  # pixels above the chart for the heading of a file
_AROUND = "/* Around the chart. */"  # where the rules of the style sheet turn from drawings to pages


def running_total_svg(
    chart: Chart,
    *,
    title: str,
    name: str = "chart",
    reading: Reading | None = None,
    scale: Scale = Scale.LINEAR,
) -> Markup:
    """The chart as one SVG element for a page.

    `title` and the summary are read out in place of the picture. `name` begins the ids inside
    it, and differs between the drawings of one page. As tall as the figure that replaces it.
    """
    picture = _picture(chart, reading, scale, name)
    plan = picture.plan
    svg = tag(
        "svg",
        _said(chart, title, name, reading) + picture.content(),
        xmlns=SVG,
        class_="chart-drawing",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        height=plan.height,
        style=f"width:calc(100% - {plan.left + RIGHT}px);margin-left:{plan.left}px",
    )
    return Markup(svg)  # noqa: S704 - every text in it went through escaped()


def standalone_svg(
    chart: Chart,
    *,
    title: str,
    theme: Theme = LIGHT,
    reading: Reading | None = None,
    scale: Scale = Scale.LINEAR,
    width: int = 1000,
) -> str:
    """The chart as a file of its own: with a heading, on paper, its style inside. `width` in pixels."""
    picture = _picture(chart, reading, scale, "chart")
    plan = picture.plan
    height = plan.height + _HEADING
    plot = tag(
        "svg",
        picture.content(),
        x=plan.left,
        y=_HEADING,
        width=width - plan.left - RIGHT,
        height=plan.height,
        overflow="visible",
    )
    pieces = (
        _said(chart, title, "chart", reading),
        tag("style", _style(theme)),
        tag("rect", class_="chart-paper", width=width, height=height),
        text(title, class_="chart-heading", x=4, y=28),
        plot,
    )
    return tag(
        "svg",
        "".join(pieces),
        xmlns=SVG,
        class_="chart-drawing",
        role="img",
        aria_labelledby="chart-title chart-desc",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
    )


def _picture(chart: Chart, reading: Reading | None, scale: Scale, name: str) -> Picture:
    layers = reading_layers(reading)
    return Picture(chart, plan_chart(chart, layers, scale), layers, name)


def _said(chart: Chart, title: str, name: str, reading: Reading | None) -> str:
    """What is read out in place of the picture."""
    summary = escaped(chart_summary(chart, reading))
    return tag("title", escaped(title), id=f"{name}-title") + tag("desc", summary, id=f"{name}-desc")


@cache
def _style(theme: Theme) -> str:
    """The page's own rules for drawings, and the colours they name."""
    families = "".join(f"--family-{slot}:{theme.family(slot)};" for slot in range(1, SLOTS + 1))
    names = ("ink", "ink_soft", "ink_faint", "paper", "rule", "band", "selected", "contested", "family_other")
    colours = "".join(f"--{name.replace('_', '-')}:{getattr(theme, name)};" for name in names)
    rules = (PROJECT / "static" / "css" / "chart.css").read_text(encoding="utf-8")
    drawing, _, _ = rules.partition(_AROUND)
    return f":root{{{colours}{families}--font-sans:{theme.font_sans}}}{escaped(drawing)}"
