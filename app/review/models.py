"""What is decided on: judgements of a claim's standing, and batches handed in together."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import ORIGINS, Decided, decision_rules, found_by_version, one_of
from app.claims.words import Standing, StandingReason
from app.database import Base, no_empty_text


class Batch(Base):
    """Rows that came in together, as a file or a pasted table, and are reviewed as one."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint(one_of("origin", ORIGINS), name="origin_is_known"),
        no_empty_text("name"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]  # the file's name, as it was called; of a merge what it merges
    origin: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    as_one: Mapped[bool] = mapped_column(server_default=text("false"))  # decided as a whole


class Judgement(Decided, Base):
    """An editor's dated act, with a reason, that changed whether a claim counts. Reversible by another."""

    __tablename__ = "judgements"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        Index(
            "judgements_one_current",
            "claim_id",
            unique=True,
            postgresql_where=text("approved_version is not null and replaced_version is null"),
        ),
        Index(
            "judgements_by_standing",
            "standing",
            "claim_id",
            postgresql_where=text("approved_version is not null and replaced_version is null"),
        ),
        Index("judgements_by_batch", "batch_id", postgresql_where=text("batch_id is not null")),
        Index("judgements_one_open", "claim_id", unique=True, postgresql_where=text("verdict is null")),
        *found_by_version("judgements"),
        CheckConstraint(one_of("standing", tuple(Standing)), name="standing_is_known"),
        CheckConstraint(one_of("standing_reason", tuple(StandingReason)), name="reason_is_known"),
        CheckConstraint(
            "standing <> 'set_aside' or standing_reason is not null", name="set_aside_has_a_reason"
        ),
        CheckConstraint("(standing = 'retracted') = (standing_on is not null)", name="retracted_on_a_day"),
        CheckConstraint("standing <> 'good' or standing_reason is null", name="good_needs_no_reason"),
        CheckConstraint(
            "standing_on between '1000-01-01' and '2999-12-31'", name="standing_on_in_known_years"
        ),
        *decision_rules("words"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    standing: Mapped[str]
    standing_reason: Mapped[str | None]
    standing_on: Mapped[date | None]  # the day on which its source withdrew it
    words: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
