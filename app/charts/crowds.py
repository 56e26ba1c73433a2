"""Many marks in little room: which are drawn, and which stand in front."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from app.charts.mark import Lane, Mark

DRAWN_AT_MOST = 2000
"""More marks than this cannot be told apart; beyond it the drawings thin them and say so."""

CROWDED = 400
"""From more marks than this on, lines are drawn fainter and the server's drawing lighter."""

DEEPEST = 2
"""Of marks at the very same place this many are drawn larger behind the front one, so that they show."""


def thinned(marks: Sequence[Mark], at_most: int) -> list[Mark]:
    """All marks, or a selection of `at_most` that is the same every time.

    Contested marks and those beside the axes stay first, then the lowest and highest of each
    family; of the others every n-th in the order of their days.
    """
    if len(marks) <= at_most:
        return list(marks)
    kept = {id(mark) for mark in marks if mark.contested or mark.lane is Lane.ASIDE}
    numbered = sorted((m for m in marks if m.values), key=lambda m: m.style.slug)
    for _, group in groupby(numbered, key=lambda m: m.style.slug):
        ranked = sorted(group, key=lambda m: m.values[-1])
        kept |= {id(ranked[0]), id(ranked[-1])}
    room = at_most - len(kept)
    if room <= 0:
        foremost = [mark for mark in marks if id(mark) in kept]
        return [foremost[i * len(foremost) // at_most] for i in range(at_most)]
    rest = [mark for mark in marks if id(mark) not in kept]
    kept |= {id(rest[i * len(rest) // room]) for i in range(min(room, len(rest)))}
    return [mark for mark in marks if id(mark) in kept]


def stacked(marks: Sequence[Mark]) -> list[Mark]:
    """The same marks from back to front, each knowing which others stand at its place.

    Contested marks are in front, then the families in the order of their colours.
    """
    order = sorted(marks, key=lambda m: (m.contested, -m.style.slot, m.style.key, m.on, m.claim.ref))
    places: defaultdict[object, list[Mark]] = defaultdict(list)
    for mark in order:
        places[_place(mark)].append(mark)
    return [_in_its_place(mark, places[_place(mark)]) for mark in order]


def _place(mark: Mark) -> object:
    return mark.lane, mark.row, mark.on, () if mark.lane is Lane.ASIDE else tuple(mark.values)


def _in_its_place(mark: Mark, here: list[Mark]) -> Mark:
    if len(here) == 1:
        return mark
    in_front = len(here) - 1 - next(i for i, other in enumerate(here) if other is mark)
    others = tuple(other.words for other in reversed(here) if other is not mark)
    return replace(mark, depth=min(in_front, DEEPEST), company=others)
