"""Figures typed as printed, in English or Italian: “nearly 11,000”, “quasi 11.000”, “tra 2 e 4 mila”.

A phrase is hedges, one number or two, and words that do not matter here. What the hedges mean stands in one
table. What can be read in two ways is read in the likelier one, and said to be doubtful.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from app.claims.approved import Figure
from app.claims.forms import GREATEST_FIGURE
from app.claims.numerals import VAGUE, Numeral, numeral_pattern, read_numeral
from app.claims.words import Qualifier
from app.languages.spoken import _, count


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """What a phrase says; None where nothing was stated (method, section 2). Decimals are percentages."""

    qualifier: Qualifier
    low: Figure | None = None
    point: Figure | None = None
    high: Figure | None = None
    doubt: str | None = None  # a sentence where the phrase can be read in another way too


class NotAFigure(ValueError):
    """The phrase is not understood; its text says so in a sentence."""


_Q = Qualifier
BEFORE: Mapping[Qualifier, tuple[str, ...]] = {
    _Q.EXACT: ("exactly", "precisely", "esattamente", "precisamente"),
    _Q.ABOUT: (
        "about", "around", "approximately", "roughly", "some", "an estimated", "estimated", "circa", "ca.",
        "ca", "c.", "intorno a", "attorno a", "approssimativamente", "pressappoco", "all'incirca", "~", "≈",
    ),
    _Q.NEARLY: (
        "nearly", "almost", "close to", "just under", "just below", "approaching", "quasi", "poco meno di",
    ),
    _Q.AT_LEAST: (
        "at least", "no fewer than", "no less than", "not less than", "not fewer than", "a minimum of",
        "almeno", "non meno di", "come minimo", "un minimo di", "≥", ">=",
    ),
    _Q.MORE_THAN: (
        "more than", "well over", "over", "above", "upwards of", "upward of", "in excess of", "exceeding",
        "greater than", "ben oltre", "oltre i", "oltre", "più di", "piu di", "superiore a", "superiori a",
        ">",
    ),
    _Q.UP_TO: (
        "up to", "as many as", "at most", "no more than", "not more than", "a maximum of", "fino a", "sino a",
        "al massimo", "non più di", "non piu di", "un massimo di", "≤", "<=",
    ),
    _Q.FEWER_THAN: (
        "fewer than", "less than", "under", "below", "meno di", "sotto i", "sotto", "inferiore a",
        "inferiori a", "<",
    ),
}  # fmt: skip
"""Words that stand before a figure, and what they make of it."""

AFTER: Mapping[Qualifier, tuple[str, ...]] = {
    _Q.AT_LEAST: ("or more", "or above", "and more", "and above", "plus", "+", "o più", "o piu", "e oltre",
                  "o oltre", "in su"),
    _Q.UP_TO: ("or fewer", "or less", "at most", "at the most", "o meno", "al massimo"),
    _Q.ABOUT: ("or so", "circa", "more or less", "approximately", "più o meno"),
    _Q.EXACT: ("exactly", "esatti"),
}  # fmt: skip
"""Words that stand after it."""

_FLOORS = {_Q.AT_LEAST, _Q.MORE_THAN}
_CEILINGS = {_Q.UP_TO, _Q.FEWER_THAN, _Q.NEARLY}
_OPENS = ("between", "from", "tra", "fra", "da")
_JOINS_OPENED = ("and", "to", "e", "ed", "a")
_JOINS = ("to", "-", "–", "—", "or", "o", "a")
_TWO_BOUNDS = ("and", "but", "e", "ma", "ed", ",")
_PERCENT = ("%", "percent", "per cent", "per cento", "percento")
_DENIES = {"not", "no", "non", "never", "without", "senza", "nor", "né"}
_ITALIAN = {
    "quasi", "circa", "almeno", "oltre", "fino", "tra", "fra", "meno", "più", "piu", "mila", "milioni",
    "soldati", "militari", "uccisi", "feriti", "uomini", "perdite", "morti", "caduti", "di", "il", "gli", "e",
}  # fmt: skip
_MOST_OF_ALL = Decimal(GREATEST_FIGURE)


def read_figure(phrase: str, language: str | None = None) -> ReadFigure:
    """The qualifier and the low, point and high that a phrase proposes; the form lets each be edited.

    `language` is that of the document (ISO 639-1); it decides what 3.000 means where that can be two
    things, and None leaves it to the words of the phrase. Raises NotAFigure.
    """
    text = _plain(phrase)
    is_share = any(word in text for word in _PERCENT)
    for word in _PERCENT:
        text = text.replace(word, " ")
    found = [(match.span(), read_numeral(match[1], match[3])) for match in numeral_pattern().finditer(text)]
    if not found:
        raise NotAFigure(_why_none(phrase, text))
    if len(found) > 2:  # noqa: PLR2004 - a range has two ends
        raise NotAFigure(
            _(
                "“%(phrase)s” names %(many)s numbers: write the one that counts, or a range.",
                phrase=phrase,
                many=len(found),
            )
        )
    spans, numbers = [span for span, _number in found], [number for _span, number in found]
    doubts = [doubt for number in numbers if (doubt := _doubt(number, language or _language(text)))]
    before, after = text[: spans[0][0]].strip(), text[spans[-1][1] :].strip()
    if len(found) == 1:
        read = _one(phrase, numbers[0], before, after, is_share=is_share)
    else:
        between = text[spans[0][1] : spans[1][0]].strip()
        read, shared = _two(phrase, numbers, (before, between, after), is_share=is_share)
        doubts += [shared] if shared else []
    return replace(read, doubt=" ".join(doubts) or None)


def _plain(phrase: str) -> str:
    """Lower case, composed, with one kind of space, quotation mark and nothing typographic."""
    text = unicodedata.normalize("NFC", phrase).casefold()
    text = re.sub("[\u2019\u02bc`]", "'", text)
    text = re.sub(r"[“”\"«»!?;:()\[\]]", " ", text)
    return re.sub(r"\s+", " ", text).strip(" .,")


def _why_none(phrase: str, text: str) -> str:
    if not text:
        return _("No figure is written here.")
    if any(re.search(rf"\b{word}\b", text) for word in VAGUE):
        return _(
            "“%(phrase)s” names no number: leave the figure out, or write the bounds that were stated.",
            phrase=phrase,
        )
    return _("No number is understood in “%(phrase)s”.", phrase=phrase)


def _one(phrase: str, number: Numeral, before: str, after: str, *, is_share: bool) -> ReadFigure:
    value = _value(phrase, number, is_share=is_share)
    hedges = _hedges(before, BEFORE) + _hedges(after, AFTER)
    _refuse_denied(phrase, before)
    if _opened(before):
        raise NotAFigure(_("“%(phrase)s” begins a range that has no other end.", phrase=phrase))
    firm = [hedge for hedge in hedges if hedge is not _Q.ABOUT]
    if len(set(firm)) > 1:
        told = _("“%(phrase)s” is hedged in two ways that do not go together.", phrase=phrase)
        raise NotAFigure(told)
    about = len(firm) < len(hedges) or number.rough
    if not firm:
        return ReadFigure(_Q.ABOUT if about else _Q.STATED, point=value)
    [hedge] = set(firm)
    if hedge in _FLOORS:
        # “Some 3,000 or more” states a figure and calls it a floor.
        stated = hedge is _Q.AT_LEAST and about and bool(_hedges(before, BEFORE)) and bool(after)
        return ReadFigure(hedge, low=value, point=value if stated else None)
    if hedge in _CEILINGS:
        return ReadFigure(hedge, high=value)
    return ReadFigure(hedge, point=value)


def _two(
    phrase: str, numbers: Sequence[Numeral], around: tuple[str, str, str], *, is_share: bool
) -> tuple[ReadFigure, str | None]:
    before, between, after = around
    first, second = numbers
    join, inner = _join(between)
    firm_before = [hedge for hedge in _hedges(before, BEFORE) if hedge is not _Q.ABOUT]
    bounds = firm_before and set(firm_before) <= _FLOORS and inner and set(inner) <= _CEILINGS
    if bounds and join in {*_TWO_BOUNDS, ""}:
        joined = True
    else:
        opened = _opened(before)
        joined = (join in _JOINS_OPENED if opened else join in _JOINS) and not firm_before
        joined = joined and all(hedge is _Q.ABOUT for hedge in (*inner, *_hedges(after, AFTER)))
    if not joined:
        told = _("“%(phrase)s” names two figures: write the one that counts, or a range.", phrase=phrase)
        raise NotAFigure(told)
    _refuse_denied(phrase, before)
    first, shared = _in_the_same_unit(first, second)
    low, high = (_value(phrase, one, is_share=is_share) for one in (first, second))
    if low == high:
        return ReadFigure(_Q.STATED, point=low), shared
    if low > high:
        low, high = high, low
        shared = shared or _("The greater end of the range is written first.")
    return ReadFigure(_Q.BETWEEN, low=low, high=high), shared


def _in_the_same_unit(first: Numeral, second: Numeral) -> tuple[Numeral, str | None]:
    """“2 to 4 thousand” and “10-12,000” leave the thousands of their first end to the second."""
    plain = first.unit == 1 and not first.grouped_by and not first.rough
    if not plain or first.value == 0:
        return first, None
    if second.unit > 1:
        unit = second.unit
        if first.value < second.value / unit:
            return replace(first, value=first.value * unit, unit=unit), None
        return first, None
    thousands = bool(second.grouped_by) and second.value % 1000 == 0
    if thousands and first.value < second.value / 1000:
        read = first.value * 1000
        told = _("“%(written)s” is read as %(read)s.", written=first.written, read=_whole(read))
        return replace(first, value=read, unit=1000), told
    return first, None


def _join(between: str) -> tuple[str, list[Qualifier]]:
    """The word that joins two numbers, and the hedges between them; “?” where other words stand there."""
    inner = _hedges(between, BEFORE)
    rest = _without(between, BEFORE)
    return (rest if rest in {*_JOINS, *_JOINS_OPENED, *_TWO_BOUNDS, ""} else "?"), inner


def _opened(before: str) -> bool:
    rest = _without(before, BEFORE).split()
    return bool(rest) and rest[-1] in _OPENS


def _refuse_denied(phrase: str, before: str) -> None:
    if _DENIES & set(_without(before, BEFORE).split()):
        raise NotAFigure(_("“%(phrase)s” denies a figure rather than stating one.", phrase=phrase))


def _value(phrase: str, number: Numeral, *, is_share: bool) -> Figure:
    value = number.value
    if number.decimal_by and number.unit == 1 and not is_share:
        raise NotAFigure(_("“%(phrase)s” is no whole number: is a digit missing?", phrase=phrase))
    if is_share and number.grouped_by:
        raise NotAFigure(_("“%(phrase)s” is no percentage with up to two decimals.", phrase=phrase))
    if value > _MOST_OF_ALL:
        raise NotAFigure(_("“%(phrase)s” is larger than any figure can be.", phrase=phrase))
    if value == value.to_integral_value():
        return int(value)
    if is_share and value == round(value, 2):
        return value
    raise NotAFigure(_("“%(phrase)s” is no whole number.", phrase=phrase))


def _doubt(number: Numeral, language: str | None) -> str | None:
    """Whether the mark between thousands is the decimal mark of the language."""
    written, read = number.written, _whole(number.value)
    if number.grouped_by == "." and language != "it" and number.written.count(".") == 1:
        return _(
            "“%(written)s” is read as %(read)s; in English it could be a decimal fraction.",
            written=written,
            read=read,
        )
    if number.grouped_by == "," and language == "it" and number.written.count(",") == 1:
        return _(
            "“%(written)s” is read as %(read)s; in Italian it could be a decimal fraction.",
            written=written,
            read=read,
        )
    return None


def _whole(value: Decimal) -> str:
    return count(int(value.to_integral_value()))


def _language(text: str) -> str | None:
    words = set(re.findall(r"[^\W\d]+", text))
    return "it" if words & _ITALIAN else None


@cache
def _pattern(words: tuple[tuple[Qualifier, tuple[str, ...]], ...]) -> re.Pattern[str]:
    every = sorted((word for _, group in words for word in group), key=len, reverse=True)
    whole = [rf"(?<!\w){re.escape(word)}(?!\w)" if word[-1].isalpha() else re.escape(word) for word in every]
    return re.compile("|".join(whole))


def _hedges(text: str, table: Mapping[Qualifier, tuple[str, ...]]) -> list[Qualifier]:
    by_word = {word: hedge for hedge, group in table.items() for word in group}
    return [by_word[match.group()] for match in _pattern(tuple(table.items())).finditer(text)]


def _without(text: str, table: Mapping[Qualifier, tuple[str, ...]]) -> str:
    """The words that are no hedges."""
    return " ".join(_pattern(tuple(table.items())).sub(" ", text).split())
