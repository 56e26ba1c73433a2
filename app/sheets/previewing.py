"""The preview of a table: how many rows are what, a page of them, and the refused ones as a CSV."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.differences import Difference, Names, differences
from app.claims.forms import CLAIM_COLUMNS, ClaimRow, read_claim
from app.claims.queries import approved_claims
from app.claims.rows import as_claim
from app.languages.spoken import N_, _, known
from app.sheets.mapping import ColumnsMeant, reasons_column
from app.sheets.models import KINDS, Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.sheets.names import LABELS
from app.sheets.reasons import NOT_KNOWN, in_language
from app.slugs import SLUG

ROWS = 50
"""Rows on one page of the preview."""

_TWICE = N_("stands in line %(first)s already")  # as app.ledger.checks says it, in any language

MOST_UNSETTLED = 20
"""Names that the preview offers to settle; the rows say of each what is wrong."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is refused: what Muster calls the column, what the table calls it, the value, the reason."""

    label: str
    column: str | None  # None: the table has no such column
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.label} ({self.column})" if self.column else self.label
        if self.value:
            return _("%(where)s “%(value)s”: %(reason)s", where=where, value=self.value, reason=self.reason)
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the preview."""

    line: int
    kind: str
    ref: str
    claim: ApprovedClaim | None  # None: it cannot be read
    cells: Sequence[tuple[str, str]]  # of a refused row: what its columns are called, and what stands there
    reasons: Sequence[Reason]
    about: str | None  # the known claim that it says, or is an appearance of
    differences: Sequence[Difference]  # of a changed row, from what the ledger holds


def counts(session: Session, sheet: Spreadsheet) -> dict[str, int]:
    """How many rows are of each kind, in the order of KINDS. One SELECT."""
    rows = session.execute(
        select(SpreadsheetCheck.kind, func.count())
        .where(SpreadsheetCheck.spreadsheet_id == sheet.id, SpreadsheetCheck.kind.is_not(None))
        .group_by(SpreadsheetCheck.kind)
    )
    found = {kind: number for kind, number in rows if kind is not None}
    return {kind: found.get(kind, 0) for kind in KINDS}


def said_before(session: Session, sheet: Spreadsheet) -> int:
    """How many rows say what a known claim or a row above says, and do not name it. One SELECT."""
    found = select(func.count()).where(
        SpreadsheetCheck.spreadsheet_id == sheet.id,
        SpreadsheetCheck.kind == "appearance",
        SpreadsheetCheck.about.is_not(None),
    )
    return session.scalar(found) or 0


def page_of_rows(
    session: Session, sheet: Spreadsheet, names: Names, *, kind: str | None, number: int
) -> list[ShownRow]:
    """A page of the rows of one kind, or of all, in their order. Two SELECTs, one more for what changed."""
    query = (
        select(SpreadsheetCheck, SpreadsheetRow.cells)
        .join(
            SpreadsheetRow,
            (SpreadsheetRow.spreadsheet_id == SpreadsheetCheck.spreadsheet_id)
            & (SpreadsheetRow.line == SpreadsheetCheck.line),
        )
        .where(SpreadsheetCheck.spreadsheet_id == sheet.id)
        .order_by(SpreadsheetCheck.line)
        .limit(ROWS)
        .offset((number - 1) * ROWS)
        .execution_options(populate_existing=True)
    )
    if kind is not None:
        query = query.where(SpreadsheetCheck.kind == kind)
    found = session.execute(query).all()
    changed = [check.read[0] for check, _cells in found if check.kind == "changed"]
    held = {claim.ref: claim for claim in approved_claims(session, refs=changed)} if changed else {}
    meant = ColumnsMeant.from_stored(sheet.mapping or {})
    return [_shown(check, cells, sheet, meant, held, names) for check, cells in found]


def _shown(
    check: SpreadsheetCheck,
    cells: Sequence[str],
    sheet: Spreadsheet,
    meant: ColumnsMeant,
    held: Mapping[str, ApprovedClaim],
    names: Names,
) -> ShownRow:
    claim = _claim(check)
    before = held.get(check.read[0])
    return ShownRow(
        check.line,
        check.kind or "",
        check.read[0],
        claim,
        _written(cells, sheet, meant) if check.kind == "refused" else (),
        reasons(check.problems, sheet, meant),
        check.about or (claim.repeat_of if claim is not None and check.kind == "appearance" else None),
        differences(before, claim, names) if before is not None and claim is not None else (),
    )


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A name for which rows are refused, until an editor says what it means, or describes it."""

    noun: str  # source, deployment or measure
    name: str
    rows: int


def unsettled_names(session: Session, sheet: Spreadsheet) -> list[Unsettled]:
    """The names that rows are refused for, those of the most rows first. One SELECT."""
    rows = session.execute(
        text("""
          select p->>0, p->>1, count(*) from spreadsheet_checks c, jsonb_array_elements(c.problems) p
          where c.spreadsheet_id = :sheet and c.kind = 'refused' and p->>1 <> '' and (
            p->>0 in ('deployment', 'measure')
            or p->>0 = 'source' and p->>2 similar to '(gives no slug|its slug would be )%')
          group by 1, 2 order by 3 desc, 1, 2 limit :most"""),
        {"sheet": sheet.id, "most": MOST_UNSETTLED},
    )
    return [Unsettled(*row) for row in rows]


def _claim(check: SpreadsheetCheck) -> ApprovedClaim | None:
    """A row that could be read as the claim that it would be; its source without a grade."""
    if len(check.read) == 1:
        return None
    row = ClaimRow._make(check.read[: len(CLAIM_COLUMNS)])
    # It has been read before: whatever the day is, nothing is wrong with it.
    return as_claim(read_claim(row, date.max), Attribution(row.source, row.source, row.source, row.source))


def _written(cells: Sequence[str], sheet: Spreadsheet, meant: ColumnsMeant) -> list[tuple[str, str]]:
    """What stands in the columns that were mapped, in the table's order."""
    places = sorted(set(meant.columns.values()))
    return [(sheet.columns[place], cells[place]) for place in places if place < len(cells) and cells[place]]


def reasons(problems: Sequence[Sequence[str]], sheet: Spreadsheet, meant: ColumnsMeant) -> list[Reason]:
    """Problems of a row in the words of the page."""
    found: dict[tuple[object, str, str], Reason] = {}
    for column, value, told in problems:
        place = meant.columns.get(column)
        called = sheet.columns[place] if place is not None and place < len(sheet.columns) else None
        is_unknown = column in {"deployment", "measure"} and value and not SLUG.fullmatch(value)
        told_here = known(NOT_KNOWN) if is_unknown else in_language(told)
        reason = Reason(known(LABELS.get(column, column)), called, value, told_here)
        if column == "claim_ref" and called is None and (twice := _same_as_line(told)) is not None:
            # The row was given no key: that of another one is only how it is known to be the same.
            reason = Reason(_("Row"), None, "", _("says just what line %(line)s says", line=twice))
        # One column may mean two things: what is wrong with it is told once.
        about = column if called is None else place
        found.setdefault((about, reason.value, reason.reason), reason)
    return list(found.values())


def _same_as_line(told: str) -> str | None:
    """The line that a row repeats, where that is why it is refused."""
    for text_of in (_TWICE, known(_TWICE)):
        pattern = re.escape(text_of).replace(re.escape("%(first)s"), r"(\d+)")
        if (found := re.fullmatch(pattern, told)) is not None:
            return found[1]
    return None


def refused_csv(session: Session, sheet: Spreadsheet) -> bytes:
    """The refused rows as they were written, with their reasons in a last column: to be mended.

    UTF-8 with a byte-order mark, by which spreadsheet programs know it.
    """
    meant = ColumnsMeant.from_stored(sheet.mapping) if sheet.mapping else ColumnsMeant()
    rows = session.execute(
        select(SpreadsheetRow.cells, SpreadsheetCheck.problems)
        .join(
            SpreadsheetCheck,
            (SpreadsheetRow.spreadsheet_id == SpreadsheetCheck.spreadsheet_id)
            & (SpreadsheetRow.line == SpreadsheetCheck.line),
        )
        .where(SpreadsheetCheck.spreadsheet_id == sheet.id, SpreadsheetCheck.kind == "refused")
        .order_by(SpreadsheetRow.line)
        .execution_options(yield_per=1000)
    )
    kept = [place for place, name in enumerate(sheet.columns) if name not in reasons_column()]
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*(sheet.columns[place] for place in kept), _("Refused because")])
    for cells, problems in rows:
        told = "; ".join(str(reason) for reason in reasons(problems, sheet, meant))
        writer.writerow([*(cells[place] if place < len(cells) else "" for place in kept), told])
    return written.getvalue().encode("utf-8-sig")
