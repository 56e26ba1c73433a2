"""What a change would do to the readings, before it is made: which ones, and how they would move."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from app.administration.nouns import Cells, Noun, changes
from app.answers.effects import Effect, MeasureEffect, effects_on
from app.answers.holdings import holdings_of
from app.answers.queries import measure_texts
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.models import Claim, Revision
from app.claims.tallied import Voice
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.readings.checks import compared_with
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims
from app.readings.reading import Readings
from app.slugs import slug_of
from app.sources.models import Source

MOST_CLAIMS = 4_000
"""Claims that are read twice to say how readings would move, in half a second; of more it is said which."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A measure of a deployment whose claims a change touches."""

    deployment: str
    measure: str
    claims: int  # those that the change touches, appearances not counted


@dataclass(frozen=True, slots=True)
class Recounted:
    """A headline whose number stays and is said to be of something else."""

    deployment: str
    measure: str
    number: int  # the selected figure


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """What another unit of a measure does: it moves no number, and says of each what it counts."""

    before: str
    after: str
    headlines: tuple[Recounted, ...]  # the measure's own, as far as they were read
    unlike: tuple[str, ...]  # measures that readings hold it against, as numbers, which count something else


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change touches, and what it does to readings at default choices."""

    touched: tuple[Touched, ...]  # the most claims first
    moves: bool  # whether anything that readings are made of is changed at all
    effect: Effect  # of the measures that were read
    unread: tuple[str, ...]  # slugs of deployments that hold too much to be read for this
    unit: OtherUnit | None = None  # None: no other unit

    @property
    def claims(self) -> int:
        """How many claims it touches."""
        return sum(one.claims for one in self.touched)

    @property
    def moving(self) -> Effect:
        """Of the measures that were read those that move."""
        return Effect(tuple(one for one in self.effect.measures if not one.is_none))


Change = Callable[[DeploymentClaims], DeploymentClaims]


def of_description(session: Session, noun: Noun, slug: str, before: Cells, after: Cells) -> Consequences:
    """What another description of a deployment, measure or source would do."""
    touched = _touched(session, noun.name, [slug])
    changed = changes(noun, before, after)
    if not any(column.moves for column in changed) or noun.name == "measure":
        moves = noun.name == "measure" and any(column.moves for column in changed)
        if any(column.name == "unit" for column in changed):
            return _of_unit(session, slug, touched, before["unit"], after["unit"])
        return Consequences(touched, moves, Effect(()), ())
    if noun.name == "deployment":
        return _consequences(session, touched, lambda held: _redated(held, after))
    attribution = _attribution(slug, after)
    return _consequences(session, touched, lambda held: _attributed(held, [slug], attribution))


def _of_unit(
    session: Session, slug: str, touched: tuple[Touched, ...], before: str, after: str
) -> Consequences:
    """What another unit says of the measure's headlines, and against which other units it would be held."""
    held, unread = held_of(session, [one.deployment for one in touched], measure=slug)
    selected = {
        deployment: Readings(claims, Choices()).reading(slug).headline.selected
        for deployment, claims in held.items()
    }
    headlines = [Recounted(one, slug, number) for one, number in selected.items() if number is not None]
    units = {text.slug: text.unit for text in measure_texts(session).values()}
    beside = sorted(compared_with(slug) & set(units))
    unlike = tuple(one for one in beside if units[one] != after)
    unit = OtherUnit(before, after, tuple(headlines), unlike)
    return Consequences(touched, moves=True, effect=Effect(()), unread=tuple(unread), unit=unit)


def of_merge(session: Session, slug: str, into: Cells) -> Consequences:
    """What it would do if the claims of a source stood under another one, whose cells are given."""
    touched = _touched(session, "source", [slug])
    attribution = _attribution(into["slug"], into)
    return _consequences(session, touched, lambda held: _attributed(held, [slug], attribution))


def of_separation(session: Session, refs: Iterable[str], old: Cells) -> Consequences:
    """What it would do if these claims stood under a source again, whose cells are given."""
    moved = set(refs)
    attribution = _attribution(old["slug"], old)

    def change(held: DeploymentClaims) -> DeploymentClaims:
        return _each(held, lambda one: replace(one, source=attribution) if one.ref in moved else one)

    return _consequences(session, _touched_by(session, moved), change)


def _consequences(session: Session, touched: tuple[Touched, ...], change: Change) -> Consequences:
    held, unread = held_of(session, list(dict.fromkeys(one.deployment for one in touched)))
    effects: list[MeasureEffect] = []
    for deployment, claims in held.items():
        measures = [one.measure for one in touched if one.deployment == deployment]
        effects += effects_on(claims, change(claims), measures, None)
    return Consequences(touched, moves=True, effect=Effect(tuple(effects)), unread=tuple(unread))


def held_of(
    session: Session, deployments: Sequence[str], *, measure: str | None = None
) -> tuple[dict[str, DeploymentClaims], list[str]]:
    """What these deployments hold, in their order, as far as it can be read at once; and those left out.

    Where a `measure` is given, only what they hold of that one. A fixed number of SELECTs.
    """
    about = and_(Deployment.slug.in_(deployments), true() if measure is None else Measure.slug == measure)
    subjects: dict[str, list[str]] = {slug: [] for slug in deployments}
    sizes = dict.fromkeys(deployments, 0)
    for one in _voiced(session, about):
        subjects[one.deployment].append(one.measure)
        sizes[one.deployment] += one.claims
    chosen: list[str] = []
    left = MOST_CLAIMS
    for slug in deployments:
        if sizes[slug] <= left:
            chosen.append(slug)
            left -= sizes[slug]
    wanted = [(slug, measure) for slug in chosen for measure in subjects[slug]]
    found = holdings_of(session, wanted, plain=True) if wanted else {}
    held = {slug: found[slug].claims for slug in chosen if slug in found}
    return held, [slug for slug in deployments if slug not in held]


def _redated(held: DeploymentClaims, cells: Cells) -> DeploymentClaims:
    facts = replace(
        held.deployment,
        starts_on=date.fromisoformat(cells["starts_on"]),
        level_valid_days=int(cells["level_valid_days"]),
    )
    return replace(held, deployment=facts)


def _attributed(held: DeploymentClaims, slugs: Sequence[str], source: Attribution) -> DeploymentClaims:
    return _each(held, lambda one: replace(one, source=source) if one.source.slug in slugs else one)


def _each(held: DeploymentClaims, change: Callable[[ApprovedClaim], ApprovedClaim]) -> DeploymentClaims:
    claims = [change(one) for about in held.claims.values() for one in about]
    return DeploymentClaims.of(held.deployment, held.measures.values(), claims)


def _attribution(slug: str, cells: Cells) -> Attribution:
    """A source as claims would name it; without a family it is one of its own."""
    return Attribution(
        slug=slug,
        name=cells["name"],
        family=slug_of(cells["family"]) or slug,
        family_name=cells["family"] or cells["name"],
        kind=cells["kind"] or None,
        country=cells["country"] or None,
        reliability=cells["reliability"] or None,
        stance=cells["stance"] or None,
    )


_COUNTING = (
    Revision.approved_version.is_not(None),
    Revision.replaced_version.is_(None),
    Revision.repeat_of_id.is_(None),
)


def _touched(session: Session, noun: str, slugs: Sequence[str]) -> tuple[Touched, ...]:
    slug = {"deployment": Deployment.slug, "measure": Measure.slug, "source": Source.slug}[noun]
    return _voiced(session, slug.in_(slugs))


def _voiced(session: Session, condition: ColumnElement[bool]) -> tuple[Touched, ...]:
    """As `tallied`, of all that deployments, measures or sources hold, from what is counted already."""
    number = func.sum(Voice.claims).cast(BigInteger)
    rows = session.execute(
        select(Deployment.slug, Measure.slug, number)
        .select_from(Voice)
        .join(Deployment, Deployment.id == Voice.deployment_id)
        .join(Measure, Measure.id == Voice.measure_id)
        .join(Source, Source.id == Voice.source_id)
        .where(condition)
        .group_by(Deployment.slug, Measure.slug)
        .having(number > 0)
        .order_by(number.desc(), Deployment.slug, Measure.slug)
    )
    return tuple(Touched(*row) for row in rows)


def _touched_by(session: Session, refs: Iterable[str]) -> tuple[Touched, ...]:
    named = select(Claim.id).where(Claim.ref.in_(list(refs)))
    return tallied(session, Revision.claim_id.in_(named))


def tallied(session: Session, condition: ColumnElement[bool]) -> tuple[Touched, ...]:
    """How many claims of each measure of each deployment meet a condition on revisions. One SELECT."""
    number = func.count()
    rows = session.execute(
        select(Deployment.slug, Measure.slug, number)
        .select_from(Revision)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .join(Source, Source.id == Revision.source_id)
        .where(*_COUNTING, condition)
        .group_by(Deployment.slug, Measure.slug)
        .order_by(number.desc(), Deployment.slug, Measure.slug)
    )
    return tuple(Touched(*row) for row in rows)
