"""How much is claimed of what, counted as the ledger changes: kept by the database, asked for by pages.

Triggers keep these tables in step with every statement that begins or ends what counts (docs/decisions/0017).
They follow from the ledger and can be built anew from it at any time, so nothing in them is history.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Subject(Base):
    """One measure of one deployment about which anything was ever claimed, and when it last changed."""

    __tablename__ = "subjects"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    claims_version: Mapped[int]  # the last that began or ended a claim about it, or a judgement of one
    inputs_version: Mapped[
        int
    ]  # or described its deployment or one of its sources anew: its reading may move


class NatureTally(Base):
    """How many claims of one nature count about a subject; appearances are not counted."""

    __tablename__ = "tallies"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    nature: Mapped[str] = mapped_column(primary_key=True)
    is_good: Mapped[bool] = mapped_column(primary_key=True)  # in good standing; else set aside or retracted
    claims: Mapped[int]  # 0 where there were some once


class Voice(Base):
    """How much of a subject one source fills, whatever the standing of its claims."""

    __tablename__ = "voices"
    __table_args__ = (Index("voices_by_source", "source_id"),)

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    claims: Mapped[int]  # without appearances; 0 where there were some once
    figures: Mapped[int]  # those of them that carry a number of a flow or level
    standings: Mapped[int]  # those of them that are totals or levels
    appearances: Mapped[int]
    first_said: Mapped[date | None]  # of its claims; None where it has none
    last_said: Mapped[date | None]
