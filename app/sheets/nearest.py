"""How alike two names are, written in whatever script, case, order and punctuation; pure."""

# ruff: noqa: RUF001 - letters of other scripts are what this is about

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.sheets.names import plain

WORTH_SHOWING = 45
"""From this score on, of 100, a name is proposed for another."""

MOST_SHOWN = 3

_CONTAINED = 0.85  # of a name that has all words of the other one, and more
_INITIALS = 0.8  # of NIS for National Intelligence Service

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "e", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_HANGUL = "HANGUL SYLLABLE "


def in_latin(name: str) -> str:
    """A name without case, accents and marks, its Cyrillic and Korean letters in Latin ones.

    Roughly as passports do: enough to find a name again, not to print it. Other scripts stay as they are.
    """
    letters = []
    for letter in unicodedata.normalize("NFC", name.casefold()):
        called = unicodedata.name(letter, "")
        if called.startswith(_HANGUL):
            letters.append(called.removeprefix(_HANGUL).lower())
        else:
            letters.append(_CYRILLIC.get(letter, letter))
    return plain("".join(letters))


@dataclass(frozen=True)
class Spelt:
    """A name, taken to pieces once."""

    name: str

    @cached_property
    def latin(self) -> str:
        return in_latin(self.name)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.latin.split())

    @cached_property
    def initials(self) -> str:
        return "".join(word[0] for word in self.latin.split())

    @cached_property
    def trigrams(self) -> frozenset[str]:
        """Of every word by itself, so that their order does not matter."""
        return frozenset(
            padded[place : place + 3]
            for word in self.words
            for padded in (f"  {word} ",)
            for place in range(len(padded) - 2)
        )


def alike(one: Spelt, other: Spelt) -> int:
    """How alike two names are, 0 to 100; 100: they differ in script, case, order or marks alone."""
    if not one.words or not other.words:
        return 0
    if one.words == other.words:
        return 100
    shared = 2 * len(one.trigrams & other.trigrams) / (len(one.trigrams) + len(other.trigrams))
    short, long = sorted((one, other), key=lambda spelt: len(spelt.latin))
    if short.words < long.words and len(short.latin) > 2:  # noqa: PLR2004 - "of" is in every other name
        shared = max(shared, _CONTAINED * min(1.0, 0.5 + len(short.latin) / len(long.latin)))
    bare = short.latin.replace(" ", "")
    if bare == long.latin.replace(" ", ""):
        shared = max(shared, 0.97)
    if len(bare) > 1 and bare == long.initials:
        shared = max(shared, _INITIALS)
    return min(99, round(100 * shared))


@dataclass(frozen=True, slots=True)
class Near:
    """Something of the ledger that a name may mean."""

    slug: str
    name: str  # what it is called today
    by: str  # the name of it that is alike: this one, another name, or its address
    score: int  # 0 to 100


def nearest(name: str, known: Mapping[str, tuple[str, Iterable[Spelt]]]) -> list[Near]:
    """What a name may mean, the most alike first; `known` has by slug the name of today and all names."""
    written = Spelt(name)
    found = []
    for slug, (called, names) in known.items():
        scored = ((alike(written, one), one.name) for one in names)
        score, by = max(scored, key=lambda one: one[0], default=(0, called))  # of equal ones the first
        if score >= WORTH_SHOWING:
            found.append(Near(slug, called, by, score))
    return sorted(found, key=lambda one: (-one.score, one.name))[:MOST_SHOWN]
