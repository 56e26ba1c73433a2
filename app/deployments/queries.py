"""Deployments as they are read: what the ledger says of them now."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.deployments.models import Deployment, DeploymentDescription, Operation


@dataclass(frozen=True, slots=True)
class DeploymentText:
    """A deployment in words. Sender and host are ISO 3166-1 alpha-3 codes or free names."""

    slug: str
    name: str
    sender: str | None
    host: str | None
    operation: str | None  # the name of what it belongs to
    starts_on: date  # the first day on which anybody can have been counted
    level_valid_days: int
    summary: str | None


def deployment_texts(session: Session) -> list[DeploymentText]:
    """Every deployment, by the name of its operation (those of none last), then in the order of entry."""
    rows = session.execute(
        described_deployments().order_by(func.lower(Operation.name).nulls_last(), Deployment.id)
    )
    return [DeploymentText(*row) for row in rows]


def deployment_text(session: Session, slug: str) -> DeploymentText | None:
    """One deployment; None where there is none of that slug."""
    row = session.execute(described_deployments().where(Deployment.slug == slug)).one_or_none()
    return None if row is None else DeploymentText(*row)


def described_deployments() -> Select[*tuple[Any, ...]]:
    """The columns of a DeploymentText, in its order."""
    return (
        select(
            Deployment.slug,
            DeploymentDescription.name,
            DeploymentDescription.sender,
            DeploymentDescription.host,
            Operation.name,
            DeploymentDescription.starts_on,
            DeploymentDescription.level_valid_days,
            DeploymentDescription.summary,
        )
        .join(DeploymentDescription, DeploymentDescription.deployment_id == Deployment.id)
        .outerjoin(Operation, Operation.id == DeploymentDescription.operation_id)
        .where(DeploymentDescription.replaced_version.is_(None))
    )
