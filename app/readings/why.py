"""Why this number: the claims that set low, selected and high on a day (method, section 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.claims.words import Nature
from app.readings.candidates import Candidate, day_before
from app.readings.checks import Bounds
from app.readings.choices import Choices
from app.readings.contradictions import edge_link
from app.readings.explanations import (
    before_in_words,
    bound_in_words,
    level_bound_in_words,
    level_in_words,
    no_value_in_words,
    steps_in_words,
)
from app.readings.facts import DeploymentClaims, Kind
from app.readings.flows import Flow
from app.readings.levels import Levels, level_point
from app.readings.paths import path
from app.readings.reading import Readings
from app.readings.results import Contested, Link, Point, Reading, Step
from app.readings.selected import Line


@dataclass(frozen=True, slots=True)
class Reason:
    """One number of one day, and what it rests on."""

    value: int | None  # None: open, or no figure
    claims: tuple[str, ...]  # the claims in the order of the argument; none where nothing was claimed
    sentence: str  # the arithmetic, written out
    links: tuple[Link, ...] = ()  # of a bound of a flow: the same argument step by step
    steps: tuple[Step, ...] = ()  # of selected in a flow: the steps that were added up, the first first


@dataclass(frozen=True, slots=True)
class Why:
    """The answer for one day, with the reading that it belongs to."""

    reading: Reading  # with its rule set, the reader's choices and the knowledge date
    on: date
    low: Reason
    selected: Reason
    high: Reason
    derived: bool
    strained: bool
    contested: tuple[Contested, ...]  # the contested claims that speak about the day, in precedence order


def why(
    ledger: DeploymentClaims,
    measure: str,
    choices: Choices,
    on: date | None = None,
    known: Mapping[str, Bounds] | None = None,
) -> Why:
    """Why low, selected and high are what they are on a day (None: the headline day).

    `known` as in `Readings`. Raises UnknownMeasure where the deployment has no such measure.
    """
    readings = Readings(ledger, choices, known)
    reading = readings.reading(measure)
    point = readings.point(measure, on or reading.headline.on)
    low, selected, high = _reasons(readings, reading, point)
    return Why(
        reading=reading,
        on=point.on,
        low=low,
        selected=selected,
        high=high,
        derived=point.derived,
        strained=point.strained,
        contested=_contested_on(readings, reading, point.on),
    )


def _reasons(readings: Readings, reading: Reading, point: Point) -> tuple[Reason, Reason, Reason]:
    since = reading.choices.since
    if since is not None and point.on < since:
        nothing = Reason(None, (), before_in_words(since))
        return nothing, nothing, nothing
    if reading.measure.kind is Kind.FLOW:
        return _flow_reasons(readings.flow(reading.measure.slug), reading, point)
    return _level_reasons(readings.levels(reading.measure.slug), point)


def _contested_on(readings: Readings, reading: Reading, day: date) -> tuple[Contested, ...]:
    """The contested claims that speak about a day."""
    candidates = [(item, reading.candidates[item.claim_ref]) for item in reading.contested]
    if reading.measure.kind is Kind.FLOW:
        flow = readings.flow(reading.measure.slug)
        return tuple(item for item, candidate in candidates if _speaks(candidate, day, flow))
    valid = timedelta(days=reading.deployment.level_valid_days - 1)
    return tuple(item for item, level in candidates if level.first <= day <= level.last + valid)


def _speaks(candidate: Candidate, day: date, flow: Flow) -> bool:
    """Whether a contested claim counts the day, or is a floor that would still hold on it."""
    begin = candidate.first if candidate.nature is Nature.INCREMENT else candidate.counts_from
    if day <= candidate.last:
        return begin is None or begin <= day
    return begin is None and candidate.interval.lo > flow.band.low(day)


def _flow_reasons(flow: Flow, reading: Reading, point: Point) -> tuple[Reason, Reason, Reason]:
    axis = flow.acceptance.axis
    origin = axis.node(flow.band_since.base)
    ceiling_node = axis.first_from(point.on)
    low = _bound(flow, reading, point.low, (origin, axis.last_until(point.on)), is_low=True)
    high = _bound(flow, reading, point.high, (ceiling_node, origin), is_low=False)
    return low, _selected(flow.line, reading, point), high


def _bound(
    flow: Flow, reading: Reading, value: int | None, between: tuple[int | None, int], *, is_low: bool
) -> Reason:
    acceptance = flow.acceptance
    start, end = between
    walked = None if start is None or value is None else path(acceptance, start, end)
    links = tuple(
        edge_link(acceptance.accepted[rank].ref, edge, acceptance.axis) for rank, edge in walked or []
    )
    return Reason(
        value=value,
        claims=tuple(link.claim_ref for link in links),
        sentence=bound_in_words(value, links, reading.candidates, is_low=is_low),
        links=links,
    )


def _selected(line: Line, reading: Reading, point: Point) -> Reason:
    since = reading.choices.since
    steps = _chain(line, point.on)
    before = _chain(line, day_before(since)) if since is not None and steps else ()
    names = dict.fromkeys(step.claim_ref for step in (*steps, *before))
    sentence = steps_in_words(point.selected, steps, before, reading.candidates)
    return Reason(point.selected, tuple(names), sentence, steps=steps)


def _chain(line: Line, day: date) -> tuple[Step, ...]:
    """The step in force on a day and those that it was added to, the first first."""
    steps: list[Step] = []
    step = line.step_at(day)
    while step is not None:
        steps.insert(0, step)
        step = None if step.base is None else line.step_at(step.base)
    return tuple(steps)


def level_names(levels: Levels, day: date) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The claims that set low, selected and high of a level on a day; none in a gap."""
    reasons = _level_reasons(levels, level_point(levels, day))
    low, selected, high = (reason.claims for reason in reasons)
    return low, selected, high


def _level_reasons(levels: Levels, point: Point) -> tuple[Reason, Reason, Reason]:
    period = levels.at(point.on)
    if period is None:
        nothing = Reason(None, (), no_value_in_words(point.on))
        return nothing, nothing, nothing
    lowest = next(claim for claim in period.claims if claim.interval.lo == period.low)
    highest = next(claim for claim in period.claims if claim.interval.hi == period.high)
    chosen = period.chosen
    return (
        Reason(period.low, (lowest.ref,), level_bound_in_words(lowest, period.low, is_low=True)),
        Reason(
            period.selected,
            () if chosen is None else (chosen.ref,),
            level_in_words(chosen, period.selected),
        ),
        Reason(
            period.high,
            () if period.high is None else (highest.ref,),
            level_bound_in_words(highest, period.high, is_low=False),
        ),
    )
