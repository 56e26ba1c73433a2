"""A reading as Plotly traces: the band, the selected line, the sums of listed events.

What is derived looks like nothing that anybody stated: the band is a plain tint with an edge,
the selected line is ink. Where no claim sets a ceiling the tint fades out below arrows, instead
of ending at a number that nobody gave.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.charts.families import FamilyStyle
from app.charts.layers import BandStep, EventSums, Layers, LineStep
from app.charts.lines import Step
from app.charts.palette import Theme, faint
from app.charts.plan import Plan, Scale
from app.charts.traces import Trace, hover, plotted, scatter, step_path
from app.charts.wording import count, day
from app.languages.spoken import _
from app.readings.results import Point

BAND_ALPHA = 0.17
FADE = (0.16, 0.13, 0.1, 0.07, 0.045, 0.02)
"""How strong the strips of an open top are, from the floor upwards."""
FADE_SHARE = 0.03
"""The height of one strip, as a share of the axis."""

PointAddress = Callable[[date], str]
"""From a day to the address that says why the reading is what it is on that day."""


def faded(low: float, strips: int, plan: Plan) -> float:
    """The number so many strips above a floor, equally far on either scale, inside the panel."""
    axis = plan.axis
    share = strips / len(FADE)
    if axis.scale is Scale.LOG:
        foot = max(low, axis.lowest)
        room = min(axis.highest / foot, (axis.highest / axis.lowest) ** (FADE_SHARE * len(FADE)))
        return float(foot * max(room, 1) ** share)
    return low + min(axis.highest - low, axis.highest * FADE_SHARE * len(FADE)) * share


def band_traces(layers: Layers, plan: Plan, theme: Theme) -> list[Trace]:
    """Each closed segment as a trace of its own, then the fading strips and arrows of open ones."""
    traces = [
        scatter(
            "band",
            x=xs,
            y=ys,
            mode="lines",
            fill="toself",
            fillcolor=faint(theme.band, BAND_ALPHA),
            line={"color": faint(theme.band, 0.9), "width": 1},
        )
        for run in layers.closed
        for xs, ys in [_outline(run, lambda step: step.high or 0, plan)]
    ]
    for strip, alpha in enumerate(FADE, start=1):
        outlines = [_strip(run, strip, plan) for run in layers.open]
        fill = {"fill": "toself", "fillcolor": faint(theme.band, alpha), "line": {"width": 0}}
        traces += [scatter("open band", "", x=xs, y=ys, mode="lines", **fill) for xs, ys in outlines]
    return [*traces, *_floors(layers, plan, theme)]


def _outline(
    run: Sequence[BandStep], top: Callable[[BandStep], float], plan: Plan
) -> tuple[list[str], list[int | float]]:
    """Once around: along the lower steps, back along the upper ones, closed where it began."""
    return _around([(step.first, step.last, step.low, top(step)) for step in run], plan)


def _strip(run: Sequence[BandStep], strip: int, plan: Plan) -> tuple[list[str], list[int | float]]:
    return _around(
        [(s.first, s.last, faded(s.low, strip - 1, plan), faded(s.low, strip, plan)) for s in run], plan
    )


def _around(
    corners: Sequence[tuple[date, date, float, float]], plan: Plan
) -> tuple[list[str], list[int | float]]:
    foot = plan.axis.lowest  # on a logarithmic axis nothing is below it
    lower = [(on.isoformat(), max(low, foot)) for first, last, low, _ in corners for on in (first, last)]
    upper = [
        (on.isoformat(), max(high, foot))
        for first, last, _, high in reversed(corners)
        for on in (last, first)
    ]
    path = [*lower, *upper, lower[0]]
    return [x for x, _ in path], [plotted(y) for _, y in path]


def _floors(layers: Layers, plan: Plan, theme: Theme) -> list[Trace]:
    """The lower edge of open segments, and an arrow up at the end of each."""
    traces = []
    for run in layers.open:
        xs, ys = step_path([Step(s.first, s.last, max(s.low, int(plan.axis.lowest))) for s in run])
        line = {"color": faint(theme.band, 0.9), "width": 1, "shape": "hv"}
        traces.append(scatter("open band", x=xs, y=ys, mode="lines", line=line))
    if layers.open:
        ends = [run[-1] for run in layers.open]
        marker = {"symbol": "arrow-up", "size": 8, "color": theme.band, "line": {"width": 0}}
        words = hover(_("No claim sets a ceiling here: the band is open above."))
        traces.append(
            scatter(
                "open band",
                x=[end.last.isoformat() for end in ends],
                y=[plotted(faded(end.low, len(FADE), plan)) for end in ends],
                mode="markers",
                marker=marker,
                customdata=[["", words] for _ in ends],
                hovertemplate="%{customdata[1]}<extra></extra>",
            )
        )
    return traces


def selected_traces(layers: Layers, theme: Theme) -> list[Trace]:
    """The selected line: solid where it is a claim's own figure, dashed where it is derived.

    Strained stretches lie on a broad underlay in the colour of disagreement.
    """
    if not layers.selected:
        return []
    strained = [step for step in layers.selected if step.strained]
    stated = _stretches(layers.selected, derived=False)
    derived = _stretches(layers.selected, derived=True)
    ink = {"color": theme.selected, "width": 2.4, "shape": "hv"}
    traces = []
    if strained:
        xs, ys = step_path([Step(s.first, s.last, s.value) for s in strained])
        under = {"color": faint(theme.contested, 0.3), "width": 9, "shape": "hv"}
        traces.append(scatter("strained", x=xs, y=ys, mode="lines", line=under))
    if stated[0]:
        traces.append(scatter("selected", x=stated[0], y=stated[1], mode="lines", line=ink))
    if derived[0]:
        dashed = {**ink, "dash": "5px,3px"}
        traces.append(scatter("derived", x=derived[0], y=derived[1], mode="lines", line=dashed))
    return traces


def _stretches(steps: Sequence[LineStep], *, derived: bool) -> tuple[list[Any], list[Any]]:
    """The stretches of one kind; each begins with its rise from the step before it."""
    xs: list[Any] = []
    ys: list[Any] = []
    before: LineStep | None = None
    for step in steps:
        if step.derived is derived:
            rises = before is not None and before.last == step.first
            if before is None or not rises or before.derived is not derived:
                xs += [None] if xs else []
                ys += [None] if ys else []
                if rises and before is not None:
                    xs.append(step.first.isoformat())
                    ys.append(plotted(before.value))
            xs += [step.first.isoformat(), step.last.isoformat()]
            ys += [plotted(step.value), plotted(step.value)]
        before = step
    return xs, ys


def point_trace(layers: Layers, theme: Theme, address: PointAddress | None) -> list[Trace]:
    """Something to point at on each day on which the reading changes."""
    spots = [(point, value) for point in layers.points if (value := _height(point)) is not None]
    if not spots:
        return []
    marker = {"size": 9, "color": faint(theme.selected, 0.0), "line": {"width": 0}}
    return [
        scatter(
            "reading",
            x=[point.on.isoformat() for point, _ in spots],
            y=[plotted(value) for _, value in spots],
            mode="markers",
            marker=marker,
            customdata=[[address(p.on) if address else "", hover(point_in_words(p))] for p, _ in spots],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    ]


def _height(point: Point) -> int | None:
    return point.selected if point.selected is not None else point.low


def point_in_words(point: Point) -> str:
    """What the reading says from a day on: `From 30 October 2024: selected 11,000; at least ...`."""
    parts = []
    if point.selected is not None:
        selected = count(point.selected)
        parts.append(
            _("selected %(figure)s (derived)", figure=selected)
            if point.derived
            else _("selected %(figure)s", figure=selected)
        )
    if point.low is not None:
        low = count(point.low)
        parts.append(
            _("at least %(low)s, no ceiling", low=low)
            if point.high is None
            else _("at least %(low)s, at most %(high)s", low=low, high=count(point.high))
        )
    told = _(
        "From %(day)s: %(bounds)s, as the accepted claims imply.",
        day=day(point.on),
        bounds="; ".join(parts),
    )
    if not point.strained:
        return told
    strained = _("The selected figure lies outside these bounds: strained.")
    return f"{told} {strained}"


def event_traces(layers: Layers, styles: Mapping[str, FamilyStyle], plan: Plan, theme: Theme) -> list[Trace]:
    """The sums of each source's listed events as a dotted line, their range as a tint.

    `styles` are those of the sources' families, by slug of the source.
    """
    traces = []
    for sums in layers.events:
        style = styles.get(sums.source)
        slot, key = (style.slot, style.key) if style else (0, "")
        traces += _event_traces(sums, theme.family(slot), key, plan)
    return traces


def _event_traces(sums: EventSums, colour: str, key: str, plan: Plan) -> list[Trace]:
    bounded = [step for step in sums.band if step.high is not None]
    xs, ys = step_path(sums.steps)
    line = {"color": colour, "width": 1.6, "dash": "1.5px,2.5px", "shape": "hv"}
    traces = [scatter("events", key, x=xs, y=ys, mode="lines", line=line)]
    if bounded and any(step.high != step.low for step in bounded):
        around_x, around_y = _outline(bounded, lambda step: step.high or 0, plan)
        fill = {"fill": "toself", "fillcolor": faint(colour, 0.12), "line": {"width": 0}}
        traces.insert(0, scatter("events", key, x=around_x, y=around_y, mode="lines", **fill))
    return traces
