"""Points: one for each day on which something changes (the API's `points`)."""

from collections.abc import Callable, Iterable
from datetime import date

from app.readings.choices import Choices
from app.readings.results import Point


def changes(
    days: Iterable[date], starts_on: date, choices: Choices, point_on: Callable[[date], Point]
) -> tuple[Point, ...]:
    """One point for the day a reading begins, and one for each of `days` that differs from the one before.

    In day order, none after `known_on`; none at all where the reading begins after it.
    """
    begin, known_on = choices.since or starts_on, choices.known_on
    if known_on is not None and begin > known_on:
        return ()
    points = [point_on(begin)]
    for day in sorted(day for day in days if day > begin and (known_on is None or day <= known_on)):
        point = point_on(day)
        if _figures(point) != _figures(points[-1]):
            points.append(point)
    return tuple(points)


def _figures(point: Point) -> tuple[int | None, int | None, int | None, bool, bool]:
    return (point.low, point.selected, point.high, point.derived, point.strained)
