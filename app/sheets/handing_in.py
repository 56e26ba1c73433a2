"""Handing a table in: as one batch that waits for its verdict, once, and only as it was previewed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger
from app.database import broken_rule
from app.errors import Refusal
from app.languages.spoken import _
from app.ledger.actions import LEAVE, staged_report, write_staged
from app.ledger.report import ImportReport
from app.ledger.scripts import run_script
from app.sheets.examining import examine, keep, kept
from app.sheets.models import Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.sheets.staging import find


class NotPreviewed(Refusal):
    """The rows have not all been checked yet, or nothing of them could be handed in."""


class RuleBroken(Refusal):
    """The database refuses what no check before it foresaw: it has the last word."""


@dataclass(frozen=True, slots=True)
class CameBetween:
    """Nothing was handed in: the ledger has changed, and so have these rows since they were shown."""

    rows: int


def hand_in(
    session: Session, key: str, *, by: Person, at: datetime
) -> tuple[Spreadsheet, ImportReport | CameBetween | None]:
    """Hand a table in for review; None where it was before, from another window or by a second click.

    All rows are compared once more with the ledger, which nobody changes meanwhile. Where one of them is
    something else than was shown, nothing is handed in and the new preview is kept. Raises NotPreviewed and
    RuleBroken; then nothing is changed.
    """
    lock_ledger(session)
    sheet = find(session, by, key, lock=True)
    if sheet.batch_id is not None:
        return sheet, None
    if sheet.checked_version is None:
        raise NotPreviewed(_("Not all of its rows have been checked yet: look at the preview first."))
    shown = kept(session, sheet)
    try:
        with session.begin_nested() as savepoint:
            examined = examine(session, sheet)
            differ = sum(
                shown.get(line) != (found.kind, found.about) for line, found in examined.rows.items()
            )
            report = staged_report(session)
            if differ or not report.writes:
                savepoint.rollback()
            else:
                report = write_staged(session, report, sheet.name, by=by, at=at, for_review="upload")
                run_script(session, LEAVE)
    except IntegrityError as error:
        rule = broken_rule(error) or _("without a name")
        raise RuleBroken(
            _("The database refuses it by its rule “%(rule)s”. Nothing was handed in.", rule=rule)
        ) from error
    if differ:
        keep(session, sheet, examined)
        return sheet, CameBetween(differ)
    if not report.writes:
        raise NotPreviewed(_("None of its rows says anything new: nothing was handed in."))
    _let_go(session, sheet, report)
    return sheet, report


def _let_go(session: Session, sheet: Spreadsheet, report: ImportReport) -> None:
    """Remove what was handed in. What was refused stays, so that it can be mended."""
    sheet.batch_id, sheet.file, sheet.checked_version = report.batch_id, None, None
    refused = select(SpreadsheetCheck.line).where(
        SpreadsheetCheck.spreadsheet_id == sheet.id, SpreadsheetCheck.kind == "refused"
    )
    session.execute(
        delete(SpreadsheetRow).where(
            SpreadsheetRow.spreadsheet_id == sheet.id, SpreadsheetRow.line.not_in(refused)
        )
    )
    session.execute(
        delete(SpreadsheetCheck).where(
            SpreadsheetCheck.spreadsheet_id == sheet.id, SpreadsheetCheck.kind != "refused"
        )
    )
    session.flush()  # what is asked for next sees the table as it is now
