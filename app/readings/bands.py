"""The tightest bounds that accepted claims imply, for every day (method, section 6).

In a consistent system of difference constraints they are shortest paths, and the bounds of any
two nodes are attained together by some solution (Dechter, Meiri and Pearl 1991): nothing
tighter can be said. Against a solution at hand the slack of every edge is a length that is
not negative (Johnson 1977), so that two runs of Dijkstra's algorithm find all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush

from app.readings.constraints import Axis
from app.readings.network import Network


@dataclass(frozen=True, slots=True)
class Band:
    """Bounds of the running total since the end of the day `base`, for any day.

    `base` before the deployment counts from its start. At nodes before the base the count runs
    backwards and is of no use; no reading asks for it.
    """

    axis: Axis
    base: date
    lows: tuple[int, ...]  # by node
    highs: tuple[int | None, ...]  # by node; None: open

    def low(self, day: date) -> int:
        """The floor at the end of a day: floors carry forward."""
        return self.lows[self.axis.last_until(day)] if day >= self.base else 0

    def high(self, day: date) -> int | None:
        """The ceiling at the end of a day: ceilings carry backward. None: open."""
        node = self.axis.first_from(day)
        return None if node is None else self.highs[node]

    def turns(self) -> Iterable[date]:
        """The days on which a bound can change: floors on a node, ceilings the day after one."""
        for day in self.axis.days:
            yield day
            yield day + timedelta(days=1)


def band_since(network: Network, axis: Axis, base: date) -> Band:
    """The bounds of `N(t) - N(base)`, by shortest paths between the two days; `base` is a node."""
    origin = axis.node(base)
    value = network.potential
    least, most = slack_from(network, origin), slack_into(network, origin)
    relative = [total - value[origin] for total in value]
    return Band(
        axis,
        base,
        tuple(0 if gap is None else total - gap for total, gap in zip(relative, least, strict=True)),
        tuple(None if gap is None else total + gap for total, gap in zip(relative, most, strict=True)),
    )


def slack_from(network: Network, origin: int) -> list[int | None]:
    """The least slack of a path from a node to each other one; None where no path leads."""
    return _least_slack(network, origin, 1)


def slack_into(network: Network, target: int) -> list[int | None]:
    """The least slack of a path from each node to one; None where no path leads."""
    return _least_slack(network, target, -1)


def _least_slack(network: Network, origin: int, sign: int) -> list[int | None]:
    """Dijkstra's algorithm over slacks, along edges (sign 1) or against them (-1)."""
    value, links = network.potential, network.ahead if sign > 0 else network.behind
    nodes = len(value)
    found: list[int | None] = [None] * nodes
    heap = [(0, origin)]
    while heap:
        slack, node = heappop(heap)
        if found[node] is not None:
            continue
        found[node] = slack
        here = value[node]
        neighbour = node + sign  # the running total never falls
        if 0 <= neighbour < nodes and found[neighbour] is None:
            heappush(heap, (slack + sign * (value[neighbour] - here), neighbour))
        for other, amount in links[node]:
            if found[other] is None:
                heappush(heap, (slack + sign * (value[other] - here) - amount, other))
    return found
