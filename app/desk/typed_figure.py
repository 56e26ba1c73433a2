"""A figure as it is typed: the phrase as printed, and the cells that it proposes."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from app.claims.approved import Figure
from app.claims.phrases import NotAFigure, ReadFigure, read_figure
from app.claims.words import Nature
from app.languages.spoken import _, count, pgettext

CELLS = ("qualifier", "low", "point", "high")
_SHOWN = 40  # characters of a cell that are told
_GROUPED = re.compile("[0-9]{1,3}(?:[,.'\u2019 \u00a0\u202f][0-9]{3})+", re.ASCII)
_PERCENT = re.compile(r"%|\bper\s?cent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """What phrase and cells say together. Who edits a cell by hand has the last word on all of them."""

    cells: dict[str, str] = field(default_factory=dict)  # those that are filled
    is_proposed: bool = False  # the cells are those that the phrase proposes
    doubt: str | None = None  # a sentence, where the phrase can be read otherwise, or was
    problem: str | None = None  # a sentence; the phrase cannot be read and nothing else is written

    @property
    def said(self) -> list[tuple[str, str]]:
        """The cells that are filled, what each is called and what stands in it, as it is read."""
        return [
            (words, count(int(cell)) if cell.isascii() and cell.isdigit() else cell)
            for name, words in (
                ("low", pgettext("before a bound", "at least")),
                ("point", pgettext("before a bound", "figure")),
                ("high", pgettext("before a bound", "at most")),
            )
            if (cell := self.cells.get(name, "")[:_SHOWN])
        ]


def typed_figure(
    phrase: str, typed: dict[str, str], *, read_before: str, nature: str, language: str
) -> TypedFigure:
    """Read a phrase beside the cells as they stand; `read_before` is the phrase that they were proposed for.

    Cells that are empty, or as an earlier phrase proposed them, follow the phrase. All others were edited by
    hand, and stay.
    """
    cells = {name: _plain(value, nature) for name in CELLS if (value := typed.get(name, "").strip())}
    if nature == Nature.STANCE:
        return TypedFigure()
    if not phrase:
        return TypedFigure(cells)
    try:
        read = read_figure(phrase, language or None)
    except NotAFigure as refusal:
        return TypedFigure(cells, doubt=str(refusal)) if cells else TypedFigure(problem=str(refusal))
    if _PERCENT.search(phrase) and nature not in {"", Nature.SHARE}:
        told = _("“%(phrase)s” is a percentage: that is a share, not a count.", phrase=phrase)
        return TypedFigure(cells, problem=told)
    proposed = _cells(read)
    if not cells or cells in (proposed, _proposed_for(read_before, language)):
        return TypedFigure(proposed, is_proposed=True, doubt=read.doubt)
    told = _(
        "“%(phrase)s” would be read otherwise. The figures that you entered by hand are kept.", phrase=phrase
    )
    return TypedFigure(cells, doubt=told)


def _proposed_for(phrase: str, language: str) -> dict[str, str] | None:
    try:
        return _cells(read_figure(phrase, language or None)) if phrase else None
    except NotAFigure:
        return None


def _cells(read: ReadFigure) -> dict[str, str]:
    figures = {"low": read.low, "point": read.point, "high": read.high}
    return {"qualifier": str(read.qualifier)} | {
        name: _written(figure) for name, figure in figures.items() if figure is not None
    }


def _written(figure: Figure) -> str:
    return format(figure.normalize(), "f") if isinstance(figure, Decimal) else str(figure)


def _plain(cell: str, nature: str) -> str:
    """A count without the marks between its thousands; counts are whole, so that they can be nothing else."""
    if nature != Nature.SHARE and _GROUPED.fullmatch(cell):
        return re.sub("[^0-9]", "", cell)
    return cell
