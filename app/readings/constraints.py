"""Claims as difference constraints between days (method, section 4).

A system in which every constraint compares the difference of two unknowns with a constant is a
graph: the unknowns are nodes, each constraint an edge, and the system has a solution exactly
when no cycle contradicts itself (Bellman 1958; Pratt 1977; Shostak 1981; Cormen et al.,
*Introduction to Algorithms*, the chapter on shortest paths; as simple temporal problems:
Dechter, Meiri and Pearl 1991).

Here the unknowns are the running totals at the end of the days that claims name. An edge
`(start, end, amount)` says `N(end) >= N(start) + amount`. A floor is an edge forward in time, a
ceiling the same backward with its amount negated. That the running total never falls is an edge
of amount 0 from each node to the next one; it is never stored, only followed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from app.claims.words import Nature
from app.readings.candidates import Candidate, day_before
from app.readings.intervals import Interval

OPEN = 1 << 200
"""Stands for a ceiling that nobody stated; far above any count, and exact like every integer."""

START = 0
"""The node before the deployment, where the running total is 0."""


class Edge(NamedTuple):
    """`N(end) >= N(start) + amount`, between two nodes."""

    start: int
    end: int
    amount: int


class Axis:
    """The days that claims name, in order; node 0 is every day before the deployment."""

    def __init__(self, starts_on: date, days: Iterable[date]) -> None:
        self.starts_on = starts_on
        self.days: list[date] = sorted({day for day in days if day >= starts_on})
        self._node = {day: node for node, day in enumerate(self.days, start=1)}

    def __len__(self) -> int:
        return len(self.days) + 1

    def node(self, day: date) -> int:
        """The node of a day that was named, or of any day before the deployment."""
        return START if day < self.starts_on else self._node[day]

    def day(self, node: int) -> date | None:
        """The day of a node; None is before the deployment."""
        return None if node == START else self.days[node - 1]

    def last_until(self, day: date) -> int:
        """The last node on a day or before it: there the floor of that day is set."""
        return bisect_right(self.days, day)

    def first_from(self, day: date) -> int | None:
        """The first node on a day or after it: there its ceiling is set. None: nothing bounds it."""
        if day < self.starts_on:
            return START
        index = bisect_left(self.days, day)
        return index + 1 if index < len(self.days) else None


def days_named(candidates: Iterable[Candidate]) -> set[date]:
    """Every day whose running total a candidate speaks about."""
    days: set[date] = set()
    for candidate in candidates:
        if candidate.floors:
            days.update(day for day, _ in candidate.floors)
            continue
        days.add(candidate.last)
        days.add(_ceiling_day(candidate))
        base = base_day(candidate)
        if base is not None:
            days.add(base)
    return days


def base_day(candidate: Candidate) -> date | None:
    """The day at whose end its count begins; None is the start of the deployment."""
    if candidate.nature is Nature.INCREMENT:
        return day_before(candidate.first)
    return None if candidate.counts_from is None else day_before(candidate.counts_from)


def _ceiling_day(candidate: Candidate) -> date:
    """Where a ceiling binds: on the first day of an as-of, on the last day of a period."""
    return candidate.last if candidate.nature is Nature.INCREMENT else candidate.first


def edges(candidate: Candidate, allowed: Interval, axis: Axis) -> list[Edge]:
    """What a candidate says as edges, of an event floor the latest and highest first.

    An edge that is true of every running total is left out.
    """
    if candidate.floors:
        latest_first = reversed(candidate.floors)
        return [Edge(START, axis.node(day), amount) for day, amount in latest_first if amount > 0]
    base = base_day(candidate)
    start = START if base is None else axis.node(base)
    found = [Edge(start, axis.node(candidate.last), allowed.lo)]
    if allowed.hi is not None:
        found.append(Edge(axis.node(_ceiling_day(candidate)), start, -allowed.hi))
    return [edge for edge in found if edge.start > edge.end or edge.amount > 0]


class Envelope:
    """What floors and ceilings counted from the start imply by themselves, for every node.

    Running maxima of the floors and running minima of the ceilings: exact for them, a first
    and cheap bound on everything else. Both rise with the days, so that a new bound changes one
    unbroken stretch, found by bisection.
    """

    def __init__(self, size: int) -> None:
        self.floor = [0] * size
        self.ceiling = [0] + [OPEN] * (size - 1)

    def refutes(self, claimed: Sequence[Edge]) -> bool:
        """Whether a claim contradicts these bounds; if not, it may still contradict others."""
        floor, ceiling = self.floor, self.ceiling
        return any(floor[start] + amount > ceiling[end] for start, end, amount in claimed)

    def implies(self, edge: Edge) -> bool:
        """Whether an edge from or to the start is there already."""
        if edge.start == START:
            return self.floor[edge.end] >= edge.amount
        return edge.end == START and self.ceiling[edge.start] <= -edge.amount

    def tighten(self, edge: Edge) -> None:
        """Take in an edge from or to the start; any other is passed over."""
        start, end, amount = edge
        if start == START:
            stop = bisect_left(self.floor, amount, end)
            self.floor[end:stop] = [amount] * (stop - end)
        elif end == START:
            begin = bisect_right(self.ceiling, -amount, 0, start + 1)
            self.ceiling[begin : start + 1] = [-amount] * (start + 1 - begin)
