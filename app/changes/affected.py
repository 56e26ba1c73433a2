"""Which readings an act may have moved, and how it moved them: the ledger read before and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, literal, select, union
from sqlalchemy.orm import Session, aliased

from app.answers.queries import Holding, MeasureText, holding_of, measure_texts
from app.changes.effects import Effect, effect
from app.claims.models import Revision
from app.claims.queries import holding
from app.claims.summaries import Subject
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.reading import Readings
from app.readings.results import Reading
from app.review.models import Judgement
from app.sources.models import SourceDescription

MOST_COMPARED = 6
"""Readings that are compared for one act: an import may touch every measure of every deployment."""

MOST_CLAIMS = 6000
"""Claims of the deployments that are read twice for one act, in a second or so; of more it links to both."""

MOST_TOLD_APART = 20_000
"""Revisions of one act of which each way in which they touch a claim is followed."""

MOST_NAMED = 30
"""Readings that are named for one act; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One measure of one deployment that an act touched."""

    deployment: str
    measure: str
    deployment_name: str
    label: str
    unit: str
    claims: int  # how many claims about it the act touched; 0: it draws on others that were touched
    effect: Effect | None  # None: not compared here
    is_before: bool  # whether the ledger knew the deployment before the act


@dataclass(frozen=True, slots=True)
class AllAffected:
    """What an act touched, most touched claims first."""

    named: tuple[Affected, ...]
    further: int  # how many readings it touched beyond those named
    claims_read: int = 0  # how many claims were read to compare

    @property
    def compared(self) -> list[tuple[Affected, Effect]]:
        """Those that are compared here, with what changed."""
        return [(one, one.effect) for one in self.named if one.effect is not None]

    @property
    def not_compared(self) -> list[Affected]:
        return [one for one in self.named if one.effect is None]


NOTHING = AllAffected((), 0)


def affected_by(
    session: Session,
    version: int,
    *,
    deployment: str | None = None,
    measure: str | None = None,
    most_claims: int | None = None,
) -> AllAffected:
    """The measures that the act of a version touched, and how their readings at default choices changed.

    Compared are the first MOST_COMPARED of them whose deployments have MOST_CLAIMS claims together, or
    `most_claims`. What is loaded is bounded by these numbers, however much an import took in. Where
    `deployment` or `measure` is given, others are left out.
    """
    texts = measure_texts(session, version)
    touched = {
        subject: claims
        for subject, claims in _with_casualties(touched_subjects(session, version), texts).items()
        if deployment in (None, subject[0]) and measure in (None, subject[1])
    }
    named = list(touched.items())[:MOST_NAMED]
    most_claims = MOST_CLAIMS if most_claims is None else most_claims
    known = _known(session, {deployment for (deployment, _), _ in named}, version, most_claims)
    compared = _compared([subject for subject, _ in named], known, most_claims)
    effects = _effects(session, compared, version)
    return AllAffected(
        tuple(
            Affected(
                deployment=deployment,
                measure=measure,
                deployment_name=known[deployment].name,
                label=texts[measure].label,
                unit=texts[measure].unit,
                claims=claims,
                effect=effects.get((deployment, measure)),
                is_before=known[deployment].since < version,
            )
            for (deployment, measure), claims in named
        ),
        len(touched) - len(named),
        sum(known[slug].claims for slug in {slug for slug, _ in compared}),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of a deployment beside its claims."""

    name: str
    since: int  # the version from which on the ledger knew it
    claims: int  # how many counted after the act, up to one more than may be read


def _compared(subjects: Sequence[Subject], known: Mapping[str, _Known], most_claims: int) -> list[Subject]:
    """The first subjects that may be compared, within the bounds of this module."""
    chosen: list[Subject] = []
    read: dict[str, int] = {}
    for subject in subjects:
        deployment = subject[0]
        claims = read.get(deployment, known[deployment].claims + sum(read.values()))
        if len(chosen) < MOST_COMPARED and claims <= most_claims:
            chosen.append(subject)
            read.setdefault(deployment, known[deployment].claims)
    return chosen


def _with_casualties(touched: dict[Subject, int], texts: Mapping[str, MeasureText]) -> dict[Subject, int]:
    """The subjects touched, and last the casualties that are summed up from killed or wounded among them."""
    drawn = {
        (deployment, CASUALTIES): 0
        for deployment, measure in touched
        if measure in {KILLED, WOUNDED} and CASUALTIES in texts and (deployment, CASUALTIES) not in touched
    }
    return touched | drawn


def _known(session: Session, deployments: set[str], version: int, most_claims: int) -> dict[str, _Known]:
    held = holding(Revision.approved_version, Revision.replaced_version, version)
    first = aliased(DeploymentDescription)
    rows = session.execute(
        select(
            Deployment.slug,
            DeploymentDescription.name,
            select(func.min(first.version))
            .where(first.deployment_id == Deployment.id)
            .scalar_subquery()
            .label("since"),
            select(func.count())
            .select_from(
                select(literal(1))
                .where(Revision.deployment_id == Deployment.id, Revision.repeat_of_id.is_(None), held)
                .limit(most_claims + 1)
                .correlate(Deployment)
                .subquery()
            )
            .scalar_subquery()
            .label("claims"),
        )
        .join(DeploymentDescription, DeploymentDescription.deployment_id == Deployment.id)
        .where(
            Deployment.slug.in_(deployments),
            holding(DeploymentDescription.version, DeploymentDescription.replaced_version, version),
        )
    )
    return {row.slug: _Known(row.name, row.since, row.claims) for row in rows}


def _effects(session: Session, subjects: Sequence[Subject], version: int) -> dict[Subject, Effect]:
    """How the readings of these changed, each deployment read once before and once after."""
    found: dict[Subject, Effect] = {}
    for deployment in dict.fromkeys(deployment for deployment, _ in subjects):
        before, after = (holding_of(session, deployment, version=at) for at in (version - 1, version))
        was, became = (None if one is None else Readings(one.claims, Choices()) for one in (before, after))
        for subject in subjects:
            if subject[0] == deployment:
                found[subject] = effect(
                    _reading(was, before, subject[1]), _reading(became, after, subject[1])
                )
    return found


def _reading(readings: Readings | None, held: Holding | None, measure: str) -> Reading | None:
    known = readings is not None and held is not None and measure in held.measures
    return readings.reading(measure) if readings is not None and known else None


def touched_subjects(session: Session, version: int) -> dict[Subject, int]:
    """The measures whose claims an act touched, with how many claims; most first, then as slugs sort.

    A revision touches what it is about and what the one before was about, a judgement what its claim is
    about, a changed description of a source or a deployment all claims that lean on it. Appearances and
    claims that a description was merely entered with touch nothing.
    """
    # A claim that is touched in several ways stands in the union once. Of an import that touched a great many
    # it is not asked whether a few of them were touched otherwise, too.
    many = (
        select(literal(1)).where(Revision.approved_version == version).limit(MOST_TOLD_APART + 1).subquery()
    )
    is_great = (session.scalar(select(func.count()).select_from(many)) or 0) > MOST_TOLD_APART
    ways = _touching(version)
    touched = (ways[0] if is_great else union(*ways)).subquery()
    counted = (
        select(touched.c.deployment_id, touched.c.measure_id, func.count().label("claims"))
        .group_by(touched.c.deployment_id, touched.c.measure_id)
        .subquery()
    )
    rows = session.execute(
        select(Deployment.slug, Measure.slug, counted.c.claims)
        .join(counted, counted.c.deployment_id == Deployment.id)
        .join(Measure, Measure.id == counted.c.measure_id)
        .order_by(counted.c.claims.desc(), Deployment.slug, Measure.slug)
    )
    return {(row[0], row[1]): row.claims for row in rows}


def _touching(version: int) -> tuple[Select[int, int, int], ...]:
    about = select(Revision.deployment_id, Revision.measure_id, Revision.claim_id).where(
        Revision.repeat_of_id.is_(None)
    )
    held = holding(Revision.approved_version, Revision.replaced_version, version)
    return (
        about.where(Revision.approved_version == version),
        about.where(Revision.replaced_version == version),
        about.join(
            Judgement, and_(Judgement.claim_id == Revision.claim_id, Judgement.approved_version == version)
        ).where(held),
        about.join(
            SourceDescription,
            and_(
                SourceDescription.source_id == Revision.source_id,
                SourceDescription.version == version,
                SourceDescription.number > 1,
            ),
        ).where(held),
        about.join(
            DeploymentDescription,
            and_(
                DeploymentDescription.deployment_id == Revision.deployment_id,
                DeploymentDescription.version == version,
                DeploymentDescription.number > 1,
            ),
        ).where(held),
    )
