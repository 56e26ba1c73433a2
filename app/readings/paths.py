"""One shortest path between two days: the claims that together set a bound (method, section 11)."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from types import MappingProxyType

from app.readings.acceptance import Acceptance
from app.readings.constraints import Edge

Taken = tuple[int, Edge] | None
"""An edge with the rank of its claim; None where the path only follows "never falls"."""

Names = tuple[str, ...]
"""Claims in the order of an argument, by name."""

Leaving = defaultdict[int, list[tuple[int, Edge]]]
"""Edges by the node where they start, each with the rank of its claim."""

_Rest = Mapping[int, tuple[int, int]]  # by node, slack and number of claims
_Arrived = dict[int, tuple[int, Taken]]  # by node, the one before it on the best path and what leads there


def path(acceptance: Acceptance, origin: int, target: int) -> list[tuple[int, Edge]] | None:
    """The edges of a path with the least slack from a node to another, in order, with their ranks.

    Of several such paths one with the fewest claims; of those the earlier claims in precedence
    go first, so that the order in which claims were entered plays no part. None: no path leads there.
    """
    arrived, _ = _search(acceptance, _leaving(acceptance), origin, target)
    return _backward(arrived, origin, target)


class Paths:
    """The claims of the same paths, by name, between many pairs of nodes of which one stays the same.

    What follows a node that every such path goes through does not depend on where it came from: the rest
    of a path is found once, however many paths end in it.
    """

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._leaving = _leaving(acceptance)
        self._trees: dict[int, _Arrived] = {}  # by origin
        self._until: dict[int, dict[int, Names]] = {}  # by origin, then by target
        self._rest: dict[int, _Rest] = {}  # by target
        self._after: dict[int, dict[int, Names]] = {}  # by target, then by origin

    def leading_from(self, origin: int, target: int) -> Names:
        """The claims of `path`, none where there is no path; one search serves all targets."""
        if origin not in self._trees:
            self._trees[origin], _ = _search(self._acceptance, self._leaving, origin, None)
            self._until[origin] = {origin: ()}
        tree, known = self._trees[origin], self._until[origin]
        if target not in tree:
            return ()
        taken: list[Taken] = []
        node = target
        while node not in known:
            node, edge = tree[node]
            taken.append(edge)
        known[target] = known[node] + self._names(reversed(taken))
        return known[target]

    def leading_to(self, origin: int, target: int) -> Names:
        """The same; from each origin only nodes on some best path are visited."""
        if target not in self._rest:
            self._rest[target] = _rest_of(self._acceptance, self._leaving, target)
            self._after[target] = {target: ()}
        rest, known = self._rest[target], self._after[target]
        if origin not in rest:
            return ()
        if origin not in known:
            arrived, end = _search(self._acceptance, self._leaving, origin, target, rest, known)
            taken = _backward(arrived, origin, end) or ()
            known[origin] = self._names(taken) + known[end]
        return known[origin]

    def _names(self, taken: Iterable[Taken]) -> Names:
        return tuple(self._acceptance.accepted[edge[0]].ref for edge in taken if edge is not None)


def _search(
    acceptance: Acceptance,
    leaving: Leaving,
    origin: int,
    target: int | None,
    rest: _Rest = MappingProxyType({}),
    known: Container[int] = (),
) -> tuple[_Arrived, int]:
    """Dijkstra's algorithm over slack, then number of claims, until the target (None: every node).

    With `rest`, what every best way to the target still takes, nodes off those ways are passed over, which
    changes no path; the search then ends before the target at a node of `known` that all of them go
    through. Gives the ways that were found, and the node where it ended.
    """
    least = rest.get(origin)
    arrived: _Arrived = {}
    heap: list[tuple[int, int, int, int, Taken]] = [(0, 0, origin, origin, None)]
    node = origin
    while heap:
        slack, claims, node, before, taken = heappop(heap)
        if node in arrived:
            continue
        arrived[node] = before, taken
        if node == target or (node in known and all(other[2] == node for other in heap)):
            break
        for end, gap, along in _onward(acceptance, leaving, node):
            reached = slack + gap, claims + (along is not None)
            if end not in arrived and (least is None or _leads_on(rest.get(end), reached, least)):
                heappush(heap, (*reached, end, node, along))
    return arrived, node


def _rest_of(acceptance: Acceptance, leaving: Leaving, target: int) -> _Rest:
    """The slack and the number of claims that the best way from each node to the target takes.

    The same algorithm against the direction of the edges; nodes from which no way leads there are left out.
    """
    value = acceptance.network.potential
    entering: defaultdict[int, list[Edge]] = defaultdict(list)
    for edges in leaving.values():
        for _, edge in edges:
            entering[edge.end].append(edge)
    rest: dict[int, tuple[int, int]] = {}
    heap = [(0, 0, target)]
    while heap:
        slack, claims, node = heappop(heap)
        if node in rest:
            continue
        rest[node] = slack, claims
        if node > 0 and node - 1 not in rest:
            heappush(heap, (slack + value[node] - value[node - 1], claims, node - 1))
        for edge in entering[node]:
            if edge.start not in rest:
                gap = value[node] - value[edge.start] - edge.amount
                heappush(heap, (slack + gap, claims + 1, edge.start))
    return rest


def _onward(acceptance: Acceptance, leaving: Leaving, node: int) -> Iterator[tuple[int, int, Taken]]:
    """Where one can go from a node: the node that follows, the slack of the way, and what leads there."""
    value = acceptance.network.potential
    if node + 1 < len(value):
        yield node + 1, value[node + 1] - value[node], None
    for rank, edge in leaving[node]:
        yield edge.end, value[edge.end] - value[node] - edge.amount, (rank, edge)


def _leads_on(further: tuple[int, int] | None, reached: tuple[int, int], least: tuple[int, int]) -> bool:
    """Whether a node, reached at this price, is on a best way to the target."""
    return further is not None and (reached[0] + further[0], reached[1] + further[1]) == least


def _leaving(acceptance: Acceptance) -> Leaving:
    """The edges of accepted claims by the node where they start, in precedence order."""
    leaving: Leaving = defaultdict(list)
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
