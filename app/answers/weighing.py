"""All that is said beside a form before anything is saved: effect, warnings, likenesses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.answers.at_hand import AtHand, Room, Wanted, at_hand, points_kept
from app.answers.effects import DEFAULT, Effect, change_of, with_claims
from app.answers.queries import Holding, MeasureText, described
from app.claims.actions import propose_ref
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.forms import ClaimRow, Problem, last_day_counted, read_claim
from app.claims.likeness import Likeness, claims_alike
from app.claims.models import Revision
from app.claims.queries import approved_claims
from app.claims.rows import as_claim, claims_of, last_day_of
from app.claims.summaries import Subject
from app.claims.voiced import totals_contradicting
from app.claims.warnings import NEVER_ABOVE, Bounds, Known, Warned, warnings_of
from app.claims.words import Nature
from app.languages.spoken import _
from app.places.queries import place_called, place_tree
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import Kind
from app.readings.reading import Readings
from app.readings.results import Point
from app.slugs import slug_of
from app.sources.actions import NewSource, find_source
from app.sources.queries import attribution_of


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a claim would do and look like; with problems, nothing else is said yet."""

    problems: tuple[Problem, ...] = ()  # what is wrong with the row, or still missing
    claim: ApprovedClaim | None = None
    effect: Effect | None = None
    warned: tuple[Warned, ...] = ()
    alike: tuple[Likeness, ...] = ()


def weigh(session: Session, row: ClaimRow, *, at: datetime, new_source: NewSource | None = None) -> Weighed:
    """Weigh a row as it stands in a form, new or a correction: its effect, warnings and likenesses.

    A row without a claim_ref is a new claim. A source that nobody knows yet is weighed without a grade, or
    as `new_source` describes it.
    """
    named = row if row.claim_ref.strip() else row._replace(claim_ref=propose_ref(row))
    left_alone = named._replace(standing="", standing_reason="", standing_on="")
    read = read_claim(left_alone, at.astimezone(UTC).date())
    problems = list(read.problems)
    held = described(session, read.row.deployment)
    if not problems:
        problems += _unknown(read.row, held)
    if not problems and held is not None and not read.row.repeat_of:
        problems += _too_early(read.row, last_day_counted(read.row.nature, read.days), held)
    if read.row.place and not slug_of(read.row.place) and place_called(session, read.row.place) is None:
        reason = _("needs a letter a to z or a digit, to be given an address")
        problems.append(Problem("place", read.row.place, reason))
    if problems:
        return Weighed(problems=tuple(problems))
    claim = as_claim(read, _source(session, read.row.source, new_source), at)
    if read.row.place:
        claim = _placed(session, claim, read.row.place)
    if not row.claim_ref.strip():
        claim = replace(claim, ref=_UNNAMED)
    return weigh_claim(session, claim, today=at.astimezone(UTC).date())


def _placed(session: Session, claim: ApprovedClaim, name: str) -> ApprovedClaim:
    """The claim about the place that is or was called so; about a new one where there is none."""
    place = place_called(session, name)
    if place is None:
        return claim
    tree = place_tree(session)
    wholes = tree.wholes(place)[::-1]
    return replace(
        claim,
        place=place,
        place_name=tree[place].name,
        place_wholes=tuple(whole.slug for whole in wholes),
        place_whole_names=tuple(whole.name for whole in wholes),
    )


_UNNAMED = "this-claim"
"""How a claim is called while nobody has named it."""


def weigh_revision(session: Session, revision: Revision, *, at: datetime) -> Weighed:
    """Weigh a revision that waits for its verdict."""
    [claim] = claims_of(session, [revision.id]).values()
    return weigh_claim(session, claim, today=at.astimezone(UTC).date())


def weigh_claim(session: Session, claim: ApprovedClaim, *, today: date) -> Weighed:
    """Weigh a claim as it would count; in place of the one of the same ref, whose standing it keeps."""
    before = approved_claims(session, refs=[claim.ref])
    if before:
        stands = before[0]
        claim = replace(
            claim,
            standing=stands.standing,
            standing_reason=stands.standing_reason,
            standing_on=stands.standing_on,
        )
    against = {claim.deployment: NEVER_ABOVE_OR_BELOW.get(claim.measure, ())}
    change = change_of(session, [claim], against, replaced={one.ref: one for one in before})
    held = change.at_hand.get(claim.deployment)
    known = {} if held is None else _known(session, [claim], change.replaced, change.at_hand, today)
    return Weighed(
        claim=claim,
        effect=change.effect(),
        warned=() if held is None else warnings_of(claim, known[claim.ref]),
        alike=tuple(claims_alike(session, claim)) if claim.repeat_of is None else (),
    )


def warned_of(
    session: Session, revisions: Iterable[Revision], *, today: date, at_once: int | None = None
) -> dict[str, tuple[Warned, ...]]:
    """By claim_ref, what many revisions that wait are warned of; those without a warning left out.

    A figure is held against readings as far as these are kept, or take no more claims than a page reads at
    once; of all revisions together, no more than `at_once`.
    """
    claims = list(claims_of(session, [revision.id for revision in revisions]).values())
    refs = sorted(claim.ref for claim in claims if claim.repeat_of is None)
    replaced = {one.ref: one for one in (approved_claims(session, refs=refs) if refs else [])}
    return warned_of_claims(session, claims, replaced, today=today, at_once=at_once)


def warned_of_claims(
    session: Session,
    claims: Sequence[ApprovedClaim],
    replaced: Mapping[str, ApprovedClaim],
    *,
    today: date,
    at_once: int | None = None,
    texts: dict[str, MeasureText] | None = None,
) -> dict[str, tuple[Warned, ...]]:
    """The same of claims as they would count; `replaced` are, by ref, those that count now in their places.

    `texts` are the measures, where they were read already.
    """
    replaced = {
        claim.ref: replaced[claim.ref]
        for claim in claims
        if claim.repeat_of is None and claim.ref in replaced
    }
    wanted: dict[str, Wanted] = {}
    for claim in claims:
        so_far = wanted.get(claim.deployment, Wanted())
        anew = _moved_by(replaced.get(claim.ref), claim.deployment)
        against = {claim.measure, *NEVER_ABOVE_OR_BELOW.get(claim.measure, ())}
        wanted[claim.deployment] = replace(
            so_far,
            beside={*so_far.beside, *(against - anew)},
            anew={*so_far.anew, *(against & anew)},
        )
    hands = at_hand(session, wanted, Room(at_once), texts) if wanted else {}
    claims = [claim for claim in claims if claim.deployment in hands]
    known = _known(session, claims, replaced, hands, today)
    warned = {claim.ref: warnings_of(claim, known[claim.ref]) for claim in claims}
    return {ref: found for ref, found in warned.items() if found}


NEVER_ABOVE_OR_BELOW: Mapping[str, frozenset[str]] = {
    measure: frozenset(one for pair in NEVER_ABOVE if measure in pair for one in pair) - {measure}
    for measure in {one for pair in NEVER_ABOVE for one in pair}
}
"""By measure, the others that a figure of it can contradict."""


def _moved_by(claim: ApprovedClaim | None, deployment: str) -> frozenset[str]:
    """The measures of a deployment whose readings differ where this claim is left out."""
    if claim is None or claim.deployment != deployment or claim.repeat_of is not None:
        return frozenset()
    return frozenset({claim.measure, CASUALTIES} if claim.measure in {KILLED, WOUNDED} else {claim.measure})


def _known(
    session: Session,
    claims: Sequence[ApprovedClaim],
    replaced: Mapping[str, ApprovedClaim],
    hands: Mapping[str, AtHand],
    today: date,
) -> dict[str, Known]:
    """By claim_ref, what each claim is held against: the ledger without what it replaces.

    An appearance is held only against dates. Readings are those that are kept; of what is not, and of those
    that a claim takes part in already, as far as their claims are at hand.
    """
    held = [claim for claim in claims if claim.repeat_of is None]
    against = {claim.ref: _against(claim, hands[claim.deployment]) for claim in held}
    moved = {claim.ref: _moved_by(replaced.get(claim.ref), claim.deployment) for claim in held}
    kept = points_kept(
        session,
        {
            ((claim.deployment, measure), last_day_of(claim))
            for claim in held
            for measure in against[claim.ref]
            if measure not in moved[claim.ref]
        },
    )
    read = _Read(hands)
    totals = [claim for claim in held if claim.nature is Nature.TOTAL and claim.counts_from is None]
    contradicting = totals_contradicting(session, totals)
    found = {claim.ref: Known(today) for claim in claims}
    for claim in held:
        day = last_day_of(claim)
        points: dict[str, Bounds] = {}
        for measure in against[claim.ref]:
            is_moved = measure in moved[claim.ref]
            subject = (claim.deployment, measure)
            point = None if is_moved else kept.get((subject, day))
            point = point or read.point(subject, day, without=claim.ref if is_moved else None)
            if point is not None:
                points[measure] = Bounds(point.low, point.selected, point.high)
        found[claim.ref] = Known(
            today,
            own=points.pop(claim.measure, None),
            others=points,
            same_source=[one for one in contradicting.get(claim.ref, ()) if one.ref != claim.ref],
        )
    return found


def _against(claim: ApprovedClaim, hand: AtHand) -> list[str]:
    """The measure of a claim, then those others of the ledger that its figure can contradict."""
    others = sorted(NEVER_ABOVE_OR_BELOW.get(claim.measure, ()))
    return [claim.measure, *(one for one in others if one in hand.claims.measures)]


class _Read:
    """Readings that are made from what is at hand, each once."""

    def __init__(self, hands: Mapping[str, AtHand]) -> None:
        self._hands = hands
        self._readings: dict[tuple[str, str | None], Readings] = {}

    def point(self, subject: Subject, day: date, *, without: str | None) -> Point | None:
        """The reading on a day, a claim left out; None where its claims are not at hand."""
        deployment, measure = subject
        hand = self._hands[deployment]
        if not hand.can_read(measure):
            return None
        if (deployment, without) not in self._readings:
            claims = hand.claims if without is None else with_claims(hand.claims, (), without=[without])
            self._readings[deployment, without] = Readings(claims, DEFAULT)
        return self._readings[deployment, without].point(measure, day)


def _unknown(row: ClaimRow, held: Holding | None) -> list[Problem]:
    if held is None:
        return [Problem("deployment", row.deployment, _("is no deployment of the ledger"))]
    measure = held.measures.get(row.measure)
    if measure is None:
        return [Problem("measure", row.measure, _("is no measure of the ledger"))]
    flow_only = row.nature in {"total", "increment", "event"}
    if (measure.kind is Kind.LEVEL and flow_only) or (measure.kind is Kind.FLOW and row.nature == "level"):
        return [
            Problem(
                "nature",
                row.nature,
                _("is nothing that %(measure)s has, which is a level", measure=row.measure)
                if measure.kind is Kind.LEVEL
                else _("is nothing that %(measure)s has, which is a flow", measure=row.measure),
            )
        ]
    return []


def _too_early(row: ClaimRow, ends_on: date | None, held: Holding) -> list[Problem]:
    starts_on = held.claims.deployment.starts_on
    if ends_on is None or ends_on >= starts_on:
        return []
    column = "period" if row.period else "as_of"
    return [
        Problem(
            column, getattr(row, column), _("ends before the deployment starts, on %(day)s", day=starts_on)
        )
    ]


def _source(session: Session, name: str, new_source: NewSource | None) -> Attribution:
    found = find_source(session, name)
    if found is not None:
        return attribution_of(session, found)
    slug = slug_of(name) or "new-source"
    if new_source is None:
        return Attribution(slug, name, slug, name)
    family = new_source.family.strip()
    return Attribution(
        slug,
        name,
        slug_of(family) or slug,
        family or name,
        new_source.kind or None,
        new_source.country or None,
        new_source.reliability or None,
        new_source.stance or None,
    )
