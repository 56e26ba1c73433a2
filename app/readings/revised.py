"""A source's own later figures beside its earlier ones: what it restated, and how it moved on.

- A figure **restates** an earlier one where both are about the same days (their as-ofs overlap) or
  where it supersedes it, and it was said on a later day.
- Otherwise a total of a flow **moves on** from the newest that its source had given about an earlier
  day. New events and new knowledge cannot be told apart there, save for a fall: a running
  total cannot fall, so that it takes something back. A level that changes takes nothing back, and
  no pair is made.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.claims.approved import ApprovedClaim
from app.readings.candidates import cut_as_of


@dataclass(frozen=True, slots=True)
class Said:
    """One figure that a source gave, with the days that it is about; counts in the measure's unit."""

    claim_ref: str
    said: date
    first: date
    last: date
    value: int
    supersedes: str | None

    @classmethod
    def of(cls, claim: ApprovedClaim, value: int) -> "Said":
        """A total or level; `value` is its own."""
        first, last = cut_as_of(claim)
        return cls(claim.ref, claim.day_said, first, last, value, claim.supersedes)


@dataclass(frozen=True, slots=True)
class Revised:
    """Two figures of one source, the later one in place of the earlier."""

    earlier: Said
    later: Said
    deployment: str
    measure: str
    restates: bool  # about the same days; else about later ones

    @property
    def change(self) -> int:
        """Above 0 where the later figure is higher."""
        return self.later.value - self.earlier.value

    @property
    def percent(self) -> float | None:
        """The change in percent of the earlier figure; None where that is 0."""
        return percent(self.earlier.value, self.later.value)


def percent(base: int | None, value: int | None) -> float | None:
    """By how many percent of `base` a value lies above it; None where there is no such share."""
    if not base or value is None:
        return None
    return 100 * (value - base) / base


def revisions(said: Iterable[Said], subject: tuple[str, str], *, successive: bool) -> list[Revised]:
    """For each figure the one whose place it took, if there is one; in the order they were said.

    `subject` is the deployment and the measure. `successive` makes pairs of figures that move on, too.
    """
    earlier, found = _Earlier(), []
    ordered = sorted(said, key=lambda one: (one.said, one.last, one.claim_ref))
    for _, of_a_day in groupby(ordered, key=lambda one: one.said):
        today = list(of_a_day)
        for later in today:
            same = earlier.restated_by(later)
            before = same or (earlier.newest_before(later) if successive else None)
            if before is not None:
                found.append(Revised(before, later, *subject, restates=same is not None))
        for one in today:
            earlier.add(one)
    return found


class _Earlier:
    """The figures said so far by the last day that they are about, so that only a few are looked at."""

    def __init__(self) -> None:
        self._by_last: list[tuple[date, date, str]] = []
        self._by_ref: dict[str, Said] = {}
        self._widest = timedelta()

    def add(self, one: Said) -> None:
        insort(self._by_last, (one.last, one.said, one.claim_ref))
        self._by_ref[one.claim_ref] = one
        self._widest = max(self._widest, one.last - one.first)

    def restated_by(self, later: Said) -> Said | None:
        """What it supersedes, else the last said of those about the same days."""
        if later.supersedes in self._by_ref:
            return self._by_ref[later.supersedes]
        begin = bisect_left(self._by_last, (later.first, date.min, ""))
        end = bisect_right(self._by_last, (later.last + self._widest, date.max, ""))
        near = (self._by_ref[ref] for _, _, ref in self._by_last[begin:end])
        same = [one for one in near if one.first <= later.last]
        return max(same, key=lambda one: (one.said, one.last, one.claim_ref), default=None)

    def newest_before(self, later: Said) -> Said | None:
        """The one about the latest day before; of several the last said."""
        place = bisect_left(self._by_last, (later.first, date.min, ""))
        return self._by_ref[self._by_last[place - 1][2]] if place else None


def settling(revised: Sequence[Revised]) -> list[int]:
    """For each restated range of days: days from its first figure until the last that changed it.

    0 where it was repeated and never changed.
    """
    began: dict[str, date] = {}  # by the figure that stands last
    took: dict[str, int] = {}
    for one in revised:
        if one.restates:
            first = began.pop(one.earlier.claim_ref, one.earlier.said)
            days = took.pop(one.earlier.claim_ref, 0)
            began[one.later.claim_ref] = first
            took[one.later.claim_ref] = (one.later.said - first).days if one.change else days
    return list(took.values())


def moving(said: Sequence[Said], revised: Sequence[Revised]) -> int | None:
    """Days from the first figure until one last changed; None where no figure took another's place."""
    if not revised:
        return None
    first = min(one.said for one in said)
    return (max((one.later.said for one in revised if one.change), default=first) - first).days
