"""In which order claims are asked (method, section 5)."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from app.readings.candidates import Candidate
from app.readings.choices import Choices, Precedence
from app.readings.rules import reliability_rank

Key = tuple[int | str | bool, ...]


def in_precedence(
    candidates: Iterable[Candidate], choices: Choices, lone: Mapping[str, int]
) -> list[Candidate]:
    """Candidates in the order in which they are asked; `lone` counts contradictions, absent is 0."""
    key = _latest if choices.precedence is Precedence.LATEST else _graded(lone)
    return sorted(candidates, key=key)


def _graded(lone: Mapping[str, int]) -> Callable[[Candidate], Key]:
    def key(candidate: Candidate) -> Key:
        return (
            reliability_rank(candidate.source.reliability),
            candidate.credibility,
            lone.get(candidate.ref, 0),
            -candidate.said.toordinal(),
            candidate.is_derived,
            candidate.ref,
        )

    return key


def _latest(candidate: Candidate) -> Key:
    return (
        -candidate.said.toordinal(),
        reliability_rank(candidate.source.reliability),
        candidate.credibility,
        candidate.is_derived,
        candidate.ref,
    )


def lone_contradictions(candidates: Iterable[Candidate], starts_on: date) -> dict[str, int]:
    """How many others each total without `counts_from` is inconsistent with, each all by itself.

    Two such totals contradict where one is a floor above the other's ceiling on the same day or
    later. Sweeping the days with the ceilings (or floors) so far kept in order counts them in
    n log n, where comparing all pairs would take n squared. Claims without any are left out.
    """
    totals = [candidate for candidate in candidates if candidate.is_plain_total]
    counts = dict.fromkeys((total.ref for total in totals), 0)
    _count_ceilings_below(totals, starts_on, counts)
    _count_floors_above(totals, starts_on, counts)
    return {ref: count for ref, count in counts.items() if count}


def _count_ceilings_below(totals: Sequence[Candidate], starts_on: date, counts: dict[str, int]) -> None:
    """For each floor: the lower ceilings on its day or later. Before the start the count is 0 anyway."""
    ceilings = [
        (total.first, total.interval.hi)
        for total in totals
        if total.interval.hi is not None and total.first >= starts_on
    ]
    ceilings.sort(reverse=True)
    seen: list[int] = []
    taken = 0
    for total in sorted(totals, key=lambda total: total.last, reverse=True):
        while taken < len(ceilings) and ceilings[taken][0] >= total.last:
            insort(seen, ceilings[taken][1])
            taken += 1
        counts[total.ref] += bisect_left(seen, total.interval.lo)


def _count_floors_above(totals: Sequence[Candidate], starts_on: date, counts: dict[str, int]) -> None:
    """For each ceiling: the higher floors on its day or earlier."""
    floors = sorted((total.last, total.interval.lo) for total in totals)
    seen: list[int] = []
    taken = 0
    for total in sorted(totals, key=lambda total: total.first):
        if total.interval.hi is None or total.first < starts_on:
            continue
        while taken < len(floors) and floors[taken][0] <= total.first:
            insort(seen, floors[taken][1])
            taken += 1
        counts[total.ref] += taken - bisect_left(seen, total.interval.hi + 1)
