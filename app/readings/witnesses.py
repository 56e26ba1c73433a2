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

from collections.abc import Sequence
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
    first: NDArray[np.intp]  # where the edges of each end begin
    ends: NDArray[np.intp]  # the ends, each once

    @classmethod
    def of(
        cls, start: NDArray[np.intp], end: NDArray[np.intp], amount: Numbers, rank: NDArray[np.intp]
    ) -> "_Edges":
        by_end = np.argsort(end, kind="stable")
        end = end[by_end]
        first = np.flatnonzero(np.diff(end, prepend=-1))
        return cls(start[by_end], end, amount[by_end], rank[by_end], first, end[first])

    def only(self, kept: NDArray[np.bool_]) -> "_Edges":
        return _Edges.of(self.start[kept], self.end[kept], self.amount[kept], self.rank[kept])

    def allowing(self, allowed: NDArray[np.bool_]) -> "_Edges":
        """The same columns where the edges that are not allowed lead nowhere."""
        amount = np.where(allowed, self.amount, _NEVER)
        return _Edges(self.start, self.end, amount, self.rank, self.first, self.ends)

    def backward(self, size: int) -> "_Edges":
        """Edges and nodes both counted from the other side, so that "never falls" runs forward again."""
        return _Edges.of(size - 1 - self.end, size - 1 - self.start, self.amount, self.rank)

    def undominated(self) -> "_Edges":
        """Without the edges beside which an earlier claim says at least as much between the same nodes.

        In a smallest witness such a claim could be exchanged for the earlier one, so by the
        tie rule it is in none.
        """
        order = np.lexsort((self.rank, self.end, self.start))
        start, end, amount = self.start[order], self.end[order], self.amount[order]
        begins = np.flatnonzero((np.diff(start, prepend=-1) != 0) | (np.diff(end, prepend=-1) != 0))
        kept = np.zeros(order.size, dtype=bool)
        for begin, stop in zip(begins, [*begins[1:], order.size], strict=True):
            best = np.maximum.accumulate(amount[begin:stop])
            kept[order[begin]] = True
            kept[order[begin + 1 : stop]] = best[1:] > best[:-1]
        return self.only(kept)


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

    def __init__(self, potential: Sequence[int], accepted: Sequence[Sequence[Edge]]) -> None:
        """A running total that satisfies all accepted claims, and their edges in precedence order."""
        self._potential = potential
        self._rows = [(edge, rank) for rank, claimed in enumerate(accepted) for edge in claimed]
        self._reach = sum(abs(edge.amount) for edge, _ in self._rows)
        self._edges = self._columns(np.int64 if self._reach < _SAFE else object)

    def _columns(self, kind: type) -> _Edges:
        return _Edges.of(
            np.array([edge.start for edge, _ in self._rows], dtype=np.intp),
            np.array([edge.end for edge, _ in self._rows], dtype=np.intp),
            np.array([edge.amount for edge, _ in self._rows], dtype=kind),
            np.array([rank for _, rank in self._rows], dtype=np.intp),
        ).undominated()

    def find(self, claimed: Sequence[Edge]) -> Walk:
        """The witness against a contested claim; raises NoWitness where there is none."""
        edges = self._edges
        if self._reach + sum(abs(edge.amount) for edge in claimed) >= _SAFE:
            edges = self._columns(object)  # whole numbers of any size, slower
        return _Search(len(self._potential), edges, self._opening(claimed)).walk()

    def _opening(self, claimed: Sequence[Edge]) -> _Opening:
        """The edges that the accepted claims leave no room for.

        Edges that their running total satisfies cannot contradict them, and never are the
        floor and the ceiling of one claim both violated.
        """
        value = self._potential
        violated = [edge for edge in claimed if value[edge.start] + edge.amount > value[edge.end]]
        if not violated:
            raise NoWitness
        return _Opening(violated[0].start, tuple(violated))


class _Search:
    """One search for the smallest contradiction of one claim."""

    def __init__(self, size: int, edges: _Edges, opening: _Opening) -> None:
        self._size = size
        self._edges = edges
        self._opening = opening
        self._target = opening.target
        self._layers = [opening.layer(size, edges.amount)]

    def walk(self) -> Walk:
        if self._closes():  # a claim that can never be true, such as a count before the deployment
            return Walk(next(edge for edge in self._opening.edges if edge.start >= edge.end), (), ())
        member = self._one()
        members = self._several() if member is None else np.array([member])
        return self._trace(self._edges.only(np.isin(self._edges.rank, members)), members.size)

    def _closes(self) -> bool:
        return bool(self._layers[-1][self._target] > 0)

    def _one(self) -> int | None:
        """The first single claim in precedence that closes a walk; None where one is not enough."""
        edges = self._edges
        closing = (edges.end <= self._target) & (self._layers[0][edges.start] + edges.amount > 0)
        ranks = edges.rank[closing]
        return int(ranks.min()) if ranks.size else None

    def _several(self) -> NDArray[np.intp]:
        """The members of the smallest witness, by the tie rule."""
        while not self._closes():
            if len(self._layers) > self._edges.rank.size + 1:
                raise NoWitness
            self._layers.append(_further(self._layers[-1], self._edges))
        count = len(self._layers) - 1
        return self._by_the_tie_rule(self._edges.only(self._on_a_closing_walk(count)), count)

    def _on_a_closing_walk(self, count: int) -> NDArray[np.bool_]:
        """Which edges lie on some closing walk of `count` claims: forward layers meet backward ones."""
        edges, backward = self._edges, self._edges.backward(self._size)
        found = np.zeros(edges.rank.size, dtype=bool)
        behind = np.full(self._size, _NEVER, dtype=edges.amount.dtype)
        behind[: self._target + 1] = 0
        for layer in self._layers[count - 1 :: -1]:
            found |= layer[edges.start] + edges.amount + behind[edges.end] > 0
            behind = _further(behind[::-1], backward)[::-1]
        return found

    def _by_the_tie_rule(self, edges: _Edges, count: int) -> NDArray[np.intp]:
        """Of the claims on closing walks, those left when the last in precedence are done without."""
        ranks = np.unique(edges.rank)
        kept: list[int] = []
        while len(kept) < count < len(kept) + ranks.size:
            low, high = 0, ranks.size - 1  # the shortest beginning of `ranks` with which a walk closes
            while low < high:
                middle = (low + high) // 2
                allowed = (edges.rank <= ranks[middle]) | np.isin(edges.rank, kept)
                if self._closes_within(edges.allowing(allowed), count):
                    high = middle
                else:
                    low = middle + 1
            kept.append(int(ranks[low]))
            ranks = ranks[:low]
        return np.array(kept) if len(kept) == count else np.array([*ranks, *kept])

    def _closes_within(self, edges: _Edges, count: int) -> bool:
        layer = self._layers[0]
        for _ in range(count):
            layer = _further(layer, edges)
        return bool(layer[self._target] > 0)

    def _trace(self, edges: _Edges, count: int) -> Walk:
        """The walk along the edges of a witness, found backward from where it closes."""
        layers = [self._layers[0]]
        for _ in range(count):
            layers.append(_further(layers[-1], edges))
        node = self._target
        members: list[int] = []
        walked: list[Edge] = []
        for layer, before in zip(layers[:0:-1], layers[-2::-1], strict=True):
            arrivals = (edges.end <= node) & (before[edges.start] + edges.amount == layer[node])
            row = int(np.flatnonzero(arrivals)[0])
            node = int(edges.start[row])
            members.insert(0, int(edges.rank[row]))
            walked.insert(0, Edge(node, int(edges.end[row]), int(edges.amount[row])))
        reached = layers[0][node]
        claimed = next(edge for edge in self._opening.edges if edge.end <= node and edge.amount == reached)
        return Walk(claimed, tuple(members), tuple(walked))


def _further(layer: Numbers, edges: _Edges) -> Numbers:
    """The best amounts with one claim more: along one edge, then forward, as the total never falls."""
    if not edges.rank.size:
        return layer
    arrived = np.maximum.reduceat(layer[edges.start] + edges.amount, edges.first)
    further = layer.copy()
    further[edges.ends] = np.maximum(further[edges.ends], arrived)
    return np.maximum.accumulate(further)
