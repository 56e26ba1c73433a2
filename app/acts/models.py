"""The log of acts, and the ledger's version that every approved act moves.

A version is a state of the ledger: a reading at a fixed version never changes. Versions are
handed out under the lock of the one row of `ledger`, so that their order is the order in
which acts were committed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.database import Base, no_empty_text

ACT_KINDS = (
    "import",  # a claims CSV or a ledger was taken in, as one act
    "submit",  # a revision or judgement was handed in for review
    "approve",
    "send_back",
    "reject",
    "withdraw",
    "judge",  # a claim was set aside, retracted or restored
    "describe",  # a deployment, measure, source or place was created or changed
    "check",  # "checked, nothing new"
    "document",  # a document was noted to be gone, or to be readable again
    "tell_apart",  # two claims that are alike were said to be two statements, or that was taken back
    "people",  # an account was created, changed or disabled
)
ORIGINS = ("command_line", "upload", "api", "desk")


def one_of(column: str, words: tuple[str, ...]) -> str:
    """The SQL of "this column holds one of these words"."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} in ({listed})"


def in_known_years(column: str) -> str:
    """The SQL of "this moment is one that any program can calculate with"; PostgreSQL knows infinite ones."""
    return f"{column} between '1000-01-01 00:00+00' and '2999-12-31 23:59+00'"


class Ledger(Base):
    """One row: the version of the ledger."""

    __tablename__ = "ledger"
    __table_args__ = (CheckConstraint("single", name="has_one_row"),)

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=text("0"))


class Act(Base):
    """One thing that somebody did. Append-only, and kept in words: it outlives what it names."""

    __tablename__ = "acts"
    __table_args__ = (
        CheckConstraint(one_of("kind", ACT_KINDS), name="kind_is_known"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin_is_known"),
        CheckConstraint("version >= 1", name="versions_from_one"),
        CheckConstraint(in_known_years("at"), name="at_in_known_years"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details_are_named"),
        no_empty_text("subject", "reason", "words"),
        Index("acts_by_at", "at", "id"),
        Index("acts_by_subject", "subject", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    version: Mapped[int | None] = mapped_column(unique=True)  # None: the act changed nothing that counts
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str]
    by_role: Mapped[str]
    origin: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str | None]  # a claim_ref or slug, in words
    reason: Mapped[str | None]
    words: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Recorded:
    """What every version of anything carries: who recorded it, when and how."""

    number: Mapped[int]  # 1, 2, 3 ... within what it is a version of
    recorded_at: Mapped[datetime]
    origin: Mapped[str]
    reason: Mapped[str | None]

    @declared_attr
    def recorded_by(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy calls it with the class
        return mapped_column(ForeignKey("people.id"))


class Described(Recorded):
    """One description of a deployment, measure or source; it counts from its version on at once.

    It held from `version` (inclusive) to `replaced_version` (exclusive; None: still).
    """

    @declared_attr
    def version(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("acts.version"))

    @declared_attr
    def replaced_version(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("acts.version"))


class Decided(Recorded):
    """Something handed in that a verdict decides once: a revision of a claim, or a judgement.

    It counted from `approved_version` (inclusive; None: not approved) to `replaced_version`
    (exclusive; None: still).
    """

    verdict: Mapped[str | None]  # approved, sent_back, rejected or withdrawn; None: open
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    approved_alone: Mapped[bool] = mapped_column(server_default=text("false"))
    overridden: Mapped[str | None]  # the public reason why a warning was passed over

    @declared_attr
    def decided_by(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("people.id"))

    @declared_attr
    def approved_version(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("acts.version"))

    @declared_attr
    def replaced_version(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("acts.version"))


VERDICTS = ("approved", "sent_back", "rejected", "withdrawn")


def recording_rules(*texts: str) -> tuple[CheckConstraint, ...]:
    """The rules of a `Recorded` table, of which `texts` are further columns of words."""
    return (
        CheckConstraint("number >= 1", name="numbered_from_one"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin_is_known"),
        CheckConstraint(in_known_years("recorded_at"), name="recorded_in_known_years"),
        no_empty_text(*texts, "reason"),
    )


def description_rules(*texts: str) -> tuple[CheckConstraint, ...]:
    """The rules of a `Described` table, of which `texts` are further columns of words."""
    return (
        *recording_rules(*texts),
        CheckConstraint("replaced_version > version", name="replaced_later"),
    )


def found_by_version(table: str) -> tuple[Index, ...]:
    """The indexes by which an act finds what began or ceased to count with it, in a `Decided` table.

    What began to count is found in the order in which claims came in, so that a page of it takes few rows.
    """
    return tuple(
        Index(f"{table}_by_{columns[0]}", *columns, postgresql_where=text(f"{columns[0]} is not null"))
        for columns in (("approved_version", "claim_id"), ("replaced_version",))
    )


def decision_rules(*texts: str) -> tuple[CheckConstraint, ...]:
    """The rules of a `Decided` table, of which `texts` are further columns of words."""
    return (
        *recording_rules(*texts, "decision_reason", "overridden"),
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict_is_known"),
        CheckConstraint(
            "num_nulls(verdict, decided_by, decided_at) in (0, 3)", name="verdict_has_reviewer_and_time"
        ),
        CheckConstraint(
            "(approved_version is not null) = (verdict is not distinct from 'approved')",
            name="approved_at_a_version",
        ),
        CheckConstraint("replaced_version > approved_version", name="replaced_later"),
        CheckConstraint(
            "replaced_version is null or approved_version is not null", name="replaced_only_if_approved"
        ),
        CheckConstraint(
            "verdict not in ('sent_back', 'rejected') or decision_reason is not null",
            name="refusal_has_a_reason",
        ),
        CheckConstraint("decision_reason is null or verdict is not null", name="reason_given_with_a_verdict"),
        CheckConstraint(
            f"decided_at >= recorded_at and {in_known_years('decided_at')}", name="decided_once_recorded"
        ),
        CheckConstraint(
            "not approved_alone or verdict is not distinct from 'approved'", name="alone_only_if_approved"
        ),
        # Who imports from the command line has the database in hand and approves what is imported; an
        # installation of one person may switch four eyes off, and then says so.
        CheckConstraint(
            "verdict is distinct from 'approved' or decided_by <> recorded_by"
            " or origin = 'command_line' or approved_alone",
            name="four_eyes",
        ),
        CheckConstraint(
            "verdict is distinct from 'withdrawn' or decided_by = recorded_by", name="withdrawn_by_its_author"
        ),
        # Authors take back what they handed in; only somebody else refuses it.
        CheckConstraint(
            "verdict not in ('sent_back', 'rejected') or decided_by <> recorded_by", name="refused_by_another"
        ),
    )
