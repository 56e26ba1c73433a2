"""Which readings an act may have moved, and how it moved them: the ledger read before and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select, union
from sqlalchemy.orm import Session, aliased

from app.answers.at_hand import sizes_of
from app.answers.queries import MeasureText, measure_texts
from app.changes.effects import Effect
from app.changes.kept import ask_for, effects_of, kept_effects, taken_by
from app.changes.models import TouchedSubject
from app.changes.parts import things_touched
from app.claims.models import Revision
from app.claims.queries import holding
from app.claims.summaries import Subject
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.review.models import Judgement
from app.sources.models import SourceDescription

MOST_COMPARED = 6
"""Readings that are compared for one act: an import may touch every measure of every deployment."""

MOST_CLAIMS = 6000
"""Claims that are read twice for one act, in a second or so; what takes more is read in the background."""

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
    is_waiting: bool = False  # whether it is being worked out what the act did to it


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
        return [one for one in self.named if one.effect is None and not one.is_waiting]

    @property
    def waiting(self) -> list[Affected]:
        """Those of which it is told once it is worked out."""
        return [one for one in self.named if one.is_waiting]


NOTHING = AllAffected((), 0)


def affected_by(
    session: Session,
    version: int,
    *,
    deployment: str | None = None,
    measure: str | None = None,
    most_claims: int | None = None,
    later: bool = False,
) -> AllAffected:
    """The measures that the act of a version touched, and how their readings at default choices changed.

    Compared are the first MOST_COMPARED of them that take no more than MOST_CLAIMS claims together, or
    `most_claims`. What is loaded is bounded by these numbers, however much an import took in. With `later` it
    is told of the first MOST_COMPARED whatever they take: where it is not known yet, it is asked for. Where
    `deployment` or `measure` is given, others are left out.
    """
    texts = measure_texts(session, version)
    touched = {
        subject: claims
        for subject, claims in _with_casualties(touched_subjects(session, version), texts).items()
        if deployment in (None, subject[0]) and measure in (None, subject[1])
    }
    named = list(touched.items())[:MOST_NAMED]
    known = _known(session, {deployment for (deployment, _), _ in named}, version)
    subjects = [subject for subject, _ in named]
    sizes = sizes_of(session, known) if known else {}
    compared, claims_read = _compared(subjects, sizes, MOST_CLAIMS if most_claims is None else most_claims)
    effects = effects_of(session, compared, version, texts)
    waiting: list[Subject] = []
    if later and (missing := [one for one in subjects[:MOST_COMPARED] if one not in effects]):
        effects |= kept_effects(session, missing, version)
        missing = [one for one in missing if one not in effects]
        waiting = missing if missing and ask_for(session, missing, version) else []
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
                is_waiting=(deployment, measure) in waiting,
            )
            for (deployment, measure), claims in named
        ),
        len(touched) - len(named),
        claims_read,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of a deployment beside its claims."""

    name: str
    since: int  # the version from which on the ledger knew it


def _compared(
    subjects: Sequence[Subject], sizes: Mapping[Subject, int], most_claims: int
) -> tuple[list[Subject], int]:
    """The first subjects that may be compared, within the bounds of this module, and the claims that takes.

    How many claims a measure has is asked of the ledger as it is now: of one of its versions it would have to
    be counted.
    """
    chosen: list[Subject] = []
    read: set[Subject] = set()
    claims_read = 0
    for deployment, measure in subjects:
        needs = {(deployment, one) for one in taken_by(measure)} - read
        claims = sum(sizes.get(one, 0) for one in needs)
        if len(chosen) < MOST_COMPARED and claims_read + claims <= most_claims:
            chosen.append((deployment, measure))
            read |= needs
            claims_read += claims
    return chosen, claims_read


def _with_casualties(touched: dict[Subject, int], texts: Mapping[str, MeasureText]) -> dict[Subject, int]:
    """The subjects touched, and last the casualties that are summed up from killed or wounded among them."""
    drawn = {
        (deployment, CASUALTIES): 0
        for deployment, measure in touched
        if measure in {KILLED, WOUNDED} and CASUALTIES in texts and (deployment, CASUALTIES) not in touched
    }
    return touched | drawn


def _known(session: Session, deployments: set[str], version: int) -> dict[str, _Known]:
    first = aliased(DeploymentDescription)
    rows = session.execute(
        select(
            Deployment.slug,
            DeploymentDescription.name,
            select(func.min(first.version))
            .where(first.deployment_id == Deployment.id)
            .scalar_subquery()
            .label("since"),
        )
        .join(DeploymentDescription, DeploymentDescription.deployment_id == Deployment.id)
        .where(
            Deployment.slug.in_(deployments),
            holding(DeploymentDescription.version, DeploymentDescription.replaced_version, version),
        )
    )
    return {row.slug: _Known(row.name, row.since) for row in rows}


def touched_subjects(session: Session, version: int) -> dict[Subject, int]:
    """The measures whose claims an act touched, with how many claims; most first, then as slugs sort.

    A revision touches what it is about and what the one before was about, a judgement what its claim is
    about, a changed description of a source or a deployment all claims that lean on it. Appearances and
    claims that a description was merely entered with touch nothing.
    """
    counted = (_counted if things_touched(session, version) is None else _kept)(version).subquery()
    rows = session.execute(
        select(Deployment.slug, Measure.slug, counted.c.claims)
        .join(counted, counted.c.deployment_id == Deployment.id)
        .join(Measure, Measure.id == counted.c.measure_id)
        .order_by(counted.c.claims.desc(), Deployment.slug, Measure.slug)
    )
    return {(row[0], row[1]): row.claims for row in rows}


def _kept(version: int) -> Select[int, int, int]:
    """What the database counted when the act was committed."""
    one = TouchedSubject
    return select(one.deployment_id, one.measure_id, one.claims).where(one.version == version)


def _counted(version: int) -> Select[int, int, int]:
    """The same, counted now; a claim that is touched in several ways stands in the union once."""
    touched = union(*_touching(version)).subquery()
    about = (touched.c.deployment_id, touched.c.measure_id)
    return select(*about, func.count().label("claims")).group_by(*about)


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
