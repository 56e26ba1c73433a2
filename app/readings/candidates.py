"""Which claims take part in a reading, and as what (method, sections 4 and 5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature, Standing
from app.dates import Days
from app.readings.choices import Choices, Tolerance
from app.readings.intervals import Figures, Interval, interval, own_value
from app.readings.rules import RELIABILITY, credibility_rank, reliability_rank


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim, a derived claim or a source's event floor, as the arithmetic sees it."""

    ref: str  # the claim_ref, or the name of a derived claim or of an event floor
    nature: Nature  # total, increment, level, or event for an event floor
    source: Attribution
    said: date  # the one day it was said
    credibility: int  # 1 to 6; not graded is 6
    first: date  # first day of its as-of or period; of an event floor the first end
    last: date  # last day of its as-of (cut to the day it was said) or period; the last end
    interval: Interval  # what it allows at the reader's tolerance; of an event floor its last sum
    value: int | None  # what it gives the selected line; None: nothing
    counts_from: date | None = None  # None: from the start of the deployment
    floor_only: bool = False  # about a part of what is read: a place, in a reading of the whole theatre
    parts: tuple[str, ...] = ()  # of a derived claim: its killed and its wounded claim
    floors: tuple[tuple[date, int], ...] = ()  # of an event floor: sums of lows, in day order
    claim: ApprovedClaim | None = None  # None for an event floor; made up for a derived claim

    @property
    def is_derived(self) -> bool:
        """Whether it is the sum of two claims (method, section 10)."""
        return bool(self.parts)

    @property
    def is_plain_total(self) -> bool:
        """Whether it counts from the start of the deployment: such totals can contradict alone."""
        return self.nature is Nature.TOTAL and self.counts_from is None

    @property
    def has_point(self) -> bool:
        """Whether a single figure was stated."""
        return self.claim is not None and self.claim.point is not None

    def read_at(self, tolerance: Tolerance) -> Interval:
        """What it allows at another tolerance; events carry none."""
        if self.claim is None:
            return self.interval
        allowed = interval(figures_of(self.claim), tolerance)
        return allowed.as_floor() if self.floor_only else allowed


def figures_of(claim: ApprovedClaim) -> Figures:
    """The figures of a claim that is not a share: whole numbers."""
    low, point, high = (cast("int | None", figure) for figure in (claim.low, claim.point, claim.high))
    return Figures(low, point, high, claim.qualifier)


def cut_as_of(claim: ApprovedClaim) -> tuple[date, date]:
    """First and last day of an as-of, ending at the latest on the day it was said (section 4)."""
    days = stated(claim.as_of, claim)
    return days.first, max(days.first, min(days.last, claim.day_said))


def stated(days: Days | None, claim: ApprovedClaim) -> Days:
    """The days that its nature requires of a claim; raises ValueError where the ledger let one pass."""
    if days is None:
        raise ValueError(f"{claim.ref} is a {claim.nature} without the days it is about")
    return days


def in_good_standing(claim: ApprovedClaim, known_on: date | None) -> bool:
    """Whether a claim counts: retracted ones did before they were, set-aside ones never do.

    `known_on` None is all that the ledger holds, so a retraction has always happened by then.
    """
    if claim.standing is Standing.GOOD:
        return True
    if claim.standing is not Standing.RETRACTED or claim.standing_on is None or known_on is None:
        return False
    return known_on < claim.standing_on


def claims_that_count(claims: Iterable[ApprovedClaim], choices: Choices) -> list[ApprovedClaim]:
    """Claims of one measure in good standing, said by `known_on`, not superseded, inside the filters.

    All natures and places. A claim in good standing supersedes even where it is filtered out
    or superseded itself; an appearance never counts, whatever it says.
    """
    known_on = choices.known_on
    said = [
        claim
        for claim in claims
        if claim.repeat_of is None
        and in_good_standing(claim, known_on)
        and (known_on is None or claim.day_said <= known_on)
    ]
    superseded = {claim.supersedes for claim in said if claim.supersedes is not None}
    inside = _SourceFilter(choices)
    return [claim for claim in said if claim.ref not in superseded and inside.passes(claim.source)]


class _SourceFilter:
    """The reader's filters; all of them are about the source, so each source is judged once."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._judged: dict[Attribution, bool] = {}

    def passes(self, source: Attribution) -> bool:
        judged = self._judged.get(source)
        if judged is None:
            judged = self._judged[source] = self._judge(source)
        return judged

    def _judge(self, source: Attribution) -> bool:
        wanted = self._choices
        lowest = RELIABILITY[wanted.lowest_grade] if wanted.lowest_grade else len(RELIABILITY)
        return (
            (not wanted.sources or source.slug in wanted.sources)
            and (not wanted.families or source.family in wanted.families)
            and (not wanted.stances or source.stance in wanted.stances)
            and reliability_rank(source.reliability) <= lowest
        )


def of_nature(claims: Iterable[ApprovedClaim], *natures: Nature) -> Iterator[ApprovedClaim]:
    """Those of the named natures."""
    return (claim for claim in claims if claim.nature in natures)


def of_place(claims: Iterable[ApprovedClaim], place: str | None) -> Iterator[ApprovedClaim]:
    """In a reading of one place its claims and those of its parts; in a reading of the whole all of them."""
    return (claim for claim in claims if place is None or claim.place == place or place in claim.place_wholes)


def flow_candidates(claims: Sequence[ApprovedClaim], starts_on: date, choices: Choices) -> list[Candidate]:
    """Totals and increments among claims that count, in the order given; events apart."""
    chosen = of_place(of_nature(claims, Nature.TOTAL, Nature.INCREMENT), choices.place)
    return [flow_candidate(claim, starts_on, choices) for claim in chosen]


def flow_candidate(
    claim: ApprovedClaim, starts_on: date, choices: Choices, parts: tuple[str, ...] = ()
) -> Candidate:
    """One total or increment as a candidate; `parts` names the claims that a derived one sums."""
    figures = figures_of(claim)
    floor_only = claim.place != choices.place
    allowed = interval(figures, choices.tolerance)
    if claim.nature is Nature.TOTAL:
        first, last = cut_as_of(claim)
    else:
        period = stated(claim.period, claim)
        first, last = period.first, period.last
    counted = claim.counts_from.first if claim.counts_from is not None else None
    return Candidate(
        ref=claim.ref,
        nature=claim.nature,
        source=claim.source,
        said=claim.day_said,
        credibility=credibility_rank(claim.credibility),
        first=first,
        last=last,
        interval=allowed.as_floor() if floor_only else allowed,
        value=None if floor_only else own_value(figures),
        counts_from=counted if counted is not None and counted > starts_on else None,
        floor_only=floor_only,
        parts=parts,
        claim=claim,
    )


def day_before(day: date) -> date:
    """The day whose end is the start of `day`."""
    return day - timedelta(days=1)
