"""What a reader chooses: the parameters under which a reading is drawn."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tolerance(StrEnum):
    """How far a figure may be off and still be called true (method, section 3)."""

    ROUNDING = "rounding"
    NONE = "0"
    FIVE = "5"
    TEN = "10"
    TWENTY = "20"


class Precedence(StrEnum):
    """In which order claims are asked (method, section 5)."""

    GRADED = "graded"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Choices:
    """One reader's question; hashable, so that it can be the key of a kept answer.

    An empty set of sources, families or stances means no such filter. Filters narrow one
    another: a claim has to pass all of them.
    """

    known_on: date | None = None  # only what had been said by this day; None: all the ledger holds
    version: int | None = None  # carried along only: the claims passed in are already of that version
    since: date | None = None  # count from this day on, itself included
    on: date | None = None  # the headline day; None: the last day that an accepted claim covers
    tolerance: Tolerance = Tolerance.ROUNDING
    precedence: Precedence = Precedence.GRADED
    sources: frozenset[str] = frozenset()  # slugs
    families: frozenset[str] = frozenset()  # slugs
    lowest_grade: str | None = None  # A to F; a source without a grade counts as F
    stances: frozenset[str] = frozenset()  # own, opponent, third; unknown stances pass no such filter
    place: str | None = None  # a slug; None: the whole theatre
