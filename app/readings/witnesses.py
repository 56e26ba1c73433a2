"""Why a claim is contested: the fewest accepted claims that rule it out (method, section 5).

The accepted claims are consistent, so whatever contradicts them runs through the new claim: a
closed walk along edges whose amounts add up to more than 0. Its edges other than "never falls"
and "0 before the start" each belong to a claim, and in a shortest such walk to different ones.
So the witness is the walk from the end of the new edge back to its start with the fewest claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.readings.constraints import START, Edge
from app.readings.ties import Link
from app.readings.walks import Graph

_SAFE = 1 << 60
"""While all amounts together stay below this, sums of them fit in 64 bits."""


class NoWitness(AssertionError):
    """A claim was called contested though the accepted claims allow it: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A contradiction: an edge of the contested claim, then one edge of each member of the witness."""

    claimed: Edge
    members: tuple[int, ...]  # ranks among the accepted claims, in the order of the walk
    edges: tuple[Edge, ...]  # their edges, in the same order

    @property
    def witness(self) -> tuple[int, ...]:
        """The ranks in precedence order."""
        return tuple(sorted(self.members))


class Witnesses:
    """Finds witnesses among the edges of accepted claims."""

    def __init__(self, potential: Sequence[int], accepted: Sequence[Sequence[Edge]]) -> None:
        """A running total that satisfies all accepted claims, and their edges in precedence order."""
        self._potential = potential
        self._last = len(potential) - 1
        links = [Link(*edge, rank) for rank, claimed in enumerate(accepted) for edge in claimed]
        self._reach = sum(abs(link.amount) for link in links)
        self._links = _undominated(links)
        self._graphs = self._built(np.int64 if self._reach < _SAFE else object)

    def _built(self, kind: type) -> tuple[Graph, Graph]:
        """The graph, and the same in a mirror: days and directions of edges both turned round."""
        size, last = len(self._potential), self._last
        mirrored = [Link(last - end, last - start, amount, rank) for start, end, amount, rank in self._links]
        return Graph(size, self._links, kind, START), Graph(size, mirrored, kind, last - START)

    def find(self, claimed: Sequence[Edge]) -> Walk:
        """The witness against a contested claim; raises NoWitness where there is none."""
        value = self._potential
        violated = [edge for edge in claimed if value[edge.start] + edge.amount > value[edge.end]]
        if not violated:  # what the running total satisfies does not contradict it
            raise NoWitness
        graph, mirror = self._graphs
        if self._reach + sum(abs(edge.amount) for edge in claimed) >= _SAFE:
            graph, mirror = self._built(object)  # whole numbers of any size, slower
        if violated[0].start == START:
            return self._from_the_start(mirror, violated)
        return _back_to_its_start(graph, violated[0])

    def _from_the_start(self, mirror: Graph, violated: Sequence[Edge]) -> Walk:
        """A walk closed by one of several edges from the start, as event floors have them.

        In the mirror it runs from the start, where the layers are kept, to the end of the edge.
        """
        last = self._last
        edges = {last - edge.end: edge for edge in violated}
        links, goal = mirror.shortest(last - START, {node: edge.amount for node, edge in edges.items()})
        walked = tuple(Edge(last - link.end, last - link.start, link.amount) for link in reversed(links))
        return Walk(edges[goal], tuple(link.rank for link in reversed(links)), walked)


def _back_to_its_start(graph: Graph, edge: Edge) -> Walk:
    links, _ = graph.shortest(edge.end, {edge.start: edge.amount})
    walked = tuple(Edge(link.start, link.end, link.amount) for link in links)
    return Walk(edge, tuple(link.rank for link in links), walked)


def _undominated(links: Sequence[Link]) -> list[Link]:
    """Edges without those beside which an earlier claim says at least as much between the same nodes.

    In a smallest witness such a claim could be exchanged for the earlier one, so by the tie
    rule it is in none. `links` are in precedence order.
    """
    best: dict[tuple[int, int], int] = {}
    kept = []
    for link in links:
        between = link.start, link.end
        if between not in best or link.amount > best[between]:
            best[between] = link.amount
            kept.append(link)
    return kept
