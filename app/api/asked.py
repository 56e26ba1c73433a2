"""What an address of the API asks of a list: each parameter read by name, all that is wrong said at once.

given = Given(request)
nature = given.many("nature", one_of(Nature))
place = given.place_in_list()
given.refuse()           # BadParameters, also for every parameter that nobody asked for
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from fastapi import Request

from app.answers.parameters import BadParameter, BadParameters
from app.claims.forms import YEARS
from app.dates import Days, NotADate, read_date
from app.search.asked import LONGEST, Words, read_words
from app.slugs import SLUG

ITEMS = 100
"""Items of a list where no limit is asked for."""
MOST_ITEMS = 1000

_LONGEST_CURSOR = 400  # characters: a slug of 300, written in base64
_LONGEST_LIMIT = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list an answer begins, and how much it holds at most."""

    after: str | None  # the key of the last item of the answer before; None: the beginning
    limit: int


class Given:
    """The parameters of one request; an empty value counts as not given."""

    def __init__(self, request: Request) -> None:
        self.values: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self.values.setdefault(name, []).extend([value] if value else [])
        self.asked_for: set[str] = set()
        self.errors: list[BadParameter] = []

    def one(self, name: str, read: Callable[[str], T]) -> T | None:
        """The value of a parameter that is given once; None where it is not given or cannot be read."""
        written = self._written(name)
        if len(written) > 1:
            self.errors.append(BadParameter(name, f"is given {len(written)} times; one value is taken"))
            return None
        values = self._read(name, written, read)
        return values[0] if values else None

    def many(self, name: str, read: Callable[[str], T]) -> tuple[T, ...]:
        """The values of a parameter that may be given several times, each once."""
        return tuple(self._read(name, dict.fromkeys(self._written(name)), read))

    def place_in_list(self) -> Place:
        """`cursor` and `limit`."""
        return Place(self.one("cursor", read_cursor), self.one("limit", read_limit) or ITEMS)

    def refuse(self) -> None:
        """Raise BadParameters where anything is wrong, unknown parameters first."""
        unknown = [name for name in self.values if name not in self.asked_for]
        errors = [BadParameter(name, "is not a parameter here") for name in unknown] + self.errors
        if errors:
            raise BadParameters(errors)

    def _written(self, name: str) -> list[str]:
        self.asked_for.add(name)
        return self.values.get(name, [])

    def _read(self, name: str, written: Iterable[str], read: Callable[[str], T]) -> list[T]:
        values: list[T] = []
        for value in written:
            try:
                values.append(read(value))
            except ValueError as error:
                self.errors.append(BadParameter(name, str(error)))
        return values


def cursor_after(key: str) -> str:
    """The cursor of the items behind the one of this key, a slug or a claim_ref."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(written: str) -> str:
    """The key that a cursor names; raises ValueError for what no answer ever gave."""
    try:
        key = urlsafe_b64decode(written[:_LONGEST_CURSOR] + "=" * (-len(written) % 4)).decode("ascii")
    except ValueError:
        key = ""
    if not key or not key.isprintable() or cursor_after(key) != written:
        raise ValueError(f"“{written}” is not a place in this list")
    return key


def read_limit(written: str) -> int:
    """How many items an answer may hold; raises ValueError."""
    plain = written.isascii() and written.isdigit() and len(written) <= _LONGEST_LIMIT
    if not plain or not 1 <= int(written) <= MOST_ITEMS:
        raise ValueError(f"“{written}” is not a whole number from 1 to {MOST_ITEMS:,}")
    return int(written)


def slug(noun: str) -> Callable[[str], str]:
    """A reader of slugs; whether the ledger has it is for the database to say."""

    def read(written: str) -> str:
        if not SLUG.fullmatch(written):
            raise ValueError(f"there is no {noun} “{written}” in the ledger")
        return written

    return read


def one_of(words: Iterable[T]) -> Callable[[str], T]:
    """A reader of a closed vocabulary."""
    by_word = {str(word): word for word in words}

    def read(written: str) -> T:
        if written not in by_word:
            raise ValueError(f"“{written}” is none of {', '.join(by_word)}")
        return by_word[written]

    return read


def first_day(written: str) -> date:
    """The first day of `2025`, `2025-02` or `2025-02-27`."""
    return _days(written).first


def last_day(written: str) -> date:
    """The last day of `2025`, `2025-02` or `2025-02-27`."""
    return _days(written).last


def search_words(written: str) -> Words:
    """What is searched for; raises ValueError for what no text holds."""
    if len(written) > LONGEST or "\0" in written:
        raise ValueError(f"“{written}” is nothing to search for: up to {LONGEST} characters of text")
    return read_words(written)


def _days(written: str) -> Days:
    try:
        days = read_date(written)
    except NotADate as error:
        raise ValueError(str(error)) from None
    earliest, latest = YEARS
    if not earliest <= days.first.year <= latest:
        raise ValueError(f"“{written}” lies outside the years {earliest} to {latest}")
    return days
