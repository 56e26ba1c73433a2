"""The same chart drawn on the server: what is seen before any script runs, on paper, in a feed.

The drawing is fluid: it fills any column without scaling its letters. Colours are classes that
`static/css/chart.css` fills in for light, dark and print. It holds no script.
"""

from dataclasses import dataclass

from markupsafe import Markup

from app.charts.layers import reading_layers
from app.charts.marks import Chart
from app.charts.picture import Picture
from app.charts.plan import PANEL, RIGHT, Scale, plan_chart
from app.charts.shapes import escaped, tag
from app.charts.summary import chart_summary
from app.readings.results import Reading

SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart as one element of fixed size, to be put into a larger picture."""

    markup: str
    height: int  # pixels


def plot(content: str, left: int, across: int, height: int) -> Plot:
    """What is drawn between two edges, with room for the labels of counts on the left; pixels."""
    markup = tag(
        "svg", content, class_="chart-drawing", x=left, width=across, height=height, overflow="visible"
    )
    return Plot(markup, height)


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


def running_total_plot(
    chart: Chart, *, width: int, reading: Reading | None = None, panel: int = PANEL
) -> Plot:
    """The chart as a part of a file of its own, `width` pixels wide; `panel` is the height of its axis."""
    layers = reading_layers(reading)
    plan = plan_chart(chart, layers, panel=panel)
    across = width - plan.left - RIGHT
    return plot(Picture(chart, plan, layers, "chart", across).content(), plan.left, across, plan.height)


def _picture(chart: Chart, reading: Reading | None, scale: Scale, name: str) -> Picture:
    layers = reading_layers(reading)
    return Picture(chart, plan_chart(chart, layers, scale), layers, name)


def _said(chart: Chart, title: str, name: str, reading: Reading | None) -> str:
    """What is read out in place of the picture."""
    summary = escaped(chart_summary(chart, reading))
    return tag("title", escaped(title), id=f"{name}-title") + tag("desc", summary, id=f"{name}-desc")
