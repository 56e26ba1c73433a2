"""What a chart needs to know of a whole deployment: its families, in the order of their colours."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.charts.families import Family, FamilyTally, rank_families
from app.claims.models import Revision
from app.claims.words import Nature
from app.deployments.models import Deployment
from app.sources import models as sources

_WITHOUT_NUMBER = (Nature.PLAN, Nature.SHARE, Nature.STANCE)


def families_of(session: Session, deployment: str) -> list[Family]:
    """The families of a deployment, in the order in which they take colours: the same on all its charts."""
    return rank_families(_tallies(session, deployment))


def _tallies(session: Session, deployment: str) -> list[FamilyTally]:
    slug = func.coalesce(sources.Family.slug, sources.Source.slug)
    name = func.coalesce(sources.Family.name, sources.SourceDescription.name)
    rows = session.execute(
        select(
            slug.label("slug"),
            name.label("name"),
            func.count().filter(Revision.nature.not_in(_WITHOUT_NUMBER)).label("figures"),
            func.min(Revision.said_day).label("first_said"),
        )
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(sources.Source, sources.Source.id == Revision.source_id)
        .join(
            sources.SourceDescription,
            (sources.SourceDescription.source_id == sources.Source.id)
            & sources.SourceDescription.replaced_version.is_(None),
        )
        .outerjoin(sources.Family, sources.Family.id == sources.SourceDescription.family_id)
        .where(
            Deployment.slug == deployment,
            Revision.approved_version.is_not(None),
            Revision.replaced_version.is_(None),
            Revision.repeat_of_id.is_(None),
        )
        .group_by(slug, name)
    )
    return [FamilyTally(Family(row.slug, row.name), row.figures, row.first_said) for row in rows]
