"""What a reading holds: plain frozen values that pages, charts and the API draw from.

Counts are in the measure's unit. Days are inclusive. In a flow reading `high` None means open,
never 0, and `selected` None that there is no figure yet.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.readings.candidates import Candidate
from app.readings.choices import Choices
from app.readings.facts import DeploymentFacts, MeasureFacts


@dataclass(frozen=True, slots=True)
class Point:
    """The band and the selected line from one day on, until the next point.

    `low` and `high` are the exact bounds, also where the line lies outside them.
    Of a flow: low is a number, high None is open, selected None is no figure yet.
    Of a level: low set with high None is open; all three None is no value at all.
    """

    on: date
    low: int | None
    selected: int | None
    high: int | None
    derived: bool = False  # selected is no claim's own figure
    strained: bool = False  # selected lies outside low to high

    @property
    def drawn_low(self) -> int | None:
        """The lower edge of the band as it is drawn: it includes the line where that is strained."""
        return self.low if self.low is None or self.selected is None else min(self.low, self.selected)

    @property
    def drawn_high(self) -> int | None:
        """The upper edge of the band as it is drawn; None: open (or, of a level, no value)."""
        return self.high if self.high is None or self.selected is None else max(self.high, self.selected)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the selected line, and what it rests on (method, section 6)."""

    on: date
    height: int  # counted from the start of the deployment, also with `since`
    claim_ref: str
    value: int  # the claim's own figure
    base: date | None = None  # the day whose height was added to the value; None for a total
    base_height: int = 0  # 0 where the line had no value yet

    @property
    def derived(self) -> bool:
        """Whether the height is not the claim's own figure."""
        return self.height != self.value


@dataclass(frozen=True, slots=True)
class Contested:
    """A claim ruled out by accepted ones, and the fewest of them that do (method, section 5)."""

    claim_ref: str
    witness: tuple[str, ...]  # in precedence order; empty only for a claim that can never be true
    robust: bool  # still so when every claim is read at tolerance 20; else weak
    said: "Said"
    argument: tuple["Link", ...]  # the contradiction step by step, the contested claim first

    @property
    def sentence(self) -> str:
        """Why it cannot be true as well."""
        return self.said.sentence

    @property
    def needs(self) -> str:
        """What would have to be wrong for the claim to hold, a sentence."""
        return self.said.needs


class Said:
    """Both sentences about a contradiction, made when they are first asked for.

    A reading of 2,000 claims has hundreds of contradictions, and a page tells some of them: to word them all
    took a fifth of the time of the reading.
    """

    def __init__(self, why: Callable[[], str], needs: Callable[[], str]) -> None:
        self._why, self._needs = why, needs

    @cached_property
    def sentence(self) -> str:
        return self._why()

    @cached_property
    def needs(self) -> str:
        return self._needs()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Said):
            return NotImplemented
        return (self.sentence, self.needs) == (other.sentence, other.needs)

    def __hash__(self) -> int:
        return hash((self.sentence, self.needs))

    def __repr__(self) -> str:
        return f"Said({self.sentence!r}, {self.needs!r})"


@dataclass(frozen=True, slots=True)
class Link:
    """One step of an argument about the running total: between two days, by one claim.

    As a floor it says that at least `amount` were added from the end of `start` to the end of
    `end`; as a ceiling, that at most `amount` were. A day before the deployment is None, where
    the count is 0.
    """

    claim_ref: str
    is_floor: bool
    start: date | None
    end: date | None
    amount: int


@dataclass(frozen=True, slots=True)
class SourcePair:
    """The contradictions between two sources, or of one source with itself (then both are equal)."""

    sources: tuple[str, str]  # slugs, in alphabetical order
    claims: tuple[str, ...]  # the contested claims, in precedence order


@dataclass(frozen=True, slots=True)
class Suspect:
    """A total that by itself contradicts many others: likely a slip of somebody's."""

    claim_ref: str
    contradicts: int  # how many other candidate totals it is inconsistent with, each by itself
    contested: bool


@dataclass(frozen=True, slots=True)
class LatestStatement:
    """What one family said last about the headline day or before (method, section 7)."""

    family: str  # slug
    claim_ref: str
    as_of: date  # the last day of its as-of
    said_on: date
    age_days: int  # from its as-of to the headline day
    contested: bool
    lowest: int  # the value of the statement; of `between` its lower end
    highest: int  # the same, save for `between`: its upper end


@dataclass(frozen=True, slots=True)
class Headline:
    """The reading on one day, and what families said last (method, section 7).

    `low` is None only where the reading has no value on that day: in a gap between levels, and
    before `since`.
    """

    on: date
    low: int | None
    selected: int | None
    high: int | None
    derived: bool
    strained: bool
    lowest: int | None  # lowest latest statement; None where there is none
    highest: int | None
    families: int  # how many families have a latest statement
    contested: int  # how many of those statements are contested
    sentence: str  # the reading in words
    statements: str  # the latest statements in words


@dataclass(frozen=True, slots=True)
class EventPoint:
    """The sums of one source's events from one day on (method, section 8)."""

    on: date
    low: int
    point: int
    high: int | None  # None: open


@dataclass(frozen=True, slots=True)
class EventLine:
    """The running sums of the events that one source listed."""

    source: str  # slug
    points: tuple[EventPoint, ...]  # in day order; from `since` on, not restarted


@dataclass(frozen=True, slots=True)
class Check:
    """An unbroken run of days on which two measures cannot both be right (method, section 10)."""

    rule: str  # such as `killed <= casualties`
    start: date
    end: date
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that can be known of one measure of one deployment under one reader's choices."""

    rule_set: str
    deployment: DeploymentFacts
    measure: MeasureFacts
    choices: Choices
    points: tuple[Point, ...]  # first `starts_on` (or `since`), then each day of a change; in day order
    candidates: Mapping[str, Candidate]  # by name, in precedence order; derived claims, event floors too
    accepted: tuple[str, ...]  # names in precedence order
    contested: tuple[Contested, ...]  # in precedence order
    pairs: tuple[SourcePair, ...]  # the same contradictions by pair of sources, largest first
    suspects: tuple[Suspect, ...]  # most contradictions first
    steps: tuple[Step, ...]  # of the selected line, in day order; of a level, one for each as-of day
    latest: tuple[LatestStatement, ...]  # latest as-of first
    headline: Headline
    events: tuple[EventLine, ...]  # by slug of the source
    plans: tuple[str, ...]  # in the order they were said, then by name
    shares: tuple[str, ...]  # likewise
    stances: tuple[str, ...]  # likewise
    checks: tuple[Check, ...]  # those that name this measure; by rule, then day
    data_through: date | None  # the last day that an accepted claim covers; None: none accepted

    def at(self, day: date) -> Point | None:
        """The point in force on a day, None before the first one."""
        index = bisect_right(self.points, day, key=lambda point: point.on)
        return self.points[index - 1] if index else None

    def contradiction(self, claim_ref: str) -> Contested | None:
        """Why a claim is contested; None if it is not."""
        return next((item for item in self.contested if item.claim_ref == claim_ref), None)
