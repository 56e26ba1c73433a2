"""Claims that say the same as another one, as far as the database can tell."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import one_of
from app.database import Base

KINDS = ("figure", "wording")


class Alike(Base):
    """That a claim shares its statement with another one. Triggers keep the table in step with the claims.

    `figure` is the same source, measure, nature, place, days and figure; `wording` the same measure, nature,
    days and words. It can be built anew at any time, so nothing in it is history.
    """

    __tablename__ = "alike"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_is_known"),
        Index("alike_by_digest", "digest", "kind", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[UUID]
