"""The running total of a flow, as far as claims pin it down (method, sections 4 to 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.readings.acceptance import Acceptance, accept
from app.readings.bands import Band, band_since
from app.readings.candidates import Candidate, day_before
from app.readings.choices import Choices
from app.readings.constraints import Axis, days_named
from app.readings.points import changes
from app.readings.precedence import in_precedence, lone_contradictions
from app.readings.results import Point
from app.readings.selected import Line, selected_line


@dataclass(frozen=True, slots=True)
class Queue:
    """The candidates of one flow in the order in which they are asked."""

    candidates: tuple[Candidate, ...]
    lone: Mapping[str, int]  # lone contradictions by name; none is left out

    @classmethod
    def of(cls, candidates: Iterable[Candidate], starts_on: date, choices: Choices) -> "Queue":
        given = tuple(candidates)
        lone = lone_contradictions(given, starts_on)
        return cls(tuple(in_precedence(given, choices, lone)), lone)


@dataclass(frozen=True, slots=True)
class Flow:
    """What was accepted of one flow, its bounds and its line; all before it is put into points."""

    acceptance: Acceptance
    band: Band  # counted from the start of the deployment
    band_since: Band  # counted from `since`; the same band without one
    line: Line


def read_flow(order: Sequence[Candidate], starts_on: date, choices: Choices) -> Flow:
    """Candidates in precedence order, accepted where they fit, with bounds and line."""
    before = day_before(choices.since or starts_on)
    axis = Axis(starts_on, days_named(order) | {before})
    acceptance = accept(order, axis)
    whole = band_since(acceptance.network, axis, day_before(starts_on))
    counted = whole if before < starts_on else band_since(acceptance.network, axis, before)
    return Flow(acceptance, whole, counted, selected_line(acceptance.accepted))


def flow_point(flow: Flow, day: date, since: date | None) -> Point:
    """Bounds and line at the end of one day, `since` counted in."""
    low, high = flow.band_since.low(day), flow.band_since.high(day)
    step = flow.line.step_at(day)
    base = None if since is None else flow.line.step_at(day_before(since))
    if step is None:
        return Point(day, low, None, high)
    selected = step.height - (0 if base is None else base.height)
    strained = selected < low or (high is not None and selected > high)
    return Point(day, low, selected, high, selected != step.value, strained)


def flow_points(flow: Flow, starts_on: date, choices: Choices) -> tuple[Point, ...]:
    """The first day, and each later one until `known_on` on which anything changes."""
    days = {starts_on, *flow.band_since.turns(), *(step.on for step in flow.line.steps)}
    return changes(days, starts_on, choices, lambda day: flow_point(flow, day, choices.since))
