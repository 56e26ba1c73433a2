"""Which readings an act may have moved, and how it moved them: the ledger read before and after it."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select, union
from sqlalchemy.orm import Session

from app.answers.queries import Holding, holding_of
from app.changes.effects import Effect, effect
from app.claims.models import Revision
from app.claims.queries import holding
from app.claims.summaries import Subject
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.reading import Readings
from app.review.models import Judgement
from app.sources.models import SourceDescription

MOST_COMPARED = 6
"""Readings that are compared for one act: an import may touch every measure of every deployment."""

MOST_CLAIMS = 2000
"""Claims of a deployment up to which its readings are compared with the page; of more it links to both."""


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
    is_after: bool


def affected_by(session: Session, version: int) -> list[Affected]:
    """The measures that the act of a version touched, most touched claims first.

    Readings are at default choices. Those beyond MOST_COMPARED, and those of deployments with more than
    MOST_CLAIMS claims, are named and not compared.
    """
    touched = touched_subjects(session, version)
    by_deployment: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (deployment, measure), claims in touched.items():
        by_deployment[deployment][measure] = claims
    left = MOST_COMPARED
    found: list[Affected] = []
    for deployment, measures in by_deployment.items():
        both = _Both(session, deployment, version, is_wanted=left > 0)
        for measure, claims in both.with_casualties(measures):
            found.append(both.affected(measure, claims, is_wanted=left > 0))
            left -= found[-1].effect is not None
    return found


class _Both:
    """A deployment as the ledger held it before and after an act."""

    def __init__(self, session: Session, deployment: str, version: int, *, is_wanted: bool) -> None:
        self.deployment = deployment
        none: list[str] | None = None if is_wanted else []  # no claim is loaded that nothing reads
        self.before = holding_of(session, deployment, version=version - 1, measures=none)
        self.after = holding_of(session, deployment, version=version, measures=none)
        held = [one for one in (self.before, self.after) if one is not None]
        self.is_small = max((_size(one) for one in held), default=0) <= MOST_CLAIMS
        self.texts = {slug: text for one in held for slug, text in one.measures.items()}
        self.name = held[-1].name if held else deployment
        self.readings = {
            id(one): Readings(one.claims, Choices()) for one in (self.before, self.after) if one is not None
        }

    def with_casualties(self, measures: dict[str, int]) -> list[tuple[str, int]]:
        """The measures touched, and casualties where they are summed up from two that were."""
        drawn = {KILLED, WOUNDED} & set(measures) and CASUALTIES in self.texts and CASUALTIES not in measures
        return [*measures.items(), *([(CASUALTIES, 0)] if drawn else [])]

    def affected(self, measure: str, claims: int, *, is_wanted: bool) -> Affected:
        text = self.texts[measure]
        return Affected(
            deployment=self.deployment,
            measure=measure,
            deployment_name=self.name,
            label=text.label,
            unit=text.unit,
            claims=claims,
            effect=self._effect(measure) if is_wanted and self.is_small else None,
            is_before=self.before is not None,
            is_after=self.after is not None,
        )

    def _effect(self, measure: str) -> Effect:
        before, after = (
            self.readings[id(one)].reading(measure) if one is not None and measure in one.measures else None
            for one in (self.before, self.after)
        )
        return effect(before, after)


def _size(held: Holding) -> int:
    return sum(len(claims) for claims in held.claims.claims.values())


def touched_subjects(session: Session, version: int) -> dict[Subject, int]:
    """The measures whose claims an act touched, with how many claims; most first, then as slugs sort.

    A revision touches what it is about and what the one before was about, a judgement what its claim is
    about, a changed description of a source or a deployment all claims that lean on it. Appearances and
    claims that a description was merely entered with touch nothing.
    """
    touched = union(*_touching(version)).subquery()
    rows = session.execute(
        select(Deployment.slug, Measure.slug, func.count(touched.c.claim_id.distinct()).label("claims"))
        .select_from(touched)
        .join(Deployment, Deployment.id == touched.c.deployment_id)
        .join(Measure, Measure.id == touched.c.measure_id)
        .group_by(Deployment.slug, Measure.slug)
        .order_by(func.count(touched.c.claim_id.distinct()).desc(), Deployment.slug, Measure.slug)
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
