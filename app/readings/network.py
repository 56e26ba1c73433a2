"""A set of claims that can be true together, kept so while claims are added one by one.

The network holds one solution: a running total for every node that satisfies every accepted
edge (a feasible potential). An edge that the solution satisfies already can be accepted at once.
Where it does not, the solution is moved no further than needed: the nodes are visited in
the order of how far they must move, each once, as in Dijkstra's algorithm, since the slack of
every accepted edge is not negative (reduced costs: Johnson 1977). The new edge contradicts the
accepted ones exactly when moving comes back to where it began (incremental detection of
negative cycles: Cotton and Maler 2006, *Fast and Flexible Difference Constraint Propagation for
DPLL(T)*). A refused edge leaves nothing to undo, because moves are kept apart until they fit.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from app.readings.constraints import START, Edge, Envelope

Links = list[list[tuple[int, int]]]
"""For each node the nodes at the other ends of its edges, and the amounts."""

_FEW = 64
"""How many nodes may move before the other direction is tried; only the speed depends on it."""


class Contradiction(Exception):
    """An edge cannot be true together with the accepted ones."""


class Moves(NamedTuple):
    """New values of nodes, all raised (sign 1) or all lowered (-1); the nodes between follow."""

    sign: int
    values: dict[int, int]


_NO_MOVES = Moves(1, {})


class Network:
    """Accepted edges and a running total that satisfies them all.

    The running total of `potential` is relative: what counts is its difference to that of
    node 0. It never falls from one node to the next. Nodes without an edge take part in no
    search; they are moved along when the nodes beside them have moved.
    """

    def __init__(self, potential: Sequence[int]) -> None:
        self.potential = list(potential)
        self.envelope = Envelope(len(self.potential))
        self.ahead: Links = [[] for _ in self.potential]  # by the start of an edge
        self.behind: Links = [[] for _ in self.potential]  # by its end
        self._linked = _Linked(len(self.potential))

    def add(self, claimed: Sequence[Edge]) -> bool:
        """Accept the edges of one claim if they fit, all or none; whether they did."""
        try:
            moves = self._moves(claimed)
        except Contradiction:
            return False
        self._move_to(moves)
        self.extend(claimed)
        return True

    def fits(self, claimed: Sequence[Edge]) -> bool:
        """Whether the edges of one claim could be accepted; changes nothing."""
        try:
            self._moves(claimed)
        except Contradiction:
            return False
        return True

    def extend(self, claimed: Iterable[Edge]) -> None:
        """Take in edges that the solution satisfies; those implied already are not kept twice."""
        for edge in claimed:
            if not self.envelope.implies(edge):
                start, end, amount = edge
                self.ahead[start].append((end, amount))
                self.behind[end].append((start, amount))
                self._linked.add(start)
                self._linked.add(end)
                self.envelope.tighten(edge)

    def _move_to(self, moves: Moves) -> None:
        """Move nodes to their new values, and with them those that the total would fall to or from."""
        value = self.potential
        for node, new in sorted(moves.values.items(), reverse=moves.sign < 0):
            if moves.sign > 0:
                first, stop = node, bisect_left(value, new, node + 1)
            else:
                first, stop = bisect_right(value, new, 0, node), node + 1
            value[first:stop] = [new] * (stop - first)

    def _moves(self, claimed: Sequence[Edge]) -> Moves:
        """Where nodes have to move; raises Contradiction.

        The edges of one claim all start where its count begins, or end there; its floor and its
        ceiling are never violated both, since the floor is not above the ceiling.
        """
        value = self.potential
        violated = [edge for edge in claimed if value[edge.start] + edge.amount > value[edge.end]]
        if not violated:
            return _NO_MOVES
        if self.envelope.refutes(violated):
            raise Contradiction
        if violated[0].start == START:
            return self._raise(violated, None, None) or _NO_MOVES
        if violated[0].end == START:
            return self._lower(violated, None, None) or _NO_MOVES
        return self._move_either_way(violated[0])

    def _move_either_way(self, edge: Edge) -> Moves:
        """Raise the end or lower the start, by turns until either is done within few moves.

        Node 0 is left in peace at first: every total rests on it or leans on it.
        """
        avoid: int | None = START
        at_most = _FEW
        while True:
            for turn in (self._raise, self._lower):
                moves = turn([edge], avoid, at_most)
                if moves is not None:
                    return moves
            avoid, at_most = None, 4 * at_most

    def _raise(self, violated: Sequence[Edge], avoid: int | None, at_most: int | None) -> Moves | None:
        """Raise the ends of edges that share a start, and what rests on them; that start must not rise."""
        value = self.potential
        far = [(value[end] - value[start] - amount, end) for start, end, amount in violated]
        return self._move(far, 1, stop=violated[0].start, avoid=avoid, at_most=at_most)

    def _lower(self, violated: Sequence[Edge], avoid: int | None, at_most: int | None) -> Moves | None:
        """Lower the starts of edges that share an end, and what leans on them; that end must not sink."""
        value = self.potential
        far = [(value[end] - value[start] - amount, start) for start, end, amount in violated]
        return self._move(far, -1, stop=violated[0].end, avoid=avoid, at_most=at_most)

    def _move(
        self,
        far: Iterable[tuple[int, int]],
        sign: int,
        *,
        stop: int,
        avoid: int | None,
        at_most: int | None,
    ) -> Moves | None:
        """Move nodes up (sign 1) or down (-1), farthest first, until every accepted edge holds.

        `far` names the first nodes, each with minus the distance that it has to move. Of nodes
        that move equally far those near `stop` go first: there a contradiction is found soonest.
        Raises Contradiction when `stop` would have to move. Gives None, undecided, when `avoid`
        would have to, or when more than `at_most` nodes did.
        """
        value, links, nodes = self.potential, self.ahead if sign > 0 else self.behind, len(self.potential)
        beside = self._linked.after if sign > 0 else self._linked.before
        # Between these nodes, both counted, `stop` is nearer than the next node that has an edge.
        near = (self._linked.before[stop], stop - 1) if sign > 0 else (stop + 1, self._linked.after[stop])
        moved: dict[int, int] = {}
        heap = [(gain, abs(node - stop), node) for gain, node in far]
        heapify(heap)
        while heap:
            gain, _, node = heappop(heap)
            if node in moved:
                continue
            if node == avoid or (at_most is not None and len(moved) >= at_most):
                return None
            moved[node] = new = value[node] - sign * gain
            if near[0] <= node <= near[1] and sign * (value[stop] - new) < 0:
                raise Contradiction
            neighbour = beside[node]  # the running total never falls
            if 0 <= neighbour < nodes and neighbour not in moved:
                gain = sign * (value[neighbour] - new)
                if gain < 0:
                    heappush(heap, (gain, abs(neighbour - stop), neighbour))
            for other, amount in links[node]:
                gain = sign * (value[other] - new) - amount
                if gain < 0 and other not in moved:
                    if other == stop:
                        raise Contradiction
                    heappush(heap, (gain, abs(other - stop), other))
        return Moves(sign, moved)


class _Linked:
    """For every node the nearest one after it, and before it, that has an edge.

    Where there is none, `after` is the number of nodes and `before` is -1.
    """

    def __init__(self, size: int) -> None:
        self._has_edge = [False] * size
        self.after = [size] * size
        self.before = [-1] * size
        self.add(START)

    def add(self, node: int) -> None:
        """From now on a node has an edge."""
        if self._has_edge[node]:
            return
        self._has_edge[node] = True
        first, last = max(self.before[node], 0), min(self.after[node], len(self.after) - 1)
        self.after[first:node] = [node] * (node - first)
        self.before[node + 1 : last + 1] = [node] * (last - node)
