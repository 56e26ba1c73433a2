"""Deployments: troops or goods sent by a party to a place; and the operations that group them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import Described, description_rules
from app.database import Base, no_empty_text, slug_rule


class Operation(Base):
    """What several deployments belong to."""

    __tablename__ = "operations"
    __table_args__ = (slug_rule(), no_empty_text("name"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Deployment(Base):
    """A deployment under its lasting address; what is said of it is in its descriptions."""

    __tablename__ = "deployments"
    __table_args__ = (slug_rule(),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)


class DeploymentDescription(Described, Base):
    """What the ledger says of a deployment, from one version to another."""

    __tablename__ = "deployment_descriptions"
    __table_args__ = (
        UniqueConstraint("deployment_id", "number"),
        Index(
            "deployment_descriptions_one_current",
            "deployment_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        CheckConstraint("level_valid_days between 1 and 999999", name="levels_hold_a_day"),
        CheckConstraint("starts_on between '1000-01-01' and '2999-12-31'", name="starts_in_known_years"),
        *description_rules("name", "sender", "host", "summary"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    name: Mapped[str]
    sender: Mapped[str | None]  # ISO 3166-1 alpha-3, or a free name where no code exists
    host: Mapped[str | None]
    operation_id: Mapped[int | None] = mapped_column(ForeignKey("operations.id"))
    starts_on: Mapped[date]  # the first day on which anybody can have been counted
    level_valid_days: Mapped[int] = mapped_column(server_default="120")
    summary: Mapped[str | None]
