"""Cells of spreadsheets in the spelling of the claims CSV: dates, periods and figures as people write them.

What is not understood is left as it stands, for the rules of a row to refuse with its reason.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from app.claims.phrases import NotAFigure, ReadFigure, read_figure
from app.claims.words import Qualifier

_MONTHS = (
    ("january", "gennaio"), ("february", "febbraio"), ("march", "marzo"), ("april", "aprile"),
    ("may", "maggio"), ("june", "giugno"), ("july", "luglio"), ("august", "agosto"),
    ("september", "settembre"), ("october", "ottobre"), ("november", "novembre"), ("december", "dicembre"),
)  # fmt: skip
_SHORTEST_MONTH = 3
_MONTH_OF = {
    name[:length]: number
    for number, names in enumerate(_MONTHS, 1)
    for name in names
    for length in range(_SHORTEST_MONTH, len(name) + 1)
} | {"sept": 9}  # fmt: skip

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", re.ASCII)
_DAY_AND_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})[T ]\d{1,2}:\d{2}.*", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[./-](\d{4})", re.ASCII)
_DAY_WORD_YEAR = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|o|°)?\.?\s+(?:of\s+)?)?([a-z]+)\.?,?\s+(\d{4})")
_WORD_DAY_YEAR = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SERIAL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_NOUGHT = date(1899, 12, 30)  # day 0 of a spreadsheet, so that the days from March 1900 on are right
_TO = re.compile(r"\s*(?:/|–|—|\bto\b|\buntil\b|\ba\b|\bal\b|\bfino al\b|\s-\s)\s*")
_LARGEST_MONTH = 12

_WHOLE = re.compile(r"[0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.'’ \u00a0\u2009\u202f])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}", re.ASCII)  # lakhs and crores: 12,34,567
_NO_FRACTION = re.compile(r"([0-9]+)[.,]0{1,2}", re.ASCII)
_FRACTION = re.compile(r"([0-9]+),([0-9]{1,2})", re.ASCII)

_NEGATIVE = re.compile(r"\s*[-−–]\s*[0-9]")

_FLOORS = frozenset({Qualifier.AT_LEAST, Qualifier.MORE_THAN})
_CEILINGS = frozenset({Qualifier.UP_TO, Qualifier.FEWER_THAN, Qualifier.NEARLY})


@lru_cache(maxsize=65536)
def read_day_cell(cell: str, *, day_first: bool) -> str:
    """A date of EDTF level 0; as it stands where it is none. `day_first` reads 3.2.2025 as 3 February."""
    plain = " ".join(unicodedata.normalize("NFKC", cell).split())
    if (found := _DAY_AND_TIME.fullmatch(plain)) is not None:
        plain = found[1]
    if _SERIAL.fullmatch(plain) and (days := int(float(plain))) in _SERIAL_DAYS:
        return (_NOUGHT + timedelta(days=days)).isoformat()
    if (found := _ISO.fullmatch(plain)) is not None:
        return _written(found[1], found[2], found[3])
    if (found := _PARTS.fullmatch(plain)) is not None:
        one, two = int(found[1]), int(found[2])
        month, day = (two, one) if day_first else (one, two)
        if month > _LARGEST_MONTH >= day:
            month, day = day, month  # only one of them can be a month
        return _written(found[3], str(month), str(day))
    if (found := _MONTH_YEAR.fullmatch(plain)) is not None and int(found[1]) <= _LARGEST_MONTH:
        return _written(found[2], found[1], None)
    return _named_month(plain.casefold()) or cell


def _named_month(plain: str) -> str | None:
    if (found := _DAY_WORD_YEAR.fullmatch(plain)) is not None and found[2] in _MONTH_OF:
        return _written(found[3], str(_MONTH_OF[found[2]]), found[1])
    if (found := _WORD_DAY_YEAR.fullmatch(plain)) is not None and found[1] in _MONTH_OF:
        return _written(found[3], str(_MONTH_OF[found[1]]), found[2])
    return None


def _written(year: str, month: str, day: str | None) -> str:
    return f"{year}-{month:0>2}" + ("" if day is None else f"-{day:0>2}")


def read_period_cell(cell: str, *, day_first: bool) -> str:
    """Two dates as start/end; one date as both its ends; as it stands where it is neither."""
    plain = " ".join(unicodedata.normalize("NFKC", cell).split()).casefold()
    parts = _TO.split(plain)
    if len(parts) == 2 and all(parts):  # noqa: PLR2004 - a period has two ends
        first, last = (read_day_cell(part, day_first=day_first) for part in parts)
        return f"{first}/{last}"
    whole = read_day_cell(cell, day_first=day_first)
    return cell if whole == cell and "/" in cell else f"{whole}/{whole}" if whole else ""


def read_number_cell(cell: str, *, is_share: bool) -> str:
    """A count in plain digits, a share with a decimal point; as it stands where it is neither."""
    plain = cell.strip()
    if _WHOLE.fullmatch(plain):
        return plain.lstrip("0") or "0"
    if is_share:
        plain = plain.removesuffix("%").strip()
        found = _FRACTION.fullmatch(plain)
        return f"{found[1]}.{found[2]}" if found else plain
    if _GROUPED.fullmatch(plain) or _INDIAN.fullmatch(plain):
        return re.sub("[^0-9]", "", plain).lstrip("0") or "0"
    if (found := _NO_FRACTION.fullmatch(plain)) is not None:
        return found[1].lstrip("0") or "0"
    return cell


@lru_cache(maxsize=65536)
def read_figure_cell(cell: str, qualifier: str, *, is_share: bool) -> tuple[str, str, str, str]:
    """Qualifier, low, point and high of a figure as it was printed: 1.234, “about 3,000”, “2-3 mila”.

    A qualifier that stands in a column of its own has the last word. Raises NotAFigure.
    """
    number = read_number_cell(cell, is_share=is_share)
    if _WHOLE.fullmatch(number) or (is_share and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", number)):
        return _beside(qualifier, number)
    if _NEGATIVE.match(cell):
        return qualifier or Qualifier.STATED.value, "", cell, ""  # which a row's rules refuse as it stands
    read = read_figure(cell)
    stated = [figure for figure in (read.low, read.point, read.high) if figure is not None]
    if qualifier and len(stated) == 1:
        return _beside(qualifier, str(stated[0]))
    return _cells(read, qualifier)


def _beside(qualifier: str, number: str) -> tuple[str, str, str, str]:
    """The cells that one number fills, by how it is hedged."""
    if qualifier in _FLOORS:
        return qualifier, number, "", ""
    if qualifier in _CEILINGS:
        return qualifier, "", "", number
    return qualifier or Qualifier.STATED.value, "", number, ""


def _cells(read: ReadFigure, qualifier: str) -> tuple[str, str, str, str]:
    figures = ("" if figure is None else str(figure) for figure in (read.low, read.point, read.high))
    low, point, high = figures
    return qualifier or read.qualifier.value, low, point, high


__all__ = ["NotAFigure", "read_day_cell", "read_figure_cell", "read_number_cell", "read_period_cell"]
