"""Words for figures, days and claims: the pieces that sentences are made of."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature, Qualifier
from app.dates import Days
from app.languages import formats, spoken
from app.languages.spoken import language_now
from app.readings.candidates import Candidate

_HEDGES = {
    Qualifier.EXACT: "exactly",
    Qualifier.STATED: "",
    Qualifier.ABOUT: "about",
    Qualifier.NEARLY: "nearly",
    Qualifier.AT_LEAST: "at least",
    Qualifier.MORE_THAN: "more than",
    Qualifier.UP_TO: "up to",
    Qualifier.FEWER_THAN: "fewer than",
}
_YEAR = timedelta(days=365)


def number(count: int) -> str:
    """11,000."""
    return spoken.count(count)


def listed(phrases: Sequence[str]) -> str:
    """One, two and three."""
    return formats.listed(phrases, language_now())


def years_needed(days: Iterable[date | None]) -> bool:
    """Whether days and months alone would leave open which year is meant."""
    known = [day for day in days if day is not None]
    return bool(known) and max(known) - min(known) >= _YEAR


def on_day(day: date, *, year: bool = True) -> str:
    """31 December 2024, or 31 December."""
    return formats.written_day(day, "day" if year else "of year", language_now())


def _month(day: date, *, year: bool) -> str:
    return formats.written_day(day, "month" if year else "month alone", language_now())


def _is_month_end(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def over_days(first: date, last: date, *, year: bool = True) -> str:
    """On one day, in whole months or years, or from one day to another."""
    if first == last:
        return f"on {on_day(first, year=year)}"
    if first.day == 1 and _is_month_end(last):
        return _over_months(first, last, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"from {first.day} to {on_day(last, year=year)}"
    return f"from {on_day(first, year=year and first.year != last.year)} to {on_day(last, year=year)}"


def _over_months(first: date, last: date, *, year: bool) -> str:
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if months == 1:
        return f"in {_month(last, year=year)}"
    if (first.month, last.month) == (1, 12):
        return f"in {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    begin, end = _month(first, year=year and first.year != last.year), _month(last, year=year)
    return f"in {begin} and {end}" if months == 2 else f"from {begin} to {end}"  # noqa: PLR2004


def as_written(days: Days, *, year: bool = True) -> str:
    """A day, a month or a year with the precision that was written: 27 March 2025, March 2025, 2025."""
    if days.is_one_day:
        return on_day(days.last, year=year)
    if days.first.month == days.last.month:
        return _month(days.last, year=year)
    return str(days.last.year)


def figure(claim: ApprovedClaim) -> str:
    """The figure with its hedge, as it was stated: about 1,100; between 2 and 4; more than 11,000."""
    low, point, high = claim.low, claim.point, claim.high
    if claim.qualifier is Qualifier.BETWEEN or (low is not None and high is not None):
        return (
            f"between {low:,} and {high:,}" if low is not None and high is not None else "between two figures"
        )
    stated = next(one for one in (low, point, high) if one is not None)
    hedge = _HEDGES[claim.qualifier] if claim.qualifier is not None else ""
    return f"{hedge} {stated:,}".strip()


def place(claim: ApprovedClaim) -> str:
    """` in Kursk Oblast`, or nothing where the claim is about the whole."""
    return f" in {claim.place_name or claim.place}" if claim.place is not None else ""


def claim_in_words(candidate: Candidate, *, year: bool = True, until: date | None = None) -> str:
    """What a candidate says: nearly 11,000 by 27 March; 3,000 more in January and February.

    `until` is the day at which an event floor is asked for its sum; None asks for its last.
    """
    claim = candidate.claim
    if claim is None:
        return _floor_in_words(candidate, until or candidate.last, year=year)
    said = figure(claim)
    if candidate.nature is Nature.INCREMENT:
        return f"{said} more{place(claim)} {over_days(candidate.first, candidate.last, year=year)}"
    said += " (killed and wounded added up)" if candidate.is_derived else ""
    said += place(claim)
    if candidate.counts_from is not None:
        return f"{said} {over_days(candidate.counts_from, candidate.last, year=year)}"
    as_of = claim.as_of or claim.said_on
    if not as_of.is_one_day:
        return f"{said} as of {as_written(as_of, year=year)}"
    preposition = "on" if candidate.nature is Nature.LEVEL else "by"
    return f"{said} {preposition} {on_day(as_of.last, year=year)}"


def _floor_in_words(candidate: Candidate, until: date, *, year: bool) -> str:
    """The sum of a source's events up to a day."""
    sums = [low for day, low in candidate.floors if day <= until]
    counted = number(sums[-1] if sums else 0)
    return f"{counted} in the events that {candidate.source.name} listed by {on_day(until, year=year)}"
