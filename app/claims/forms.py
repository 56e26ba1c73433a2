"""What may be written in a claim: the shape of one row, whether typed, posted or imported.

One definition for the claims CSV, the web form and the API: `read_claim` takes the cells of a row as
text and gives the row in its one spelling, the days it means and everything that is wrong with it. It
never sees the database; what only that knows (is the deployment known, which claim is named) is asked
later. Plain functions rather than a model of pydantic, whose bare types would take half as long as all of
these rules and would still leave every rule and every sentence to be written beside them.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.dates import Days, NotADate, day_said, read_date, read_period
from app.languages.iso import english_names
from app.languages.spoken import N_, _, count, known
from app.slugs import SLUG

GREATEST_FIGURE = 10**15
"""No figure is larger: beyond it a browser's numbers are no longer whole."""

LONGEST_NAME = 300
"""Characters of a name or slug that is looked up: an entry of an index has to hold it."""

LONGEST_WORDING = 300
LONGEST_TEXT = 20_000
"""Characters of a title, an address or a note: far more than remarks need, and a bound on memory."""

YEARS = (1000, 2999)
"""The years that a date may lie in; others are slips of the keyboard."""

CLAIM_REF = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)
_WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_PERCENT = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_THOUSANDS = re.compile("[0-9]{1,3}(?:[,.'\u2019 \u00a0\u202f][0-9]{3})+")
_LONGEST_FIGURE = 19  # digits of the greatest figure, a decimal point and two decimals

_FIGURES = ("low", "point", "high")
_REFERENCES = ("supersedes", "part_of", "repeat_of")
_CREDIBILITIES = frozenset("123456")
_NATURES = tuple(map(str, Nature))
_QUALIFIERS = tuple(map(str, Qualifier))
_STANDINGS = tuple(map(str, Standing))
_STANDING_REASONS = tuple(map(str, StandingReason))

_LESS_THAN = {
    "low": N_("is less than low, %(floor)s"),
    "point": N_("is less than point, %(floor)s"),
}
_NEEDS_DAYS = {
    "increment": N_("an increment needs the days it covers, as start/end"),
    "event": N_("an event needs the days it covers, as start/end"),
    "total": N_("a total needs the last day that its figure covers"),
    "level": N_("a level needs the last day that its figure covers"),
}
_HAS_A_PERIOD = {
    "increment": N_("an increment has a period, not an as_of"),
    "event": N_("an event has a period, not an as_of"),
}


class ClaimRow(NamedTuple):
    """The cells of one claim or appearance, in the order of the claims CSV; an empty one is not known."""

    claim_ref: str = ""
    deployment: str = ""
    measure: str = ""
    nature: str = ""
    low: str = ""
    point: str = ""
    high: str = ""
    qualifier: str = ""
    as_of: str = ""
    period: str = ""
    counts_from: str = ""
    place: str = ""
    said_on: str = ""
    source: str = ""
    publisher: str = ""
    title: str = ""
    url: str = ""
    published_on: str = ""
    language: str = ""
    wording: str = ""
    credibility: str = ""
    supersedes: str = ""
    part_of: str = ""
    repeat_of: str = ""
    standing: str = ""
    standing_reason: str = ""
    standing_on: str = ""
    note: str = ""


CLAIM_COLUMNS = ClaimRow._fields
ALWAYS_REQUIRED = ("claim_ref", "deployment", "measure", "nature", "said_on", "source")
"""The columns without which no row of a claims CSV can be read."""


class Problem(NamedTuple):
    """Why a row is refused: the column at fault, what stood there, and the reason, to be read after both."""

    column: str
    value: str
    reason: str


class DaysMeant(NamedTuple):
    """The days that a claim's dates mean; None where a date is not given or cannot be read."""

    as_of: Days | None
    period: Days | None
    counts_from: Days | None
    said_on: Days | None
    published_on: Days | None
    said_day: date | None  # the one day that said_on means


class ReadClaim(NamedTuple):
    """A row in its one spelling, the days it means, and what is wrong with it: nothing, or it is refused."""

    row: ClaimRow
    days: DaysMeant
    problems: list[Problem]


def read_claim(row: ClaimRow, today: date) -> ReadClaim:
    """Read one row as it was written; `today` is the day (UTC) on which it is recorded."""
    problems: list[Problem] = []
    row = ClaimRow._make(tidied(row, CLAIM_COLUMNS, problems))
    days = _days_meant(row, problems)
    _check_names(row, problems)
    row = _check_figures(row, problems)
    _check_dates(row, days, today, problems)
    _check_document(row, problems)
    _check_references(row, problems)
    row = _check_standing(row, problems)
    return ReadClaim(row, days, problems)


def claim_row(values: Mapping[str, str | None]) -> ClaimRow:
    """A row from values by name, as a form or the API gives them; raises TypeError for an unknown name."""
    return ClaimRow(**{name: value or "" for name, value in values.items()})


def last_day_counted(nature: str, days: DaysMeant) -> date | None:
    """The last day that a total, increment or event covers; an as-of is cut to the day it was said."""
    if nature == "total":
        return min(days.as_of.last, days.said_day) if days.as_of and days.said_day else None
    if nature in {"increment", "event"}:
        return days.period.last if days.period else None
    return None


def tidied(cells: tuple[str, ...], columns: tuple[str, ...], problems: list[Problem]) -> list[str]:
    """The same cells without space around them, with one kind of line end and of composed letter."""
    tidy = [cell.strip() for cell in cells]
    together = "".join(tidy)
    if not together.isascii():
        tidy = [unicodedata.normalize("NFC", cell) for cell in tidy]
    if not together.isprintable():
        tidy = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in tidy]
        problems += [
            Problem(column, cell, _no_text(wrong.group()))
            for column, cell in zip(columns, tidy, strict=True)
            if (wrong := _NOT_TEXT.search(cell))
        ]
    if len(together) > LONGEST_TEXT:
        problems += [
            Problem(column, cell, _too_long(cell, LONGEST_TEXT))
            for column, cell in zip(columns, tidy, strict=True)
            if len(cell) > LONGEST_TEXT
        ]
    return tidy


def read_day(column: str, written: str, problems: list[Problem]) -> Days | None:
    """The days that a cell means; None where it is empty, or refused among `problems`."""
    if not written:
        return None
    try:
        days = read_date(written)
    except NotADate as refusal:
        problems.append(Problem(column, written, refusal.after(written)))
        return None
    return _within_years(column, days, problems)


def check_name(column: str, name: str, problems: list[Problem]) -> None:
    """Refuse a name too long to be looked up."""
    if len(name) > LONGEST_NAME:
        reason = _(
            "has %(many)s characters, at most %(most)s can be", many=count(len(name)), most=LONGEST_NAME
        )
        problems.append(Problem(column, name, reason))


def check_word(column: str, word: str, words: Collection[str], problems: list[Problem]) -> None:
    """Refuse a word that is not one of the column's."""
    if word not in words:
        said = N_("is not one of %(words)s") if word else N_("one of %(words)s is needed")
        problems.append(Problem(column, word, known(said) % {"words": ", ".join(words)}))


def _no_text(wrong: str) -> str:
    return _("holds the control character %(code)s", code=f"U+{ord(wrong):04X}")


def _too_long(text: str, most: int) -> str:
    return _("has %(many)s characters, at most %(most)s are kept", many=count(len(text)), most=count(most))


def _days_meant(row: ClaimRow, problems: list[Problem]) -> DaysMeant:
    said_on = read_day("said_on", row.said_on, problems)
    published_on = read_day("published_on", row.published_on, problems)
    return DaysMeant(
        read_day("as_of", row.as_of, problems),
        _read_period(row.period, problems),
        read_day("counts_from", row.counts_from, problems),
        said_on,
        published_on,
        day_said(said_on, published_on) if said_on else None,
    )


def _read_period(written: str, problems: list[Problem]) -> Days | None:
    if not written:
        return None
    try:
        days = read_period(written)
    except NotADate as refusal:
        problems.append(Problem("period", written, refusal.after(written)))
        return None
    return _within_years("period", days, problems)


def _within_years(column: str, days: Days, problems: list[Problem]) -> Days | None:
    earliest, latest = YEARS
    if earliest <= days.first.year and days.last.year <= latest:
        return days
    reason = _("lies outside the years %(earliest)s to %(latest)s", earliest=earliest, latest=latest)
    problems.append(Problem(column, days.written, reason))
    return None


def _check_names(row: ClaimRow, problems: list[Problem]) -> None:
    if not CLAIM_REF.fullmatch(row.claim_ref):
        problems.append(Problem("claim_ref", row.claim_ref, _why_no_claim_ref(row.claim_ref)))
    for column, slug, unnamed in (
        ("deployment", row.deployment, N_("a claim names its deployment by its slug")),
        ("measure", row.measure, N_("a claim names its measure by its slug")),
    ):
        if not slug:
            problems.append(Problem(column, "", known(unnamed)))
        elif len(slug) > LONGEST_NAME or not SLUG.fullmatch(slug):
            problems.append(Problem(column, slug, _("is not a slug: small letters, digits and hyphens")))
    check_word("nature", row.nature, _NATURES, problems)
    if not row.source:
        problems.append(Problem("source", "", _("who made the claim is needed, by name")))
    check_name("source", row.source, problems)
    if row.place:
        check_name("place", row.place, problems)


def _why_no_claim_ref(written: str) -> str:
    if not written:
        return _("every row needs a key of its own")
    return _(
        "is not a key: up to 80 small letters, digits, dots, hyphens and underscores, first a letter or digit"
    )


def _check_figures(row: ClaimRow, problems: list[Problem]) -> ClaimRow:
    """Check the qualifier, low, point and high; gives the row with its percentages in one spelling."""
    stated = [(column, figure) for column, figure in zip(_FIGURES, row[4:7], strict=True) if figure]
    if row.nature == "stance":
        if row.qualifier:
            check_word("qualifier", row.qualifier, _QUALIFIERS, problems)
        problems += [Problem(column, figure, _("a stance has no figure")) for column, figure in stated]
        return row
    check_word("qualifier", row.qualifier, _QUALIFIERS, problems)
    if not stated:
        problems.append(Problem("point", "", _("low, point or high is needed, except for a stance")))
    is_share = row.nature == "share"
    numbers = [
        (column, number)
        for column, figure in stated
        if (number := _read_figure(column, figure, problems, is_share=is_share)) is not None
    ]
    for (lesser, floor), (column, number) in pairwise(numbers):
        if number < floor:
            reason = known(_LESS_THAN[lesser]) % {"floor": floor}
            problems.append(Problem(column, str(number), reason))
    if is_share:
        return row._replace(**{column: _percent(number) for column, number in numbers})
    return row


def _read_figure(
    column: str, written: str, problems: list[Problem], *, is_share: bool
) -> Decimal | int | None:
    """A figure as a number; None where it is refused among `problems`."""
    if not (_PERCENT if is_share else _WHOLE).fullmatch(written):
        problems.append(Problem(column, written, _why_no_figure(written, is_share=is_share)))
        return None
    # Of more digits than any figure has, none is read: it would only take long.
    number = (Decimal(written) if is_share else int(written)) if len(written) <= _LONGEST_FIGURE else None
    if number is not None and number <= GREATEST_FIGURE:
        return number
    reason = _("is larger than any figure can be (%(most)s)", most=GREATEST_FIGURE)
    problems.append(Problem(column, written, reason))
    return None


def _percent(number: Decimal | int) -> str:
    """12.50 as 12.5, 100.00 as 100."""
    return format(Decimal(number).normalize(), "f")


def _why_no_figure(written: str, *, is_share: bool) -> str:
    if _THOUSANDS.fullmatch(written) and not is_share:
        plain = re.sub("[^0-9]", "", written)
        return _("write it without a mark between thousands: %(plain)s", plain=plain)
    if written.startswith("-"):
        return _("is negative")
    digits, _point, decimals = written.partition(".")
    if written.isascii() and digits.isdigit() and not decimals.strip("0") and not is_share:
        return _("write it in plain digits: %(plain)s", plain=digits.lstrip("0") or "0")
    if is_share:
        return _("is not a percentage in plain digits with up to two decimals")
    return _("is not a whole number in plain digits")


def _check_dates(row: ClaimRow, days: DaysMeant, today: date, problems: list[Problem]) -> None:
    """Check which dates the nature needs and allows, and their order (method, section 4)."""
    nature = row.nature
    if nature in {"increment", "event"}:
        if not row.period:
            problems.append(Problem("period", "", known(_NEEDS_DAYS[nature])))
        if row.as_of:
            problems.append(Problem("as_of", row.as_of, known(_HAS_A_PERIOD[nature])))
    else:
        if not row.as_of and nature in {"total", "level"}:
            problems.append(Problem("as_of", "", known(_NEEDS_DAYS[nature])))
        if row.period:
            problems.append(Problem("period", row.period, _("only an increment or event has a period")))
    if row.counts_from and nature != "total":
        problems.append(Problem("counts_from", row.counts_from, _("only a total has a day it counts from")))
    if not row.said_on:
        problems.append(Problem("said_on", "", _("the day on which it was said is needed")))
    _check_order(row, days, today, problems)


def _check_order(row: ClaimRow, days: DaysMeant, today: date, problems: list[Problem]) -> None:
    """Check that no date comes after one that it cannot follow (method, section 4)."""
    as_of, counts_from, said_on, said_day = days.as_of, days.counts_from, days.said_on, days.said_day
    if not said_on or not said_day:
        return
    if said_on.last > today and not row.published_on:
        reason = _(
            "ends after the day of recording, %(today)s: give the day it was published in published_on",
            today=today,
        )
        problems.append(Problem("said_on", row.said_on, reason))
    if as_of and row.nature in {"total", "level"} and as_of.first > said_day:
        reason = _("begins after the day it was said, %(said_day)s", said_day=said_day)
        problems.append(Problem("as_of", row.as_of, reason))
    if as_of and counts_from and counts_from.first > min(as_of.last, said_day):
        last = min(as_of.last, said_day)
        reason = _("is after the last day that the figure covers, %(last)s", last=last)
        problems.append(Problem("counts_from", row.counts_from, reason))


def _check_document(row: ClaimRow, problems: list[Problem]) -> None:
    if row.url and not _ADDRESS.fullmatch(row.url):
        reason = _("is not a web address: it begins with http:// or https:// and has no spaces")
        problems.append(Problem("url", row.url, reason))
    if row.language and row.language not in english_names():
        reason = _("is not a language of ISO 639-1: two small letters, as in en")
        problems.append(Problem("language", row.language, reason))
    if len(row.wording) > LONGEST_WORDING:
        problems.append(Problem("wording", row.wording, _too_long(row.wording, LONGEST_WORDING)))
    if row.credibility and row.credibility not in _CREDIBILITIES:
        problems.append(Problem("credibility", row.credibility, _("is not a number from 1 to 6")))


def _check_references(row: ClaimRow, problems: list[Problem]) -> None:
    for column in _REFERENCES:
        named = getattr(row, column)
        if not named:
            continue
        if named == row.claim_ref:
            problems.append(Problem(column, named, _("is the row itself")))
        elif not CLAIM_REF.fullmatch(named):
            problems.append(Problem(column, named, _("is not the claim_ref of a claim")))


def _check_standing(row: ClaimRow, problems: list[Problem]) -> ClaimRow:
    """Check standing, its reason and day; gives the row with an empty standing written out."""
    if not row.standing:
        row = row._replace(standing="good")
    check_word("standing", row.standing, _STANDINGS, problems)
    if row.standing_reason:
        check_word("standing_reason", row.standing_reason, _STANDING_REASONS, problems)
        if row.standing == "good":
            problems.append(Problem("standing_reason", row.standing_reason, _("good standing has no reason")))
    elif row.standing == "set_aside":
        check_word("standing_reason", "", _STANDING_REASONS, problems)
    withdrawn_on = read_day("standing_on", row.standing_on, problems)
    if withdrawn_on and not withdrawn_on.is_one_day:
        problems.append(Problem("standing_on", row.standing_on, _("has to be a full date")))
    if withdrawn_on and row.standing != "retracted":
        problems.append(
            Problem("standing_on", row.standing_on, _("only a retracted claim was withdrawn on a day"))
        )
    if row.standing == "retracted" and not row.standing_on:
        problems.append(
            Problem("standing_on", "", _("the day on which its source withdrew the claim is needed"))
        )
    return row
