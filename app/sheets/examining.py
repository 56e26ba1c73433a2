"""What each row of a table would be to the ledger, by the rules of an import; nothing of it is kept there.

Rows are read some thousand at a time (`read_on`), each request going on where the last one stopped, so that
any worker can take the next step. Then all of them are compared at once (`compare`) in the temporary tables
of an import, by statements on all rows, and taken back. The same is done once more, for good, when the table
is handed in.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.acts.models import Ledger
from app.claims.forms import Problem
from app.ledger.actions import ENTER
from app.ledger.scripts import run_script
from app.ledger.staging import copy_line, read_claim_cells
from app.sheets.mapping import ColumnsMeant, Known, made_ref, row_of
from app.sheets.models import Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.sheets.names import FIGURE
from app.sheets.rooms import Found, Rooms
from app.sheets.staging import array, known_names
from app.sheets.unknown import called_now

ROWS_AT_ONCE = 10_000
"""Rows that one request reads: a second or so."""

_LONGEST_VALUE = 1000  # characters of a refused cell that are kept beside its reason
_LINES_AT_ONCE = 2000


@dataclass
class Examined:
    """What every row that could be read is, by its line, and what comes into the ledger beside them."""

    rows: dict[int, Found] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)  # by name, those that nobody knows yet
    places: list[str] = field(default_factory=list)  # likewise


# Reading.


def read_on(session: Session, sheet: Spreadsheet, today: date, most: int = ROWS_AT_ONCE) -> None:
    """Read the next rows; `today` is the day (UTC) of recording."""
    meant = ColumnsMeant.from_stored(sheet.mapping or {})
    last = select(func.coalesce(func.max(SpreadsheetCheck.line), 0)).where(
        SpreadsheetCheck.spreadsheet_id == sheet.id
    )
    rows = session.execute(
        select(SpreadsheetRow.line, SpreadsheetRow.cells)
        .where(SpreadsheetRow.spreadsheet_id == sheet.id, SpreadsheetRow.line > last.scalar_subquery())
        .order_by(SpreadsheetRow.line)
        .limit(most)
    ).all()
    if rows:
        known = replace(known_names(session), said=called_now(session, meant))
        _copy(session, [_read(sheet, line, cells, meant, known, today) for line, cells in rows])


def rows_read(session: Session, sheet: Spreadsheet) -> int:
    """How many rows have been read so far."""
    of_sheet = SpreadsheetCheck.spreadsheet_id == sheet.id
    return session.scalar(select(func.count()).select_from(SpreadsheetCheck).where(of_sheet)) or 0


def _read(
    sheet: Spreadsheet, line: int, cells: Sequence[str], meant: ColumnsMeant, known: Known, today: date
) -> str:
    """A row as it waits, as a line of COPY."""
    row, problems = row_of(cells, meant, known)
    other_ref = ""
    has_key = bool(row.claim_ref)
    if not has_key:
        other_ref = made_ref(row, with_document=True)
        row = row._replace(claim_ref=made_ref(row))
    found: list[Problem] = []
    values = read_claim_cells(row, today, found)
    told = {problem.column for problem in problems}
    about_figures = {"low", "point", "high", "qualifier"} if FIGURE in told else set()
    problems += [one for one in found if one.column not in told | about_figures]
    if problems:
        # Made of what could not be read a key would be that of other rows, which say something else.
        return _line(sheet, line, (values[0] if has_key else f"({line})",), problems)
    return _line(sheet, line, (*values, other_ref), [])


def _line(sheet: Spreadsheet, line: int, read: tuple[str, ...], problems: list[Problem]) -> str:
    kind = "refused" if problems else ""
    return copy_line((str(sheet.id), str(line), array(read), kind, _listed(problems)))


def _listed(problems: Iterable[Problem]) -> str:
    """Problems as they are stored."""
    return json.dumps([[one.column, one.value[:_LONGEST_VALUE], one.reason] for one in problems],
                      ensure_ascii=False)  # fmt: skip


def _copy(session: Session, lines: Sequence[str]) -> None:
    raw = session.connection().connection.driver_connection
    assert raw is not None  # noqa: S101 - a connection that is checked out has its driver's one
    statement = (
        "copy spreadsheet_checks (spreadsheet_id, line, read, kind, problems) from stdin with (null '')"
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for line in lines:
            copy.write(line)


# Comparing.


def compare(session: Session, sheet: Spreadsheet) -> Examined:
    """Compare all rows with the ledger as it is now, keep what each is, and take everything else back."""
    with session.begin_nested() as savepoint:
        examined = examine(session, sheet)
        savepoint.rollback()
    keep(session, sheet, examined)
    return examined


def keep(session: Session, sheet: Spreadsheet, examined: Examined) -> None:
    """Store what the rows were found to be, at the ledger's version of now."""
    lines = iter(examined.rows.items())
    while portion := list(islice(lines, _LINES_AT_ONCE)):
        session.execute(
            text("""
              update spreadsheet_checks c set kind = v.kind, about = v.about, problems = v.problems::jsonb
              from unnest(cast(:lines as bigint[]), cast(:kinds as text[]), cast(:abouts as text[]),
                          cast(:problems as text[])) v (line, kind, about, problems)
              where c.spreadsheet_id = :sheet and c.line = v.line"""),
            {
                "sheet": sheet.id,
                "lines": [line for line, _found in portion],
                "kinds": [found.kind for _line, found in portion],
                "abouts": [found.about for _line, found in portion],
                "problems": [_listed(found.problems) for _line, found in portion],
            },
        )
    sheet.checked_version = session.scalar(select(Ledger.version))
    sheet.brings = {"sources": examined.sources, "places": examined.places}


def kept(session: Session, sheet: Spreadsheet) -> dict[int, tuple[str, str | None]]:
    """By line, the kind and the known claim of every row that could be read, as they were last kept."""
    rows = session.execute(
        select(SpreadsheetCheck.line, SpreadsheetCheck.kind, SpreadsheetCheck.about).where(
            SpreadsheetCheck.spreadsheet_id == sheet.id, func.cardinality(SpreadsheetCheck.read) > 1
        )
    )
    return {line: (kind or "", about) for line, kind, about in rows}


def examine(session: Session, sheet: Spreadsheet) -> Examined:
    """Put the rows into the rooms of an import and compare them; the rooms are left as they are then.

    A row that is refused takes those along that name it, and a row that says what a known claim says becomes
    what its owner chose: so the comparison is done again until nothing more comes of it.
    """
    run_script(session, ENTER)
    places = session.scalar(text("select coalesce(max(id), 0) from places")) or 0
    rooms = Rooms(session, sheet.id, sheet.like_known)
    rooms.fill()
    rooms.tell_appearances_apart()
    rooms.refuse_with_those_refused()
    while True:
        with session.begin_nested() as savepoint:
            refused = rooms.compared()
            alike = {} if refused else rooms.look_for_known()
            if not refused and not alike:
                return Examined(rooms.found(), *_brought(session, places))
            savepoint.rollback()
        rooms.leave_out(refused)
        rooms.take_as_known(alike)


def _brought(session: Session, places: int) -> tuple[list[str], list[str]]:
    """The sources and places that the ledger does not know yet; `places` was the last one that it knew."""
    new_sources = text("select name from described_sources where state = 'new' order by name")
    new_places = text("select name from places where id > :last order by name")
    return list(session.scalars(new_sources)), list(session.scalars(new_places, {"last": places}))
