"""Step lines: each family's own statements, and the layers of a reading.

A line holds its value until the next statement; it never slopes. A step ends on the day of the
next one, or, for a level, when it is no longer valid, that last day counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from app.charts.families import FamilyStyle

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """One number that a family's line runs through. `place` is empty for all of the theatre."""

    style: FamilyStyle
    place: str
    part: bool
    on: date
    value: int


class Step(NamedTuple):
    """A value and the days for which a line holds it, both counted."""

    first: date
    last: date
    value: int


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """The steps of one family for one place, in day order."""

    style: FamilyStyle
    part: bool
    steps: tuple[Step, ...]


def family_lines(statements: Sequence[Statement], *, valid_days: int | None) -> list[FamilyLine]:
    """A line for each family and place; of several statements for a day the last given counts.

    `valid_days` is for how many days a level holds, its own day counted; None for a flow, whose
    line ends with its last statement. Lines about a part of the theatre exist for levels only:
    parts of a total are no total.
    """
    by_line = sorted(statements, key=lambda s: (s.style.slug, s.place, s.on))
    lines = []
    for _, group in groupby(by_line, key=lambda s: (s.style.slug, s.place)):
        of_line = list(group)
        values = {statement.on: statement.value for statement in of_line}
        days = list(values)
        if of_line[0].part and valid_days is None:
            continue
        if valid_days is None and len(days) == 1:
            continue  # a single total is a mark, and no line
        ends = [_end(day, next_day, valid_days) for day, next_day in pairwise([*days, None]) if day]
        steps = tuple(Step(day, end, values[day]) for day, end in zip(days, ends, strict=True))
        lines.append(FamilyLine(of_line[0].style, of_line[0].part, steps))
    return lines


def _end(day: date, next_day: date | None, valid_days: int | None) -> date:
    if valid_days is None:
        return next_day or day
    expires = later(day, valid_days - 1)
    return expires if next_day is None else min(expires, next_day)


def later(day: date, days: int) -> date:
    """So many days later, at most the last day of the calendar."""
    room = (date.max - day).days
    return day + timedelta(days=max(0, min(days, room)))


def runs(steps: Iterable[Step]) -> list[list[Step]]:
    """Steps that touch, together: a line is lifted where there is a gap."""
    together: list[list[Step]] = []
    for step in steps:
        if together and (step.first - together[-1][-1].last) <= _DAY:
            together[-1].append(step)
        else:
            together.append([step])
    return together
