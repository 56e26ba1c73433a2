"""Which column of a table is what, and how a row of the claims CSV is made of a row of the table."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.claims.actions import propose_ref
from app.claims.forms import CLAIM_COLUMNS, ClaimRow, Problem
from app.claims.words import Nature
from app.languages.catalogues import catalogue_of, languages
from app.languages.spoken import N_, _
from app.sheets.cells import NotAFigure, read_day_cell, read_figure_cell, read_number_cell, read_period_cell
from app.sheets.names import FIGURE, PERIOD_END, PERIOD_START, TARGETS, nature_words, plain, qualifier_words

_DATES = ("as_of", "counts_from", "said_on", "published_on", "standing_on")
_FIGURES = ("low", "point", "high")
_STATES = (
    "deployment", "measure", "nature", "low", "point", "high", "qualifier", "as_of", "period", "counts_from",
    "place", "said_on", "source", "repeat_of", "supersedes",
)  # fmt: skip
"""The columns that tell one statement from another."""

NAMED = ("source", "deployment", "measure", "place")
"""The columns that name something of the ledger."""

_DOCUMENT = ("publisher", "title", "url")
_LONGEST_REF = 80
_DIGEST = 8  # hexadecimal digits at the end of a key that is made up


@dataclass(frozen=True, slots=True)
class ColumnsMeant:
    """What each column means: by target, the place of its column, or what all rows say."""

    columns: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = True  # 3.2.2025 is 3 February
    # By kind and name as written, what it means: a slug of the ledger, or "" where it is new. None: nobody
    # was asked yet about the names of this table.
    said: Mapping[str, Mapping[str, str]] | None = None

    def stored(self) -> dict[str, Any]:
        """As it is kept in the database."""
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "day_first": self.day_first,
            "said": None if self.said is None else {noun: dict(names) for noun, names in self.said.items()},
        }

    @classmethod
    def from_stored(cls, kept: Mapping[str, Any]) -> "ColumnsMeant":
        """As `stored` gave it; targets that are no longer known are left out."""
        return cls(
            {one: int(place) for one, place in kept["columns"].items() if one in TARGETS},
            {one: str(words) for one, words in kept["constants"].items() if one in TARGETS},
            bool(kept["day_first"]),
            kept.get("said"),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds by name: slugs by everything that a deployment or a measure is called."""

    deployments: Mapping[str, str]
    measures: Mapping[str, str]
    sources: frozenset[str] = frozenset()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # what to write instead of a name


@cache
def reasons_column() -> frozenset[str]:
    """What the column is called in which refused rows carry their reasons, in every language."""
    return frozenset(catalogue_of(language).gettext(N_("Refused because")) for language in languages())


def header_digest(columns: Sequence[str]) -> str:
    """What tables with the same header have in common; refused rows that come back have a column more."""
    names = [plain(name) for name in columns if name not in reasons_column()]
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


def row_of(cells: Sequence[str], meant: ColumnsMeant, known: Known) -> tuple[ClaimRow, list[Problem]]:
    """The row of the claims CSV, and what is wrong with it that its own rules cannot see."""
    problems: list[Problem] = []
    given = {
        target: cells[place] if place < len(cells) else "" for target, place in meant.columns.items()
    } | dict(meant.constants)
    for noun, names in known.said.items():
        given[noun] = names.get(given.get(noun, "").strip(), given.get(noun, ""))
    _take_names(given, known, problems)
    for column in _DATES:
        if given.get(column):
            given[column] = read_day_cell(given[column], day_first=meant.day_first)
    _take_period(given, day_first=meant.day_first)
    _take_figure(given, problems)
    row = ClaimRow(**{column: given.get(column, "").strip() for column in CLAIM_COLUMNS})
    return row, problems


def _take_names(given: dict[str, str], known: Known, problems: list[Problem]) -> None:
    """Put slugs and code words in the place of what they are called."""
    for column, names, reason in (
        ("deployment", known.deployments, _("is no deployment of the ledger")),
        ("measure", known.measures, _("is no measure of the ledger")),
    ):
        written = given.get(column, "")
        slug = names.get(plain(written))
        if slug is not None:
            given[column] = slug
        elif written:
            problems.append(Problem(column, written, reason))
    for column, words in (("nature", nature_words()), ("qualifier", qualifier_words())):
        given[column] = words.get(plain(given.get(column, "")), given.get(column, ""))
    if given.get("language"):
        given["language"] = given["language"].lower()


def _take_period(given: dict[str, str], *, day_first: bool) -> None:
    start, end = given.pop(PERIOD_START, ""), given.pop(PERIOD_END, "")
    if given.get("period"):
        given["period"] = read_period_cell(given["period"], day_first=day_first)
    elif start or end:
        first, last = (read_day_cell(one or other, day_first=day_first)
                       for one, other in ((start, end), (end, start)))  # fmt: skip
        given["period"] = f"{first}/{last}"


def _take_figure(given: dict[str, str], problems: list[Problem]) -> None:
    is_share = given.get("nature") == Nature.SHARE
    for column in _FIGURES:
        if given.get(column):
            given[column] = read_number_cell(given[column], is_share=is_share)
    is_expected = FIGURE in given and not any(given.get(column) for column in _FIGURES)
    figure = given.pop(FIGURE, "").strip()
    if given.get("nature") == Nature.STANCE:
        return
    if not figure:
        if is_expected:
            problems.append(Problem(FIGURE, "", _("is empty, or a formula without a result")))
        return
    try:
        qualifier, low, point, high = read_figure_cell(figure, given.get("qualifier", ""), is_share=is_share)
    except NotAFigure as refusal:
        problems.append(Problem(FIGURE, "", str(refusal)))  # its sentence names the figure
        return
    given["qualifier"] = qualifier
    for column, read in zip(_FIGURES, (low, point, high), strict=True):
        given[column] = given.get(column) or read


def made_ref(row: ClaimRow, *, with_document: bool = False) -> str:
    """The key of a row that has none: the same whenever the same statement is handed in again.

    It ends in a digest of what tells the statement from all others, so that two rows share one only where
    they say the same, and no order among them matters. With the document it tells appearances apart.
    """
    told = [*_STATES, *_DOCUMENT] if with_document or row.repeat_of else _STATES
    digest = hashlib.sha256("\x1f".join(getattr(row, column) for column in told).encode()).hexdigest()
    return f"{propose_ref(row)[: _LONGEST_REF - _DIGEST - 1].rstrip('-._')}-{digest[:_DIGEST]}"
