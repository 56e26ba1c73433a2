"""The ledger at a glance: how much is claimed of each measure, and what was claimed last."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.claims.approved import ApprovedClaim
from app.claims.models import Claim, Revision
from app.claims.queries import claim_columns, read_claims
from app.claims.words import Nature, Standing
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.review.models import Judgement

Subject = tuple[str, str]
"""The slugs of a deployment and of a measure of it."""

_IN_GOOD_STANDING = func.coalesce(Judgement.standing, Standing.GOOD.value) == Standing.GOOD.value


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


def tallies(session: Session, deployment: str | None = None) -> dict[Subject, Tally]:
    """A tally for each measure of each deployment (or of one) that has a claim; the most claimed first."""
    query = (
        select(
            Deployment.slug.label("deployment"),
            Measure.slug.label("measure"),
            Revision.nature,
            _IN_GOOD_STANDING.label("good"),
            func.count().label("claims"),
            func.min(Revision.said_day).label("first_said"),
            func.max(Revision.said_day).label("last_said"),
        )
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .outerjoin(Judgement, _current_judgement(Revision.claim_id))
        .where(
            Revision.approved_version.is_not(None),
            Revision.replaced_version.is_(None),
            Revision.repeat_of_id.is_(None),
        )
        .group_by(Deployment.slug, Measure.slug, Measure.id, Revision.nature, "good")
        .order_by(Measure.id)
    )
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    found: defaultdict[Subject, Tally] = defaultdict(Tally)
    for row in session.execute(query):
        tally = found[row.deployment, row.measure]
        if row.good:
            tally.by_nature[Nature(row.nature)] = row.claims
        else:
            tally.not_good += row.claims
        tally.first_said = min(tally.first_said or row.first_said, row.first_said)
        tally.last_said = max(tally.last_said or row.last_said, row.last_said)
    # Sorting keeps the order of entry among those with equally many claims.
    return dict(sorted(found.items(), key=lambda item: -item[1].claims))


def latest_figures(session: Session, deployment: str | None = None) -> dict[Subject, ApprovedClaim]:
    """The total or level with the latest as-of of each measure; of several, the one said last.

    Only claims in good standing about the whole theatre, counted from the start, that nothing in
    good standing restates. What has no such claim is left out.
    """
    later, judged = aliased(Revision), aliased(Judgement)
    restated = (
        select(later.id)
        .outerjoin(judged, _current_judgement(later.claim_id, judged))
        .where(
            later.supersedes_id == Revision.claim_id,
            later.approved_version.is_not(None),
            later.replaced_version.is_(None),
            func.coalesce(judged.standing, Standing.GOOD.value) == Standing.GOOD.value,
        )
        .exists()
    )
    query = (
        claim_columns()
        .ext(distinct_on(Revision.deployment_id, Revision.measure_id))
        .where(
            Revision.nature.in_((Nature.TOTAL, Nature.LEVEL)),
            Revision.repeat_of_id.is_(None),
            Revision.place_id.is_(None),
            Revision.counts_from.is_(None),
            _IN_GOOD_STANDING,
            ~restated,
        )
        .order_by(
            Revision.deployment_id,
            Revision.measure_id,
            func.least(func.upper(Revision.as_of_days) - 1, Revision.said_day).desc(),
            Revision.said_day.desc(),
            Claim.ref,
        )
    )
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    return {(claim.deployment, claim.measure): claim for claim in read_claims(session.execute(query))}


def claims_about(session: Session, subjects: Sequence[Subject]) -> Mapping[Subject, list[ApprovedClaim]]:
    """The claims about each of these measures of deployments, in no order; appearances left out."""
    if not subjects:
        return {}
    about = [and_(Deployment.slug == deployment, Measure.slug == measure) for deployment, measure in subjects]
    query = claim_columns().where(Revision.repeat_of_id.is_(None), or_(*about))
    found: defaultdict[Subject, list[ApprovedClaim]] = defaultdict(list)
    for claim in read_claims(session.execute(query)):
        found[claim.deployment, claim.measure].append(claim)
    return found


def last_said(session: Session, *, limit: int) -> list[ApprovedClaim]:
    """The claims said last, the very last first; appearances left out."""
    query = (
        claim_columns()
        .where(Revision.repeat_of_id.is_(None))
        .order_by(Revision.said_day.desc(), Claim.id.desc())
        .limit(limit)
    )
    return read_claims(session.execute(query))


def _current_judgement(
    claim_id: InstrumentedAttribute[int], judgement: type[Judgement] = Judgement
) -> ColumnElement[bool]:
    """The condition that joins the judgement in force of a claim."""
    return and_(
        judgement.claim_id == claim_id,
        judgement.approved_version.is_not(None),
        judgement.replaced_version.is_(None),
    )
