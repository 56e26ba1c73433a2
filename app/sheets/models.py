"""Spreadsheets on their way into the ledger: private to who brought them, and gone when they are done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import one_of
from app.database import Base, no_empty_text

KINDS = ("new", "changed", "appearance", "older", "unchanged", "refused")
"""What a row is to the ledger, in the order in which they are shown."""

LIKE_KNOWN = ("appearance", "claim", "leave_out")
"""What a row that says what a known claim says becomes: an appearance of it, a claim of its own, nothing."""

_A_DIGEST = "~ '^[0-9a-f]{64}$'"


class Spreadsheet(Base):
    """A table that somebody brought, until it is handed in or thrown away. Nobody else sees it.

    Once handed in it holds nothing but the number of its batch, so that a second window hands in nothing.
    """

    __tablename__ = "spreadsheets"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("key ~ '^[A-Za-z0-9_-]{16,80}$'", name="key_is_plain"),
        CheckConstraint("file is not null or batch_id is not null", name="kept_until_handed_in"),
        CheckConstraint("rows >= 0", name="rows_counted_from_nought"),
        CheckConstraint("header_line >= 0", name="header_line_from_nought"),
        CheckConstraint(one_of("like_known", LIKE_KNOWN), name="like_known_is_known"),
        CheckConstraint("touched_at >= begun_at", name="touched_once_begun"),
        CheckConstraint("mapping is null or jsonb_typeof(mapping) = 'object'", name="mapping_is_named"),
        CheckConstraint("checked_version >= 0", name="versions_from_nought"),
        CheckConstraint("checked_version is null or mapping is not null", name="mapped_before_checked"),
        no_empty_text("name", "worksheet", "encoding"),
        Index("spreadsheets_by_person_id", "person_id"),
        Index("spreadsheets_by_touched_at", "touched_at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    key: Mapped[str]  # in its address
    name: Mapped[str]  # the file's name, as it was called
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # as it came
    begun_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # when its owner last did something with it
    worksheets: Mapped[list[str]] = mapped_column(ARRAY(Text))  # by name, in their order; empty: a text
    worksheet: Mapped[str | None]  # the one that is read; None: it is a text
    encoding: Mapped[str | None]  # of a text; None: it is a workbook
    header_line: Mapped[int]  # the line that names the columns; 0: none does
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))  # what they are called
    rows: Mapped[int]  # below the header, without the empty ones
    mapping: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # app.sheets.mapping; None: not chosen
    like_known: Mapped[str]
    checked_version: Mapped[int | None]  # of the ledger it was compared with; None: not all of it was yet
    brings: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # new sources and places
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))


class SpreadsheetRow(Base):
    """One row as it was written, with the line on which it begins."""

    __tablename__ = "spreadsheet_rows"
    __table_args__ = (CheckConstraint("line >= 1", name="lines_from_one"),)

    spreadsheet_id: Mapped[int] = mapped_column(
        ForeignKey("spreadsheets.id", ondelete="cascade"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(ARRAY(Text))


class SpreadsheetCheck(Base):
    """What became of one row: how it was read, what it is to the ledger, and why it was refused."""

    __tablename__ = "spreadsheet_checks"
    __table_args__ = (
        CheckConstraint("line >= 1", name="lines_from_one"),
        CheckConstraint(one_of("kind", KINDS), name="kind_is_known"),
        CheckConstraint("jsonb_typeof(problems) = 'array'", name="problems_are_listed"),
        CheckConstraint("(coalesce(kind, '') = 'refused') = (problems <> '[]')", name="refused_for_a_reason"),
        Index("spreadsheet_checks_by_kind", "spreadsheet_id", "kind", "line"),
    )

    spreadsheet_id: Mapped[int] = mapped_column(
        ForeignKey("spreadsheets.id", ondelete="cascade"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    read: Mapped[list[str]] = mapped_column(ARRAY(Text))  # as app.ledger.staging wants it
    kind: Mapped[str | None]  # None: not yet compared with the ledger
    problems: Mapped[list[list[str]]] = mapped_column(JSONB)  # column, value, reason
    about: Mapped[str | None]  # the claim_ref of the known claim that the row is an appearance of, or says


class ColumnMapping(Base):
    """How somebody mapped a table with these columns last: proposed again for the next one."""

    __tablename__ = "column_mappings"
    __table_args__ = (
        UniqueConstraint("person_id", "header", name="column_mappings_one_per_header"),
        CheckConstraint(f"header {_A_DIGEST}", name="header_is_hashed"),
        CheckConstraint("jsonb_typeof(mapping) = 'object'", name="mapping_is_named"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    header: Mapped[str]  # a digest of the columns' names
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    used_at: Mapped[datetime]
