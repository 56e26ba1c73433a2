"""Citations: what somebody cited, with the result as it was on that day. Nothing in them ever changes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import in_known_years, one_of
from app.database import Base, no_empty_text

LARGEST_RESULT = 2_000_000
"""Bytes of a result; a hundred times that of the founding ledger's busiest measure."""


class CitedKind(StrEnum):
    """The kinds of views that can be cited."""

    READING = "reading"
    WHY = "why"
    COMPARISON = "comparison"
    DEPLOYMENT = "deployment"
    CLAIM = "claim"
    CLAIMS = "claims"


class Citation(Base):
    """A view as it was cited. Who cited it is not known to it."""

    __tablename__ = "citations"
    __table_args__ = (
        CheckConstraint("key ~ '^[a-z2-7]{16}$'", name="key_is_plain"),
        CheckConstraint(one_of("kind", tuple(CitedKind)), name="kind_is_known"),
        CheckConstraint("address like '/%'", name="address_is_a_path"),
        CheckConstraint("version >= 0", name="versions_from_nought"),
        CheckConstraint(f"octet_length(result) <= {LARGEST_RESULT}", name="result_is_not_too_large"),
        CheckConstraint(
            "digest = encode(sha256(convert_to(result, 'UTF8')), 'hex')", name="digest_is_of_the_result"
        ),
        CheckConstraint(in_known_years("cited_at"), name="cited_in_known_years"),
        CheckConstraint(in_known_years("version_at"), name="version_in_known_years"),
        no_empty_text("rule_set", "title", "sentence", "publisher"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # part of its address
    kind: Mapped[str]
    address: Mapped[str]  # of the view, with every choice and the version
    version: Mapped[int]  # of the ledger
    version_at: Mapped[datetime | None]  # when the ledger came to that version; None: nothing was recorded
    rule_set: Mapped[str]
    title: Mapped[str]
    sentence: Mapped[str]  # the result in words
    publisher: Mapped[str]  # as it was called on that day
    result: Mapped[str]  # canonical JSON (app.citations.canonical)
    digest: Mapped[str]  # SHA-256 of the result
    cited_at: Mapped[datetime]  # when it was first cited; citing it again changes nothing
