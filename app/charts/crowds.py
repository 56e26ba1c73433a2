"""Many marks in little room: which are drawn, and which stand in front."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby

from app.charts.mark import Lane, Mark
from app.claims.words import Nature
from app.readings.results import Reading

DRAWN_AT_MOST = 2000
"""More marks than this cannot be told apart; beyond it the drawings thin them and say so."""

CROWDED = 400
"""From more marks than this on, lines are drawn fainter and the server's drawing lighter."""

DEEPEST = 2
"""Of marks at the very same place this many are drawn larger behind the front one, so that they show."""


class Rank(IntEnum):
    """In which order marks are left standing when there are too many, the first first."""

    SELECTS = 0  # a step of the selected line rests on it, or a bound of the band is its own figure
    DISPUTED = 1  # it is contested, or rules out one that is
    EDGE = 2  # the lowest or the highest of its family, or beside the axes
    REST = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """How many of the marks of one rank are drawn."""

    rank: Rank
    drawn: int
    in_all: int


def foremost(reading: Reading) -> dict[str, Rank]:
    """By claim_ref what a thinned chart of a reading has to keep: what bounds, selects or contradicts."""
    found: dict[str, Rank] = {}
    for item in reading.contested:
        found.update(dict.fromkeys((item.claim_ref, *item.witness), Rank.DISPUTED))
    for ref in reading.accepted:
        candidate = reading.candidates[ref]
        point = reading.at(candidate.last)
        allowed = candidate.interval
        plain = candidate.counts_from is None and candidate.nature is not Nature.INCREMENT
        if point is not None and plain and (point.low == allowed.lo or point.high == allowed.hi):
            found[ref] = Rank.SELECTS
    found.update(dict.fromkeys((step.claim_ref for step in reading.steps), Rank.SELECTS))
    return found


def thinned(marks: Sequence[Mark], at_most: int, first: Mapping[str, Rank] | None = None) -> list[Mark]:
    """All marks, or a selection of `at_most` that is the same every time, in the order given.

    Rank by rank: what sets the line or a bound is drawn before what is disputed, and that before the rest.
    Of the rank that has no room as a whole every n-th is drawn, in the order of their days; of ranks after it
    none.
    """
    if len(marks) <= at_most:
        return list(marks)
    ranks = _ranks(marks, first or {})
    kept: set[int] = set()
    for rank in Rank:
        places = [place for place, of in enumerate(ranks) if of is rank]
        room = at_most - len(kept)
        kept.update(places if len(places) <= room else (places[i * len(places) // room] for i in range(room)))
    return [marks[place] for place in sorted(kept)]


def shown(marks: Sequence[Mark], drawn: Iterable[Mark], first: Mapping[str, Rank]) -> tuple[Shown, ...]:
    """Of each rank how many marks are drawn; none where all are."""
    refs = {mark.claim.ref for mark in drawn}
    if len(refs) == len(marks):
        return ()
    ranks = _ranks(marks, first)
    in_all = Counter(ranks)
    drawn_of = Counter(rank for mark, rank in zip(marks, ranks, strict=True) if mark.claim.ref in refs)
    return tuple(Shown(rank, drawn_of[rank], in_all[rank]) for rank in Rank if in_all[rank])


def _ranks(marks: Sequence[Mark], first: Mapping[str, Rank]) -> list[Rank]:
    ranks = [
        first.get(
            mark.claim.ref,
            Rank.DISPUTED if mark.contested else Rank.EDGE if mark.lane is Lane.ASIDE else Rank.REST,
        )
        for mark in marks
    ]
    places = sorted(
        (place for place, mark in enumerate(marks) if mark.values), key=lambda place: marks[place].style.slug
    )
    for _slug, group in groupby(places, key=lambda place: marks[place].style.slug):
        ranked = sorted(group, key=lambda place: marks[place].values[-1])
        for place in (ranked[0], ranked[-1]):
            ranks[place] = min(ranks[place], Rank.EDGE)
    return ranks


def stacked(marks: Sequence[Mark]) -> list[Mark]:
    """The same marks from back to front, each knowing which others stand at its place.

    Contested marks are in front, then the families in the order of their colours.
    """
    order = sorted(marks, key=lambda m: (m.contested, -m.style.slot, m.style.key, m.on, m.claim.ref))
    places: defaultdict[object, list[Mark]] = defaultdict(list)
    here = [places[_place(mark)] for mark in order]
    for mark, others in zip(order, here, strict=True):
        others.append(mark)
    return [_in_its_place(mark, others) for mark, others in zip(order, here, strict=True)]


def _place(mark: Mark) -> object:
    return mark.lane, mark.row, mark.on, () if mark.lane is Lane.ASIDE else tuple(mark.values)


def _in_its_place(mark: Mark, here: list[Mark]) -> Mark:
    if len(here) == 1:
        return mark
    in_front = len(here) - 1 - next(i for i, other in enumerate(here) if other is mark)
    others = tuple(other for other in reversed(here) if other is not mark)
    return replace(mark, depth=min(in_front, DEEPEST), company=others)
