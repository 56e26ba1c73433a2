"""Numbers in digits and words, in English and Italian: 11,000, 11.000, 3mila, two dozen, un migliaio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

GROUPED = re.compile(r"(\d{1,3})((?:[.,' ]\d{3})+)")
_DECIMAL = re.compile(r"(\d+)([.,])(\d+)")

SCALES: Mapping[str, int] = {
    "hundred": 100, "k": 1000, "thousand": 1000, "thousands": 1000, "mila": 1000, "m": 10**6, "mn": 10**6,
    "mln": 10**6, "million": 10**6, "millions": 10**6, "milione": 10**6, "milioni": 10**6, "bn": 10**9,
    "billion": 10**9, "miliardo": 10**9, "miliardi": 10**9,
}  # fmt: skip
"""What may follow a number, and what it is multiplied by."""

ROUGH: Mapping[str, int] = {
    "a dozen": 12, "dozen": 12, "two dozen": 24, "three dozen": 36, "half a dozen": 6, "una decina": 10,
    "una dozzina": 12, "una quindicina": 15, "una ventina": 20, "una trentina": 30, "una quarantina": 40,
    "una cinquantina": 50, "una sessantina": 60, "una settantina": 70, "un'ottantina": 80,
    "una novantina": 90,
    "un centinaio": 100, "un migliaio": 1000, "half a million": 500_000, "mezzo milione": 500_000,
}  # fmt: skip
"""Words that count roughly by themselves."""

VAGUE = ("dozens", "scores", "hundreds", "thousands of", "tens of", "several", "many", "decine", "centinaia",
         "migliaia", "diversi", "diverse", "molti", "molte", "numerosi")  # fmt: skip
"""Words that name no number at all."""

_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ITALIAN = (
    "zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici",
    "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette", "diciotto", "diciannove",
)  # fmt: skip
_ITALIAN_TENS = ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it was written."""

    value: Decimal
    unit: int = 1  # 1000 where thousand, mila ... followed it
    rough: bool = False  # it is a word such as a dozen
    grouped_by: str = ""  # the mark between thousands
    decimal_by: str = ""  # the mark before decimals
    written: str = ""


@cache
def words() -> Mapping[str, int]:
    """Numbers that are one word or two: three, twenty-five, tremila, mille."""
    known = {word: value for value, word in enumerate(_ENGLISH)}
    known |= {word: value for value, word in enumerate(_ITALIAN)}
    for tens, (english, italian) in enumerate(zip(_ENGLISH_TENS, _ITALIAN_TENS, strict=True), 2):
        known |= {english: 10 * tens, italian: 10 * tens}
        for unit in range(1, 10):
            known |= {f"{english}{mark}{_ENGLISH[unit]}": 10 * tens + unit for mark in ("-", " ")}
            stem = italian[:-1] if _ITALIAN[unit][0] in "uo" else italian
            known[stem + _ITALIAN[unit]] = 10 * tens + unit
    known |= {f"{word}mila": 1000 * value for word, value in list(known.items()) if value > 1}
    known |= {f"{_ITALIAN[unit]}cento": 100 * unit for unit in range(2, 10)}
    known |= {f"{word}mila": 1000 * value for word, value in list(known.items()) if word.endswith("cento")}
    return known | {
        "cento": 100, "centomila": 100_000, "mille": 1000, "a hundred": 100, "a thousand": 1000,
        "a million": 10**6, "un milione": 10**6, "none": 0, "nessuno": 0,
    }  # fmt: skip


@cache
def numeral_pattern() -> re.Pattern[str]:
    """Anything that `read_numeral` reads, with the scale after it."""
    spelt = "|".join(re.escape(word) for word in sorted([*words(), *ROUGH], key=len, reverse=True))
    scales = "|".join(sorted(SCALES, key=len, reverse=True))
    digits = r"\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*(?![\d.,]?\d)|\d+[.,]\d+(?![\d.,]*\d)|\d+(?![\d.,]*\d)"
    # What is a word ends where the word ends; a scale may be written onto the digits, as in 3mila.
    return re.compile(rf"(?<![\w.,])({digits}|(?:{spelt})(?!\w))(?:\s*({scales})(?!\w))?(?!\w)")


def read_numeral(written: str, scale: str | None) -> Numeral:
    """One number as `numeral_pattern` found it, lower-case, with the word that scales it."""
    times = SCALES[scale] if scale else 1
    together = f"{written} {scale}" if scale else written
    if written in ROUGH:
        return Numeral(Decimal(ROUGH[written] * times), rough=True, written=together)
    if written in words():
        return Numeral(Decimal(words()[written] * times), unit=times, written=together)
    grouped = GROUPED.fullmatch(written)
    if grouped is not None and not scale:
        mark = grouped[2][0]
        return Numeral(Decimal(re.sub(r"\D", "", written)), grouped_by=mark, written=together)
    decimal = _DECIMAL.fullmatch(written)
    if decimal is not None:
        value = Decimal(f"{decimal[1]}.{decimal[3]}") * times
        return Numeral(value, unit=times, decimal_by=decimal[2], written=together)
    return Numeral(Decimal(re.sub(r"\D", "", written)) * times, unit=times, written=together)
