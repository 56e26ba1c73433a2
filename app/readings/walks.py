"""Walks along the edges of accepted claims, with as few claims as possible (method, section 5).

The best amounts that walks of at most k claims can bring to each node are found layer by layer
(Bellman 1958), each layer as a few operations on whole arrays; the first layer whose amount is
high enough at the goal gives the number of claims. Back from the goal only edges are followed
that the layers show to lie on such a walk; among them the tie rule chooses.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.readings.ties import NEVER, Choice, Link

Numbers = NDArray[Any]
"""64-bit integers, or whole numbers of any size where those could overflow."""


class NoWalk(AssertionError):
    """No walk reaches its goal, though a contradiction was found: a fault of the program."""


_KEPT_BYTES = 1 << 27
"""About how much memory the layers of one graph may take."""

_SHALLOW = 16
"""Layers before this one are asked for again and again, so their numbers are kept ready as integers."""


class _Layers:
    """The best amounts that walks from one node bring with no claim, one claim, two, and so on.

    Where there may be very many layers only every so manieth is kept; those between are found anew.
    """

    def __init__(self, first: Numbers, further: Callable[[Numbers], Numbers]) -> None:
        self._further = further
        self._every = 1 + 8 * first.size**2 // _KEPT_BYTES
        self._kept = [first]
        self._newest = first
        self._stretch = (0, [first])
        self._ready: dict[int, list[int]] = {}
        self.count = 1

    def extend(self) -> bool:
        """Add the next layer; False where it brings no more than the one before."""
        layer = self._further(self._newest)
        if np.array_equal(layer, self._newest):
            return False
        if self.count % self._every == 0:
            self._kept.append(layer)
        self._newest = layer
        self.count += 1
        return True

    def __getitem__(self, number: int) -> Numbers:
        """The layer of so many claims."""
        stretch, place = divmod(number, self._every)
        if place == 0:
            return self._kept[stretch]
        if self._stretch[0] != stretch or len(self._stretch[1]) <= place:
            layers = [self._kept[stretch]]
            while len(layers) < self._every and stretch * self._every + len(layers) < self.count:
                layers.append(self._further(layers[-1]))
            self._stretch = (stretch, layers)
        return self._stretch[1][place]

    def numbers(self, number: int) -> Sequence[int] | Numbers:
        """The same where its numbers are asked for one by one."""
        if number >= _SHALLOW:
            return self[number]
        if number not in self._ready:
            self._ready[number] = self[number].tolist()
        return self._ready[number]


class Graph:
    """Nodes in a row, with a free edge of amount 0 from each to the next, and the edges of claims."""

    def __init__(self, size: int, links: Sequence[Link], kind: type, hub: int) -> None:
        """`size` nodes; `links` in precedence order. Layers from `hub`, asked for most, are kept."""
        self._size = size
        self._links = sorted(links, key=lambda link: link.end)
        self._start, self._end, self._rank = (
            np.array([link[column] for link in self._links], dtype=np.intp) for column in (0, 1, 3)
        )
        self._amount: Numbers = np.array([link.amount for link in self._links], dtype=kind)
        self._first = np.flatnonzero(np.diff(self._end, prepend=-1))
        self._hub = hub
        self._kept = self._begun(hub)

    def shortest(self, origin: int, goals: Mapping[int, int]) -> tuple[list[Link], int]:
        """The edges of a walk from a node to one of the goals, in order, and the goal.

        A goal is a node with an amount: what the walk brings and that amount together must
        exceed 0. The walk has the fewest claims possible; of several the tie rule decides.
        """
        layers = self._kept if origin == self._hub else self._begun(origin)
        count = _claims_needed(layers, goals)
        if count == 0:
            return [], next(node for node, amount in goals.items() if layers[0][node] + amount > 0)
        links = [self._one(origin, goals)] if count == 1 else self._several(layers, count, goals)
        return links, _goal_after(links[-1], goals)

    def _begun(self, origin: int) -> _Layers:
        """What walks without any claim bring: forward for free, nowhere else."""
        first = np.zeros(self._size, dtype=self._amount.dtype)
        first[:origin] = NEVER
        return _Layers(first, self._further)

    def _further(self, layer: Numbers) -> Numbers:
        """The best amounts with one claim more: along one edge, then forward for free."""
        further = layer.copy()
        if self._links:
            arrived = np.maximum.reduceat(layer[self._start] + self._amount, self._first)
            ends = self._end[self._first]
            further[ends] = np.maximum(further[ends], arrived)
        return np.maximum.accumulate(further)

    def _one(self, origin: int, goals: Mapping[int, int]) -> Link:
        """The first edge in precedence that is enough by itself."""
        rest = np.full(self._size, NEVER, dtype=self._amount.dtype)
        for node, amount in goals.items():
            rest[node] = amount
        rest = np.maximum.accumulate(rest[::-1])[::-1]
        rows = np.flatnonzero((self._start >= origin) & (self._amount + rest[self._end] > 0))
        return self._links[int(rows[np.argmin(self._rank[rows])])]

    def _several(self, layers: _Layers, count: int, goals: Mapping[int, int]) -> list[Link]:
        places = list(self._places(layers, count, goals))
        choice = Choice(places[::-1], goals)
        choice.narrow()
        return choice.walk()

    @cached_property
    def _by_end(self) -> list[list[Link]]:
        by_end: list[list[Link]] = [[] for _ in range(self._size)]
        for link in self._links:
            by_end[link.end].append(link)
        return by_end

    def _places(self, layers: _Layers, count: int, goals: Mapping[int, int]) -> Iterator[list[Link]]:
        """For each place in the walk, the last first, the edges that some walk has there."""
        rests = dict(goals)  # by node the best amount from there on, the goal's included
        for place in range(count, 0, -1):
            brought = layers.numbers(place - 1)
            found: list[Link] = []
            earlier: dict[int, int] = {}
            for node, rest in _nodes_before(rests, layers.numbers(place)):
                for link in self._by_end[node]:
                    amount = link.amount + rest
                    if brought[link.start] + amount > 0:
                        found.append(link)
                        if amount > earlier.get(link.start, NEVER):
                            earlier[link.start] = amount
            yield found
            rests = earlier


def _claims_needed(layers: _Layers, goals: Mapping[int, int]) -> int:
    """How many claims the shortest walk needs; adds layers until one is enough."""

    def reached(number: int) -> bool:
        layer = layers[number]
        return any(layer[node] + amount > 0 for node, amount in goals.items())

    while not reached(layers.count - 1):
        if not layers.extend():
            raise NoWalk
    return bisect_left(range(layers.count), True, key=reached)  # noqa: FBT003 - what is looked for is a truth


def _nodes_before(rests: Mapping[int, int], layer: Sequence[int] | Numbers) -> Iterator[tuple[int, int]]:
    """Nodes from which one with a rest is reached for free, the latest first, and the best such rest.

    Passed over are nodes to which the layer brings too little for any rest.
    """
    best = NEVER
    for node, until in pairwise([*sorted(rests, reverse=True), -1]):
        best = max(best, rests[node])
        for earlier in range(node, until, -1):
            if layer[earlier] + best <= 0:
                break  # to the nodes before it the layer brings no more
            yield earlier, best


def _goal_after(last: Link, goals: Mapping[int, int]) -> int:
    """The goal with the highest amount that is reached for free from the end of a walk."""
    return max((node for node in goals if node >= last.end), key=lambda node: goals[node])
