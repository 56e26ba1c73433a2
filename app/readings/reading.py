"""The reading: a pure function of claims, a reader's choices and a knowledge date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature
from app.readings.candidates import Candidate, claims_that_count, flow_candidates, of_nature, of_place
from app.readings.checks import LEVELS, RULES, Bounds, check_measures, flow_bounds, level_bounds
from app.readings.choices import Choices
from app.readings.contradictions import flow_contradictions, level_contradictions, source_pairs, suspects
from app.readings.derived import CASUALTIES, KILLED, WOUNDED, derived_casualties
from app.readings.events import EventSums, event_floor, event_sums, shown
from app.readings.facts import DeploymentClaims, Kind, UnknownMeasure
from app.readings.flows import Flow, Queue, flow_point, flow_points, read_flow
from app.readings.headlines import headline
from app.readings.latest import data_through, headline_day, latest_statements
from app.readings.levels import Levels, level_candidates, level_point, level_points, level_steps, read_levels
from app.readings.precedence import in_precedence
from app.readings.results import Check, Contested, EventLine, Point, Reading, Step
from app.readings.rules import RULE_SET


def read_measure(ledger: DeploymentClaims, measure: str, choices: Choices) -> Reading:
    """What can be known of one measure of a deployment.

    Counts are in the measure's unit; days are inclusive, points come in day order. An open
    ceiling is None, not 0. Claims that cannot be true together with those accepted before them
    are contested, each with a witness (method, section 5). The order in which claims are
    given changes nothing. Raises UnknownMeasure where the deployment has no such measure.
    """
    return Readings(ledger, choices).reading(measure)


def read_deployment(ledger: DeploymentClaims, choices: Choices) -> dict[str, Reading]:
    """The readings of all measures, in the order in which the measures were given."""
    readings = Readings(ledger, choices)
    return {measure: readings.reading(measure) for measure in ledger.measures}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What flows and levels each compute in their own way."""

    candidates: Mapping[str, Candidate]  # in precedence order
    accepted: tuple[Candidate, ...]
    contested: tuple[Contested, ...]
    points: tuple[Point, ...]
    steps: tuple[Step, ...]
    lone: Mapping[str, int]
    events: tuple[EventLine, ...]


class Readings:
    """The readings of one deployment under one reader's choices; what they share is computed once."""

    def __init__(
        self, ledger: DeploymentClaims, choices: Choices, known: Mapping[str, Bounds] | None = None
    ) -> None:
        """`known` are the bands of measures under these choices that need no reading, by slug."""
        self._ledger = ledger
        self._known = known or {}
        self._choices = choices
        self._starts_on = ledger.deployment.starts_on
        self._counting: dict[str, list[ApprovedClaim]] = {}
        self._sums: dict[str, list[EventSums]] = {}
        self._queues: dict[str, Queue] = {}
        self._flows: dict[str, Flow] = {}
        self._levels: dict[str, tuple[list[Candidate], Levels]] = {}

    def reading(self, measure: str) -> Reading:
        """All of one measure; raises UnknownMeasure."""
        facts = self._ledger.measures.get(measure)
        if facts is None:
            raise UnknownMeasure(measure)
        parts = self._flow_parts(measure) if facts.kind is Kind.FLOW else self._level_parts(measure)
        through = data_through(parts.accepted)
        on = headline_day(self._choices, through, self._starts_on)
        out = {item.claim_ref for item in parts.contested}
        latest = latest_statements(list(parts.candidates.values()), out, on, facts.kind)
        return Reading(
            rule_set=RULE_SET,
            deployment=self._ledger.deployment,
            measure=facts,
            choices=self._choices,
            points=parts.points,
            candidates=parts.candidates,
            accepted=tuple(candidate.ref for candidate in parts.accepted),
            contested=parts.contested,
            pairs=source_pairs(parts.contested, parts.candidates),
            suspects=suspects(parts.lone, parts.contested),
            steps=tuple(step for step in parts.steps if self._is_known(step.on)),
            latest=latest,
            headline=headline(self.point(measure, on), latest, facts.kind, self._choices.since),
            events=parts.events,
            plans=self._listed(measure, Nature.PLAN),
            shares=self._listed(measure, Nature.SHARE),
            stances=self._listed(measure, Nature.STANCE),
            checks=self.checks(measure),
            data_through=through,
        )

    def point(self, measure: str, day: date) -> Point:
        """Bounds and line on any day; nothing on a day before `since`."""
        since = self._choices.since
        if since is not None and day < since:
            return Point(day, None, None, None)
        if self._ledger.measures[measure].kind is Kind.FLOW:
            return flow_point(self.flow(measure), day, since)
        return level_point(self.levels(measure), day)

    def flow(self, measure: str) -> Flow:
        """What was accepted of a flow, and what follows from it."""
        if measure not in self._flows:
            order = self._queue(measure).candidates
            self._flows[measure] = read_flow(order, self._starts_on, self._choices)
        return self._flows[measure]

    def levels(self, measure: str) -> Levels:
        """What was accepted of a level, and for how long it holds."""
        return self._asked_levels(measure)[1]

    def _flow_parts(self, measure: str) -> _Parts:
        queue, flow, choices = self._queue(measure), self.flow(measure), self._choices
        candidates = {candidate.ref: candidate for candidate in queue.candidates}
        lines = [shown(sums.line, choices.since, choices.known_on) for sums in self._event_sums(measure)]
        return _Parts(
            candidates=candidates,
            accepted=flow.acceptance.accepted,
            contested=flow_contradictions(flow.acceptance, candidates),
            points=flow_points(flow, self._starts_on, choices),
            steps=flow.line.steps,
            lone=queue.lone,
            events=tuple(line for line in lines if line.points),
        )

    def _level_parts(self, measure: str) -> _Parts:
        order, levels = self._asked_levels(measure)
        candidates = {candidate.ref: candidate for candidate in order}
        return _Parts(
            candidates=candidates,
            accepted=levels.accepted,
            contested=level_contradictions(levels, candidates),
            points=level_points(levels, self._starts_on, self._choices),
            steps=level_steps(levels),
            lone={},
            events=(),
        )

    def _counted(self, measure: str) -> list[ApprovedClaim]:
        if measure not in self._counting:
            self._counting[measure] = claims_that_count(self._ledger.about(measure), self._choices)
        return self._counting[measure]

    def _event_sums(self, measure: str) -> list[EventSums]:
        if measure not in self._sums:
            self._sums[measure] = event_sums(self._counted(measure), self._choices)
        return self._sums[measure]

    def _queue(self, measure: str) -> Queue:
        """The candidates of a flow: claims, event floors, and of casualties the sums that nobody made."""
        if measure not in self._queues:
            candidates = flow_candidates(self._counted(measure), self._starts_on, self._choices)
            candidates += [event_floor(sums) for sums in self._event_sums(measure)]
            if measure == CASUALTIES and self._are_flows(KILLED, WOUNDED):
                killed, wounded = self._queue(KILLED).candidates, self._queue(WOUNDED).candidates
                candidates += derived_casualties(killed, wounded, candidates, self._starts_on, self._choices)
            self._queues[measure] = Queue.of(candidates, self._starts_on, self._choices)
        return self._queues[measure]

    def _asked_levels(self, measure: str) -> tuple[list[Candidate], Levels]:
        if measure not in self._levels:
            candidates = level_candidates(self._counted(measure), self._choices)
            order = in_precedence(candidates, self._choices, {})
            self._levels[measure] = order, read_levels(order, self._ledger.deployment.level_valid_days)
        return self._levels[measure]

    def _are_flows(self, *measures: str) -> bool:
        kinds = [facts.kind for slug, facts in self._ledger.measures.items() if slug in measures]
        return len(kinds) == len(measures) and all(kind is Kind.FLOW for kind in kinds)

    def checks(self, measure: str) -> tuple[Check, ...]:
        """The checks that name a measure, counted from the start of the deployment whatever `since` is."""
        rules = [rule for rule in RULES if measure in rule.measures]
        bounds = {other: self.bounds(other) for other in self.compared_with(measure)}
        first = max(self._starts_on, self._choices.since or self._starts_on)
        return check_measures(rules, bounds, first, self._choices.known_on)

    def compared_with(self, measure: str) -> list[str]:
        """The measures whose bands the checks of this one compare, itself among them; in order."""
        compared = {other for rule in RULES if measure in rule.measures for other in rule.measures}
        return [other for other in self._ledger.measures if other in compared and self._can_be_checked(other)]

    def _can_be_checked(self, measure: str) -> bool:
        facts = self._ledger.measures.get(measure)
        return facts is not None and (facts.kind is Kind.LEVEL) == (measure in LEVELS)

    def bounds(self, measure: str) -> Bounds:
        """What a check has to know of a measure: as it was given, else as it is read."""
        if measure in self._known:
            return self._known[measure]
        if measure in LEVELS:
            return level_bounds(self.levels(measure))
        return flow_bounds(self.flow(measure).band)

    def _listed(self, measure: str, nature: Nature) -> tuple[str, ...]:
        """Claims that move nothing, in the order they were said."""
        listed = of_place(of_nature(self._counted(measure), nature), self._choices.place)
        return tuple(claim.ref for claim in sorted(listed, key=lambda claim: (claim.day_said, claim.ref)))

    def _is_known(self, day: date) -> bool:
        return self._choices.known_on is None or day <= self._choices.known_on
