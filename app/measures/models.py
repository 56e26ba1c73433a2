"""Measures: what is counted, with its unit; a flow adds up, a level is replaced by the next figure."""

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import Described, description_rules
from app.database import Base, slug_rule


class Measure(Base):
    """A measure under its lasting address. Its kind never changes: claims were made under it."""

    __tablename__ = "measures"
    __table_args__ = (
        slug_rule(),
        CheckConstraint("kind in ('flow', 'level')", name="kind_is_known"),
        # So that a claim can carry the kind of its measure, held equal by a foreign key.
        UniqueConstraint("id", "kind"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]


class MeasureDescription(Described, Base):
    """What the ledger says of a measure, from one version to another."""

    __tablename__ = "measure_descriptions"
    __table_args__ = (
        UniqueConstraint("measure_id", "number"),
        Index(
            "measure_descriptions_one_current",
            "measure_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        *description_rules("label", "unit", "definition"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"))
    label: Mapped[str]
    unit: Mapped[str]
    definition: Mapped[str | None]
