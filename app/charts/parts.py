"""All that a page needs to show one chart, made from one set of marks."""

from dataclasses import dataclass

from markupsafe import Markup

from app.charts.drawing import running_total_svg
from app.charts.figures import zeros
from app.charts.legend import KeyItem, LegendItem, chart_key, family_legend
from app.charts.marks import Chart
from app.charts.summary import chart_summary
from app.readings.results import Reading


@dataclass(frozen=True, slots=True)
class ChartParts:
    """What `components/chart.html` puts together."""

    name: str
    title: str
    figure: str  # the address of its JSON
    drawing: Markup  # SVG
    summary: str
    legend: list[LegendItem]
    key: list[KeyItem]
    zeros: int  # marks that a logarithmic scale has no place for


def chart_parts(
    chart: Chart,
    *,
    title: str,
    figure: str,
    name: str = "chart",
    reading: Reading | None = None,
) -> ChartParts:
    """Drawing, summary, legend and key of one chart.

    `figure` is the address of its figure, which the page's script asks for once the chart is in sight: the
    drawing, which everybody sees first, does not wait for it. `name` is the id of the chart on its page.
    """
    return ChartParts(
        name=name,
        title=title,
        figure=figure,
        drawing=running_total_svg(chart, title=title, name=name, reading=reading),
        summary=chart_summary(chart, reading),
        legend=family_legend(chart),
        key=chart_key(chart, reading),
        zeros=zeros(chart),
    )
