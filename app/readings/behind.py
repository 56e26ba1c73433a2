"""The claims behind every number of a reading at once: what `why` says of one day, without its sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.readings.candidates import day_before
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims, Kind
from app.readings.flows import Flow
from app.readings.paths import Names, Paths
from app.readings.reading import Readings
from app.readings.results import Point, Reading
from app.readings.selected import Line
from app.readings.why import level_names


@dataclass(frozen=True, slots=True)
class Behind:
    """One point of a reading, and the claims of one shortest path or step behind each of its numbers.

    In the order of the argument, by name; none where nothing was claimed. The same claims that `why`
    names for the day.
    """

    point: Point
    low: Names
    selected: Names
    high: Names


def behind(ledger: DeploymentClaims, measure: str, choices: Choices) -> tuple[Reading, tuple[Behind, ...]]:
    """The reading of a measure, and for each of its points, in day order, the claims behind it.

    Raises UnknownMeasure where the deployment has no such measure.
    """
    readings = Readings(ledger, choices)
    reading = readings.reading(measure)
    if reading.measure.kind is Kind.FLOW:
        return reading, tuple(_of_flow(readings.flow(measure), reading))
    levels = readings.levels(measure)
    return reading, tuple(Behind(point, *level_names(levels, point.on)) for point in reading.points)


def _of_flow(flow: Flow, reading: Reading) -> Iterator[Behind]:
    axis, paths = flow.acceptance.axis, Paths(flow.acceptance)
    origin = axis.node(flow.band_since.base)
    chains = _Chains(flow.line)
    since = reading.choices.since
    for point in reading.points:
        ceiling = axis.first_from(point.on)
        yield Behind(
            point,
            () if point.low is None else paths.leading_from(origin, axis.last_until(point.on)),
            chains.of(point.on, since),
            () if point.high is None or ceiling is None else paths.leading_to(ceiling, origin),
        )


class _Chains:
    """The claims whose figures were added up to each height of the line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[date, Names] = {}
        for step in line.steps:
            base = None if step.base is None else line.step_at(step.base)
            self._known[step.on] = (*(self._known[base.on] if base else ()), step.claim_ref)

    def of(self, day: date, since: date | None) -> Names:
        """Those of a day, the first first, then those of the height that is counted off."""
        step = self._line.step_at(day)
        if step is None:
            return ()
        before = None if since is None else self._line.step_at(day_before(since))
        if before is None:
            return self._known[step.on]
        return tuple(dict.fromkeys((*self._known[step.on], *self._known[before.on])))
