"""Reading a CSV of a ledger as a stream of rows, each with the line on which it begins.

Memory stays bounded whatever the file holds: a line, a cell or a quotation mark without end is refused
as soon as it has gone on for too long.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

CHUNK = 256 * 1024  # bytes read at a time
LONGEST_ROW = 1_000_000  # characters of one row, over all its lines
MOST_EMPTY_LINES = 10_000  # in a row: what a spreadsheet may leave at its end
_NAMED = 5  # columns that a message names before it only counts them
_SHOWN = 40  # characters of a column's name in a message


class Unreadable(Exception):
    """The file cannot be read on from here; `line` is where, None: as a whole."""

    def __init__(self, reason: str, line: int | None = None, column: str | None = None) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column


class Stream(Protocol):
    """Bytes, a piece at a time."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table's header may say."""

    known: tuple[str, ...]
    required: tuple[str, ...]


_OTHER_FILES = {
    b"\x1f\x8b": "is compressed with gzip: unpack it first",
    b"%PDF": "is a PDF document, not a CSV",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet file: save the table as CSV (UTF-8) first",
    b"\x89PNG": "is a picture, not a CSV",
}


class Lines:
    """The lines of a UTF-8 text with their ends, counted."""

    def __init__(self, stream: Stream, on_bytes: Callable[[int], None]) -> None:
        self.stream = stream
        self.on_bytes = on_bytes  # told how many bytes were read, for a progress bar
        self.given = 0  # lines given out
        self.characters = 0  # of the row that is being read

    def __iter__(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        rest, first = "", True
        while True:
            chunk = self.stream.read(CHUNK)
            if first:
                _refuse_other_files(chunk)
            text = rest + self._decoded(decoder, chunk, rest)
            if first:
                text, first = text.removeprefix("\ufeff"), False
            lines = io.StringIO(text, newline="").readlines()
            # The last line of a chunk may go on, and a carriage return may be half of its end.
            rest = lines.pop() if chunk and lines and not lines[-1].endswith("\n") else ""
            for line in lines:
                self._count(line)
                yield line
            if len(rest) > LONGEST_ROW:
                raise Unreadable(f"the line goes on for more than {LONGEST_ROW:,} characters", self.given + 1)
            self.on_bytes(len(chunk))
            if not chunk:
                return

    def _count(self, line: str) -> None:
        self.given += 1
        self.characters += len(line)
        if self.characters > LONGEST_ROW:
            reason = (
                f"the row goes on for more than {LONGEST_ROW:,} characters: is a quotation mark left open?"
            )
            raise Unreadable(reason, self.given)

    def _decoded(self, decoder: codecs.IncrementalDecoder, chunk: bytes, rest: str) -> str:
        before = decoder.getstate()[0]
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            readable = (before + chunk)[: error.start].decode("utf-8", "ignore")
            line = self.given + 1 + _line_ends(rest + readable)
            byte = (before + chunk)[error.start]
            reason = f"is not UTF-8: it has the byte 0x{byte:02X} here; save the table as CSV (UTF-8)"
            raise Unreadable(reason, line) from None
        if "\0" in text:
            line = self.given + 1 + _line_ends(rest + text[: text.index("\0")])
            raise Unreadable("has a byte of zero here: this is no text file", line)
        return text


def _line_ends(text: str) -> int:
    return sum(line.endswith(("\n", "\r")) for line in io.StringIO(text, newline=""))


def _refuse_other_files(start: bytes) -> None:
    for signature, reason in _OTHER_FILES.items():
        if start.startswith(signature):
            raise Unreadable(reason)
    ascii_halves = any(start[:1000]) and not (any(start[:1000:2]) and any(start[1:1000:2]))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (len(start) > 1 and ascii_halves):
        raise Unreadable("is written in UTF-16: save the table as CSV (UTF-8)")


def read_rows(
    stream: Stream,
    columns: Columns,
    on_fault: Callable[[int, str], None],
    on_bytes: Callable[[int], None] = lambda _count: None,
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row's line (where it begins) and its cells in the order of `columns.known`.

    A column that the header leaves out is empty throughout. A row with too many or too few cells is told
    to `on_fault` with its line and left out; raises Unreadable where nothing further can be read.
    """
    # A cell may fill a row, as those of a history nearly do; rows that are too long are seen while they are
    # read. The limit is one of the whole process, so it is set where it is needed and not only once.
    csv.field_size_limit(LONGEST_ROW)
    lines = Lines(stream, on_bytes)
    reader = csv.reader(lines, strict=True)
    header = _next_row(reader, lines)
    if header is None:
        raise Unreadable("is empty: its first line has to name the columns")
    order = _places(header[1], columns)
    width = len(header[1])
    while (numbered := _next_row(reader, lines)) is not None:
        line, cells = numbered
        if len(cells) != width:
            on_fault(line, f"the row has {len(cells):,} cells, the header names {width} columns")
            continue
        cells.append("")  # what a column that is left out points to
        yield line, tuple([cells[place] for place in order])


class _Reader(Protocol):
    """csv.reader, whose own type has no name."""

    line_num: int

    def __next__(self) -> list[str]: ...


def _next_row(reader: _Reader, lines: Lines) -> tuple[int, list[str]] | None:
    """The next row that has anything in it, with the line on which it begins; None at the end."""
    empty = 0
    while True:
        start = reader.line_num + 1
        lines.characters = 0
        try:
            cells = next(reader)
        except StopIteration:
            return None
        except csv.Error as error:
            raise Unreadable(_why(str(error)), start) from None
        if cells and any(cells):
            return start, cells
        empty += 1
        if empty > MOST_EMPTY_LINES:
            raise Unreadable(f"more than {MOST_EMPTY_LINES:,} empty lines follow one another", start)


def _why(error: str) -> str:
    """A fault of the quotation in a sentence; the file is not read beyond it."""
    if "unexpected end" in error:
        return "a quotation mark is opened here and never closed"
    return (
        "a quotation mark stands where it cannot be read: put the whole cell in quotation marks and write"
        " those inside it twice; the rest of the file was not read"
    )


def _places(header: Sequence[str], columns: Columns) -> list[int]:
    """For each known column its place in the header, or one past the last where it is left out."""
    names = [name.strip() for name in header]
    _refuse_other_separators(names, columns)
    unknown = [name for name in names if name not in columns.known]
    if unknown:
        raise Unreadable(_about_unknown(unknown, columns), 1, None)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Unreadable(f"the column {twice[0]} is named twice", 1)
    if missing := [name for name in columns.required if name not in names]:
        raise Unreadable(
            f"the column {' and '.join(missing)} is missing"
            if len(missing) == 1
            else f"the columns {', '.join(missing)} are missing",
            1,
        )
    return [names.index(name) if name in names else len(names) for name in columns.known]


def _refuse_other_separators(names: Sequence[str], columns: Columns) -> None:
    if any(name in columns.known for name in names):
        return
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(part.strip() in columns.known for name in names[:1] for part in name.split(separator)):
            raise Unreadable(f"is separated by {called}: save it with commas between the cells", 1)


def _about_unknown(unknown: Sequence[str], columns: Columns) -> str:
    shown = ", ".join(_named(name, columns) for name in unknown[:_NAMED])
    rest = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
    one = len(unknown) == 1
    return f"the column{'' if one else 's'} {shown}{rest} {'is' if one else 'are'} not known"


def _named(name: str, columns: Columns) -> str:
    if not name:
        return "without a name"
    shown = name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…"
    close = get_close_matches(name.lower()[:_SHOWN], columns.known, n=1)
    return f"“{shown}” (perhaps {close[0]})" if close else f"“{shown}”"
