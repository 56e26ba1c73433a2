"""Which cells of an .ods are merged, which the library that reads its cells does not tell.

Its content is one XML file in a zip. It is read as a stream, so that it takes no more memory than one
element, and a file that declares a document type, by which entities could grow without end, is refused.
"""

from collections.abc import Iterator
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of a merged one, each by row and column from 0 on."""

MOST_SPANS = 100_000
"""Merged cells of one worksheet that are kept; beyond it a file is not one that people made."""

_CONTENT = "content.xml"
_AT_ONCE = 65_536
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_CELLS = frozenset({f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"})


class _Spans:
    """Where it is in a worksheet, and the merged cells found so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Range] = []
        self.depth = 0  # of tables: a cell can hold one of its own, which is none of ours
        self.is_ours = False
        self.row = self.column = 0
        self.repeated = 1  # how often the row is there

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == f"{_TABLE} table":
            self.depth += 1
            if self.depth == 1:
                self.is_ours = given.get(f"{_TABLE} name") == self.name
                self.row = 0
        elif self.depth == 1 and self.is_ours and tag == f"{_TABLE} table-row":
            self.column, self.repeated = 0, _number(given, "number-rows-repeated")
        elif self.depth == 1 and self.is_ours and tag in _CELLS:
            down, across = _number(given, "number-rows-spanned"), _number(given, "number-columns-spanned")
            if down * across > 1 and len(self.found) < MOST_SPANS:
                last = (self.row + down - 1, self.column + across - 1)
                self.found.append(((self.row, self.column), last))
            self.column += _number(given, "number-columns-repeated")

    def end(self, tag: str) -> None:
        if tag == f"{_TABLE} table":
            self.depth -= 1
        elif self.depth == 1 and self.is_ours and tag == f"{_TABLE} table-row":
            self.row += self.repeated


def merged_cells(path: str, worksheet: str) -> list[Range]:
    """The merged cells of a worksheet; none where the file is no .ods. Raises ValueError for a bad one."""
    spans = _Spans(worksheet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = spans.start
    parser.EndElementHandler = spans.end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for piece in _content(path):
            parser.Parse(piece)
    except (expat.ExpatError, BadZipFile) as error:
        raise ValueError(str(error)) from error
    return spans.found


def _content(path: str) -> Iterator[bytes]:
    with ZipFile(path) as archive:
        if _CONTENT not in archive.namelist():
            return
        with archive.open(_CONTENT) as content:
            while piece := content.read(_AT_ONCE):
                yield piece


def _refuse(*_declared: object) -> None:
    raise ValueError("it declares a document type")


def _number(given: dict[str, str], name: str) -> int:
    """How often something is there, or how far it reaches: 1 where nothing is said."""
    written = given.get(f"{_TABLE} {name}", "1")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 10 else 1  # noqa: PLR2004
