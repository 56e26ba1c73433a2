"""Why a claim is contested: the fewest accepted claims that rule it out (method, section 5).

The accepted claims are consistent, so whatever contradicts them runs through the new claim: a
closed walk along edges whose amounts add up to more than 0. Its edges other than "never falls"
and "0 before the start" each belong to a claim, and in a shortest such walk to different ones.
The best amount that walks of at most k claims can reach is found layer by layer (Bellman
1958), each layer as a few operations on whole arrays; the first layer that closes gives the size.

Of several witnesses of that size the tie rule takes the one whose last member in precedence comes
earliest, then the last but one, and so on. So the claims on any closing walk are tried
from the last in precedence to the first, and each is left out if a walk still closes without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.readings.constraints import Edge

Numbers = NDArray[Any]
"""64-bit integers, or whole numbers of any size where those could overflow."""

_SAFE = 1 << 60
"""While all amounts together stay below this, sums fit in 64 bits, also with `_NEVER` among them."""
_NEVER = -(1 << 61)
"""The amount of a walk that does not exist."""


class NoWitness(AssertionError):
    """A claim was called contested though the accepted claims allow it: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A contradiction: the edge of the contested claim, then one edge of each member of the witness."""

    claimed: Edge
    members: tuple[int, ...]  # ranks among the accepted claims, in the order of the walk
    edges: tuple[Edge, ...]  # their edges, in the same order

    @property
    def witness(self) -> tuple[int, ...]:
        """The ranks in precedence order."""
        return tuple(sorted(self.members))


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edges as columns, sorted by end so that the best arrival at each end is one reduction."""

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    amount: Numbers
    rank: NDArray[np.intp]
    ends: NDArray[np.intp]  # the distinct ends
    first: NDArray[np.intp]  # where the edges of each of them begin

    @classmethod
    def of(
        cls, start: NDArray[np.intp], end: NDArray[np.intp], amount: Numbers, rank: NDArray[np.intp]
    ) -> "_Edges":
        by_end = np.lexsort((rank, end))
        end = end[by_end]
        ends, first = np.unique(end, return_index=True)
        return cls(start[by_end], end, amount[by_end], rank[by_end], ends, first)

    def only(self, kept: NDArray[np.bool_]) -> "_Edges":
        return _Edges.of(self.start[kept], self.end[kept], self.amount[kept], self.rank[kept])

    def backward(self, size: int) -> "_Edges":
        """Edges and nodes both counted from the other side, so that "never falls" runs forward again."""
        return _Edges.of(size - 1 - self.end, size - 1 - self.start, self.amount, self.rank)


@dataclass(frozen=True, slots=True)
class _Opening:
    """The edges of the contested claim that leave one node; a walk closes when it is back there."""

    target: int
    edges: tuple[Edge, ...]

    def layer(self, size: int, like: Numbers) -> Numbers:
        """The best amounts that the claim alone brings to each node."""
        layer = np.full(size, _NEVER, dtype=like.dtype)
        for _, end, amount in self.edges:
            layer[end] = max(layer[end], amount)
        return np.maximum.accumulate(layer)


class Witnesses:
    """Finds witnesses among the edges of accepted claims."""

    def __init__(self, size: int, accepted: Sequence[Sequence[Edge]]) -> None:
        """`size` nodes; the edges of each accepted claim, in precedence order."""
        self._size = size
        rows = [(edge, rank) for rank, claimed in enumerate(accepted) for edge in claimed]
        self._reach = sum(abs(edge.amount) for edge, _ in rows)
        self._rows = rows
        self._edges = self._columns(np.int64 if self._reach < _SAFE else object)

    def _columns(self, kind: type) -> _Edges:
        return _Edges.of(
            np.array([edge.start for edge, _ in self._rows], dtype=np.intp),
            np.array([edge.end for edge, _ in self._rows], dtype=np.intp),
            np.array([edge.amount for edge, _ in self._rows], dtype=kind),
            np.array([rank for _, rank in self._rows], dtype=np.intp),
        )

    def find(self, claimed: Sequence[Edge]) -> Walk:
        """The witness against a contested claim; raises NoWitness where there is none."""
        edges = self._edges
        if self._reach + sum(abs(edge.amount) for edge in claimed) >= _SAFE:
            edges = self._columns(object)  # whole numbers of any size, slower
        search = _Search(self._size, edges, _openings(claimed))
        return search.walk()


def _openings(claimed: Iterable[Edge]) -> list[_Opening]:
    by_start: dict[int, list[Edge]] = {}
    for edge in claimed:
        by_start.setdefault(edge.start, []).append(edge)
    return [_Opening(start, tuple(found)) for start, found in by_start.items()]


class _Search:
    """One search for the smallest contradiction of one claim."""

    def __init__(self, size: int, edges: _Edges, openings: Sequence[_Opening]) -> None:
        self._size = size
        self._edges = edges
        self._openings = openings
        self._layers = [[opening.layer(size, edges.amount)] for opening in openings]

    def walk(self) -> Walk:
        if self._closes():
            return self._alone()
        members = self._one()
        if members is None:
            members = self._several()
        return _trace(
            self._size, self._edges.only(np.isin(self._edges.rank, members)), self._openings, len(members)
        )

    def _closes(self) -> bool:
        pairs = zip(self._openings, self._layers, strict=True)
        return any(layers[-1][opening.target] > 0 for opening, layers in pairs)

    def _alone(self) -> Walk:
        """A claim that can never be true, such as a count before the deployment began."""
        edges = (edge for opening in self._openings for edge in opening.edges)
        return Walk(next(edge for edge in edges if edge.start >= edge.end and edge.amount > 0), (), ())

    def _one(self) -> list[int] | None:
        """The first single claim in precedence that closes a walk; None where one is not enough."""
        edges = self._edges
        found = [
            edges.rank[(edges.end <= opening.target) & (layers[0][edges.start] + edges.amount > 0)]
            for opening, layers in zip(self._openings, self._layers, strict=True)
        ]
        ranks = [int(ranks.min()) for ranks in found if ranks.size]
        return [min(ranks)] if ranks else None

    def _several(self) -> list[int]:
        """The members of the smallest witness, by the tie rule."""
        count = 0
        while not self._closes():
            if count > self._edges.rank.size:
                raise NoWitness
            for layers in self._layers:
                layers.append(_further(layers[-1], self._edges))
            count += 1
        relevant = self._edges.only(self._on_a_closing_walk(count))
        return _by_the_tie_rule(self._size, relevant, self._openings, count)

    def _on_a_closing_walk(self, count: int) -> NDArray[np.bool_]:
        """Which edges lie on some closing walk of `count` claims: forward layers meet backward ones."""
        edges, backward = self._edges, self._edges.backward(self._size)
        found = np.zeros(edges.rank.size, dtype=bool)
        for opening, layers in zip(self._openings, self._layers, strict=True):
            behind = np.full(self._size, _NEVER, dtype=edges.amount.dtype)
            behind[: opening.target + 1] = 0
            for left in range(count - 1, -1, -1):
                found |= layers[left][edges.start] + edges.amount + behind[edges.end] > 0
                behind = _further(behind[::-1], backward)[::-1]
        return found


def _further(layer: Numbers, edges: _Edges) -> Numbers:
    """The best amounts with one claim more: along one edge, then forward, as the total never falls."""
    if not edges.rank.size:
        return layer
    arrived = np.maximum.reduceat(layer[edges.start] + edges.amount, edges.first)
    further = layer.copy()
    further[edges.ends] = np.maximum(further[edges.ends], arrived)
    return np.maximum.accumulate(further)


def _by_the_tie_rule(size: int, edges: _Edges, openings: Sequence[_Opening], count: int) -> list[int]:
    """Of the claims on closing walks, those left when the last in precedence are done without."""
    ranks = np.unique(edges.rank)
    kept: list[int] = []
    while len(kept) < count < len(kept) + ranks.size:
        low, high = 0, ranks.size - 1  # the shortest beginning of `ranks` with which a walk closes
        while low < high:
            middle = (low + high) // 2
            allowed = np.isin(edges.rank, np.concatenate((ranks[: middle + 1], kept)))
            if _closes_within(size, edges.only(allowed), openings, count):
                high = middle
            else:
                low = middle + 1
        kept.append(int(ranks[low]))
        ranks = ranks[:low]
    return kept if len(kept) == count else [*kept, *(int(rank) for rank in ranks)]


def _closes_within(size: int, edges: _Edges, openings: Sequence[_Opening], count: int) -> bool:
    for opening in openings:
        layer = opening.layer(size, edges.amount)
        for _ in range(count):
            layer = _further(layer, edges)
        if layer[opening.target] > 0:
            return True
    return False


def _trace(size: int, edges: _Edges, openings: Sequence[_Opening], count: int) -> Walk:
    """The walk along the edges of a witness, found backward from where it closes."""
    for opening in openings:
        layers = [opening.layer(size, edges.amount)]
        for _ in range(count):
            layers.append(_further(layers[-1], edges))
        if layers[-1][opening.target] > 0:
            return _traced_back(edges, opening, layers)
    raise NoWitness


def _traced_back(edges: _Edges, opening: _Opening, layers: Sequence[Numbers]) -> Walk:
    node = opening.target
    members: list[int] = []
    walked: list[Edge] = []
    for layer, before in zip(layers[:0:-1], layers[-2::-1], strict=True):
        arrivals = (edges.end <= node) & (before[edges.start] + edges.amount == layer[node])
        row = int(np.flatnonzero(arrivals)[0])
        node = int(edges.start[row])
        members.insert(0, int(edges.rank[row]))
        walked.insert(0, Edge(node, int(edges.end[row]), int(edges.amount[row])))
    reached = layers[0][node]
    claimed = next(edge for edge in opening.edges if edge.end <= node and edge.amount == reached)
    return Walk(claimed, tuple(members), tuple(walked))
