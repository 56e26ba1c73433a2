"""All that is said beside a form before anything is saved: effect, warnings, likenesses."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.answers.effects import DEFAULT, Effect, effect_of, with_claims
from app.answers.queries import Holding, holding_of
from app.claims.actions import propose_ref
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.forms import ClaimRow, Problem, last_day_counted, read_claim
from app.claims.likeness import Likeness, claims_alike
from app.claims.models import Revision
from app.claims.queries import approved_claims
from app.claims.rows import as_claim, claims_of, last_day_of
from app.claims.warnings import NEVER_ABOVE, Bounds, Known, Warned, warnings_of
from app.languages.spoken import _
from app.places.queries import place_called, place_tree
from app.readings.facts import DeploymentClaims, Kind
from app.readings.reading import Readings
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
    held = holding_of(session, read.row.deployment)
    if not problems:
        problems += _unknown(read.row, held)
    if not problems and held is not None and not read.row.repeat_of:
        problems += _too_early(read.row, last_day_counted(read.row.nature, read.days), held)
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
    held = holding_of(session, claim.deployment)
    return Weighed(
        claim=claim,
        effect=effect_of(session, [claim]),
        warned=() if held is None else warnings_of(claim, known_without(held, claim, today)),
        alike=tuple(claims_alike(session, claim)) if claim.repeat_of is None else (),
    )


def warned_of(
    session: Session, revisions: Iterable[Revision], *, today: date
) -> dict[str, tuple[Warned, ...]]:
    """By claim_ref, what many revisions that wait are warned of; those without a warning left out."""
    claims = claims_of(session, [revision.id for revision in revisions])
    holdings: dict[str, _Held | None] = {}
    found: dict[str, tuple[Warned, ...]] = {}
    for claim in claims.values():
        if claim.deployment not in holdings:
            holding = holding_of(session, claim.deployment)
            holdings[claim.deployment] = None if holding is None else _Held(holding)
        held = holdings[claim.deployment]
        if held is not None and (warned := warnings_of(claim, held.without(claim, today))):
            found[claim.ref] = warned
    return found


class _Held:
    """A deployment against which many claims are held: what none of them changes is read once."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._refs = {one.ref for about in holding.claims.claims.values() for one in about}
        self._readings = Readings(holding.claims, DEFAULT)
        self._points: dict[tuple[str, date], Bounds] = {}
        self._by_source: defaultdict[tuple[str, str], list[ApprovedClaim]] = defaultdict(list)
        for measure, about in holding.claims.claims.items():
            for one in about:
                self._by_source[measure, one.source.slug].append(one)

    def without(self, claim: ApprovedClaim, today: date) -> Known:
        """As `known_without`; where the ledger holds no claim of that ref, without reading it anew."""
        if claim.ref in self._refs or claim.repeat_of is not None:
            return known_without(self._holding, claim, today)
        day = last_day_of(claim)
        return Known(
            today,
            own=self._at(claim.measure, day),
            others={one: self._at(one, day) for one in _compared(self._holding.claims, claim.measure)},
            same_source=self._by_source[claim.measure, claim.source.slug],
        )

    def _at(self, measure: str, day: date) -> Bounds:
        if (measure, day) not in self._points:
            self._points[measure, day] = _bounds(self._readings, measure, day)
        return self._points[measure, day]


def known_without(held: Holding, claim: ApprovedClaim, today: date) -> Known:
    """What a claim is held against: the ledger without it; an appearance only against dates. Pure."""
    if claim.repeat_of is not None:
        return Known(today)
    rest = with_claims(held.claims, (), without=[claim.ref])
    readings = Readings(rest, DEFAULT)
    day = last_day_of(claim)
    return Known(
        today,
        own=_bounds(readings, claim.measure, day),
        others={measure: _bounds(readings, measure, day) for measure in _compared(rest, claim.measure)},
        same_source=[one for one in rest.about(claim.measure) if one.source.slug == claim.source.slug],
    )


def _compared(claims: DeploymentClaims, measure: str) -> list[str]:
    """The other measures of the deployment that a figure of this one can contradict, in order."""
    compared = {one for pair in NEVER_ABOVE if measure in pair for one in pair} - {measure}
    return sorted(one for one in compared if one in claims.measures)


def _bounds(readings: Readings, measure: str, day: date) -> Bounds:
    point = readings.point(measure, day)
    return Bounds(point.low, point.selected, point.high)


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
