"""The interactive figure of a running total, for plotly.js and its `basic` bundle."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from math import log10
from typing import Any

from markupsafe import Markup

from app.charts.labels import LABELS_FROM, Label, place_labels
from app.charts.layers import reading_layers
from app.charts.mark import Lane
from app.charts.marks import Chart
from app.charts.palette import PAGE, Theme
from app.charts.plan import (
    BOTTOM,
    NOTHING_YET,
    RIGHT,
    CountAxis,
    Plan,
    Scale,
    axis_title,
    plan_chart,
    span_title,
)
from app.charts.reading_traces import PointAddress, band_traces, event_traces, point_trace, selected_traces
from app.charts.traces import (
    Address,
    Figure,
    Trace,
    family_traces,
    mark_traces,
    plotted,
    scatter,
    whisker_traces,
)
from app.languages.catalogues import ENGLISH
from app.languages.formats import locale_of, separators
from app.languages.spoken import known, language_now
from app.readings.results import Reading

_TEXT = 12.5
_DAYS = 86_400_000  # milliseconds, in which Plotly counts the distance of days


def claim_address(claim_ref: str) -> str:
    """The page of a claim, for a site at the root of its host."""
    return f"/claims/{claim_ref}"


def running_total_figure(
    chart: Chart,
    *,
    title: str,
    theme: Theme = PAGE,
    reading: Reading | None = None,
    scale: Scale = Scale.LINEAR,
    address: Address = claim_address,
    why: PointAddress | None = None,
) -> Figure:
    """The figure of one measure: what was stated, and with a reading what can be known from it.

    It is made without Plotly's own classes, which take longer over it than a page does over all else; a test
    holds it against them.

    With the theme PAGE, the default, colours are names that the page's script fills in; LIGHT
    and DARK give a figure that stands by itself. `title` is not drawn, the page has a heading;
    it names the downloaded picture. `address` and `why` lead from a click to a page: of a
    claim, and of a day of the reading (None: such points lead nowhere).
    """
    layers = reading_layers(reading)
    plans = {each: plan_chart(chart, layers, each) for each in Scale}
    plan = plans[scale]
    styles = {mark.claim.source.slug: mark.style for mark in chart.marks}
    traces: list[Trace] = [
        *_for_scale(scale, {each: band_traces(layers, plans[each], theme) for each in Scale}),
        *event_traces(layers, styles, plan, theme),
        *whisker_traces(chart, plan, theme, address),
        *family_traces(chart, theme),
        *selected_traces(layers, theme),
        *point_trace(layers, theme, why),
        *mark_traces(chart, plan, layers, theme, address),
        *_for_scale(
            scale, {each: _label_traces(place_labels(chart, plans[each], layers), theme) for each in Scale}
        ),
    ]
    layout = _layout(chart, plan, theme)
    layout["meta"] = _meta(chart, plans, title)
    return {"data": traces, "layout": layout}


def _for_scale(shown: Scale, traces: Mapping[Scale, list[Trace]]) -> Iterator[Trace]:
    """What looks different on either scale, drawn for both; the script shows one of them."""
    for scale, of_scale in traces.items():
        for trace in of_scale:
            yield trace | {"meta": trace["meta"] | {"scale": scale.value}, "visible": scale is shown}


def figure_json(figure: Figure) -> Markup:
    """The figure as JSON that may stand inside a script element of a page."""
    text = json.dumps(figure, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))  # noqa: S704 - no markup is left


def _layout(chart: Chart, plan: Plan, theme: Theme) -> dict[str, Any]:
    """Axes one above the other on one axis of time, and nothing of Plotly's own look."""
    axes = {"yaxis": _count_axis(plan, plan.axis)}
    if plan.spans:
        axes["yaxis2"] = _count_axis(plan, plan.spans)
    if plan.aside:
        axes["yaxis3"] = _aside_axis(plan)
    foot = "y3" if plan.aside else "y2" if plan.spans else "y"
    return {
        "template": house_template(theme),
        "separators": separators(language_now()),
        "height": plan.height,
        "margin": {"l": plan.left, "r": RIGHT, "t": plan.axis.top, "b": BOTTOM, "pad": 0},
        "xaxis": {
            "type": "date",
            "range": [plan.first.isoformat(), plan.last.isoformat()],
            "anchor": foot,
            "tickformatstops": [
                {"dtickrange": [None, _DAYS * 21], "value": "%-d %b\n%Y"},
                {"dtickrange": ["M1", "M6"], "value": "%b\n%Y"},
                {"dtickrange": ["M12", None], "value": "%Y"},
            ],
        },
        **axes,
        "annotations": _annotations(chart, plan, theme),
        "shapes": _shapes(plan, theme),
    }


def spoken_format() -> dict[str, Any]:
    """What Plotly has to know to write months as the page does; nothing in English, which it writes itself.

    As its `locales` take it, for the page's script.
    """
    language = language_now()
    if language == ENGLISH:
        return {}
    names, alone = locale_of(language).months["format"], locale_of(language).months["stand-alone"]
    months = {
        "months": [alone["wide"][month] for month in range(1, 13)],
        "shortMonths": [names["abbreviated"][month] for month in range(1, 13)],
    }
    return {"language": language, "format": months}


def house_template(theme: Theme) -> dict[str, Any]:
    """How every figure of the site looks."""
    font = {"family": theme.font_sans, "size": _TEXT, "color": theme.ink_soft}
    axis = {
        "showgrid": True,
        "gridcolor": theme.rule,
        "gridwidth": 1,
        "zeroline": False,
        "automargin": False,
        "tickfont": {"color": theme.ink_soft, "size": _TEXT},
        "title": {"text": ""},
    }
    return {
        "layout": {
            "font": font,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "hovermode": "closest",
            "hoverdistance": 16,
            "dragmode": "zoom",
            "hoverlabel": {
                "bgcolor": theme.paper_raised,
                "bordercolor": theme.ink_faint,
                "font": {"color": theme.ink, "size": 13, "family": theme.font_sans},
                "align": "left",
                "namelength": 0,
            },
            "xaxis": {
                **axis,
                "showgrid": False,
                "ticks": "outside",
                "tickcolor": theme.ink_faint,
                "ticklen": 5,
                "showline": True,
                "linecolor": theme.ink_faint,
                "nticks": 9,
            },
            "yaxis": {
                **axis,
                "tickformat": ",d",
                "exponentformat": "none",
                "ticks": "outside",
                "ticklen": 6,
                "tickcolor": "rgba(0,0,0,0)",
            },
        }
    }


def _share(plan: Plan, y: float) -> float:
    """A height in pixels as a share of the plot, 0 at its foot, as Plotly counts."""
    return 1 - (y - plan.axis.top) / (plan.height - plan.axis.top - BOTTOM)


def _domain(plan: Plan, top: float, bottom: float) -> list[float]:
    return [max(0.0, round(_share(plan, bottom), 5)), min(1.0, round(_share(plan, top), 5))]


def _count_axis(plan: Plan, axis: CountAxis) -> dict[str, Any]:
    ends: list[float] = [axis.lowest, axis.highest]
    if axis.scale is Scale.LOG:
        ends = [log10(end) for end in ends]  # the range of such an axis is given in powers of ten
    return {
        "type": "log" if axis.scale is Scale.LOG else "linear",
        "range": ends,
        "domain": _domain(plan, axis.top, axis.bottom),
        "tickmode": "array",
        "tickvals": [plotted(tick) for tick in axis.ticks],
        "fixedrange": True,
        "tickformat": ",d",
    }


def _aside_axis(plan: Plan) -> dict[str, Any]:
    """One pixel is one unit here, so that rows stand where they were planned."""
    top, bottom = min(plan.aside.values()) - 18, max(plan.aside.values()) + 9
    return {
        "range": [-bottom, -top],
        "domain": _domain(plan, top, bottom),
        "fixedrange": True,
        "showgrid": False,
        "showticklabels": False,
        "zeroline": False,
    }


def _annotations(chart: Chart, plan: Plan, theme: Theme) -> list[dict[str, Any]]:
    """What each axis and each row is about, written above it."""
    notes = [_note(plan, axis_title(chart.subject), plan.axis.top - 22, theme.ink, out=True)]
    if plan.is_bare:
        notes.append(_note(plan, known(NOTHING_YET), plan.axis.bottom - 24, theme.ink_faint, out=False))
    if plan.spans:
        notes.append(_note(plan, span_title(chart), plan.spans.top - 16, theme.ink_soft, out=True))
    notes += [
        _note(plan, known(row.value), y - 17, theme.ink_faint, out=False) for row, y in plan.aside.items()
    ]
    return notes


def _note(plan: Plan, text: str, y: float, colour: str, *, out: bool) -> dict[str, Any]:
    """A line of text from the left edge of the chart (`out`) or of the plot."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yshift": plan.axis.top - y,
        "xshift": 4 - plan.left if out else 0,
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": _TEXT, "color": colour},
    }


def _shapes(plan: Plan, theme: Theme) -> list[dict[str, Any]]:
    """The foot of each axis, and a hairline under each row beside the axes."""
    feet = [(axis.bottom, theme.ink_faint) for axis in (plan.axis, plan.spans) if axis]
    rules = [(y, theme.rule) for y in plan.aside.values()]
    return [_across(_share(plan, y), colour) for y, colour in (*feet, *rules)]


def _across(y: float, colour: str) -> dict[str, Any]:
    """A hairline over the whole width."""
    ends = {"x0": 0, "x1": 1, "y0": y, "y1": y}
    line = {"color": colour, "width": 1}
    return {"type": "line", "layer": "below", "xref": "paper", "yref": "paper", "line": line, **ends}


def _label_traces(labels: list[Label], theme: Theme) -> list[Trace]:
    """Names at the ends of lines, as text that moves with the data."""
    traces = []
    for label in labels:
        above = "middle" if label.dy == 0 else "top" if label.dy < 0 else "bottom"
        side = "right" if label.anchor == "start" else "left"
        colour = theme.selected if label.slot is None else theme.ink_soft
        traces.append(
            scatter(
                "label",
                label.key,
                x=[label.on.isoformat()],
                y=[plotted(label.value)],
                mode="markers+text",
                marker={"size": 12, "opacity": 0},  # keeps the text off the line
                text=[escape(label.text, quote=False)],
                textposition=f"{above} {side}",
                textfont={
                    "color": colour,
                    "size": 12,
                    "weight": 600 if label.slot is None else 400,
                    "shadow": ", ".join([f"0 0 2px {theme.paper}"] * 4),  # keeps the lines below it off
                },
                cliponaxis=False,
            )
        )
    return traces


def zeros(chart: Chart) -> int:
    """How many drawn marks a logarithmic scale has no place for."""
    return sum(0 in mark.values for mark in chart.on_lane(Lane.AXIS))


def _meta(chart: Chart, plans: Mapping[Scale, Plan], title: str) -> dict[str, Any]:
    """What the page's script has to know beyond the traces."""
    return {
        "title": title,
        **spoken_format(),
        "marks": len(chart.marks),
        "drawn": len(chart.drawn),
        "zeros": zeros(chart),
        "labelsFrom": LABELS_FROM,
        "scales": {
            scale.value: {
                "range": [
                    log10(end) if scale is Scale.LOG else end for end in (plan.axis.lowest, plan.axis.highest)
                ],
                "ticks": [plotted(tick) for tick in plan.axis.ticks],
            }
            for scale, plan in plans.items()
        },
    }
