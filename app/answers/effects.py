"""What a claim would do to the reading: before and after, in numbers and in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers.at_hand import AtHand, Room, Wanted, at_hand
from app.answers.kept import Computed, Known
from app.answers.queries import MeasureText
from app.answers.ruled import candidate_as_kept, names_in
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.models import Claim
from app.claims.queries import approved_claims
from app.claims.rows import last_day_of
from app.claims.summaries import Subject
from app.claims.words import Standing
from app.database import among
from app.languages.spoken import _
from app.readings.choices import Choices
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import DeploymentClaims
from app.readings.outlines import worded
from app.readings.reading import Readings
from app.readings.results import Check, Contested, Headline, Point, Reading
from app.readings.sentences import IN_WORDS, measure_in_words
from app.readings.wording import listed
from app.review.models import Judgement

DEFAULT = Choices()


@dataclass(frozen=True, slots=True)
class Move:
    """The reading on one day (or on its two headline days) without a change and with it."""

    before: Point | None  # None: the day is before the reading begins
    after: Point | None

    @property
    def is_still(self) -> bool:
        """Whether low, selected and high stay as they were."""
        return _numbers(self.before) == _numbers(self.after)


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """What changes in the reading of one measure of one deployment."""

    deployment: str
    measure: str
    headline: Move  # each on its own headline day, `Point.on`
    day: date | None  # the last day that the claim covers; None where several claims change
    on_day: Move | None
    caused: tuple[Contested, ...]  # claims that are newly contested, with their sentences
    resolved: tuple[Contested, ...]  # claims that are contested no more
    caused_checks: tuple[Check, ...]  # runs of days on which measures newly cannot both be right
    resolved_checks: tuple[Check, ...]
    sentence: str  # the whole in words

    @property
    def is_none(self) -> bool:
        """Whether nothing moves and no contradiction comes or goes."""
        still = self.headline.is_still and (self.on_day is None or self.on_day.is_still)
        return still and not (self.caused or self.resolved or self.caused_checks or self.resolved_checks)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does: to its own measure first, then to those that draw on it where they move."""

    measures: tuple[MeasureEffect, ...]
    later: tuple[Subject, ...] = ()  # measures with too many claims: told of once the change is in force

    @property
    def is_none(self) -> bool:
        """Whether no reading moves and no contradiction comes or goes, as far as that is known yet."""
        return not self.later and all(measure.is_none for measure in self.measures)


def effect_on(
    before: DeploymentClaims,
    after: DeploymentClaims,
    measure: str,
    day: date | None,
    choices: Choices = DEFAULT,
) -> MeasureEffect:
    """What changes in one measure between two states of a deployment; pure.

    Raises UnknownMeasure where the deployment has no such measure.
    """
    one, other = Readings(before, choices), Readings(after, choices)
    return _compare(state_of(one.reading(measure)), state_of(other.reading(measure)), measure, day)


def effect_of(session: Session, changed: Sequence[ApprovedClaim]) -> Effect:
    """What would change if these claims, new or in place of those of the same ref, counted as they stand."""
    return change_of(session, changed).effect()


@dataclass(frozen=True, slots=True)
class Change:
    """Claims that would count, new or in place of those of the same ref, with what is known about them."""

    claims: Sequence[ApprovedClaim]
    replaced: Mapping[str, ApprovedClaim]  # by claim_ref, what counts now in their places
    at_hand: Mapping[str, AtHand]  # by deployment
    keep: Callable[[Computed], object]  # keeps what had to be read anew

    def effect(self) -> Effect:
        """What they would change, deployment by deployment."""
        day = last_day_of(self.claims[0]) if len(self.claims) == 1 else None
        refs = {claim.ref for claim in self.claims}
        told: list[MeasureEffect] = []
        later: list[Subject] = []
        computed = Computed()
        for slug, hand in self.at_hand.items():
            later += [(slug, measure) for measure in hand.moving if measure not in hand.told]
            new = [claim for claim in self.claims if claim.deployment == slug]
            after = with_claims(hand.claims, new, without=refs)
            told += _effects_at_hand(hand, after, self.subjects_of(slug), day, computed)
        self.keep(computed)
        return Effect(tuple(told), tuple(later))

    def subjects_of(self, deployment: str) -> list[str]:
        """The measures of a deployment whose claims change."""
        subjects = _subjects(self.claims, self.replaced)
        return [measure for slug, measure in subjects if slug == deployment]


def _subjects(claims: Iterable[ApprovedClaim], replaced: Mapping[str, ApprovedClaim]) -> list[Subject]:
    return list(dict.fromkeys((claim.deployment, claim.measure) for claim in (*claims, *replaced.values())))


def change_of(
    session: Session,
    changed: Sequence[ApprovedClaim],
    beside: Mapping[str, Iterable[str]] | None = None,
    *,
    replaced: Mapping[str, ApprovedClaim] | None = None,
    room: Room | None = None,
    texts: dict[str, MeasureText] | None = None,
) -> Change:
    """These claims with what is at hand to weigh them, as far as there is room; None: as a page has it.

    `beside` are measures, by deployment, whose readings of now are wanted, too; `replaced` what counts now in
    the places of these claims, and `texts` the measures, where they are known already.
    """
    if replaced is None:
        refs = sorted({claim.ref for claim in changed})
        replaced = {one.ref: one for one in (approved_claims(session, refs=refs) if refs else [])}
    wanted: dict[str, Wanted] = {}
    for deployment, measure in _subjects(changed, replaced):
        so_far = wanted.get(deployment, Wanted(beside=frozenset((beside or {}).get(deployment, ()))))
        wanted[deployment] = replace(so_far, changed=[*so_far.changed, measure])
    hands = at_hand(session, wanted, Room() if room is None else room, texts) if wanted else {}
    return Change(changed, replaced, hands, lambda computed: computed.keep(session))


def _effects_at_hand(
    hand: AtHand, after: DeploymentClaims, changed: Sequence[str], day: date | None, computed: Computed
) -> list[MeasureEffect]:
    """What changes in the measures that are told; casualties that are drawn from them only where they move.

    What had to be read of the ledger as it is now is noted in `computed`.
    """
    kept = {measure: outline.bounds for measure, outline in hand.outlines.items()}
    one = Readings(hand.claims, DEFAULT, kept)
    # What does not move is read once: its band before is its band after.
    still = {
        measure: one.bounds(measure)
        for told in hand.told
        for measure in one.compared_with(told)
        if measure not in hand.moving
    }
    other = Readings(after, DEFAULT, still)
    named = _Named(hand)
    found: list[MeasureEffect] = []
    for measure in hand.told:
        before = _state_as_kept(hand, named, one, measure)
        if before is None:
            reading = one.reading(measure)
            computed.add(hand.inputs, reading, hand.claims.about(measure))
            before = state_of(reading)
        effect = _compare(before, state_of(other.reading(measure)), measure, day)
        found += [effect] if measure in changed or not effect.is_none else []
    return found


def effects_on(
    before: DeploymentClaims,
    after: DeploymentClaims,
    measures: Sequence[str],
    day: date | None,
    choices: Choices = DEFAULT,
) -> list[MeasureEffect]:
    """What changes in these measures, and in casualties where they are derived from one of them; pure."""
    one, other = Readings(before, choices), Readings(after, choices)

    def compared(measure: str) -> MeasureEffect:
        return _compare(state_of(one.reading(measure)), state_of(other.reading(measure)), measure, day)

    found = [compared(measure) for measure in measures if measure in before.measures]
    if {KILLED, WOUNDED} & set(measures) and CASUALTIES not in measures and CASUALTIES in before.measures:
        derived = compared(CASUALTIES)
        found += [] if derived.is_none else [derived]
    return found


def with_claims(
    held: DeploymentClaims, claims: Iterable[ApprovedClaim], *, without: Iterable[str] = ()
) -> DeploymentClaims:
    """The same deployment with some claims more and some, by ref, left out; appearances change nothing."""
    gone = set(without)
    kept = [claim for about in held.claims.values() for claim in about if claim.ref not in gone]
    new = [claim for claim in claims if claim.repeat_of is None]
    return DeploymentClaims.of(held.deployment, held.measures.values(), [*kept, *new])


def effect_of_judgement(session: Session, judgement: Judgement) -> Effect:
    """What a judgement that waits for its verdict would change; nothing while its claim does not count."""
    claims = claims_judged(session, [judgement])
    return effect_of(session, claims)


def claims_judged(session: Session, judgements: Sequence[Judgement]) -> list[ApprovedClaim]:
    """Claims as they would stand once these judgements were approved; those that do not count left out."""
    if not judgements:
        return []
    by_claim = {judgement.claim_id: judgement for judgement in judgements}
    refs = dict(session.execute(select(Claim.ref, Claim.id).where(among(Claim.id, by_claim))).all())
    return [
        replace(
            claim,
            standing=Standing(by_claim[refs[claim.ref]].standing),
            standing_reason=by_claim[refs[claim.ref]].standing_reason,
            standing_on=by_claim[refs[claim.ref]].standing_on,
        )
        for claim in approved_claims(session, refs=sorted(refs))
    ]


@dataclass(frozen=True, slots=True)
class State:
    """A reading, as far as it is compared with another of the same measure."""

    deployment: str
    headline: Headline
    at: Callable[[date], Point | None]  # None: the day is before the reading begins
    contested: Sequence[str]  # names, in precedence order
    told: Callable[[str], Contested]  # one of them with its sentences
    checks: Sequence[Check]


def state_of(reading: Reading) -> State:
    """A reading that was just made."""
    contested = {item.claim_ref: item for item in reading.contested}
    return State(
        reading.deployment.slug,
        reading.headline,
        reading.at,
        tuple(contested),
        contested.__getitem__,
        reading.checks,
    )


class _Named:
    """The claims and sources at hand by name, sorted out once somebody asks for one."""

    def __init__(self, hand: AtHand) -> None:
        self._hand = hand

    @cached_property
    def claims(self) -> dict[str, ApprovedClaim]:
        return {claim.ref: claim for about in self._hand.claims.claims.values() for claim in about}

    @cached_property
    def sources(self) -> dict[str, Attribution]:
        return {claim.source.slug: claim.source for claim in self.claims.values()}


def _state_as_kept(hand: AtHand, named: _Named, readings: Readings, measure: str) -> State | None:
    """The reading of now as it was kept; None where it was not."""
    outline, fates = hand.outlines.get(measure), hand.fates.get(measure)
    if outline is None or fates is None:
        return None
    facts = hand.claims
    slug = facts.deployment.slug
    known = Known({slug: facts.deployment}, facts.measures)

    def told(ref: str) -> Contested:
        candidates = {
            name: candidate
            for name in names_in(fates, ref)
            if (
                candidate := candidate_as_kept(
                    name, fates, named.claims, named.sources, known, (slug, measure)
                )
            )
        }
        return worded(ref, fates.contested[ref], candidates)

    return State(slug, outline.headline, outline.at, tuple(fates.contested), told, readings.checks(measure))


def _compare(before: State, after: State, measure: str, day: date | None) -> MeasureEffect:
    was, now = set(before.contested), set(after.contested)
    effect = MeasureEffect(
        deployment=before.deployment,
        measure=measure,
        headline=Move(_headline(before), _headline(after)),
        day=day,
        on_day=None if day is None else Move(_on(before, day), _on(after, day)),
        caused=tuple(after.told(ref) for ref in after.contested if ref not in was),
        resolved=tuple(before.told(ref) for ref in before.contested if ref not in now),
        caused_checks=_not_among(after.checks, before.checks),
        resolved_checks=_not_among(before.checks, after.checks),
        sentence="",
    )
    return replace(effect, sentence=_in_words(effect, before, after))


def _headline(reading: State) -> Point:
    said = reading.headline
    return Point(said.on, said.low, said.selected, said.high, said.derived, said.strained)


def _on(reading: State, day: date) -> Point | None:
    """The reading on a day, also where it lies after its last change."""
    point = reading.at(day)
    return None if point is None else replace(point, on=day)


def _numbers(point: Point | None) -> tuple[int | None, int | None, int | None] | None:
    return None if point is None else (point.low, point.selected, point.high)


def _not_among(checks: Iterable[Check], others: Sequence[Check]) -> tuple[Check, ...]:
    """The runs of days that no run of the same rule among the others overlaps."""
    return tuple(
        check
        for check in checks
        if not any(
            other.rule == check.rule and other.start <= check.end and check.start <= other.end
            for other in others
        )
    )


def _on_the_headline_day(measure: str, before: str, after: str) -> str:
    if before != after:
        return _("Now: %(before)s With this: %(after)s", before=before, after=after)
    if measure not in IN_WORDS:  # its name stands above it, and its slug is no word of a sentence
        return _("On its headline day the reading stays as it is. %(sentence)s", sentence=after)
    return _(
        "On its headline day the reading of %(measure)s stays as it is. %(sentence)s",
        measure=measure_in_words(measure),
        sentence=after,
    )


def _in_words(effect: MeasureEffect, before: State, after: State) -> str:
    if effect.is_none and effect.measure not in IN_WORDS:
        return _("The reading stays as it is. %(sentence)s", sentence=after.headline.sentence)
    if effect.is_none:
        return _(
            "The reading of %(measure)s stays as it is. %(sentence)s",
            measure=measure_in_words(effect.measure),
            sentence=after.headline.sentence,
        )
    told = [_on_the_headline_day(effect.measure, before.headline.sentence, after.headline.sentence)]
    if effect.caused:
        told.append(
            _("Newly contested: %(claims)s.", claims=listed([item.claim_ref for item in effect.caused]))
        )
    if effect.resolved:
        told.append(
            _("No longer contested: %(claims)s.", claims=listed([item.claim_ref for item in effect.resolved]))
        )
    told += [check.sentence for check in effect.caused_checks]
    return " ".join(told)
