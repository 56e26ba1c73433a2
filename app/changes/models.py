"""How much each act touched, and what of: written by the database itself."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
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


class TouchedVoice(Base):
    """A source in a measure of a deployment, of which an act touched claims or appearances.

    A revision touches what it is about and what the one before it was about, a judgement whatever its claim
    was ever about. It follows from the ledger; `know_touched_voices()` fills the table anew.
    """

    __tablename__ = "touched_voices"
    __table_args__ = (
        Index("touched_voices_by_deployment", "deployment_id", "measure_id", "source_id", "version"),
        Index("touched_voices_by_measure", "measure_id", "source_id", "version"),
        Index("touched_voices_by_source", "source_id", "version"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deployment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
