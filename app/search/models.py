"""The words by which claims are found."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ClaimText(Base):
    """The words of a claim or appearance that counts. The database keeps them in step with the ledger.

    Weights: A who said it, where, under which name; B the wording and its document; C the note; D the
    deployment, the measure and the figures.
    """

    __tablename__ = "claim_texts"
    __table_args__ = (
        Index("claim_texts_by_words", "words", postgresql_using="gin"),
        Index("claim_texts_by_said_day", "said_day", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True, autoincrement=False)
    said_day: Mapped[date]
    is_appearance: Mapped[bool]
    words: Mapped[Any] = mapped_column(TSVECTOR, nullable=False)
