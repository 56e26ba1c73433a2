"""Reports of errors, and their answers. Neither ever changes, and nothing in them says who reported."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import in_known_years, one_of
from app.database import Base, no_empty_text

LONGEST_ADDRESS = 4000
LONGEST_WORDS = 2000
"""Characters of an address, and of what a reader or an editor writes."""


class ErrorKind(StrEnum):
    """What can be wrong with what a page says."""

    FIGURE = "figure"
    SOURCE = "source"
    DATE = "date"
    DOCUMENT = "document"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Outcome(StrEnum):
    """What an editor made of a report."""

    ACTED_ON = "acted_on"
    NO_ERROR = "no_error"


class ErrorReport(Base):
    """What a reader says is wrong. Who that was is not known to it."""

    __tablename__ = "error_reports"
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="content_is_hashed"),
        CheckConstraint("about ~ '^/([^/]|$)'", name="about_is_a_path"),
        CheckConstraint(f"char_length(about) <= {LONGEST_ADDRESS}", name="about_is_not_too_long"),
        CheckConstraint(one_of("kind", tuple(ErrorKind)), name="kind_is_known"),
        CheckConstraint(f"char_length(words) <= {LONGEST_WORDS}", name="words_are_not_too_long"),
        CheckConstraint("url ~* '^https?://'", name="url_is_a_web_address"),
        CheckConstraint(f"char_length(url) <= {LONGEST_ADDRESS}", name="url_is_not_too_long"),
        CheckConstraint("version >= 0", name="versions_from_nought"),
        CheckConstraint(in_known_years("reported_at"), name="reported_in_known_years"),
        no_empty_text("title", "words"),
        Index("error_reports_by_reported_at", "reported_at", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)  # of the form's key and of all that was sent with it
    about: Mapped[str]  # the page, as a path of this site with the reader's choices
    title: Mapped[str]  # what that page was about, in words, when it was reported
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))
    deployment_id: Mapped[int | None] = mapped_column(ForeignKey("deployments.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    kind: Mapped[str]
    words: Mapped[str]
    url: Mapped[str | None]  # of a document that shows it
    version: Mapped[int]  # of the ledger, when it was reported
    reported_at: Mapped[datetime]


class ReportAnswer(Base):
    """What an editor made of a report: given once, for the desk alone."""

    __tablename__ = "report_answers"
    __table_args__ = (
        CheckConstraint(one_of("outcome", tuple(Outcome)), name="outcome_is_known"),
        CheckConstraint(f"char_length(words) <= {LONGEST_WORDS}", name="words_are_not_too_long"),
        CheckConstraint("claim_id is null or outcome = 'acted_on'", name="claim_only_if_acted_on"),
        CheckConstraint(in_known_years("answered_at"), name="answered_in_known_years"),
        no_empty_text("words"),
        Index("report_answers_by_answered_at", "answered_at", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("error_reports.id"), unique=True)
    outcome: Mapped[str]
    words: Mapped[str]
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"))  # the claim that was acted on
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime]
