"""The waiting room of an import: every well-formed row of its files, in temporary tables.

Rows are read one at a time and streamed with COPY, so that memory stays bounded. A row that is refused
waits here too, by its key alone: who names it is then not refused for naming nothing.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from psycopg import Copy
from sqlalchemy.orm import Session

from app.claims.forms import (
    ALWAYS_REQUIRED,
    CLAIM_COLUMNS,
    ClaimRow,
    Problem,
    last_day_counted,
    read_claim,
)
from app.ledger.companions import (
    DeploymentRow,
    MeasureRow,
    SourceRow,
    read_deployment,
    read_measure,
    read_source,
)
from app.ledger.containers import CLAIMS, NotALedger
from app.ledger.refusals import Refusals
from app.ledger.tables import Columns, Stream, Unreadable, read_rows
from app.slugs import slug_of

TABLES = """
create temporary table staged_deployments (
  line bigint, bad boolean, slug text, name text, sender text, host text, operation text, starts_on date,
  level_valid_days bigint, summary text, operation_slug text) on commit drop;
create temporary table staged_measures (
  line bigint, bad boolean, slug text, label text, kind text, unit text, definition text) on commit drop;
create temporary table staged_sources (
  line bigint, bad boolean, name text, kind text, country text, family text, reliability text, stance text,
  note text, slug text, family_slug text, made_slug text) on commit drop;
create temporary table staged_claims (
  line bigint, bad boolean, claim_ref text collate "C", deployment text, measure text, nature text,
  low numeric, point numeric, high numeric, qualifier text, as_of text, period text, counts_from text,
  place text, said_on text, source text, publisher text, title text, url text, published_on text,
  language text, wording text, credibility smallint, supersedes text collate "C",
  part_of text collate "C", repeat_of text collate "C", standing text, standing_reason text,
  standing_on date, note text, place_slug text, source_slug text, said_day date, ends_on date,
  digest text collate "C") on commit drop;
"""

ROWS_AT_ONCE = 500  # rows handed to COPY together

ReadRow = Callable[[tuple[str, ...], list[Problem]], tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """One file of a ledger: its columns, the table in which its rows wait, and how a row is read."""

    file: str
    table: str
    columns: Columns
    read: ReadRow  # gives the columns of the table after line and bad, an empty text for what is not known
    # The first of the columns is what others name the row by.


def companion_sheets() -> tuple[Sheet, ...]:
    """The companion files, in the order in which they are read."""
    return (
        Sheet("deployments.csv", "staged_deployments",
              Columns(DeploymentRow._fields, ("slug", "name", "starts_on")), read_deployment),
        Sheet("measures.csv", "staged_measures",
              Columns(MeasureRow._fields, ("slug", "label", "kind", "unit")), read_measure),
        Sheet("sources.csv", "staged_sources", Columns(SourceRow._fields, ("name",)), read_source),
    )  # fmt: skip


def claims_sheet(today: date) -> Sheet:
    """The claims, recorded on `today` (UTC)."""

    def read(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
        return read_claim_cells(ClaimRow._make(cells), today, problems)

    return Sheet(CLAIMS, "staged_claims", Columns(CLAIM_COLUMNS, ALWAYS_REQUIRED), read)


def read_claim_cells(row: ClaimRow, today: date, problems: list[Problem]) -> tuple[str, ...]:
    """A row of claims.csv in its one spelling, followed by what its waiting room keeps of it besides."""
    row, days, found = read_claim(row, today)
    problems += found
    return (
        *row,
        slug_of(row.place),
        slug_of(row.source),
        str(days.said_day or ""),
        str(last_day_counted(row.nature, days) or ""),
        document_digest(row.publisher, row.title, row.url, row.language),
    )


def document_digest(*parts: str) -> str:
    """What the database computes by its function of this name, as hexadecimal; empty for no document."""
    together = "\x1f".join(parts)
    if together == "\x1f\x1f\x1f":
        return ""
    return hashlib.sha256(together.encode()).hexdigest()


def stage(
    session: Session, sheet: Sheet, stream: Stream, refusals: Refusals, on_bytes: Callable[[int], None]
) -> int:
    """Read a file into its table and note what is refused; gives the number of its rows."""
    raw = session.connection().connection.driver_connection
    assert raw is not None  # noqa: S101 - a connection that is checked out has its driver's one
    rows = 0
    with raw.cursor() as cursor, cursor.copy(f"copy {sheet.table} from stdin with (null '')") as copy:
        together: list[str] = []
        for row in _read(sheet, stream, refusals, on_bytes):
            rows += 1
            together.append(row)
            if len(together) == ROWS_AT_ONCE:
                _send(copy, together)
        _send(copy, together)
    return rows


def _send(copy: Copy, rows: list[str]) -> None:
    copy.write("".join(rows))
    rows.clear()


def _read(sheet: Sheet, stream: Stream, refusals: Refusals, on_bytes: Callable[[int], None]) -> Iterator[str]:
    """Each row as a line of COPY's text format. What cannot be read ends it, but never the transaction."""

    def fault(line: int, reason: str) -> None:
        refusals.add(sheet.file, line, None, None, reason)

    try:
        for line, cells in read_rows(stream, sheet.columns, fault, on_bytes):
            problems: list[Problem] = []
            values = sheet.read(cells, problems)
            if problems:
                for column, value, reason in problems:
                    refusals.add(sheet.file, line, column, value, reason)
                values = (values[0], *[""] * (len(values) - 1))
            yield copy_line((str(line), "t" if problems else "f", *values))
    except Unreadable as refusal:
        refusals.add(sheet.file, refusal.line, None, None, str(refusal))
    except NotALedger as refusal:
        refusals.add(sheet.file, None, None, None, str(refusal))


def copy_line(values: tuple[str, ...]) -> str:
    """One row in COPY's text format."""
    line = "\t".join(values)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(values):
        line = "\t".join([value.translate(_ESCAPED) for value in values])
    return f"{line}\n"


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
