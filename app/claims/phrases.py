"""Figures typed as printed, in English or Italian: “nearly 11,000”, “quasi 11.000”, “tra 2 e 4 mila”."""

from dataclasses import dataclass

from app.claims.words import Qualifier


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """What a phrase says. Whole numbers; None where nothing was stated (method, section 2)."""

    qualifier: Qualifier
    low: int | None = None
    point: int | None = None
    high: int | None = None
    doubt: str | None = None  # a sentence where the phrase can be read in another way too


class NotAFigure(ValueError):
    """The phrase is not understood; its text says so in a sentence."""


def read_figure(phrase: str, language: str | None = None) -> ReadFigure:
    """The qualifier and the low, point and high that a phrase proposes; the form lets both be edited.

    `language` is that of the document (ISO 639-1); it decides what 3.000 means where that can be two
    things, and None leaves it to the words of the phrase. Raises NotAFigure.
    """
    raise NotImplementedError
