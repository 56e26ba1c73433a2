"""The form in which columns are mapped: read, refused by name, and shown again with all that was chosen."""

from collections.abc import Mapping, Sequence

from app.forms import Problem, Values
from app.languages.spoken import _, known
from app.sheets.mapping import ColumnsMeant
from app.sheets.names import FIGURE, LABELS, PERIOD_END, PERIOD_START, TARGETS

COLUMN, CONSTANT = "column-", "constant-"
"""What the names of the fields begin with, before the target."""

NEEDED = ("deployment", "measure", "nature", "source", "said_on")
"""What every row says: by a column, or the same for all."""

_ONE_OF_THESE = (FIGURE, "low", "point", "high")
_LONGEST_CONSTANT = 1000


def values_of(meant: ColumnsMeant) -> Values:
    """A mapping as it stands in the form."""
    return Values([
        *((f"{COLUMN}{target}", str(place)) for target, place in meant.columns.items()),
        *((f"{CONSTANT}{target}", words) for target, words in meant.constants.items()),
        ("days", "day" if meant.day_first else "month"),
    ])  # fmt: skip


def read_mapping(posted: Values, columns: Sequence[str]) -> tuple[ColumnsMeant, list[Problem]]:
    """What was chosen, and what is wrong with it as a whole; single rows are checked later."""
    problems: list[Problem] = []
    places: dict[str, int] = {}
    constants: dict[str, str] = {}
    for target in TARGETS:
        chosen, constant = posted[f"{COLUMN}{target}"], posted[f"{CONSTANT}{target}"].strip()
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 5 and int(chosen) < len(columns):  # noqa: PLR2004
            places[target] = int(chosen)
        elif chosen:
            problems.append(_problem(target, _("There is no such column.")))
        if constant and target in places:
            problems.append(
                _problem(target, _("Choose a column, or write what all rows say: not both."), CONSTANT)
            )
        elif len(constant) > _LONGEST_CONSTANT:
            problems.append(_problem(target, _("This is too long."), CONSTANT))
        elif constant:
            constants[target] = constant
    meant = ColumnsMeant(places, constants, posted["days"] != "month")
    return meant, problems + _missing(places.keys() | constants.keys(), constants)


def _missing(said: set[str], constants: Mapping[str, str]) -> list[Problem]:
    """What no row can do without."""
    needed = _("Every row needs this: choose its column, or write what all rows say.")
    problems = [_problem(target, needed) for target in NEEDED if target not in said]
    if not said & set(_ONE_OF_THESE) and constants.get("nature") != "stance":
        problems.append(_problem(FIGURE, _("A figure is needed: choose the column that holds it.")))
    if {"point", "low", "high"} & said and not {FIGURE, "qualifier"} & said:
        problems.append(_problem("qualifier", needed))
    if "period" in said and {PERIOD_START, PERIOD_END} & said:
        problems.append(_problem("period", _("Choose the period, or its first and last day: not both.")))
    if len({PERIOD_START, PERIOD_END} & said) == 1:
        one = PERIOD_END if PERIOD_START in said else PERIOD_START
        problems.append(_problem(one, _("A period needs its first and its last day.")))
    return problems


def _problem(target: str, sentence: str, field: str = COLUMN) -> Problem:
    return Problem(f"{field}{target}", sentence, known(LABELS[target]))
