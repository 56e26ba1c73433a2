"""Numbers, days and lists as a language writes them, by the Unicode CLDR that Babel carries."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_decimal_symbol, get_group_symbol

# In English: 23 October 2024, 23 Oct 2024, October 2024, Oct 2024, 23 October, October, 23 Oct, Oct.
_WRITTEN = {
    "day": "d MMMM y",
    "short": "d MMM y",
    "month": "MMMM y",
    "short month": "MMM y",
    "of year": "d MMMM",
    "month alone": "LLLL",
    "short of year": "d MMM",
    "short month alone": "LLL",
}


def number(figure: Any, language: str) -> str:
    """`12000` as `12,000` or `12.000`; decimals stay as many as they are."""
    text = f"{figure:,}"
    signs = _signs(language)
    return text if signs is None else text.translate(signs)


@cache
def _signs(language: str) -> dict[int, str] | None:
    group, decimal = get_group_symbol(language), get_decimal_symbol(language)
    return None if (group, decimal) == (",", ".") else {ord(","): group, ord("."): decimal}


def separators(language: str) -> str:
    """The decimal sign and the one between thousands, as Plotly takes them: `.,`."""
    return get_decimal_symbol(language) + get_group_symbol(language)


@lru_cache(maxsize=20_000)
def written_day(on: date, how: str, language: str) -> str:
    """A day in words, `how` much of it: see _WRITTEN. In a sentence Italian has an ordinal for the first."""
    written = format_date(on, _WRITTEN[how], locale=language)
    if language == "it" and on.day == 1 and how in {"day", "of year"}:
        return written.replace("1 ", "1º ", 1)
    return written


def listed(parts: Sequence[str], language: str) -> str:
    """`a`, `a and b`, `a, b and c`."""
    # British English, which Muster writes, has no comma before the last "and".
    return format_list(list(parts), locale="en_GB" if language == "en" else language)


@cache
def locale_of(language: str) -> Locale:
    """What the CLDR knows of a language: names of countries and languages, plurals."""
    return Locale.parse(language)
