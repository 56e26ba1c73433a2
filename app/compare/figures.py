"""A comparison as a figure for plotly.js, put in place of the drawing by static/js/chart.js."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from app.charts.figures import figure_json, house_template, spoken_format
from app.charts.frame import Range, touching
from app.charts.labels import LABELS_FROM
from app.charts.palette import PAGE, SYMBOLS, Theme, faint
from app.charts.plan import CountAxis, Scale
from app.charts.traces import Trace, hover, plotted, scatter
from app.compare.labels import EndLabel, end_labels
from app.compare.parameters import By, Counted
from app.compare.plan import Drawn, Plan, Step, log_range
from app.compare.wording import unit_in_words, value_in_words, when_in_words
from app.languages.formats import separators
from app.languages.spoken import language_now

WhyAddress = Callable[[str, str, date], str]
"""From a deployment, a measure and a day to the page that says why the numbers are what they are."""

_BAND, _EDGE, _FLOOR = 0.1, 0.35, 0.6  # how strong a series' colour is in them
_DAYS = 86_400_000  # milliseconds, in which Plotly counts the distance of days


def comparison_figure(
    plan: Plan, *, title: str, counted: Counted, why: WhyAddress, theme: Theme = PAGE
) -> Markup:
    """The figure as JSON for a script element; colours are names that the page's script fills in."""
    traces: list[Trace] = []
    for one in plan.drawn:
        traces += _bands(one, plan, theme)
    for one in plan.drawn:
        traces += _lines(one, plan, theme)
        traces += _points(one, plan, counted, why, theme)
    for one in plan.drawn:
        traces += _ends(one, plan, theme)
    traces += [_label(label, plan, theme) for label in end_labels(plan)]
    layout = _layout(plan, theme)
    layout["meta"] = _meta(plan, title)
    return figure_json({"data": traces, "layout": layout})


def _x(at: float, plan: Plan) -> str | int:
    """A position as Plotly's axis has it: a date, or a number of days."""
    return int(at) if plan.by is By.DAYS else date.fromordinal(int(at)).isoformat()


def _bands(one: Drawn, plan: Plan, theme: Theme) -> list[Trace]:
    """Closed segments as tints, open ones by their floor; both on either scale."""
    colour, traces = theme.family(one.slot), []
    for scale, axis in ((Scale.LINEAR, plan.frame.axis), (Scale.LOG, plan.log_axis)):
        for run in touching(one.ranges):
            draw = _floor if run[0].high is None else _tint
            trace = draw(one, run, axis, plan, colour)
            meta = trace["meta"] | {"scale": scale.value}
            traces.append(trace | {"meta": meta, "visible": scale is Scale.LINEAR})
    return traces


def _tint(one: Drawn, run: Sequence[Range], axis: CountAxis, plan: Plan, colour: str) -> Trace:
    corners = [(at, part.low) for part in run for at in (part.first, part.last)]
    corners += [(at, part.high or 0) for part in reversed(run) for at in (part.last, part.first)]
    corners.append(corners[0])
    return scatter(
        "band",
        one.key,
        x=[_x(at, plan) for at, _ in corners],
        y=[plotted(max(value, axis.lowest)) for _, value in corners],
        mode="lines",
        fill="toself",
        fillcolor=faint(colour, _BAND),
        line={"color": faint(colour, _EDGE), "width": 1},
    )


def _floor(one: Drawn, run: Sequence[Range], axis: CountAxis, plan: Plan, colour: str) -> Trace:
    corners = [(at, part.low) for part in run for at in (part.first, part.last)]
    return scatter(
        "open band",
        one.key,
        x=[_x(at, plan) for at, _ in corners],
        y=[plotted(max(value, axis.lowest)) for _, value in corners],
        mode="lines",
        line={"color": faint(colour, _FLOOR), "width": 1, "dash": "1.5px,2.5px"},
    )


def _lines(one: Drawn, plan: Plan, theme: Theme) -> list[Trace]:
    """The selected line: solid where it is a claim's own figure, dashed where it is derived."""
    traces = []
    for derived in (False, True):
        xs, ys = _stretches(one.steps, plan, derived=derived)
        if xs:
            line: dict[str, Any] = {"color": theme.family(one.slot), "width": 2.4, "shape": "hv"}
            line |= {"dash": "5px,3px"} if derived else {}
            traces.append(
                scatter("derived" if derived else "selected", one.key, x=xs, y=ys, mode="lines", line=line)
            )
    return traces


def _stretches(steps: Sequence[Step], plan: Plan, *, derived: bool) -> tuple[list[Any], list[Any]]:
    """The corners of the stretches of one kind, lifted between them; each begins with its rise."""
    xs: list[Any] = []
    ys: list[Any] = []
    for before, step in pairwise([None, *steps]):
        if step is None or step.derived is not derived:
            continue
        touches = before is not None and before.last == step.first
        if before is None or not touches or before.derived is not derived:
            xs += [None] if xs else []
            ys += [None] if ys else []
            if before is not None and touches:
                xs.append(_x(step.first, plan))
                ys.append(plotted(before.value))
        xs += [_x(step.first, plan), _x(step.last, plan)]
        ys += [plotted(step.value), plotted(step.value)]
    return xs, ys


def _points(one: Drawn, plan: Plan, counted: Counted, why: WhyAddress, theme: Theme) -> list[Trace]:
    """Something to point at wherever a series changes; a click leads to why."""
    spots = [
        (held, height)
        for held in one.held
        if (height := held.value.selected if held.value.selected is not None else held.value.low) is not None
    ]
    if not spots:
        return []
    series, unit = one.series, unit_in_words(one.series, counted)
    told = [
        f"{one.words}, {when_in_words(series, held.value, plan.by)}: {value_in_words(held.value, unit)}"
        for held, _ in spots
    ]
    return [
        scatter(
            "reading",
            one.key,
            x=[_x(held.first, plan) for held, _ in spots],
            y=[plotted(height) for _, height in spots],
            mode="markers",
            marker={"size": 9, "color": faint(theme.family(one.slot), 0.0), "line": {"width": 0}},
            customdata=[
                [why(series.deployment, series.measure, held.value.on), hover(words)]
                for (held, _), words in zip(spots, told, strict=True)
            ],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    ]


def _ends(one: Drawn, plan: Plan, theme: Theme) -> list[Trace]:
    """The symbol at the end of a line."""
    if one.end is None:
        return []
    marker = {
        "symbol": SYMBOLS[one.slot],
        "size": 10,
        "color": theme.family(one.slot),
        "line": {"color": theme.paper, "width": 0.8},
    }
    at = {"x": [_x(one.end.last, plan)], "y": [plotted(one.end.value)]}
    return [scatter("marks", one.key, mode="markers", marker=marker, cliponaxis=False, **at)]


def _label(label: EndLabel, plan: Plan, theme: Theme) -> Trace:
    """The name of a line, as text that moves with it."""
    above = "middle" if label.dy == 0 else "top" if label.dy < 0 else "bottom"
    return scatter(
        "label",
        label.key,
        x=[_x(label.at, plan)],
        y=[plotted(label.value)],
        mode="markers+text",
        marker={"size": 14, "opacity": 0},  # keeps the text off the line
        text=[escape(label.words, quote=False)],
        textposition=f"{above} {'right' if label.anchor == 'start' else 'left'}",
        textfont={
            "color": theme.ink_soft,
            "size": 12,
            "shadow": ", ".join([f"0 0 2px {theme.paper}"] * 4),  # keeps the lines below it off
        },
        cliponaxis=False,
    )


def _layout(plan: Plan, theme: Theme) -> dict[str, Any]:
    frame = plan.frame
    dated = {
        "type": "date",
        "tickformatstops": [
            {"dtickrange": [None, _DAYS * 21], "value": "%-d %b\n%Y"},
            {"dtickrange": ["M1", "M6"], "value": "%b\n%Y"},
            {"dtickrange": ["M12", None], "value": "%Y"},
        ],
    }
    counted = {"type": "linear", "tickformat": ",d"}
    title = {
        "text": frame.title,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yshift": 22,
        "xshift": 4 - frame.left,
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 12.5, "color": theme.ink},
    }
    return {
        "template": house_template(theme),
        "separators": separators(language_now()),
        "height": frame.height,
        "margin": {"l": frame.left, "r": frame.right, "t": frame.axis.top, "b": frame.bottom, "pad": 0},
        "xaxis": {
            **(counted if plan.by is By.DAYS else dated),
            "range": [_x(frame.first, plan), _x(frame.last, plan)],
            "anchor": "y",
        },
        "yaxis": {
            "type": "linear",
            "range": [frame.axis.lowest, frame.axis.highest],
            "tickmode": "array",
            "tickvals": list(frame.axis.ticks),
            "fixedrange": True,
            "tickformat": ",d",
        },
        "annotations": [title],
    }


def _meta(plan: Plan, title: str) -> Mapping[str, Any]:
    """What the page's script has to know beyond the traces."""
    axis = plan.frame.axis
    return {
        "title": title,
        **spoken_format(),
        "marks": 0,
        "drawn": 0,
        "zeros": 0,
        "labelsFrom": LABELS_FROM,
        "scales": {
            Scale.LINEAR.value: {"range": [axis.lowest, axis.highest], "ticks": list(axis.ticks)},
            Scale.LOG.value: {"range": log_range(plan.log_axis), "ticks": list(plan.log_axis.ticks)},
        },
    }
