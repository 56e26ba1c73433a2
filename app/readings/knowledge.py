"""What was known when: the readings of successive knowledge dates, to be laid over one another.

A reading can only change on a day on which something was said or withdrawn. Every such day is
read; where there are very many, a sample evenly spread over them. Of the days on which the
reading changed, few enough to be told apart are kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.claims.words import Standing
from app.readings.candidates import in_good_standing
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims, Kind, UnknownMeasure
from app.readings.flows import flow_points
from app.readings.latest import data_through
from app.readings.levels import level_points
from app.readings.reading import Readings
from app.readings.results import Point

AT_MOST = 8
"""Knowledge dates that can be told apart on one chart."""

READ_AT_MOST = 60
"""Knowledge dates that are read. Of a measure with 2,000 claims this takes about two seconds, which only
a reader who asks for this view waits for; with fewer days on which something was said, all are read."""

_LARGEST = 3
"""How many of the dates are kept for the size of their change alone."""


@dataclass(frozen=True, slots=True)
class Known:
    """The reading as of one knowledge date, from the start (or `since`) to that date.

    Counts are in the measure's unit; points as those of a reading, in day order.
    """

    choices: Choices  # the reader's own, with this date as `known_on`
    known_on: date
    points: tuple[Point, ...]  # none where nothing had begun
    through: date | None  # the last day that an accepted claim covers; None: none was accepted
    change: int  # how far it moved the selected figure of any day up to then; 0 where only bounds moved

    @property
    def last(self) -> Point | None:
        """The figures for the last day covered: what was known that day about the newest."""
        until = [point for point in self.points if self.through is not None and point.on <= self.through]
        return until[-1] if until else None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Readings of successive knowledge dates."""

    known: tuple[Known, ...]  # in the order of their dates, each different from the one before
    changed: int  # on how many of the days read the reading changed
    read: int  # how many days were read
    said: int  # on how many days something was said or withdrawn

    @property
    def is_sample(self) -> bool:
        """Whether there were more days than are read."""
        return self.read < self.said


@dataclass(frozen=True, slots=True)
class _Read:
    """A reading before it is told: its points are not cut at its knowledge date.

    So two of them differ only where something new is known: a level that expires later, or a figure
    that stands for longer, was known before.
    """

    choices: Choices
    points: tuple[Point, ...]
    through: date | None

    @property
    def known_on(self) -> date:
        assert self.choices.known_on is not None  # noqa: S101 - every one is read as of a day
        return self.choices.known_on

    def known(self, change: int) -> Known:
        cut = tuple(point for point in self.points if point.on <= self.known_on)
        return Known(self.choices, self.known_on, cut, self.through, change)


def knowledge(ledger: DeploymentClaims, measure: str, choices: Choices) -> Knowledge:
    """The readings of at most AT_MOST knowledge dates up to the reader's own, other choices unchanged.

    The first day with a reading is among them, the last change, and the largest ones; the rest is
    spread over the days between. None where nothing that could count was said. Raises UnknownMeasure
    where the deployment has no such measure.
    """
    if measure not in ledger.measures:
        raise UnknownMeasure(measure)
    days = days_of_news(ledger, measure, choices)
    read = spread(days, READ_AT_MOST)
    changed = list(_changed(_read(ledger, measure, replace(choices, known_on=day)) for day in read))
    kept = tuple(changed[place] for place in chosen_places(changed))
    return Knowledge(kept, len(changed), len(read), len(days))


def days_of_news(ledger: DeploymentClaims, measure: str, choices: Choices) -> list[date]:
    """The days up to `known_on` on which a claim was said or withdrawn by its source, in order.

    Claims about all measures of the deployment that are summed into this one count, so it takes
    those about killed and wounded for casualties; more days than needed do no harm.
    """
    about = [claim for part in _parts(measure) for claim in ledger.about(part) if claim.repeat_of is None]
    said = {claim.day_said for claim in about if in_good_standing(claim, claim.day_said)}
    withdrawn = {
        claim.standing_on
        for claim in about
        if claim.standing is Standing.RETRACTED and claim.standing_on is not None
    }
    until = choices.known_on
    return sorted(day for day in said | withdrawn if until is None or day <= until)


def _parts(measure: str) -> tuple[str, ...]:
    return ("killed", "wounded", "casualties") if measure == "casualties" else (measure,)


def spread(days: Sequence[date], at_most: int) -> list[date]:
    """At most so many of these days, evenly by their place among them, the first and last included."""
    if len(days) <= at_most:
        return list(days)
    step = (len(days) - 1) / (at_most - 1)
    return [days[round(place * step)] for place in range(at_most)]


def _read(ledger: DeploymentClaims, measure: str, choices: Choices) -> _Read:
    readings = Readings(ledger, choices)
    starts_on, uncut = ledger.deployment.starts_on, replace(choices, known_on=None)
    if ledger.measures[measure].kind is Kind.FLOW:
        flow = readings.flow(measure)
        return _Read(choices, flow_points(flow, starts_on, uncut), data_through(flow.acceptance.accepted))
    levels = readings.levels(measure)
    return _Read(choices, level_points(levels, starts_on, uncut), data_through(levels.accepted))


def _changed(read: Iterable[_Read]) -> Iterator[Known]:
    """Those that say anything else than the one before; the first that says anything at all."""
    told: tuple[Point, ...] | None = None
    for one in read:
        if (told is None and one.through is None) or one.points == told:
            continue
        yield one.known(moved(told or (), one.points, one.known_on))
        told = one.points


def moved(before: Sequence[Point], after: Sequence[Point], until: date) -> int:
    """The largest difference between two selected lines on any day up to `until`.

    A line holds its last figure, so that a new figure counts as a move from the old one, and
    whole where the old line has none. Days for which the new line has no figure do not count.
    """
    days = sorted({point.on for point in (*before, *after) if point.on <= until})
    pairs = zip(_held(before, days), _held(after, days), strict=True)
    return max((abs(new - (old or 0)) for old, new in pairs if new is not None), default=0)


def _held(points: Sequence[Point], days: Sequence[date]) -> list[int | None]:
    """The selected figure of each of these days, which are in order."""
    held: list[int | None] = []
    place, figure = 0, None
    for day in days:
        while place < len(points) and points[place].on <= day:
            figure = points[place].selected
            place += 1
        held.append(figure)
    return held


def chosen_places(known: Sequence[Known]) -> list[int]:
    """Which to keep: the first, the last, the largest changes, then whatever is farthest from those kept."""
    if len(known) <= AT_MOST:
        return list(range(len(known)))
    kept = {0, len(known) - 1}
    by_change = sorted(range(1, len(known) - 1), key=lambda place: (-known[place].change, place))
    kept.update(by_change[:_LARGEST])
    while len(kept) < AT_MOST:
        rest = [place for place in range(len(known)) if place not in kept]
        kept.add(max(rest, key=lambda place: (_distance(known, place, kept), -place)))
    return sorted(kept)


def _distance(known: Sequence[Known], place: int, kept: Iterable[int]) -> int:
    """Days to the nearest of those kept."""
    return min(abs((known[place].known_on - known[other].known_on).days) for other in kept)
