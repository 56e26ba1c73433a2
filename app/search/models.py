"""The words by which claims are found."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ClaimText(Base):
    """The words of a claim or appearance that counts. The database keeps them in step with the ledger.

    Weights: A who said it, where, under which name; B the wording and its document; C the note; D the
    deployment, the measure and the figures. What has a name of its own stands there as a mark: `=s13` is the
    source 13, `=p`, `=d` and `=m` a place, deployment and measure (`NameWords`).
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
    # The same as the marks among the words, for terms that too many names answer for an index.
    source_id: Mapped[int]
    place_id: Mapped[int | None]
    deployment_id: Mapped[int]
    measure_id: Mapped[int]


class NameWords(Base):
    """The words of what a source, place, deployment or measure is called, and of what leads to it.

    Other names of a source or place, the names of those merged into it, of the places in which it lies. The
    database keeps them in step.
    """

    __tablename__ = "name_words"
    __table_args__ = (
        CheckConstraint("kind in ('source', 'place', 'deployment', 'measure')", name="kind_is_known"),
        Index("name_words_by_words", "words", postgresql_using="gin"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[Any] = mapped_column(TSVECTOR, nullable=False)
