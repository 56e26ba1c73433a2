"""From what was handed in to rows of text: which worksheet, which encoding, which mark between cells.

Nothing of a file is believed: how much a zip unpacks to is counted, a workbook is read in a process of its
own (app.sheets.workbook), and rows, columns and cells are bounded. What is wrong is named in a sentence.
"""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from app.claims.forms import LONGEST_TEXT
from app.errors import Refusal
from app.languages.spoken import _, count
from app.settings import PROJECT

LARGEST_FILE = 20_000_000
"""Bytes of a file, or of what was pasted."""

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_WORKSHEETS = 200
LARGEST_UNPACKED = 400_000_000
"""Bytes of all parts of a workbook: ten times what a table of so many rows has."""

ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1251", "cp949")
"""Encodings that a text can be read in, the likelier ones first."""

_START = 1000  # bytes by which a file is known
SECONDS = 60  # that a workbook may take to be read
_SAMPLE = 200_000  # characters that a text is judged by
_ROWS_JUDGED = 60
_MARKS = ("\t", ";", ",", "|")
_GAP = "  "  # the mark of a table whose columns stand under one another
_BETWEEN = re.compile(r"[ \u00a0]{2,}")
_RULE = re.compile(r"[\s:+|=-]*")
_NO_TEXT = str.maketrans(dict.fromkeys((*range(9), *range(14, 32), 127), " "))

Row = tuple[int, list[str]]
"""The line on which a row begins, from 1 on, and its cells."""


class CannotRead(Refusal):
    """What was handed in is no table that can be read, or too much of one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: as a workbook with these worksheets, or as a text in this encoding."""

    file: bytes
    worksheets: tuple[str, ...] = ()
    encoding: str | None = None

    def rows(self, worksheet: str | None = None) -> Iterator[Row]:
        """Each row with anything in it. Raises CannotRead, also on the way."""
        if self.encoding is not None:
            return _bounded(_rows_of_text(self.file, self.encoding))
        return _bounded(_rows_of_workbook(self.file, worksheet or self.worksheets[0]))


def look_at(file: bytes, encoding: str | None = None) -> Table:
    """What a file is; `encoding` is the one that somebody chose. Raises CannotRead."""
    if len(file) > LARGEST_FILE:
        most = LARGEST_FILE // 10**6
        raise CannotRead(_("It is larger than %(most)s MB, the most that is read.", most=most))
    if not file.strip():
        raise CannotRead(_("It is empty."))
    start = file[:_START].lstrip().lower()
    for signature, reason in _others().items():
        if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(signature.lower()):
            raise CannotRead(reason)
    if file.startswith(b"PK"):
        _check_unpacked(file)
        return Table(file, tuple(_names(file)))
    chosen = encoding if encoding in ENCODINGS else _encoding_of(file)
    _decoded(file, chosen)
    return Table(file, encoding=chosen)


def _others() -> dict[bytes, str]:
    return {
        b"\xd0\xcf\x11\xe0": _(
            "It is a spreadsheet in the old format, or one with a password: save it as .xlsx without one."
        ),
        b"%PDF": _("It is a PDF document: copy the table out of it and paste it instead."),
        b"\x1f\x8b": _("It is compressed: unpack it first."),
        **dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), _("It is a picture, not a table.")),
        **dict.fromkeys(
            (b"<!DOCTYPE", b"<html", b"<table", b"<meta"),
            _("It is a web page: copy the table out of it and paste it instead."),
        ),
        **dict.fromkeys(
            (b"{\\rtf", b"<?xml"), _("It is a document, not a table: save it as .xlsx, .ods or CSV.")
        ),
        b"\xff\xfe\0\0": _("It is a text in UTF-32: save it as UTF-8."),
        b"\0\0\xfe\xff": _("It is a text in UTF-32: save it as UTF-8."),
    }


# Workbooks.


def _check_unpacked(file: bytes) -> None:
    """Unpack every part and count, whatever the zip says of itself. Raises CannotRead."""
    damaged = CannotRead(_("The file is damaged: it cannot be unpacked."))
    try:
        archive = zipfile.ZipFile(io.BytesIO(file))
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if any(name.endswith(".iwa") for name in names):
            raise CannotRead(_("It is a document, not a table: save it as .xlsx, .ods or CSV."))
        if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            raise CannotRead(_("It is a zip, but no spreadsheet: give one .xlsx, .ods or CSV file."))
        taken = 0
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise CannotRead(_("It has a password: save it without one."))
            with archive.open(entry) as part:
                while chunk := part.read(1 << 20):
                    taken += len(chunk)
                    if taken > LARGEST_UNPACKED:
                        raise CannotRead(
                            _(
                                "Unpacked it is larger than %(most)s MB, the most that is read.",
                                most=LARGEST_UNPACKED // 10**6,
                            )
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise damaged from error


def _names(file: bytes) -> list[str]:
    lines = list(_told_by_process(file, None))
    names = json.loads(lines[0])
    if not names:
        raise CannotRead(_("It has no worksheet."))
    if len(names) > MOST_WORKSHEETS:
        raise CannotRead(_("It has more than %(most)s worksheets.", most=MOST_WORKSHEETS))
    return [str(name) for name in names]


def _rows_of_workbook(file: bytes, worksheet: str) -> Iterator[Row]:
    lines = _told_by_process(file, worksheet)
    next(lines)
    for line in lines:
        number, cells = json.loads(line)
        yield number, cells


def _told_by_process(file: bytes, worksheet: str | None) -> Iterator[str]:
    """Each line that the process which reads workbooks writes. Raises CannotRead where it fails."""
    with TemporaryDirectory(prefix="muster-sheet-") as folder:
        path = Path(folder, "workbook")
        path.write_bytes(file)
        asked = [sys.executable, "-m", "app.sheets.workbook", str(path)]
        if worksheet is not None:
            asked.append(worksheet)
        asked = ["timeout", str(SECONDS), *asked] if sys.platform == "linux" else asked
        with subprocess.Popen(
            asked, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        ) as process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            try:
                yield from process.stdout
            finally:
                process.stdout.close()
                if process.poll() is None:
                    process.terminate()
        ended = process.returncode
    if ended:
        raise CannotRead(_why(ended))


def _why(ended: int) -> str:
    if ended == 3:  # noqa: PLR2004 - as app.sheets.workbook ends
        return _("It has a password: save it without one.")
    if ended == 4:  # noqa: PLR2004 - likewise
        return _("The file is damaged: it cannot be read as a spreadsheet.")
    return _(
        "It takes more memory or time to read than there is: perhaps a cell far below or beside the table is"
        " filled. Copy the table into a new file, or paste it."
    )


# Texts.


def _encoding_of(file: bytes) -> str:
    """The encoding that a text is most likely in."""
    if file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = file[:_SAMPLE]
    if start[:_START].count(0) * 4 > len(start[:_START]):  # a stray zero makes no text of two bytes each
        return "utf-16"
    try:
        file.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    return max(ENCODINGS[2:], key=lambda one: _plausible(start, one))


def _plausible(start: bytes, encoding: str) -> float:
    """How much of what is not ASCII reads as letters that stand together, from 0 to 1."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return -1
    letters = [one for one in text if not one.isascii()]
    if not letters:
        return 0
    ranges = {"windows-1251": ("Ѐ", "ӿ"), "cp949": ("가", "힣"), "windows-1252": ("À", "ÿ")}
    first, last = ranges[encoding]
    likely = sum(first <= one <= last for one in letters) / len(letters)
    # Of a Western text a few letters are accented; of a Russian or Korean one nearly all are its own.
    own = len(letters) / max(1, sum(one.isalpha() for one in text))
    return likely * (1.5 - own) if encoding == "windows-1252" else likely * (0.5 + own)


def _decoded(file: bytes, encoding: str) -> str:
    utf16 = encoding == "utf-16" and not file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    codec = ("utf-16-be" if file[:1] == b"\0" else "utf-16-le") if utf16 else encoding
    try:
        text = file.decode("utf-8-sig" if codec == "utf-8" else codec)
    except UnicodeDecodeError as error:
        line = file[: error.start].count(b"\n") + 1
        raise CannotRead(
            _(
                "Line %(line)s cannot be read as %(encoding)s: choose another encoding, or save it as UTF-8.",
                line=line,
                encoding=encoding,
            )
        ) from error
    return text.removeprefix("\ufeff")


def _rows_of_text(file: bytes, encoding: str) -> Iterator[Row]:
    text = _decoded(file, encoding)
    mark, skipped = _mark_of(text)
    if mark == _GAP:
        yield from _rows_in_columns(text)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    csv.field_size_limit(LARGEST_FILE)  # a cell that is too long is refused by its line, below
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if line > skipped and any(cell.strip() for cell in cells) and not _is_a_rule(cells):
                yield line, cells
    except csv.Error as error:
        raise CannotRead(
            _(
                "From line %(line)s on the cells cannot be told apart: a quotation mark is left open or"
                " stands in the middle of a cell.",
                line=before + 1,
            )
        ) from error


def _is_a_rule(cells: Sequence[str]) -> bool:
    """Whether a row is the line under a header or around a table, as Markdown and terminals draw them."""
    return "---" in "".join(cells) and all(_RULE.fullmatch(cell) for cell in cells)


def _rows_in_columns(text: str) -> Iterator[Row]:
    """The rows of a table whose columns stand under one another, two spaces or more apart."""
    for line, row in enumerate(text.splitlines(), 1):
        cells = _BETWEEN.split(row.strip())
        if row.strip() and not _is_a_rule(cells):
            yield line, cells


def _stands_in_columns(text: str) -> bool:
    """Whether all rows have the same number of cells where two spaces or more tell them apart."""
    rows = [row for row in text[:_SAMPLE].splitlines()[:_ROWS_JUDGED] if row.strip()]
    widths = {len(_BETWEEN.split(row.strip())) for row in rows}
    return len(rows) > 1 and "\t" not in text[:_SAMPLE] and len(widths) == 1 and widths != {1}


def _mark_of(text: str) -> tuple[str, int]:
    """The mark between cells, and how many lines at the top only say so, as Excel writes `sep=;`."""
    first = text[:20].splitlines()[0].strip().lower() if text else ""
    if first.startswith("sep=") and len(first) == 5:  # noqa: PLR2004 - sep= and the mark
        return first[4], 1
    agreement = {mark: _agreement(text[:_SAMPLE], mark) for mark in _MARKS}
    likeliest = max(_MARKS, key=lambda mark: agreement[mark])
    if agreement[likeliest][0] < 1 and _stands_in_columns(text):
        return _GAP, 0
    return likeliest, 0


def _agreement(sample: str, mark: str) -> tuple[float, int]:
    """How many rows have the same number of cells, more than one; and how many that is."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=mark)
    csv.field_size_limit(LARGEST_FILE)
    try:
        for row in reader:
            if any(row):
                rows.append(row)
            if len(rows) == _ROWS_JUDGED:
                break
    except csv.Error:
        return 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0
    width, times = max(widths.items(), key=lambda one: (one[1], one[0]))
    return round(times / len(rows), 1), width


# Both.


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows, as text that can be stored. Raises CannotRead where they are too much."""
    for number, (line, cells) in enumerate(rows):
        while cells and not cells[-1].strip():
            cells.pop()
        if number > MOST_ROWS:
            raise CannotRead(
                _("It has more than %(most)s rows: hand it in as several.", most=count(MOST_ROWS))
            )
        if len(cells) > MOST_COLUMNS:
            raise CannotRead(_("Line %(line)s has more than %(most)s cells.", line=line, most=MOST_COLUMNS))
        if any(len(cell) > LONGEST_TEXT for cell in cells):
            raise CannotRead(
                _(
                    "Line %(line)s has a cell of more than %(most)s characters: is a quotation mark left"
                    " open?",
                    line=line,
                    most=count(LONGEST_TEXT),
                )
            )
        yield line, [cell.translate(_NO_TEXT).strip() for cell in cells]
