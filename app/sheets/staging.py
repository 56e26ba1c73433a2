"""Tables that people brought, as they wait: stored a row at a time, read again, thrown away."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import chain, islice

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.answers.queries import measure_texts
from app.claims.drafts import KEY, new_key
from app.deployments.queries import deployment_texts
from app.errors import NotFound, Refusal
from app.languages.spoken import _, known
from app.ledger.staging import ROWS_AT_ONCE, copy_line
from app.sheets.mapping import ColumnsMeant, Known, header_digest
from app.sheets.models import ColumnMapping, Spreadsheet, SpreadsheetCheck, SpreadsheetRow
from app.sheets.names import plain
from app.sheets.proposal import HEADER_WITHIN, SAMPLE, find_header
from app.sheets.reading import CannotRead, Row, Table, look_at
from app.sources.models import SourceDescription

KEPT_DAYS = 14
"""Days for which a table is kept that nobody touches."""

MOST_KEPT = 20
"""Tables that one person may have under way."""

LONGEST_NAME = 100


class TooManyAtOnce(Refusal):
    """Somebody has more tables under way than they can keep an eye on."""

    status = HTTPStatus.CONFLICT


def bring(session: Session, table: Table, name: str, *, by: Person, at: datetime) -> Spreadsheet:
    """Store a table privately, its rows as they are written. Raises CannotRead and TooManyAtOnce."""
    clear_away(session, at)
    under_way = select(func.count()).where(Spreadsheet.person_id == by.id, Spreadsheet.batch_id.is_(None))
    if (session.scalar(under_way) or 0) >= MOST_KEPT:
        raise TooManyAtOnce(
            _("You have %(most)s tables under way: hand one in, or throw one away, first.", most=MOST_KEPT)
        )
    sheet = Spreadsheet(
        person_id=by.id,
        key=new_key(),
        name=name,
        file=table.file,
        begun_at=at,
        touched_at=at,
        worksheets=list(table.worksheets),
        worksheet=None,
        encoding=table.encoding,
        header_line=0,
        columns=[],
        rows=0,
        mapping=None,
        like_known="appearance",
        checked_version=None,
    )
    session.add(sheet)
    session.flush()  # its rows refer to it
    refusal = CannotRead(_("It has no rows."))
    # Of a workbook the first worksheet that holds a table: notes and charts often stand before it.
    for worksheet in table.worksheets or (None,):
        try:
            _store(session, sheet, table, worksheet, None)
        except CannotRead as error:
            refusal = error
        else:
            return sheet
    raise refusal


def read_again(
    session: Session,
    sheet: Spreadsheet,
    *,
    worksheet: str | None,
    encoding: str | None,
    header_line: int | None,
) -> None:
    """Read the same file otherwise; `header_line` None looks for it. Raises CannotRead: all is as before."""
    table = look_at(_file_of(session, sheet), encoding)
    if table.worksheets and worksheet not in table.worksheets:
        raise CannotRead(_("There is no worksheet of that name."))
    with session.begin_nested():
        session.execute(delete(SpreadsheetRow).where(SpreadsheetRow.spreadsheet_id == sheet.id))
        _store(session, sheet, table, worksheet if table.worksheets else None, header_line)
        sheet.encoding = table.encoding
        unmap(session, sheet)


def unmap(session: Session, sheet: Spreadsheet) -> None:
    """Forget what the columns meant, and with it what became of the rows."""
    forget_checks(session, sheet)
    sheet.mapping = None


def forget_checks(session: Session, sheet: Spreadsheet) -> None:
    """Begin anew with checking the rows."""
    sheet.checked_version = None
    session.execute(delete(SpreadsheetCheck).where(SpreadsheetCheck.spreadsheet_id == sheet.id))


def _file_of(session: Session, sheet: Spreadsheet) -> bytes:
    file = session.scalar(select(Spreadsheet.file).where(Spreadsheet.id == sheet.id))
    assert file is not None  # noqa: S101 - kept until it is handed in, as the database sees to
    return file


def _store(
    session: Session, sheet: Spreadsheet, table: Table, worksheet: str | None, header_line: int | None
) -> None:
    rows = table.rows(worksheet)
    head = list(islice(rows, HEADER_WITHIN))
    found = find_header(head) if header_line is None else header_line
    names = next((cells for line, cells in head if line == found), [])
    if found and not names:
        raise CannotRead(_("Line %(line)s is empty or far below the beginning.", line=found))
    below = [row for row in head if row[0] > found]
    count, width = _copy(session, sheet, chain(below, rows))
    if not count:
        raise CannotRead(_("It has no rows below its header."))
    sheet.worksheet, sheet.header_line, sheet.rows = worksheet, found, count
    sheet.columns = [
        names[place] if place < len(names) and names[place] else _letters(place)
        for place in range(max(width, len(names)))
    ]


def _copy(session: Session, sheet: Spreadsheet, rows: Iterable[Row]) -> tuple[int, int]:
    """Store rows with COPY, some hundred at a time; gives how many, and how wide the widest is."""
    raw = session.connection().connection.driver_connection
    assert raw is not None  # noqa: S101 - a connection that is checked out has its driver's one
    count = width = 0
    statement = "copy spreadsheet_rows (spreadsheet_id, line, cells) from stdin"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for portion in _portions(rows):
            copy.write(
                "".join(copy_line((str(sheet.id), str(line), array(cells))) for line, cells in portion)
            )
            count += len(portion)
            width = max(width, *(len(cells) for _line, cells in portion))
    return count, width


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while portion := list(islice(iterator, ROWS_AT_ONCE)):
        yield portion


def array(cells: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them."""
    quoted = (cell.replace("\\", "\\\\").replace('"', '\\"') for cell in cells)
    return "{" + ",".join(f'"{cell}"' for cell in quoted) + "}"


def _letters(place: int) -> str:
    """What a spreadsheet calls a column without a name: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return _("Column %(letters)s", letters=letters)


def find(session: Session, person: Person, key: str, *, lock: bool = False) -> Spreadsheet:
    """Somebody's table by its key. Raises NotFound for what is not there, or is somebody else's."""
    query = select(Spreadsheet).where(Spreadsheet.person_id == person.id, Spreadsheet.key == key)
    if lock:
        query = query.with_for_update()
    options = {"populate_existing": True}
    found = session.scalar(query.execution_options(**options)) if KEY.fullmatch(key) else None
    if found is None:
        raise NotFound(
            _("There is no such table: it was thrown away, or not touched for %(days)s days.", days=KEPT_DAYS)
        )
    return found


def tables_of(session: Session, person: Person) -> Sequence[Spreadsheet]:
    """What somebody has under way, the last touched first."""
    return session.scalars(
        select(Spreadsheet)
        .where(Spreadsheet.person_id == person.id, Spreadsheet.batch_id.is_(None))
        .order_by(Spreadsheet.touched_at.desc(), Spreadsheet.id.desc())
    ).all()


def discard(session: Session, person: Person, key: str) -> None:
    """Throw somebody's table away; that it is gone already is no mistake."""
    session.execute(delete(Spreadsheet).where(Spreadsheet.person_id == person.id, Spreadsheet.key == key))


def clear_away(session: Session, at: datetime) -> None:
    """Remove the tables, of whomever, that nobody has touched for long."""
    session.execute(delete(Spreadsheet).where(Spreadsheet.touched_at < at - timedelta(days=KEPT_DAYS)))


def sample_of(session: Session, sheet: Spreadsheet, rows: int = SAMPLE) -> list[Row]:
    """The first rows as they are written."""
    found = session.execute(
        select(SpreadsheetRow.line, SpreadsheetRow.cells)
        .where(SpreadsheetRow.spreadsheet_id == sheet.id)
        .order_by(SpreadsheetRow.line)
        .limit(rows)
    )
    return [(line, cells) for line, cells in found]


def known_names(session: Session) -> Known:
    """What the ledger holds today, by everything that it is called."""
    deployments = {
        plain(name): one.slug for one in deployment_texts(session) for name in (one.name, one.slug)
    }
    measures = {
        plain(name): slug
        for slug, one in measure_texts(session).items()
        for name in (known(one.label), one.label, slug)
    }
    sources = select(SourceDescription.name).where(SourceDescription.replaced_version.is_(None))
    return Known(deployments, measures, frozenset(session.scalars(sources)))


def remembered(session: Session, person: Person, columns: Sequence[str]) -> ColumnsMeant | None:
    """How somebody mapped a table with this header last; None: never."""
    kept = session.scalar(
        select(ColumnMapping.mapping).where(
            ColumnMapping.person_id == person.id, ColumnMapping.header == header_digest(columns)
        )
    )
    return None if kept is None else ColumnsMeant.from_stored(kept)


def remember(
    session: Session, person: Person, columns: Sequence[str], meant: ColumnsMeant, at: datetime
) -> None:
    """Keep how a table with this header was mapped."""
    values = {"mapping": meant.stored(), "used_at": at}
    session.execute(
        insert(ColumnMapping)
        .values(person_id=person.id, header=header_digest(columns), **values)
        .on_conflict_do_update(constraint="column_mappings_one_per_header", set_=values)
    )
