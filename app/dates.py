"""Days with the precision that is known: EDTF level 0, the spelling of every date in a ledger.

A month is not its first day. `2025-02` stays `2025-02` and covers 1 to 28 February; what a
rule needs of it, its first or its last day, is asked for by name.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.languages.spoken import _

_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class NotADate(ValueError):
    """What was typed is no date of EDTF level 0; its text says so in a sentence.

    `written` and `reason` are its two parts where it says something of one word alone; else both are empty.
    """

    def __init__(self, sentence: str, written: str = "", reason: str = "") -> None:
        super().__init__(sentence)
        self.written = written
        self.reason = reason

    def after(self, written: str) -> str:
        """What is said where `written` stands before it already."""
        return self.reason if self.written == written and self.reason else str(self)


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """An unbroken run of calendar days, both ends counted, and how it was written."""

    first: date
    last: date
    written: str

    def __str__(self) -> str:
        return self.written

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


@lru_cache(maxsize=65536)
def read_date(written: str) -> Days:
    """`2025`, `2025-02` or `2025-02-27` as the days it covers; raises NotADate."""
    match = _EDTF.fullmatch(written)
    if match is None:
        raise _not_so(written, _("is not a date: write 2025, 2025-02 or 2025-02-27"))
    year, month, day = match.groups()
    try:
        if month is None:
            return Days(date(int(year), 1, 1), date(int(year), 12, 31), written)
        if day is None:
            first = date(int(year), int(month), 1)
            return Days(first, first.replace(day=monthrange(first.year, first.month)[1]), written)
        one = date(int(year), int(month), int(day))
    except ValueError:
        raise _not_so(written, _("is not a day of the calendar")) from None
    return Days(one, one, written)


@lru_cache(maxsize=65536)
def read_period(written: str) -> Days:
    """`2025-01/2025-02`: from the first day of its start to the last day of its end, both counted.

    Raises NotADate when an end is no date or the period ends before it starts.
    """
    start, slash, end = written.partition("/")
    if not slash:
        raise _not_so(written, _("is not a period: write its first and last day as start/end"))
    first, last = read_date(start).first, read_date(end).last
    if first > last:
        raise NotADate(_("the period “%(written)s” ends before it starts", written=written))
    return Days(first, last, written)


def _not_so(written: str, reason: str) -> NotADate:
    return NotADate(_("“%(value)s” %(reason)s", value=written, reason=reason), written, reason)


def day_said(said_on: Days, published_on: Days | None) -> date:
    """The one day that `said_on` means (method.md, section 4).

    Its last day; where it is not a full date, no later than the last day on which the
    document can have been published, and never before its own first day.
    """
    if said_on.is_one_day or published_on is None:
        return said_on.last
    return max(said_on.first, min(said_on.last, published_on.last))
