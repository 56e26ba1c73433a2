"""What the columns of a table most likely mean: by what they are called, and by what stands in them.

A proposal, never more: the form shows it beside the first rows, and whoever brought the table decides.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.claims.forms import CLAIM_REF
from app.sheets.cells import NotAFigure, read_day_cell, read_figure_cell
from app.sheets.mapping import ColumnsMeant, Known
from app.sheets.names import FIGURE, called, nature_words, plain, qualifier_words

SAMPLE = 200
"""Rows by which contents are judged."""

HEADER_WITHIN = 40
"""Lines among which the one that names the columns is looked for."""

_MOST = 0.8  # of the cells of a column that have to look so
_LONG = 40  # characters from which on a cell is a sentence and no name
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_FIRST_TWO = re.compile(r"\s*([0-9]{1,2})[./-]([0-9]{1,2})[./-][0-9]{4}", re.ASCII)
_MONTHS = 12


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The line that names the columns, among the first rows of a table; 0 where none does.

    Lines above it hold a title or remarks. It is filled nearly as wide as the table and holds no figures or
    dates; of several the one with most names that are known, and then the first.
    """
    head = list(rows[:HEADER_WITHIN])
    width = max((_filled(cells) for _, cells in head), default=0)
    best, line = 0.0, 0
    for number, (at, cells) in enumerate(head):
        filled = [cell for cell in cells if cell]
        if not filled or _filled(cells) * 2 < width:
            continue
        values = sum(_is_day(cell) or _is_figure(cell) or cell.startswith("http") for cell in filled)
        known = sum(plain(cell) in called() for cell in filled)
        score = 3 * known + len(filled) - 4 * values - 0.1 * number
        if score > best and (known or number + 1 < len(rows)):
            best, line = score, at
    return line


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def propose(
    columns: Sequence[str], sample: Sequence[Sequence[str]], known: Known, before: ColumnsMeant | None = None
) -> ColumnsMeant:
    """The likeliest meaning of each column, `before` being what was chosen for the same header last time."""
    if before is not None:
        return before
    contents = [_column(sample, place) for place in range(len(columns))]
    meant = _by_name(columns, contents)
    for target, fits in _by_contents(known):
        if target in meant:
            continue
        for place, cells in enumerate(contents):
            if place not in meant.values() and cells and _share(cells, fits) >= _MOST:
                meant[target] = place
                break
    if "period" not in meant and "period_start" not in meant and "said_on" not in meant and "as_of" in meant:
        meant["said_on"] = meant["as_of"]  # who counts day by day says so on the day
    return ColumnsMeant(meant, _constants(meant, known), _day_first(contents))


def _by_name(columns: Sequence[str], contents: Sequence[Sequence[str]]) -> dict[str, int]:
    """By target, the first column that is called so and whose cells do not belie it."""
    meant: dict[str, int] = {}
    for place, name in enumerate(columns):
        target = called().get(plain(name))
        if target == FIGURE and contents[place] and _share(contents[place], _is_figure) < 1 - _MOST:
            continue  # “personnel” may be a figure or a kind of people
        if target is not None and target not in meant:
            meant[target] = place
    return meant


@dataclass(frozen=True, slots=True)
class _OneOf:
    words: Mapping[str, str]

    def __call__(self, cell: str) -> bool:
        return plain(cell) in self.words


def _by_contents(known: Known) -> list[tuple[str, Callable[[str], bool]]]:
    """What contents can tell, the surest first."""
    return [
        ("url", lambda cell: cell.startswith(("http://", "https://"))),
        ("deployment", _OneOf(known.deployments)),
        ("measure", _OneOf(known.measures)),
        ("source", lambda cell: cell in known.sources),
        ("nature", _OneOf(nature_words())),
        ("qualifier", _OneOf(qualifier_words())),
        ("period", lambda cell: "/" in cell and all(map(_DATE.fullmatch, cell.split("/")))),
        ("as_of", _is_day),
        ("said_on", _is_day),
        (FIGURE, lambda cell: _is_figure(cell) and not _is_day(cell)),
        ("language", lambda cell: len(cell) == 2 and cell.isalpha()),  # noqa: PLR2004 - ISO 639-1
        ("claim_ref", lambda cell: bool(CLAIM_REF.fullmatch(cell)) and "-" in cell and not _is_day(cell)),
        ("title", lambda cell: len(cell) > _LONG),
    ]


def _constants(meant: Mapping[str, int], known: Known) -> dict[str, str]:
    """What goes for all rows where no column says it and there is no other choice."""
    found: dict[str, str] = {}
    if "deployment" not in meant and len(set(known.deployments.values())) == 1:
        found["deployment"] = next(iter(known.deployments.values()))
    if "qualifier" not in meant and FIGURE not in meant and meant.keys() & {"low", "point", "high"}:
        found["qualifier"] = "stated"
    if "nature" not in meant and meant.keys() & {"period", "period_start"}:
        found["nature"] = "increment"
    return found


def _column(sample: Sequence[Sequence[str]], place: int) -> list[str]:
    """The cells of a column that are filled."""
    return [cells[place] for cells in sample[:SAMPLE] if place < len(cells) and cells[place]]


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _is_day(cell: str) -> bool:
    """A date, but not a number that could as well be a year or a count."""
    if len(cell) > _LONG or _YEAR.fullmatch(cell):
        return False
    return bool(_DATE.fullmatch(read_day_cell(cell, day_first=True))) and not cell.isdigit()


def _is_figure(cell: str) -> bool:
    if len(cell) > _LONG or not any(one.isdigit() for one in cell) or _is_day(cell):
        return False
    try:
        read_figure_cell(cell, "", is_share="%" in cell)
    except NotAFigure:
        return False
    return True


def _day_first(contents: Sequence[Sequence[str]]) -> bool:
    """Whether days stand before months, by the first date of which only one part can be a month."""
    for cells in contents:
        for cell in cells:
            if (found := _FIRST_TWO.match(cell)) is not None:
                one, two = int(found[1]), int(found[2])
                if (one > _MONTHS) != (two > _MONTHS):
                    return one > _MONTHS
    return True
