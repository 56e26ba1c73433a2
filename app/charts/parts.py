"""All that a page needs to show one chart, made from one set of marks."""

from dataclasses import dataclass

from markupsafe import Markup

from app.charts.drawing import running_total_svg
from app.charts.figures import claim_address, figure_json, running_total_figure, zeros
from app.charts.legend import KeyItem, LegendItem, chart_key, family_legend
from app.charts.marks import Chart
from app.charts.reading_traces import PointAddress
from app.charts.summary import chart_summary
from app.charts.traces import Address
from app.readings.results import Reading


@dataclass(frozen=True, slots=True)
class ChartParts:
    """What `components/chart.html` puts together."""

    name: str
    title: str
    figure: Markup  # JSON for a script element
    drawing: Markup  # SVG
    summary: str
    legend: list[LegendItem]
    key: list[KeyItem]
    zeros: int  # marks that a logarithmic scale has no place for


def chart_parts(
    chart: Chart,
    *,
    title: str,
    name: str = "chart",
    reading: Reading | None = None,
    address: Address = claim_address,
    why: PointAddress | None = None,
) -> ChartParts:
    """Figure, drawing, summary, legend and key of one chart.

    `name` is the id of the chart on its page. `address` and `why` are as in running_total_figure.
    """
    figure = running_total_figure(chart, title=title, reading=reading, address=address, why=why)
    return ChartParts(
        name=name,
        title=title,
        figure=figure_json(figure),
        drawing=running_total_svg(chart, title=title, name=name, reading=reading),
        summary=chart_summary(chart, reading),
        legend=family_legend(chart),
        key=chart_key(chart, reading),
        zeros=zeros(chart),
    )
