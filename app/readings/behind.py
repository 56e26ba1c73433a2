"""The claims behind every number of a reading at once: what `why` says of one day, without its sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.readings.choices import Choices
from app.readings.constraints import Edge
from app.readings.facts import DeploymentClaims, Kind
from app.readings.flows import Flow
from app.readings.paths import Paths
from app.readings.reading import Readings
from app.readings.results import Point, Reading
from app.readings.why import chain_names, level_names


@dataclass(frozen=True, slots=True)
class Behind:
    """One point of a reading, and the claims of one shortest path or step behind each of its numbers.

    In the order of the argument, by name; none where nothing was claimed. The same claims that `why`
    names for the day.
    """

    point: Point
    low: tuple[str, ...]
    selected: tuple[str, ...]
    high: tuple[str, ...]


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
    acceptance, axis = flow.acceptance, flow.acceptance.axis
    origin = axis.node(flow.band_since.base)
    paths = Paths(acceptance)
    lows: dict[int, tuple[str, ...]] = {}
    highs: dict[int, tuple[str, ...]] = {}

    def names(found: list[tuple[int, Edge]] | None) -> tuple[str, ...]:
        return tuple(acceptance.accepted[rank].ref for rank, _ in found or ())

    for point in reading.points:
        floor, ceiling = axis.last_until(point.on), axis.first_from(point.on)
        if floor not in lows:
            lows[floor] = names(paths.leading_from(origin, floor))
        if point.high is not None and ceiling is not None and ceiling not in highs:
            highs[ceiling] = names(paths.leading_to(ceiling, origin))
        yield Behind(
            point,
            () if point.low is None else lows[floor],
            chain_names(flow.line, reading.choices, point.on),
            () if point.high is None or ceiling is None else highs[ceiling],
        )
