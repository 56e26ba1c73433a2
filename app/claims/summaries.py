"""The ledger at a glance: how much is claimed of each measure, and what was claimed last."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim
from app.claims.models import Claim, Revision
from app.claims.queries import claim_columns, holding, read_claims
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
        .outerjoin(
            Judgement,
            and_(
                Judgement.claim_id == Revision.claim_id,
                holding(Judgement.approved_version, Judgement.replaced_version, None),
            ),
        )
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


def last_said(session: Session, *, limit: int) -> list[ApprovedClaim]:
    """The claims said last, the very last first; appearances left out."""
    query = (
        claim_columns()
        .where(Revision.repeat_of_id.is_(None))
        .order_by(Revision.said_day.desc(), Claim.id.desc())
        .limit(limit)
    )
    return read_claims(session.execute(query))
