"""The ledger at a glance: how much is claimed of each measure, and what was claimed last."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import BigInteger, Date, and_, func, select, type_coerce
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.models import Revision
from app.claims.queries import claims_of, holding
from app.claims.tallied import NatureTally, Voice
from app.claims.words import Nature, Standing
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.review.models import Judgement
from app.sources.models import Family, Source, SourceDescription

Subject = tuple[str, str]
"""The slugs of a deployment and of a measure of it."""


@dataclass(slots=True)
class Tally:
    """How much is claimed of one measure of one deployment; appearances are not counted."""

    by_nature: dict[Nature, int] = field(default_factory=dict)  # in good standing
    not_good: int = 0  # set aside or retracted
    first_said: date | None = None
    last_said: date | None = None

    @property
    def natures(self) -> list[tuple[Nature, int]]:
        """The claims in good standing by nature, in the order in which the method lists them."""
        return [(nature, self.by_nature[nature]) for nature in Nature if nature in self.by_nature]

    @property
    def claims(self) -> int:
        """All of them, whatever their standing."""
        return sum(self.by_nature.values()) + self.not_good


def tallies(session: Session, deployment: str | None = None, *, days: bool = False) -> dict[Subject, Tally]:
    """A tally for each measure of each deployment (or of one) that has a claim; the most claimed first.

    The first and last day said are left empty unless `days`. Read from what the database counted as the
    ledger changed, so that nothing is counted here. One statement, with `days` two.
    """
    query = (
        select(
            Deployment.slug,
            Measure.slug,
            func.array_agg(aggregate_order_by(NatureTally.nature, NatureTally.nature, NatureTally.is_good)),
            func.array_agg(aggregate_order_by(NatureTally.is_good, NatureTally.nature, NatureTally.is_good)),
            func.array_agg(aggregate_order_by(NatureTally.claims, NatureTally.nature, NatureTally.is_good)),
        )
        .join(Deployment, Deployment.id == NatureTally.deployment_id)
        .join(Measure, Measure.id == NatureTally.measure_id)
        .where(NatureTally.claims > 0)
        .group_by(Deployment.slug, Measure.slug, Measure.id)
        .order_by(Measure.id)
    )
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    found: dict[Subject, Tally] = {}
    for slug, measure, natures, good, numbers in session.execute(query):
        tally = found[slug, measure] = Tally()
        for nature, is_good, claims in zip(natures, good, numbers, strict=True):
            if is_good:
                tally.by_nature[Nature(nature)] = claims
            else:
                tally.not_good += claims
    if days:
        for subject, (first, last) in _days_said(session, deployment).items():
            if subject in found:
                found[subject].first_said, found[subject].last_said = first, last
    # Sorting keeps the order of entry among those with equally many claims.
    return dict(sorted(found.items(), key=lambda item: -item[1].claims))


# Where a source claims anything, both are known.
_FIRST, _LAST = (type_coerce(func.min(Voice.first_said), Date), type_coerce(func.max(Voice.last_said), Date))


def _days_said(session: Session, deployment: str | None) -> dict[Subject, tuple[date, date]]:
    query = (
        select(Deployment.slug, Measure.slug, _FIRST, _LAST)
        .join(Deployment, Deployment.id == Voice.deployment_id)
        .join(Measure, Measure.id == Voice.measure_id)
        .where(Voice.claims > 0)
        .group_by(Deployment.slug, Measure.slug)
    )
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    return {(slug, measure): (first, last) for slug, measure, first, last in session.execute(query)}


@dataclass(frozen=True, slots=True)
class VoiceTally:
    """How much of a deployment one source says."""

    source: str  # slug
    family: str  # slug; a source without a family is a family of its own
    family_name: str
    claims: int
    figures: int  # those of them that carry a number of a flow or level
    first_said: date
    last_said: date


def voices_of(session: Session, deployment: str, measure: str | None = None) -> list[VoiceTally]:
    """The sources that claim anything about a deployment now (or about one measure of it), by slug."""
    query = (
        select(
            Source.slug,
            func.coalesce(Family.slug, Source.slug),
            func.coalesce(Family.name, SourceDescription.name),
            func.sum(Voice.claims).cast(BigInteger),
            func.sum(Voice.figures).cast(BigInteger),
            _FIRST,
            _LAST,
        )
        .join(Source, Source.id == Voice.source_id)
        .join(
            SourceDescription,
            and_(SourceDescription.source_id == Source.id, SourceDescription.replaced_version.is_(None)),
        )
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .join(Deployment, Deployment.id == Voice.deployment_id)
        .where(Deployment.slug == deployment, Voice.claims > 0)
        .group_by(Source.slug, Family.slug, Family.name, SourceDescription.name)
        .order_by(Source.slug)
    )
    if measure is not None:
        query = query.join(Measure, Measure.id == Voice.measure_id).where(Measure.slug == measure)
    return [VoiceTally(*row) for row in session.execute(query)]


def said_of(
    session: Session,
    deployment: str,
    natures: Collection[Nature],
    *,
    limit: int,
    known_on: date | None = None,
    version: int | None = None,
) -> list[ApprovedClaim]:
    """The claims of these natures in good standing said last about a deployment, in the order they were said.

    Of those that count at `version` (None: now) and had been said by `known_on`; appearances left out.
    """
    # Which they are is asked by itself, and by the number of the deployment: from that the database sees how
    # much is said of it, and that its last claims are a few steps back along an index.
    deployment_id = session.scalar(select(Deployment.id).where(Deployment.slug == deployment))
    judged = select(Judgement.id).where(
        Judgement.claim_id == Revision.claim_id,
        holding(Judgement.approved_version, Judgement.replaced_version, version),
        Judgement.standing != Standing.GOOD.value,
    )
    query = (
        select(Revision.claim_id)
        .where(
            Revision.deployment_id == deployment_id,
            holding(Revision.approved_version, Revision.replaced_version, version),
            Revision.repeat_of_id.is_(None),
            Revision.nature.in_(natures),
            ~judged.exists(),
        )
        .order_by(Revision.said_day.desc(), Revision.claim_id.desc())
        .limit(limit)
    )
    if known_on is not None:
        query = query.where(Revision.said_day <= known_on)
    claims = claims_of(session, list(session.scalars(query)), version)
    return sorted(claims, key=lambda claim: (claim.day_said, claim.ref))


def last_said(session: Session, *, limit: int) -> list[ApprovedClaim]:
    """The claims said last, the very last first; appearances left out."""
    query = (
        select(Revision.claim_id)
        .where(
            holding(Revision.approved_version, Revision.replaced_version, None),
            Revision.repeat_of_id.is_(None),
        )
        .order_by(Revision.said_day.desc(), Revision.claim_id.desc())
        .limit(limit)
    )
    return claims_of(session, list(session.scalars(query)))
