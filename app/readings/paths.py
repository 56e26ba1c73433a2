"""One shortest path between two days: the claims that together set a bound (method, section 11)."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import heappop, heappush

from app.readings.acceptance import Acceptance
from app.readings.bands import slack_into
from app.readings.constraints import Edge

Taken = tuple[int, Edge] | None
"""An edge with the rank of its claim; None where the path only follows "never falls"."""

_Arrived = dict[int, tuple[int, Taken]]  # by node, the one before it on the best path and what leads there


def path(acceptance: Acceptance, origin: int, target: int) -> list[tuple[int, Edge]] | None:
    """The edges of a path with the least slack from a node to another, in order, with their ranks.

    Of several such paths one with the fewest claims; of those the earlier claims in precedence
    go first, so that the order in which claims were entered plays no part. None: no path leads there.
    """
    return _backward(_search(acceptance, _leaving(acceptance), origin, target), origin, target)


class Paths:
    """The same path, asked for between many pairs of days of which one stays the same."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._leaving = _leaving(acceptance)
        self._from: dict[int, _Arrived] = {}
        self._into: dict[int, list[int | None]] = {}

    def leading_from(self, origin: int, target: int) -> list[tuple[int, Edge]] | None:
        """As `path`; one search serves all targets."""
        if origin not in self._from:
            self._from[origin] = _search(self._acceptance, self._leaving, origin, None)
        return _backward(self._from[origin], origin, target)

    def leading_to(self, origin: int, target: int) -> list[tuple[int, Edge]] | None:
        """As `path`; from each origin only nodes on some path with the least slack are visited."""
        if target not in self._into:
            self._into[target] = slack_into(self._acceptance.network, target)
        rest = self._into[target]
        if rest[origin] is None:
            return None
        return _backward(_search(self._acceptance, self._leaving, origin, target, rest), origin, target)


def _search(
    acceptance: Acceptance,
    leaving: defaultdict[int, list[tuple[int, Edge]]],
    origin: int,
    target: int | None,
    rest: list[int | None] | None = None,
) -> _Arrived:
    """Dijkstra's algorithm over slack, then number of claims, until the target (None: every node).

    `rest` is the least slack from each node to the target: what cannot be on a path with the least
    slack is passed over, which changes no path.
    """
    least = None if rest is None else rest[origin]
    arrived: _Arrived = {}
    heap: list[tuple[int, int, int, int, Taken]] = [(0, 0, origin, origin, None)]
    while heap:
        slack, claims, node, before, taken = heappop(heap)
        if node in arrived:
            continue
        arrived[node] = before, taken
        if node == target:
            break
        for end, gap, along in _onward(acceptance, leaving, node):
            reached = slack + gap
            if end not in arrived and (rest is None or _leads_on(rest[end], reached, least)):
                heappush(heap, (reached, claims + (along is not None), end, node, along))
    return arrived


def _onward(
    acceptance: Acceptance, leaving: defaultdict[int, list[tuple[int, Edge]]], node: int
) -> Iterator[tuple[int, int, Taken]]:
    """Where one can go from a node: the node that follows, the slack of the way, and what leads there."""
    value = acceptance.network.potential
    if node + 1 < len(value):
        yield node + 1, value[node + 1] - value[node], None
    for rank, edge in leaving[node]:
        yield edge.end, value[edge.end] - value[node] - edge.amount, (rank, edge)


def _leads_on(further: int | None, reached: int, least: int | None) -> bool:
    """Whether a node reached with so much slack is on a path with the least slack to the target."""
    return further is not None and reached + further == least


def _leaving(acceptance: Acceptance) -> defaultdict[int, list[tuple[int, Edge]]]:
    """The edges of accepted claims by the node where they start, in precedence order."""
    leaving: defaultdict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for rank, candidate in enumerate(acceptance.accepted):
        for edge in acceptance.edges[candidate.ref]:
            leaving[edge.start].append((rank, edge))
    return leaving


def _backward(arrived: _Arrived, origin: int, target: int) -> list[tuple[int, Edge]] | None:
    """The edges of the path found to the target; None where none was."""
    if target not in arrived:
        return None
    found: list[tuple[int, Edge]] = []
    node = target
    while node != origin:
        node, taken = arrived[node]
        if taken is not None:
            found.append(taken)
    return found[::-1]
