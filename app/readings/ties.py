"""Of walks of equally few claims the one that the tie rule takes (method, section 5).

Its last member in precedence comes earliest, then the last but one, and so on. So the claims
are done without, from the last in precedence on, wherever a walk is left. What is
left to choose from are, for each place in the walk, the edges that some walk has there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

NEVER = -(1 << 61)
"""The amount of a walk that does not exist."""


class Link(NamedTuple):
    """An edge of an accepted claim, with the rank of the claim in precedence."""

    start: int
    end: int
    amount: int
    rank: int


Place = Sequence[Link]
"""The edges that walks have at one place."""


class Choice:
    """The places of a walk, narrowed down until one walk is left."""

    def __init__(self, places: Sequence[Place], goals: Mapping[int, int]) -> None:
        """`places` from the first edge of the walk to its last; each edge lies on some whole walk.

        A whole walk ends at a goal and brings more than minus the amount of the goal.
        """
        self._places = places
        self._goals = goals

    def narrow(self) -> None:
        """Do without every claim that the tie rule can do without."""
        kept: set[int] = set()
        ranks = self._ranks()
        while len(ranks) > len(self._places):
            free = [rank for rank in ranks if rank not in kept]
            low, high = 0, len(free) - 1  # the shortest beginning of `free` with which a walk is left
            while low < high:
                middle = (low + high) // 2
                if self._is_left(kept.union(free[: middle + 1])):
                    high = middle
                else:
                    low = middle + 1
            kept.add(free[low])
            self._leave(kept.union(free[:low]))
            ranks = self._ranks()

    def walk(self) -> list[Link]:
        """The edges of the walk, in order; after narrowing there is one for each claim left."""
        if all(len(place) == 1 for place in self._places):
            return [place[0] for place in self._places]
        links: list[Link] = []
        node, amount = 0, 0
        for place, rests in zip(self._places, self._rests(self._places), strict=True):
            begun = [
                (amount + link.amount + rest, link)
                for link, rest in zip(place, rests, strict=True)
                if link.start >= node
            ]
            link = max(begun, key=lambda choice: choice[0])[1]
            links.append(link)
            node, amount = link.end, amount + link.amount
        return links

    def _ranks(self) -> list[int]:
        return sorted({link.rank for place in self._places for link in place})

    def _allowed(self, ranks: Collection[int]) -> list[Place]:
        return [[link for link in place if link.rank in ranks] for place in self._places]

    def _is_left(self, ranks: Collection[int]) -> bool:
        """Whether claims of these ranks alone make a walk."""
        places = self._allowed(ranks)
        if not all(places):
            return False
        rests = self._rests(places)[0]
        return any(link.amount + rest > 0 for link, rest in zip(places[0], rests, strict=True))

    def _leave(self, ranks: Collection[int]) -> None:
        """Keep the edges that lie on walks of claims of these ranks."""
        places = self._allowed(ranks)
        sides = zip(places, self._brought(places), self._rests(places), strict=True)
        self._places = [
            [link for link, before, after in zip(*side, strict=True) if before + link.amount + after > 0]
            for side in sides
        ]

    def _rests(self, places: Sequence[Place]) -> list[list[int]]:
        """For each edge the best amount from its end to a goal, that of the goal included."""
        found: list[list[int]] = []
        known: Mapping[int, int] = self._goals
        for place in reversed(places):
            nodes = sorted(known)
            best = list(accumulate((known[node] for node in reversed(nodes)), max))[::-1]
            best.append(NEVER)
            rests = [best[bisect_left(nodes, link.end)] for link in place]
            found.append(rests)
            known = _best((link.start, link.amount + rest) for link, rest in zip(place, rests, strict=True))
        return found[::-1]

    def _brought(self, places: Sequence[Place]) -> list[list[int]]:
        """For each edge the best amount with which a walk comes to its start."""
        found: list[list[int]] = [[0] * len(places[0])]
        for earlier, place in pairwise(places):
            ends = zip(earlier, found[-1], strict=True)
            known = _best((link.end, link.amount + amount) for link, amount in ends)
            nodes = sorted(known)
            best = [NEVER, *accumulate((known[node] for node in nodes), max)]
            found.append([best[bisect_right(nodes, link.start)] for link in place])
        return found


def _best(amounts: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The highest amount of each node."""
    best: dict[int, int] = {}
    for node, amount in amounts:
        if amount > best.get(node, NEVER):
            best[node] = amount
    return best
