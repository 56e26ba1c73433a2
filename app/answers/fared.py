"""How a source fared, from the ledger: its deployments, and the claims that it is held against."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers.holdings import holdings_of
from app.claims.models import Revision
from app.claims.words import Nature
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.fared import Fared, source_fared
from app.sources.models import Source


def fared_of(session: Session, source: str, choices: Choices) -> Fared:
    """How a source fared wherever it gave a total or a level, at the chosen version of the ledger.

    Deployments in the order in which they came into the ledger. A source that nobody knows, or that gave no
    figure, has nothing to show.
    """
    subjects = session.execute(
        select(Deployment.slug, Measure.slug)
        .join(Revision, Revision.deployment_id == Deployment.id)
        .join(Measure, Measure.id == Revision.measure_id)
        .join(Source, Source.id == Revision.source_id)
        .where(
            Source.slug == source,
            Revision.nature.in_((Nature.TOTAL, Nature.LEVEL)),
            Revision.approved_version.is_not(None),
            Revision.repeat_of_id.is_(None),
        )
        .distinct()
    )
    held = holdings_of(session, [(row[0], row[1]) for row in subjects], version=choices.version)
    return source_fared([one.claims for one in held.values()], source, choices)
