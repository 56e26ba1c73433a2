"""One shortest path between two days: the claims that together set a bound (method, section 11)."""

from collections import defaultdict
from heapq import heappop, heappush

from app.readings.acceptance import Acceptance
from app.readings.constraints import Edge

Taken = tuple[int, Edge] | None
"""An edge with the rank of its claim; None where the path only follows "never falls"."""


def path(acceptance: Acceptance, origin: int, target: int) -> list[tuple[int, Edge]] | None:
    """The edges of a path with the least slack from a node to another, in order, with their ranks.

    Of several such paths one with the fewest claims; of those the earlier claims in precedence
    go first, so that the order in which claims were entered plays no part. None: no path leads there.
    """
    value, leaving = acceptance.network.potential, _leaving(acceptance)
    arrived: dict[int, tuple[int, Taken]] = {}
    heap: list[tuple[int, int, int, int, Taken]] = [(0, 0, origin, origin, None)]
    while heap:
        slack, claims, node, before, taken = heappop(heap)
        if node in arrived:
            continue
        arrived[node] = before, taken
        if node == target:
            return _backward(arrived, origin, target)
        if node + 1 < len(value) and node + 1 not in arrived:
            heappush(heap, (slack + value[node + 1] - value[node], claims, node + 1, node, None))
        for rank, edge in leaving[node]:
            if edge.end not in arrived:
                gap = value[edge.end] - value[node] - edge.amount
                heappush(heap, (slack + gap, claims + 1, edge.end, node, (rank, edge)))
    return None


def _leaving(acceptance: Acceptance) -> defaultdict[int, list[tuple[int, Edge]]]:
    """The edges of accepted claims by the node where they start, in precedence order."""
    leaving: defaultdict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for rank, candidate in enumerate(acceptance.accepted):
        for edge in acceptance.edges[candidate.ref]:
            leaving[edge.start].append((rank, edge))
    return leaving


def _backward(arrived: dict[int, tuple[int, Taken]], origin: int, target: int) -> list[tuple[int, Edge]]:
    found: list[tuple[int, Edge]] = []
    node = target
    while node != origin:
        node, taken = arrived[node]
        if taken is not None:
            found.append(taken)
    return found[::-1]
