"""What is typed into the search box: words, phrases in quotation marks, beginnings, what to leave out.

kursk "nearly 11,000" umer* -tass kyiv OR kiev
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

MOST_TERMS = 12
"""Terms of one question; what comes after them is left out, and said so."""

LONGEST = 200
"""Characters of a question that are read."""

_TERM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_THOUSANDS = re.compile("[0-9]{1,3}(?:[,.'\u2019\u00a0\u202f][0-9]{3})+")
_APART = re.compile("(?<!\\S)[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?!\\S)")
_LETTERS = re.compile(r"\w")
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that has to be there, or must not be."""

    text: str  # as typed, without the signs around it; a figure without its separators
    is_phrase: bool = False  # its words stand next to one another
    is_beginning: bool = False  # words may go on after it
    is_unwanted: bool = False
    is_other: bool = False  # it, or the wanted term before it


@dataclass(frozen=True, slots=True)
class Words:
    """A question in the order in which it was typed; no terms: nothing that can be looked for."""

    typed: str
    terms: tuple[Term, ...]
    left_out: int = 0  # terms beyond MOST_TERMS

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that have to be there."""
        return tuple(term for term in self.terms if not term.is_unwanted)

    def begun(self) -> "Words | None":
        """The same question with its last plain word as a beginning; None where it has none."""
        last = self.terms[-1] if self.terms else None
        if last is None or last.is_phrase or last.is_beginning or last.is_unwanted:
            return None
        return Words(self.typed, (*self.terms[:-1], replace(last, is_beginning=True)), self.left_out)


def read_words(typed: str) -> Words:
    """Read what was typed; never refuses. A quotation mark left open goes on to the end."""
    plain = " ".join(_NOT_TEXT.sub(" ", unicodedata.normalize("NFC", typed)).split())[:LONGEST]
    plain = plain.translate({ord(mark): '"' for mark in "“”„«»"})
    # In a phrase, figures stand as the text has them.
    joined = (_APART.sub(_bare, part) if number % 2 == 0 else part
              for number, part in enumerate(plain.split('"')))  # fmt: skip
    terms = list(_terms('"'.join(joined)))
    if not any(not term.is_unwanted for term in terms):
        terms = []  # all that does not hold a word is no answer to anything
    return Words(plain, tuple(terms[:MOST_TERMS]), max(0, len(terms) - MOST_TERMS))


def _terms(plain: str) -> Iterator[Term]:
    """The terms one after the other. `OR` between two that are wanted joins them; elsewhere it is a word."""
    found = list(_TERM.finditer(plain))
    or_else = False
    before: Term | None = None
    for number, one in enumerate(found):
        if one[0] == "OR" and before is not None and not before.is_unwanted and number + 1 < len(found):
            or_else = True
            continue
        term = _term(one)
        if term is not None:
            is_other = or_else and not term.is_unwanted
            before = replace(term, is_other=is_other)
            yield before
            or_else = False


def _term(found: re.Match[str]) -> Term | None:
    written = found["phrase"] if found["phrase"] is not None else found["word"]
    is_beginning = found["word"] is not None and written.endswith("*")
    is_phrase = found["phrase"] is not None
    text = written.strip() if is_phrase else _THOUSANDS.sub(_bare, written.rstrip("*"))
    if not _LETTERS.search(text):
        return None
    return Term(text, is_phrase, is_beginning, found["minus"] is not None)


def _bare(figure: re.Match[str]) -> str:
    """A figure as the ledger keeps it, whichever separators it was typed with."""
    return re.sub(r"\D", "", figure[0])
