"""Claims that say the same as another one, as far as the database can tell."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import one_of
from app.database import Base

KINDS = ("figure", "wording")

STATES = ("two", "open")
"""What can be said of a pair: that it is two statements, or that this is open again."""


class Alike(Base):
    """That a claim shares its statement with another one. Triggers keep the table in step with the claims.

    `figure` is the same source, measure, nature, place, days and figure; `wording` the same measure, nature,
    days and words. A claim that was told apart from all that share its statement is not in it. It can be
    built anew at any time, so nothing in it is history.
    """

    __tablename__ = "alike"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_is_known"),
        Index("alike_by_digest", "digest", "kind", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[UUID]


class Distinction(Base):
    """That two claims which are alike are two statements, or that this is open again. The newest holds.

    It holds while both say what they said then: where one is restated the question is open without an act.
    Who said so, when and why is in the act.
    """

    __tablename__ = "distinctions"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_is_known"),
        CheckConstraint("first_id < second_id", name="in_order"),
        UniqueConstraint("act_id"),
        Index("distinctions_by_pair", "first_id", "second_id", "id"),
        Index("distinctions_by_second", "second_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("acts.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    state: Mapped[str]
    # What counted of each when it was said.
    first_revision_id: Mapped[int] = mapped_column(ForeignKey("claim_revisions.id"))
    second_revision_id: Mapped[int] = mapped_column(ForeignKey("claim_revisions.id"))
    version: Mapped[int]  # of the ledger, then
