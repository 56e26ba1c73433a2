"""What a change would do to the readings, before it is made: which ones, and how they would move."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.administration.nouns import Cells, Noun, changes
from app.answers.effects import Effect, MeasureEffect, effects_on
from app.answers.queries import holding_of
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.models import Claim, Revision
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.readings.facts import DeploymentClaims
from app.slugs import slug_of
from app.sources.models import Source

MOST_CLAIMS = 6_000
"""Claims that are read twice to say how readings would move, in about a second; of more it is said which."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A measure of a deployment whose claims a change touches."""

    deployment: str
    measure: str
    claims: int  # those that the change touches, appearances not counted


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change touches, and what it does to readings at default choices."""

    touched: tuple[Touched, ...]  # the most claims first
    moves: bool  # whether anything that readings are made of is changed at all
    effect: Effect  # of the measures that were read
    unread: tuple[str, ...]  # slugs of deployments that hold too much to be read for this

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
        return Consequences(touched, moves, Effect(()), ())
    if noun.name == "deployment":
        return _consequences(session, touched, lambda held: _redated(held, after))
    attribution = _attribution(slug, after)
    return _consequences(session, touched, lambda held: _attributed(held, [slug], attribution))


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
    effects: list[MeasureEffect] = []
    unread: list[str] = []
    left = MOST_CLAIMS
    for deployment in dict.fromkeys(one.deployment for one in touched):
        size = size_of(session, deployment)
        held = holding_of(session, deployment) if size <= left else None
        if held is None:
            unread.append(deployment)
            continue
        left -= size
        measures = [one.measure for one in touched if one.deployment == deployment]
        effects += effects_on(held.claims, change(held.claims), measures, None)
    return Consequences(touched, moves=True, effect=Effect(tuple(effects)), unread=tuple(unread))


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
    return tallied(session, slug.in_(slugs))


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


def size_of(session: Session, deployment: str) -> int:
    """How many claims a deployment holds, appearances left out."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Revision)
            .join(Deployment, Deployment.id == Revision.deployment_id)
            .where(*_COUNTING, Deployment.slug == deployment)
        )
        or 0
    )
