"""What readings come to, kept once they were computed."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class KeptReading(Base):
    """What the reading of a measure comes to under the default choices, as of the inputs it was made from.

    It follows from the ledger: it may be missing, and where its inputs have moved it counts for nothing.
    """

    __tablename__ = "kept_readings"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    inputs_version: Mapped[int]  # the last version that touched what it was made from
    rules: Mapped[str]  # the rule set and the program that made it (app.answers.kept.RULES)
    head: Mapped[Any] = mapped_column(JSONB, nullable=False)  # as in app.readings.outlines
    marks: Mapped[Any] = mapped_column(JSONB, nullable=False)
    sample: Mapped[Any] = mapped_column(JSONB, nullable=False)  # of its points
    points: Mapped[Any] = mapped_column(JSONB, nullable=False)
    fates: Mapped[Any] = mapped_column(JSONB, nullable=False)


class KeptFared(Base):
    """How a source fared in one measure of one deployment under the default choices, as of its inputs."""

    __tablename__ = "kept_fared"

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    inputs_version: Mapped[int]
    rules: Mapped[str]
    fared: Mapped[Any] = mapped_column(JSONB, nullable=False)


class KeptEffect(Base):
    """What an act did to the reading of a measure, where that takes too many claims for a page.

    It follows from the ledger and never changes. Empty while somebody waits for it.
    """

    __tablename__ = "kept_effects"

    version: Mapped[int] = mapped_column(ForeignKey("acts.version"), primary_key=True)  # of the act
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    rules: Mapped[str]  # the rule set and the program that made it (app.answers.kept.RULES)
    effect: Mapped[Any] = mapped_column(JSONB, nullable=False)  # by language, as in app.changes.kept
