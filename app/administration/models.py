"""Changes to deployments, measures, sources and places that wait for a second person."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import in_known_years, one_of
from app.database import Base, no_empty_text, slug_rule

NOUNS = ("deployment", "measure", "source", "place")
PROPOSED = ("describe", "merge", "separate", "alias")
"""What may be proposed: another description, a source or place merged into another one, one that stands
again, another name of either. What places are called and lie in counts at once (docs/decisions/0015)."""

VERDICTS = ("approved", "rejected", "withdrawn")


class Proposal(Base):
    """A change that moves readings, handed in; a second person decides, once."""

    __tablename__ = "proposals"
    __table_args__ = (
        slug_rule(),
        CheckConstraint(one_of("noun", NOUNS), name="noun_is_known"),
        CheckConstraint(one_of("act", PROPOSED), name="act_is_known"),
        CheckConstraint(
            "case noun when 'source' then true when 'place' then act <> 'describe' else act = 'describe' end",
            name="acts_suit_their_noun",
        ),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content_is_named"),
        CheckConstraint("shown >= 0", name="shown_from_nought"),
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict_is_known"),
        CheckConstraint(
            "num_nulls(verdict, decided_by, decided_at) in (0, 3)", name="verdict_has_reviewer_and_time"
        ),
        CheckConstraint(
            "(version is not null) = (verdict is not distinct from 'approved')", name="approved_at_a_version"
        ),
        CheckConstraint(
            "verdict is distinct from 'approved' or decided_by <> recorded_by or approved_alone",
            name="four_eyes",
        ),
        CheckConstraint(
            "not approved_alone or verdict is not distinct from 'approved'", name="alone_only_if_approved"
        ),
        CheckConstraint(
            "verdict is distinct from 'withdrawn' or decided_by = recorded_by", name="withdrawn_by_its_author"
        ),
        CheckConstraint(
            "verdict is distinct from 'rejected' or decided_by <> recorded_by", name="refused_by_another"
        ),
        CheckConstraint(
            "verdict is distinct from 'rejected' or decision_reason is not null", name="refusal_has_a_reason"
        ),
        CheckConstraint("decision_reason is null or verdict is not null", name="reason_given_with_a_verdict"),
        CheckConstraint(
            f"decided_at >= recorded_at and {in_known_years('decided_at')}", name="decided_once_recorded"
        ),
        CheckConstraint(in_known_years("recorded_at"), name="recorded_in_known_years"),
        no_empty_text("reason", "decision_reason"),
        Index("proposals_one_open", "noun", "slug", unique=True, postgresql_where=text("verdict is null")),
        Index("proposals_by_recorded_at", "recorded_at", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    noun: Mapped[str]
    slug: Mapped[str]  # in words: what is proposed may be new
    act: Mapped[str]
    # The cells of its row; of a merge: into; of another name: name; of places with what they were called.
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shown: Mapped[int]  # the number of the description that its author saw; 0: there was none
    reason: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    verdict: Mapped[str | None]  # None: it waits
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    approved_alone: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int | None] = mapped_column(ForeignKey("acts.version"))  # made by approving it
