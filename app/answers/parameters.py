"""A reader's choices as they stand in an address: read, refused by name, and written again."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from urllib.parse import urlencode

from app.languages.spoken import _, ngettext
from app.readings.choices import Choices, Precedence, Tolerance
from app.sources.models import RELIABILITIES, STANCES

SINGLE = ("known_on", "version", "since", "on", "tolerance", "precedence", "lowest_grade", "place")
REPEATED = {"source": "sources", "family": "families", "stance": "stances"}
"""Parameters that may be given several times, and the choice that each fills."""
PARAMETERS = (*SINGLE, *REPEATED)


@dataclass(frozen=True, slots=True)
class BadParameter:
    """One parameter that cannot be read, and why, in a sentence that names its value."""

    field: str
    message: str


class BadParameters(ValueError):
    """Some parameters of an address cannot be read; all of them are named."""

    def __init__(self, errors: Sequence[BadParameter]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = tuple(errors)


def not_a_parameter(name: str) -> BadParameter:
    """Refuses a parameter that there is not."""
    return BadParameter(name, _("is not a parameter here"))


def given_too_often(name: str, times: int) -> BadParameter:
    """Refuses a parameter of which one value is taken."""
    words = ngettext(
        "is given %(num)s time; one value is taken", "is given %(num)s times; one value is taken", times
    )
    return BadParameter(name, words)


def none_of(name: str, written: str, words: Iterable[str]) -> BadParameter:
    """Refuses a value that is none of the words that can be chosen."""
    return BadParameter(name, _none_of(written, words))


def _none_of(written: str, words: Iterable[str]) -> str:
    return _("“%(written)s” is none of %(words)s", written=written, words=", ".join(words))


def read_choices(asked: Iterable[tuple[str, str]], *, strict: bool = False) -> Choices:
    """The choices that an address's parameters make; an empty value counts as not given.

    Parameters that are no choices are passed over, as is space around a value; both are refused where
    `strict` (in the API and in downloads). Raises BadParameters.
    """
    given: dict[str, list[str]] = {}
    for name, value in asked:
        written = value if strict else value.strip()
        given.setdefault(name, []).extend([written] if written else [])
    errors: list[BadParameter] = []
    if strict:
        errors += [not_a_parameter(name) for name in given if name not in PARAMETERS]
    errors += [given_too_often(name, len(given[name])) for name in SINGLE if len(given.get(name, ())) > 1]
    values: dict[str, object] = {}
    for name, read in _READERS.items():
        for written in given.get(name, ())[:1]:
            try:
                values[name] = read(written)
            except ValueError as error:
                errors.append(BadParameter(name, str(error)))
    for name, choice in REPEATED.items():
        values[choice] = frozenset(given.get(name, ()))
    errors += [
        none_of("stance", stance, STANCES)
        for stance in sorted(frozenset(given.get("stance", ())) - set(STANCES))
    ]
    errors += [
        BadParameter(name, _("has a character that no slug has"))
        for name in ("source", "family", "place")
        if not all(map(str.isprintable, given.get(name, ())))  # PostgreSQL would not even compare some
    ]
    if errors:
        raise BadParameters(errors)
    return Choices(**values)  # type: ignore[arg-type]  # each reader gives its field's type


def write_choices(choices: Choices) -> list[tuple[str, str]]:
    """The parameters that stand for these choices, defaults left out, in the order of PARAMETERS."""
    written: list[tuple[str, str]] = []
    for name in SINGLE:
        value = getattr(choices, name)
        if value is not None and value != _DEFAULTS[name]:
            written.append((name, value.value if isinstance(value, Enum) else str(value)))
    for name, choice in REPEATED.items():
        written += [(name, slug) for slug in sorted(getattr(choices, choice))]
    return written


def address_of(path: str, choices: Choices) -> str:
    """The canonical address of `path` under these choices."""
    written = write_choices(choices)
    return f"{path}?{urlencode(written)}" if written else path


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_VERSION = re.compile(r"\d{1,15}", re.ASCII)


def _date(written: str) -> date:
    with suppress(ValueError):
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    raise ValueError(_("“%(written)s” is not a day: write it as 2025-02-27", written=written))


def read_version(written: str) -> int:
    """A ledger version as an address has it; raises ValueError, in words."""
    if not _VERSION.fullmatch(written):
        raise ValueError(_("“%(written)s” is not a ledger version: write a whole number", written=written))
    return int(written)


def _one_of(words: Mapping[str, object]) -> Callable[[str], object]:
    def read(written: str) -> object:
        if written not in words:
            raise ValueError(_none_of(written, words))
        return words[written]

    return read


_READERS: Mapping[str, Callable[[str], object]] = {
    "known_on": _date,
    "version": read_version,
    "since": _date,
    "on": _date,
    "tolerance": _one_of({item.value: item for item in Tolerance}),
    "precedence": _one_of({item.value: item for item in Precedence}),
    "lowest_grade": _one_of({grade: grade for grade in RELIABILITIES}),
    "place": str,
}
_DEFAULTS = {field.name: field.default for field in fields(Choices)}
