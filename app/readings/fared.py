"""How a source fared: its figures beside what everybody else's claims allow, and beside its own later ones.

A source's claims are part of the reading that the site shows, so measured against that reading it
would be measured in part against itself: a source that speaks alone would always be right. What
is asked here is therefore how its figures stand to the reading of the *others*: the same method
and choices with the claims of its whole family left out, since sources of one family do not
corroborate one another. How many of its figures the full reading accepts is counted beside it.

The measures, each over the figures of one source about one measure of one deployment:

- **figures**: its candidate totals that count from the start of the deployment and are about the
  whole of it; of a level its levels about the whole. Sums that the reading derives are not its own.
- **accepted**: those that the full reading accepts.
- **comparable**: those for whose as-of the others set a floor above 0 or a ceiling.
- **inside**: comparable figures that can be true within the band of the others, as stated and
  without a tolerance of their own: a floor is inside where it is not above the others' ceiling
  on the last day of its as-of, a ceiling where it is not below their floor on the first.
- **deviation**: of a figure's own value v from the others' selected figure s on the last day of its
  as-of, 100 (v - s) / s percent, above 0 where the source says more. None where v is none (a range) or
  a mere floor (it says nothing of how far above the number lies), where s is none or 0, and where
  s rests on a step more than 180 days older (as for latest statements).
- **restated** and **moved on**: pairs of its own figures, the later in place of the earlier, as
  defined in `revised.py`; how many rose and fell, and by how many percent at the median.
- **settled after**: days from the first figure about the same days until the last that changed it.
- **moved for**: days from its first figure until its latest figure last became another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Any

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.readings.candidates import Candidate, figures_of, in_good_standing
from app.readings.choices import Choices, Tolerance
from app.readings.facts import DeploymentClaims, Kind
from app.readings.intervals import own_value
from app.readings.reading import Readings
from app.readings.results import Point
from app.readings.revised import Revised, Said, moving, percent, revisions, settling
from app.readings.rules import LATEST_WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class FigureFared:
    """One figure of the source beside the reading of the others, in the measure's unit."""

    claim_ref: str
    deployment: str
    measure: str
    as_of: date  # the last day of its as-of
    said: date
    value: int | None  # its own value; None: a range
    is_floor: bool  # the value is a floor, and no estimate
    accepted: bool  # in the full reading
    low: int | None  # of the others on `as_of`; None: no value at all
    selected: int | None  # of the others; None also where it is too old to compare with
    selected_on: date | None  # the day of the step that it rests on
    high: int | None  # of the others; None: open, or no value
    inside: bool | None  # None: the others allow anything

    @property
    def deviation(self) -> float | None:
        """From the others' selected figure, in percent of it; None where there is nothing to compare."""
        return None if self.is_floor else percent(self.selected, self.value)


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of this module over some figures. Percents are signed medians; None: nothing there."""

    figures: int
    accepted: int
    comparable: int
    inside: int
    compared: int  # figures with a deviation
    deviation: float | None
    restated: int  # pairs about the same days
    restated_up: int
    restated_down: int
    restated_by: float | None  # of the pairs that changed, in percent
    moved_on: int  # pairs of successive totals
    moved_up: int
    moved_down: int  # a running total that fell
    moved_by: float | None  # of the pairs that changed, in percent
    largest: Revised | None  # the change that is largest in percent, of either kind
    settled_after: float | None  # days, median over all restated days
    moved_for: int | None  # days; over several measures the longest


@dataclass(frozen=True, slots=True)
class MeasureFared:
    """One measure of one deployment."""

    deployment: str
    measure: str
    kind: Kind
    others: Choices | None  # under which the others are read; None: nobody else said anything
    figures: tuple[FigureFared, ...]  # by as-of, then day said
    revised: tuple[Revised, ...]  # by the day the later one was said
    settled: tuple[int, ...]  # days, for each restated range of days
    moved_for: int | None
    score: Score


@dataclass(frozen=True, slots=True)
class Fared:
    """How one source fared, over all and measure by measure."""

    source: str  # slug
    measures: tuple[MeasureFared, ...]  # in the order of the deployments given; most figures first
    score: Score  # over all

    @property
    def figures(self) -> list[FigureFared]:
        """All of them, by as-of."""
        return sorted((one for part in self.measures for one in part.figures), key=lambda one: one.as_of)


def source_fared(ledgers: Iterable[DeploymentClaims], source: str, choices: Choices) -> Fared:
    """How a source fared in each of these deployments.

    Of the choices only `known_on`, tolerance and precedence are used: filters would take away those
    whom it is compared with.
    """
    asked = Choices(known_on=choices.known_on, tolerance=choices.tolerance, precedence=choices.precedence)
    return fared_over([part for ledger in ledgers for part in _in_deployment(ledger, source, asked)], source)


def fared_over(parts: Sequence[MeasureFared], source: str) -> Fared:
    """How a source fared over these measures, in the order given."""
    return Fared(
        source,
        tuple(parts),
        _score(
            [one for part in parts for one in part.figures],
            [one for part in parts for one in part.revised],
            [days for part in parts for days in part.settled],
            max((part.moved_for for part in parts if part.moved_for is not None), default=None),
        ),
    )


def _in_deployment(ledger: DeploymentClaims, source: str, choices: Choices) -> list[MeasureFared]:
    full = Readings(ledger, choices)
    without = choices_of_others(ledger, source, choices)
    others = None if without is None else Readings(ledger, without)
    parts = []
    for measure, claims in ledger.claims.items():
        if any(claim.source.slug == source for claim in claims):
            part = _Measure(ledger, measure, source, choices, without).fared(full, others)
            parts += [] if part is None else [part]
    return sorted(parts, key=lambda part: (-len(part.figures), part.measure))


def measure_fared(ledger: DeploymentClaims, measure: str, source: str) -> MeasureFared | None:
    """How a source fared in one measure under default choices; None where it gave no figure of the whole."""
    choices = Choices()
    without = choices_of_others(ledger, source, choices)
    others = None if without is None else Readings(ledger, without)
    return _Measure(ledger, measure, source, choices, without).fared(Readings(ledger, choices), others)


def choices_of_others(ledger: DeploymentClaims, source: str, choices: Choices) -> Choices | None:
    """The same choices without the family of a source; None where nobody else said anything."""
    of_source = {c.source.slug: c.source.family for about in ledger.claims.values() for c in about}
    others = frozenset(of_source.values()) - {of_source.get(source)}
    return replace(choices, families=others) if others else None


class _Measure:
    """One measure of one deployment, as one source spoke of it."""

    def __init__(
        self,
        ledger: DeploymentClaims,
        measure: str,
        source: str,
        choices: Choices,
        without: Choices | None,
    ) -> None:
        self.ledger, self.measure, self.source = ledger, measure, source
        self.choices, self.without = choices, without
        self.kind = ledger.measures[measure].kind

    def fared(self, full: Readings, others: Readings | None) -> MeasureFared | None:
        """None where the source gave no figure of the whole."""
        accepted, contested = self._asked(full)
        own = [(one, True) for one in accepted] + [(one, False) for one in contested]
        figures = [
            self._figure(one, others, accepted=taken) for one, taken in own if self._is_own_figure(one)
        ]
        if not figures:
            return None
        figures.sort(key=lambda one: (one.as_of, one.said, one.claim_ref))
        said, subject = self._said(), (self.ledger.deployment.slug, self.measure)
        revised = revisions(said, subject, successive=self.kind is Kind.FLOW)
        settled, moved = settling(revised), moving(said, revised)
        return MeasureFared(
            self.ledger.deployment.slug,
            self.measure,
            self.kind,
            self.without,
            tuple(figures),
            tuple(revised),
            tuple(settled),
            moved,
            _score(figures, revised, settled, moved),
        )

    def _asked(self, readings: Readings) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
        """Accepted and contested candidates."""
        if self.kind is Kind.FLOW:
            acceptance = readings.flow(self.measure).acceptance
            return acceptance.accepted, acceptance.contested
        levels = readings.levels(self.measure)
        return levels.accepted, [one for one, _ in levels.contested]

    def _is_own_figure(self, one: Candidate) -> bool:
        whole = one.nature is Nature.LEVEL or (one.is_plain_total and not one.floor_only)
        return whole and one.source.slug == self.source and not one.is_derived

    def _figure(self, one: Candidate, others: Readings | None, *, accepted: bool) -> FigureFared:
        beside = NOTHING if others is None else _beside(one, others, self.measure, self.kind)
        return FigureFared(
            claim_ref=one.ref,
            deployment=self.ledger.deployment.slug,
            measure=self.measure,
            as_of=one.last,
            said=one.said,
            value=one.value,
            is_floor=one.interval.hi is None,
            accepted=accepted,
            low=beside.low,
            selected=beside.selected,
            selected_on=beside.selected_on,
            high=beside.high,
            inside=beside.inside,
        )

    def _said(self) -> list[Said]:
        """Every figure of the whole that it gave, superseded ones too, in no particular order."""
        nature = Nature.TOTAL if self.kind is Kind.FLOW else Nature.LEVEL
        of_nature = (claim for claim in self.ledger.about(self.measure) if claim.nature is nature)
        own = [claim for claim in of_nature if claim.source.slug == self.source and self._counts(claim)]
        values = [(claim, own_value(figures_of(claim))) for claim in own]
        return [Said.of(claim, value) for claim, value in values if value is not None]

    def _counts(self, claim: ApprovedClaim) -> bool:
        """Whether it is a claim about the whole from the start, in good standing and said in time."""
        known_on, starts_on = self.choices.known_on, self.ledger.deployment.starts_on
        return (
            claim.repeat_of is None
            and claim.place is None
            and (claim.counts_from is None or claim.counts_from.first <= starts_on)
            and (known_on is None or claim.day_said <= known_on)
            and in_good_standing(claim, known_on)
        )


@dataclass(frozen=True, slots=True)
class _Beside:
    """The others on the last day of a figure's as-of; fields as in FigureFared."""

    low: int | None
    selected: int | None
    selected_on: date | None
    high: int | None
    inside: bool | None


NOTHING = _Beside(None, None, None, None, None)


def _beside(one: Candidate, others: Readings, measure: str, kind: Kind) -> _Beside:
    point = others.point(measure, one.last)
    if point.low is None:
        return NOTHING
    on = _selected_on(others, measure, kind, one.last)
    is_old = on is not None and one.last - on > timedelta(days=LATEST_WITHIN_DAYS)
    return _Beside(
        point.low,
        None if is_old else point.selected,
        None if is_old or point.selected is None else on,
        point.high,
        _is_inside(one, point, others.point(measure, one.first) if kind is Kind.FLOW else point),
    )


def _selected_on(readings: Readings, measure: str, kind: Kind, day: date) -> date | None:
    """The day of the step in force, or from which a level holds."""
    if kind is Kind.FLOW:
        step = readings.flow(measure).line.step_at(day)
        return None if step is None else step.on
    period = readings.levels(measure).at(day)
    return None if period is None else period.start


def _is_inside(one: Candidate, last: Point, first: Point) -> bool | None:
    """Whether a figure can be true as stated; None where the others allow anything."""
    if not last.low and last.high is None:
        return None
    stated = one.read_at(Tolerance.NONE)
    not_above = last.high is None or stated.lo <= last.high
    not_below = stated.hi is None or first.low is None or stated.hi >= first.low
    return not_above and not_below


def _score(
    figures: Sequence[FigureFared], revised: Sequence[Revised], settled: Sequence[int], moved_for: int | None
) -> Score:
    deviations = [one.deviation for one in figures if one.deviation is not None]
    restated, moved = [one for one in revised if one.restates], [one for one in revised if not one.restates]
    return Score(
        figures=len(figures),
        accepted=sum(one.accepted for one in figures),
        comparable=sum(one.inside is not None for one in figures),
        inside=sum(one.inside is True for one in figures),
        compared=len(deviations),
        deviation=_median(deviations),
        restated=len(restated),
        restated_up=sum(one.change > 0 for one in restated),
        restated_down=sum(one.change < 0 for one in restated),
        restated_by=_median(_percents(restated)),
        moved_on=len(moved),
        moved_up=sum(one.change > 0 for one in moved),
        moved_down=sum(one.change < 0 for one in moved),
        moved_by=_median(_percents(moved)),
        largest=max(
            (one for one in revised if one.percent), key=lambda one: abs(one.percent or 0), default=None
        ),
        settled_after=_median(settled),
        moved_for=moved_for,
    )


def _percents(revised: Iterable[Revised]) -> list[float]:
    return [one.percent for one in revised if one.change and one.percent is not None]


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None


def fared_data(part: MeasureFared) -> dict[str, Any]:
    """How a source fared in one measure as JSON; scores follow from it."""
    said = {one.claim_ref: one for pair in part.revised for one in (pair.earlier, pair.later)}
    return {
        "others": None if part.others is None else sorted(part.others.families),
        "figures": [
            [
                one.claim_ref,
                one.as_of.isoformat(),
                one.said.isoformat(),
                one.value,
                one.is_floor,
                one.accepted,
                one.low,
                one.selected,
                None if one.selected_on is None else one.selected_on.isoformat(),
                one.high,
                one.inside,
            ]
            for one in part.figures
        ],
        "said": {
            ref: [
                one.said.isoformat(),
                one.first.isoformat(),
                one.last.isoformat(),
                one.value,
                one.supersedes,
            ]
            for ref, one in said.items()
        },
        "revised": [[pair.earlier.claim_ref, pair.later.claim_ref, pair.restates] for pair in part.revised],
        "settled": list(part.settled),
        "moved_for": part.moved_for,
    }


def fared_from(data: dict[str, Any], deployment: str, measure: str, kind: Kind) -> MeasureFared:
    """The same from what was kept."""
    figures = [
        FigureFared(
            ref,
            deployment,
            measure,
            date.fromisoformat(as_of),
            date.fromisoformat(said),
            value,
            is_floor,
            accepted,
            low,
            selected,
            None if selected_on is None else date.fromisoformat(selected_on),
            high,
            inside,
        )
        for ref, as_of, said, value, is_floor, accepted, low, selected, selected_on, high, inside in data[
            "figures"
        ]
    ]
    said_so = {
        ref: Said(
            ref,
            date.fromisoformat(said),
            date.fromisoformat(first),
            date.fromisoformat(last),
            value,
            supersedes,
        )
        for ref, (said, first, last, value, supersedes) in data["said"].items()
    }
    revised = [
        Revised(said_so[earlier], said_so[later], deployment, measure, restates)
        for earlier, later, restates in data["revised"]
    ]
    settled, moved_for = data["settled"], data["moved_for"]
    return MeasureFared(
        deployment,
        measure,
        kind,
        None if data["others"] is None else Choices(families=frozenset(data["others"])),
        tuple(figures),
        tuple(revised),
        tuple(settled),
        moved_for,
        _score(figures, revised, settled, moved_for),
    )
