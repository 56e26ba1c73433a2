"""Events: what each source listed, summed as it ended, and the floor that this sets (method, section 8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.readings.candidates import Candidate, figures_of, of_nature, of_place, stated
from app.readings.choices import Choices
from app.readings.intervals import Interval
from app.readings.results import EventLine, EventPoint
from app.readings.rules import credibility_rank


@dataclass(frozen=True, slots=True)
class EventSums:
    """The events of one source that are added, summed."""

    line: EventLine  # the whole sums, whatever `since` and `known_on`
    newest: ApprovedClaim  # of those added the one said last (ties: later end, then greater claim_ref)


def event_sums(claims: Iterable[ApprovedClaim], choices: Choices) -> list[EventSums]:
    """The sums of each source's events among claims that count, by slug of the source."""
    return [
        EventSums(EventLine(source, _sums(events)), max(events, key=_said_last))
        for source, events in _added_by_source(claims, choices)
    ]


def event_floor(sums: EventSums) -> Candidate:
    """The sums of lows as one claim, said and judged as the event that was said last."""
    newest, points = sums.newest, sums.line.points
    return Candidate(
        ref=f"{sums.line.source}:events",
        nature=Nature.EVENT,
        source=newest.source,
        said=newest.day_said,
        credibility=credibility_rank(newest.credibility),
        first=points[0].on,
        last=points[-1].on,
        interval=Interval(points[-1].low, None),
        value=None,
        floors=tuple((point.on, point.low) for point in points),
    )


def shown(line: EventLine, since: date | None, known_on: date | None) -> EventLine:
    """The stretch of a line from `since` to `known_on`; it begins there, its sums are not restarted."""
    points = [point for point in line.points if known_on is None or point.on <= known_on]
    if since is not None:
        before = [point for point in points if point.on <= since][-1:]
        begun = [EventPoint(since, point.low, point.point, point.high) for point in before]
        points = begun + [point for point in points if point.on > since]
    return EventLine(line.source, tuple(points))


def _added_by_source(
    claims: Iterable[ApprovedClaim], choices: Choices
) -> list[tuple[str, list[ApprovedClaim]]]:
    """The events that are added: not those that are part of another event of the same sum."""
    by_source: defaultdict[str, list[ApprovedClaim]] = defaultdict(list)
    for event in of_place(of_nature(claims, Nature.EVENT), choices.place):
        by_source[event.source.slug].append(event)
    added = []
    for source, events in sorted(by_source.items()):
        own = {event.ref for event in events}
        wholes = [event for event in events if event.part_of not in own]
        if wholes:  # a circle of parts, which the ledger refuses, would leave nothing to add
            added.append((source, wholes))
    return added


def _end(event: ApprovedClaim) -> date:
    return stated(event.period, event).last


def _said_last(event: ApprovedClaim) -> tuple[date, date, str]:
    return (event.day_said, _end(event), event.ref)


def _sums(events: Sequence[ApprovedClaim]) -> tuple[EventPoint, ...]:
    """Running sums of low, point and high; an open high stays open from its day on."""
    points: list[EventPoint] = []
    low_sum, point_sum = 0, 0
    high_sum: int | None = 0
    for day, ended in groupby(sorted(events, key=_end), key=_end):
        for event in ended:
            low, point, high, _ = figures_of(event)
            low_sum += _first_known(low, point)
            point_sum += _first_known(point, low)
            most = point if high is None else high
            high_sum = None if most is None or high_sum is None else high_sum + most
        points.append(EventPoint(day, low_sum, point_sum, high_sum))
    return tuple(points)


def _first_known(*figures: int | None) -> int:
    """The first figure that was stated; 0 where none was, as an event adds only what is known."""
    return next((figure for figure in figures if figure is not None), 0)
