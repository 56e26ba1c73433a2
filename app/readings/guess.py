"""A running total to begin with, guessed so that most claims find it satisfied.

Any running total that never falls will do: acceptance moves it where claims need it
moved, and comes to the same end from every beginning. A good guess only saves moving.
"""

from collections import defaultdict
from collections.abc import Sequence

from app.readings.constraints import OPEN, START, Edge, Envelope


def guess_potential(size: int, asked: Sequence[Sequence[Edge]]) -> list[int]:
    """One value for each of `size` nodes, never falling, from claims in precedence order.

    Floors and ceilings counted from the start are taken as far as they agree with one another;
    between them the line follows the increments, day by day.
    """
    envelope = Envelope(size)
    wanted: dict[int, int] = {}
    ending: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for claimed in asked:
        if not claimed:
            continue
        if all(START in (edge.start, edge.end) for edge in claimed):
            _take_total(claimed, envelope, wanted)
        else:
            start, end, low, high = _between(claimed)
            ending[end].append((start, low, high))
    return _follow(envelope, wanted, ending)


def _take_total(claimed: Sequence[Edge], envelope: Envelope, wanted: dict[int, int]) -> None:
    """Let a total (or an event floor) bound the line, if it agrees with those before it."""
    if envelope.refutes(claimed):
        return
    for edge in claimed:
        envelope.tighten(edge)
    _, node, least, most = _between(claimed)
    if most < OPEN:
        wanted.setdefault(node, (least + most) // 2)


def _between(claimed: Sequence[Edge]) -> tuple[int, int, int, int]:
    """Two nodes, and the least and the most that a claim allows between them."""
    start, end, low, high = START, START, 0, OPEN
    for edge in claimed:
        if edge.start < edge.end:
            start, end, low = edge.start, edge.end, edge.amount
        else:
            start, end, high = edge.end, max(end, edge.start), -edge.amount
    return start, end, low, high


def _follow(
    envelope: Envelope, wanted: dict[int, int], ending: dict[int, list[tuple[int, int, int]]]
) -> list[int]:
    """The line itself: inside the envelope, along the increments that still agree with it."""
    line = [0]
    for node in range(1, len(envelope.floor)):
        low, high = max(line[-1], envelope.floor[node]), envelope.ceiling[node]
        aim = wanted.get(node)
        for start, least, most in ending.get(node, ()):
            tighter_low, tighter_high = max(low, line[start] + least), min(high, line[start] + most)
            if tighter_low <= tighter_high:
                low, high = tighter_low, tighter_high
                if aim is None and most < OPEN:
                    aim = line[start] + (least + most) // 2
        line.append(low if aim is None else max(low, min(high, aim)))
    return line
