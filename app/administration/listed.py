"""Long lists of what is looked after: narrowed by a few letters, and shown a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request

from app.answers.parameters import BadParameter, BadParameters
from app.languages.spoken import _
from app.review.asked import read_page

ROWS = 100
"""Things on one page of a list."""

LONGEST = 200
"""Characters that are searched for."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed:
    """Which part of a list is asked for."""

    q: str = ""  # letters that a name holds, in whatever case; empty: all
    page: int = 1

    @property
    def first(self) -> int:
        """How many stand before the first one of the page."""
        return (self.page - 1) * ROWS

    def on_page(self, number: int) -> list[tuple[str, str]]:
        """The parameters of another page of the same."""
        asked = [("q", self.q), ("page", str(number) if number > 1 else "")]
        return [(name, value) for name, value in asked if value]

    def among(self, every: Iterable[T], texts: Callable[[T], Iterable[str]]) -> list[T]:
        """Those of which one of the texts holds the letters, in the order given; all of them, not a page."""
        sought = self.q.casefold()
        return [one for one in every if not sought or any(sought in text.casefold() for text in texts(one))]

    def part(self, found: Sequence[T]) -> Sequence[T]:
        """The page of what was found."""
        return found[self.first : self.first + ROWS]


def read_listed(request: Request) -> Listed:
    """What an address asks of a list. Raises BadParameters."""
    q, number = request.query_params.get("q", "").strip(), request.query_params.get("page", "").strip()
    errors = []
    if len(q) > LONGEST:
        errors.append(BadParameter("q", _("is longer than %(number)s characters", number=LONGEST)))
    page = 1
    try:
        page = read_page(number) if number else 1
    except ValueError as error:
        errors.append(BadParameter("page", str(error)))
    if errors:
        raise BadParameters(errors)
    return Listed(q, page)
