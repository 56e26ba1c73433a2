"""How much each act touched, counted by the database when the act is committed."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Touch(Base):
    """How many things an act touched: claims, and what it described.

    It follows from the ledger and never changes: once an act is committed, nothing more carries its version.
    """

    __tablename__ = "touches"
    __table_args__ = (CheckConstraint("things >= 0", name="things_are_counted"),)

    version: Mapped[int] = mapped_column(ForeignKey("acts.version"), primary_key=True)
    things: Mapped[int]


class TouchedSubject(Base):
    """How many claims about one measure of one deployment an act touched; without appearances."""

    __tablename__ = "touched_subjects"
    __table_args__ = (CheckConstraint("claims >= 1", name="are_touched"),)

    version: Mapped[int] = mapped_column(ForeignKey("touches.version"), primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    claims: Mapped[int]
