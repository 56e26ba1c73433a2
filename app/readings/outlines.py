"""What a reading comes to, small enough to be kept: numbers and reasons as data, and no sentence.

An outline follows from the claims of a measure under the default choices, and from nothing else: of the same
claims it is always the same. Lists and small charts are drawn from it, checks between measures are made with
it, and what became of one claim is told by it, all without reading the claims again.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.words import Nature
from app.readings.candidates import Candidate, cut_as_of, figures_of, flow_candidate
from app.readings.checks import Bounds
from app.readings.choices import Choices
from app.readings.facts import DeploymentFacts, Kind, MeasureFacts
from app.readings.intervals import Interval, own_value
from app.readings.levels import level_candidates
from app.readings.results import Contested, Headline, Link, Point, Reading
from app.readings.rules import credibility_rank
from app.readings.sentences import reading_in_words, said_later, statements_in_words

MARKS_AT_MOST = 150
"""Stated figures that an outline keeps for a chart the size of a word; more are a smear there."""

SAMPLED = 160
"""Points that are kept beside all of them for such a chart, which is no wider than so many steps."""

FEW = 5
"""Contested claims that the page of a deployment words of each measure."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutlineMark:
    """One claim about the running total or the level, as a small chart shows it."""

    on: date
    values: tuple[int, ...]  # as stated, lowest first
    family: str  # slug
    contested: bool
    value: int | None  # what its family's line runs through; None: nothing, or about a part


@dataclass(frozen=True, slots=True)
class Outline:
    """What a reading of one measure comes to.

    Its points and marks are as many as were asked for: none for a line in a list, a sample for a chart the
    size of a word (`SAMPLED`), all points for a check between measures.
    """

    deployment: DeploymentFacts
    measure: MeasureFacts
    choices: Choices
    head: Headline  # its sentences left empty
    accepted: int  # how many candidates
    contested: int
    data_through: date | None
    covered_until: date  # the last day that any candidate covers, accepted or not
    stated: int  # how many claims are about the running total or the level
    points: tuple[Point, ...] = ()
    marks: tuple[OutlineMark, ...] = ()  # by day; at most MARKS_AT_MOST of those stated
    few: "Fates | None" = None  # of the first FEW contested claims; None: not asked for

    @property
    def headline(self) -> Headline:
        """The headline, worded in the language of the moment."""
        return replace(
            self.head,
            sentence=reading_in_words(self.head, self.measure.kind, self.choices.since),
            statements=statements_in_words(self.head),
        )

    @property
    def has_value(self) -> bool:
        """Whether accepted claims say anything on the headline day."""
        return bool(self.accepted) and self.head.low is not None

    @property
    def bounds(self) -> Bounds:
        """What a check between measures has to know of it; takes all its points."""

        def low(day: date) -> int | None:
            point = self.at(day)
            return None if point is None else point.low

        def high(day: date) -> int | None:
            point = self.at(day)
            return None if point is None else point.high

        return Bounds(low, high, frozenset(point.on for point in self.points))

    def at(self, day: date) -> Point | None:
        """The point in force on a day, None before the first one; takes all its points."""
        index = bisect_right(self.points, day, key=lambda point: point.on)
        return self.points[index - 1] if index else None


def outline_of(reading: Reading, claims: Iterable[ApprovedClaim]) -> Outline:
    """The outline of a reading with all its points; `claims` are all about its measure."""
    marks = _marks(reading, list(claims))
    return Outline(
        deployment=reading.deployment,
        measure=reading.measure,
        choices=reading.choices,
        head=replace(reading.headline, sentence="", statements=""),
        accepted=len(reading.accepted),
        contested=len(reading.contested),
        data_through=reading.data_through,
        covered_until=max(
            (candidate.last for candidate in reading.candidates.values()),
            default=reading.deployment.starts_on,
        ),
        stated=len(marks),
        points=reading.points,
        marks=tuple(_thinned(marks)),
        few=fates_of(reading, FEW),
    )


def sampled(points: Sequence[Point]) -> tuple[Point, ...]:
    """All points, or SAMPLED of them evenly spread, the first and the last among them."""
    if len(points) <= SAMPLED:
        return tuple(points)
    last = len(points) - 1
    return tuple(points[place * last // (SAMPLED - 1)] for place in range(SAMPLED))


def _marks(reading: Reading, claims: Sequence[ApprovedClaim]) -> list[OutlineMark]:
    out = {item.claim_ref for item in reading.contested}
    known_on, starts_on = reading.choices.known_on, reading.deployment.starts_on
    replaced = {claim.supersedes for claim in claims}
    marks = []
    for claim in claims:
        restarted = claim.counts_from is not None and claim.counts_from.first > starts_on
        counts = claim.nature in (Nature.TOTAL, Nature.LEVEL) and not restarted and claim.standing == "good"
        if not counts or (known_on is not None and claim.day_said > known_on):
            continue
        low, point, high, _ = figures = figures_of(claim)
        runs = claim.place == reading.choices.place and claim.ref not in replaced
        marks.append(
            OutlineMark(
                on=cut_as_of(claim)[1],
                values=tuple(sorted({value for value in (low, point, high) if value is not None})),
                family=claim.source.family,
                contested=claim.ref in out,
                value=own_value(figures) if runs else None,
            )
        )
    return sorted(marks, key=lambda mark: (mark.on, mark.family, mark.values, mark.contested))


def _thinned(marks: Sequence[OutlineMark]) -> list[OutlineMark]:
    """All, or every n-th with the lowest and the highest of each family, the same every time."""
    if len(marks) <= MARKS_AT_MOST:
        return list(marks)
    kept: set[int] = set()
    ranked = sorted(range(len(marks)), key=lambda place: (marks[place].family, marks[place].values, place))
    for _, group in groupby(ranked, key=lambda place: marks[place].family):
        of_family = list(group)
        kept |= {of_family[0], of_family[-1]}
    kept = set(sorted(kept)[: MARKS_AT_MOST // 2])
    rest = [place for place in range(len(marks)) if place not in kept]
    room = MARKS_AT_MOST - len(kept)
    kept |= {rest[place * len(rest) // room] for place in range(room)}
    return [marks[place] for place in sorted(kept)]


def head_data(outline: Outline) -> Data:
    """An outline without points and marks as JSON; what it is about is known to who keeps it."""
    head = outline.head
    return {
        "on": head.on.isoformat(),
        "point": [head.low, head.selected, head.high, int(head.derived), int(head.strained)],
        "statements": [head.lowest, head.highest, head.families, head.contested],
        "accepted": outline.accepted,
        "contested": outline.contested,
        "data_through": _day(outline.data_through),
        "covered_until": outline.covered_until.isoformat(),
        "stated": outline.stated,
    }


def points_data(points: Iterable[Point]) -> list[Any]:
    """Points as JSON."""
    return [[p.on.isoformat(), p.low, p.selected, p.high, p.derived + 2 * p.strained] for p in points]


def marks_data(marks: Iterable[OutlineMark]) -> list[Any]:
    """Marks as JSON."""
    return [
        [mark.on.isoformat(), mark.values, mark.family, int(mark.contested), mark.value] for mark in marks
    ]


def outline_from(
    head: Data,
    deployment: DeploymentFacts,
    measure: MeasureFacts,
    *,
    points: Iterable[Any] = (),
    marks: Iterable[Any] = (),
    few: Data | None = None,
) -> Outline:
    """The outline under default choices that was kept as this JSON."""
    low, selected, high, derived, strained = head["point"]
    lowest, highest, families, contested = head["statements"]
    return Outline(
        deployment=deployment,
        measure=measure,
        choices=Choices(),
        head=Headline(
            on=date.fromisoformat(head["on"]),
            low=low,
            selected=selected,
            high=high,
            derived=bool(derived),
            strained=bool(strained),
            lowest=lowest,
            highest=highest,
            families=families,
            contested=contested,
            sentence="",
            statements="",
        ),
        accepted=head["accepted"],
        contested=head["contested"],
        data_through=_read_day(head["data_through"]),
        covered_until=date.fromisoformat(head["covered_until"]),
        stated=head["stated"],
        points=tuple(
            Point(date.fromisoformat(day), low, selected, high, bool(flags & 1), bool(flags & 2))
            for day, low, selected, high, flags in points
        ),
        marks=tuple(
            OutlineMark(date.fromisoformat(day), tuple(values), family, bool(contested), value)
            for day, values, family, contested, value in marks
        ),
        few=None if few is None else fates_from(few),
    )


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the candidates of a reading, and how contested ones are ruled out; no sentences."""

    accepted: frozenset[str]  # names of claims, derived claims and event floors
    contested: Mapping[str, "Ruled"]  # in precedence order
    derived: Mapping[str, tuple[str, str]]  # of derived claims that an argument names: killed and wounded
    floors: Mapping[str, "Floor"]  # of event floors that an argument names


@dataclass(frozen=True, slots=True)
class Ruled:
    """A contested claim as it is kept: `Contested` without its sentences."""

    witness: tuple[str, ...]
    robust: bool
    argument: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """An event floor as an argument needs it."""

    source: str  # slug
    first: date
    floors: tuple[tuple[date, int], ...]  # on the days that an argument is about, and the last


def fates_of(reading: Reading, at_most: int | None = None) -> Fates:
    """The fates of all candidates of a reading; with `at_most` those of so many contested ones alone."""
    told = reading.contested[:at_most]
    named = {
        ref: reading.candidates[ref]
        for item in told
        for ref in (item.claim_ref, *item.witness, *(link.claim_ref for link in item.argument))
    }
    ends: dict[str, set[date]] = {}
    for item in told:
        for link in item.argument:
            if link.end is not None:
                ends.setdefault(link.claim_ref, set()).add(link.end)
    return Fates(
        accepted=frozenset(reading.accepted if at_most is None else ()),
        contested={item.claim_ref: Ruled(item.witness, item.robust, item.argument) for item in told},
        derived={ref: (one.parts[0], one.parts[1]) for ref, one in named.items() if one.parts},
        floors={ref: _floor(one, ends.get(ref, set())) for ref, one in named.items() if one.claim is None},
    )


def _floor(candidate: Candidate, days: Iterable[date]) -> Floor:
    """The sums of an event floor on these days and on its last."""
    sums = candidate.floors
    kept = {sums[-1]}
    for day in days:
        place = bisect_right(sums, day, key=lambda pair: pair[0])
        kept |= {sums[place - 1]} if place else set()
    return Floor(candidate.source.slug, candidate.first, tuple(sorted(kept)))


def fates_data(fates: Fates) -> Data:
    """Fates as JSON."""
    return {
        "accepted": sorted(fates.accepted),
        "contested": [
            [ref, ruled.witness, int(ruled.robust), [_link_data(link) for link in ruled.argument]]
            for ref, ruled in fates.contested.items()
        ],
        "derived": dict(sorted(fates.derived.items())),
        "floors": {
            ref: [one.source, one.first.isoformat(), [[day.isoformat(), low] for day, low in one.floors]]
            for ref, one in sorted(fates.floors.items())
        },
    }


def fates_from(data: Data) -> Fates:
    """The fates that were kept as this JSON."""
    return Fates(
        accepted=frozenset(data["accepted"]),
        contested={
            ref: Ruled(tuple(witness), bool(robust), tuple(_link(row) for row in argument))
            for ref, witness, robust, argument in data["contested"]
        },
        derived={ref: (killed, wounded) for ref, (killed, wounded) in data["derived"].items()},
        floors={
            ref: Floor(
                source,
                date.fromisoformat(first),
                tuple((date.fromisoformat(day), low) for day, low in floors),
            )
            for ref, (source, first, floors) in data["floors"].items()
        },
    )


def fates_about(data: Data, claim_ref: str, at_most: int) -> tuple[Fates, int]:
    """What was kept about one claim, and how many contested claims it helps to rule out.

    Of the contested ones only itself, the sums of events and the first `at_most` that it rules out: most of
    what is kept of a measure with many claims is about others.
    """
    rows = data["contested"]
    others = [row for row in rows if claim_ref in row[1]]
    shown = {row[0] for row in others[:at_most]}
    about = [row for row in rows if row[0] in shown or row[0] == claim_ref or row[0].endswith(":events")]
    return fates_from({**data, "contested": about}), len(others)


def _link_data(link: Link) -> list[Any]:
    return [link.claim_ref, int(link.is_floor), _day(link.start), _day(link.end), link.amount]


def _link(row: Sequence[Any]) -> Link:
    ref, is_floor, start, end, amount = row
    return Link(ref, bool(is_floor), _read_day(start), _read_day(end), amount)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read_day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def candidate_of(
    claim: ApprovedClaim,
    deployment: DeploymentFacts,
    measure: MeasureFacts,
    choices: Choices,
    parts: tuple[str, ...] = (),
) -> Candidate | None:
    """A claim as a candidate, as sentences take it; `parts` as of a derived one. None: it is none."""
    if measure.kind is Kind.LEVEL:
        return next(iter(level_candidates([claim], choices)), None)
    return flow_candidate(claim, deployment.starts_on, choices, parts)


def floor_of(ref: str, floor: Floor, source: Attribution) -> Candidate:
    """An event floor as sentences take it."""
    last, low = floor.floors[-1]
    return Candidate(
        ref=ref,
        nature=Nature.EVENT,
        source=source,
        said=last,
        credibility=credibility_rank(None),
        first=floor.first,
        last=last,
        interval=Interval(low, None),
        value=None,
        floors=floor.floors,
    )


def worded(ref: str, ruled: Ruled, candidates: Mapping[str, Candidate]) -> Contested:
    """A contested claim with its sentences again; `candidates` are those that its argument names."""
    return Contested(
        ref,
        ruled.witness,
        ruled.robust,
        said_later(ruled.argument, candidates),
        ruled.argument,
    )
