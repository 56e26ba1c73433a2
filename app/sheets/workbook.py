"""A process that reads one workbook and ends: `python -m app.sheets.workbook FILE [WORKSHEET]`.

The library makes room for every cell between a worksheet's first and last one before it gives any. A file
of a few kilobytes can so ask for more memory than there is, and the process that asks is ended by the system;
it is this one, and not the site's, and it is told how much it may take. Into its output it writes JSON, a
line each: the names of the worksheets, then, where one is named, a row with its line number.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterable, Iterator

import python_calamine

from app.sheets.opendocument import Range, merged_cells

MEMORY = 1_500_000_000
"""Bytes of address space: a worksheet of 100,000 rows and 60 columns takes half of it."""

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
Merged = dict[int, dict[int, int]]

_LARGEST_WHOLE = 1e15  # beyond it a cell's number is no longer sure to be whole


def written(cell: Cell) -> str:
    """A cell as text: dates in ISO, whole numbers without a decimal mark, a formula as its value."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _LARGEST_WHOLE else repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="minutes")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def worksheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """The worksheets that hold cells, by name; the hidden ones too, which a person may be looking for."""
    kind = python_calamine.SheetTypeEnum.WorkSheet
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == kind]


def rows(sheet: python_calamine.CalamineSheet, ranges: Iterable[Range]) -> Iterator[tuple[int, list[str]]]:
    """Each row that has anything in it, with its number from 1 on. A cell merged downwards fills its rows."""
    if sheet.start is None:
        return
    merged = _merged_downwards(sheet, ranges)
    above: dict[int, str] = {}
    for number, cells in enumerate(sheet.iter_rows()):
        row = [written(cell) for cell in cells]
        filled = any(row)
        for column, start in merged.get(number, {}).items():
            if number == start:
                above[column] = row[column]
            elif filled and not row[column]:
                row[column] = above.get(column, "")
        if filled:
            yield number + 1, row


def _merged_downwards(sheet: python_calamine.CalamineSheet, ranges: Iterable[Range]) -> Merged:
    """By row and column, where the merged cell begins that covers it."""
    found: Merged = {}
    (_, first_column), (last_row, last_column) = sheet.start or (0, 0), sheet.end or (0, 0)
    for (top, left), (bottom, _) in ranges:
        if first_column <= left <= last_column and bottom > top:
            for row in range(top, min(bottom, last_row) + 1):
                found.setdefault(row, {})[left - first_column] = top  # a row begins with its first column
    return found


def main(path: str, name: str | None) -> None:
    """Write what was asked for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with python_calamine.load_workbook(path) as book:
        _tell(worksheets(book))
        if name is not None:
            sheet = book.get_sheet_by_name(name)
            ranges = sheet.merged_cell_ranges
            for row in rows(sheet, merged_cells(path, name) if ranges is None else ranges):
                _tell(row)


def _tell(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)  # noqa: PLR2004 - the second argument
    except python_calamine.PasswordError:
        sys.exit(3)
    except (python_calamine.CalamineError, MemoryError, OSError, ValueError):
        sys.exit(4)
