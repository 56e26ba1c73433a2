"""What the ledger held of several deployments at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.answers.queries import Holding, MeasureText, ledger_at, measure_texts
from app.claims.approved import ApprovedClaim
from app.claims.models import Revision
from app.claims.plain import plain_claims
from app.claims.queries import claim_columns, holding, read_claims
from app.claims.summaries import Subject
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import DeploymentClaims, DeploymentFacts, MeasureFacts


def holdings_of(
    session: Session,
    subjects: Iterable[Subject],
    *,
    version: int | None = None,
    texts: dict[str, MeasureText] | None = None,
    plain: bool = False,
) -> dict[str, Holding]:
    """By slug, each deployment of these subjects that the ledger knew at the version.

    Only claims about the subjects are loaded, and about killed and wounded for casualties, which are
    derived from them: enough for figures, not for checks between measures. Every measure is
    described all the same: by `texts`, where they were read at this version already. `plain` claims are
    enough for readings (app.claims.plain). Raises BadParameters for a version to come.
    """
    wanted = set(subjects)
    wanted |= {
        (deployment, part)
        for deployment, measure in wanted
        if measure == CASUALTIES
        for part in (KILLED, WOUNDED)
    }
    read, changed_at = ledger_at(session, version)
    texts = measure_texts(session, version) if texts is None else texts
    facts = [MeasureFacts(text.slug, text.kind, text.unit) for text in texts.values()]
    claims = (
        _by_deployment(plain_claims(session, wanted, version=version))
        if plain
        else _claims_about(session, wanted, version)
    )
    rows = session.execute(
        select(
            Deployment.slug,
            DeploymentDescription.name,
            DeploymentDescription.starts_on,
            DeploymentDescription.level_valid_days,
        )
        .join(Deployment, Deployment.id == DeploymentDescription.deployment_id)
        .where(
            Deployment.slug.in_({deployment for deployment, _ in wanted}),
            holding(DeploymentDescription.version, DeploymentDescription.replaced_version, version),
        )
        .order_by(Deployment.id)
    )
    return {
        row.slug: Holding(
            read,
            changed_at,
            row.name,
            DeploymentClaims.of(
                DeploymentFacts(row.slug, row.starts_on, row.level_valid_days), facts, claims[row.slug]
            ),
            texts,
        )
        for row in rows
    }


def _claims_about(
    session: Session, subjects: set[Subject], version: int | None
) -> defaultdict[str, list[ApprovedClaim]]:
    """Claims by the slug of their deployment; appearances left out."""
    query = claim_columns(version).where(
        Revision.repeat_of_id.is_(None), tuple_(Deployment.slug, Measure.slug).in_(subjects)
    )
    return _by_deployment(read_claims(session.execute(query)))


def _by_deployment(claims: Iterable[ApprovedClaim]) -> defaultdict[str, list[ApprovedClaim]]:
    found: defaultdict[str, list[ApprovedClaim]] = defaultdict(list)
    for claim in claims:
        found[claim.deployment].append(claim)
    return found
