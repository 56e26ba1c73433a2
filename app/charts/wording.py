"""Claims, counts and days in words, for hover labels, titles of marks and summaries."""

from datetime import date

from app.claims.approved import ApprovedClaim, Figure
from app.claims.words import Nature, Qualifier, Standing
from app.dates import Days
from app.languages import formats, spoken
from app.languages.spoken import language_now

_BEFORE_POINT = {
    Qualifier.ABOUT: "about ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.MORE_THAN: "more than ",
}
_BEFORE_HIGH = {Qualifier.NEARLY: "nearly ", Qualifier.FEWER_THAN: "fewer than "}


def count(figure: Figure) -> str:
    """`12000` as `12,000`; a decimal share keeps its decimals."""
    return spoken.count(figure)


def day(on: date) -> str:
    """`23 October 2024`."""
    return formats.written_day(on, "day", language_now())


def month(on: date) -> str:
    """`October 2024`."""
    return formats.written_day(on, "month", language_now())


def date_in_words(written: str, days: Days) -> str:
    """`23 October 2024`, `October 2024` or `2024`: as precise as it was written, not more."""
    return (f"{days.first.year}", month(days.first), day(days.first))[written.count("-")]


def days_in_words(days: Days) -> str:
    """A date as date_in_words; a period as `from ... to ...`, both ends as written."""
    start, slash, end = days.written.partition("/")
    if not slash:
        return date_in_words(start, days)
    if start == end:
        return date_in_words(start, days)
    last = Days(days.last, days.last, end)
    return f"from {date_in_words(start, days)} to {date_in_words(end, last)}"


def said_in_words(days: Days) -> str:
    """`said on 23 October 2024`, or `said in October 2024` where the day is not known."""
    return f"said {'on' if days.is_one_day else 'in'} {days_in_words(days)}"


def figure_in_words(claim: ApprovedClaim) -> str:
    """What was stated, hedge included: `about 3,000`; empty for a stance.

    A figure whose bounds and point are stored together is told part by part.
    """
    low, point, high = claim.low, claim.point, claim.high
    if point is not None:
        bounds = [
            *([f"at least {count(low)}"] if low is not None and low != point else []),
            *([f"at most {count(high)}"] if high is not None and high != point else []),
        ]
        if low == point and high is None:
            text = f"{count(point)} or more"
        elif high == point and low is None:
            text = f"{count(point)} or fewer"
        else:
            hedge = "about " if claim.qualifier is Qualifier.ABOUT else ""
            text = f"{hedge}{count(point)}"
        return f"{text} ({', '.join(bounds)})" if bounds else text
    if low is not None and high is not None:
        return f"between {count(low)} and {count(high)}"
    if low is not None:
        return f"{_BEFORE_POINT.get(claim.qualifier or Qualifier.AT_LEAST, 'at least ')}{count(low)}"
    if high is not None:
        return f"{_BEFORE_HIGH.get(claim.qualifier or Qualifier.UP_TO, 'up to ')}{count(high)}"
    return ""


def _what(claim: ApprovedClaim, noun: str) -> str:
    if claim.nature is Nature.STANCE:
        return "a statement without a number"
    figure = figure_in_words(claim)
    if claim.nature is Nature.SHARE:
        return f"{figure} % {noun}, a share"
    if claim.nature is Nature.EVENT:
        return f"{figure} {noun} in one event"
    if claim.nature is Nature.PLAN:
        return f"a plan, {figure}"
    return f"{figure} {noun}"


def claim_in_words(claim: ApprovedClaim, noun: str) -> str:
    """Who, how much, as of when, said when: `Source: about 3,000 sent, as of ..., said on ...`.

    `noun` is what is counted, as it follows a number: `sent`, `killed or wounded`, `containers`.
    """
    parts = [f"{claim.source.name}: {_what(claim, noun)}"]
    if claim.place is not None:
        parts.append(f"in {claim.place_name or claim.place}")
    if claim.counts_from is not None:
        parts.append(f"counted from {days_in_words(claim.counts_from)}")
    if claim.period is not None:
        one_day = claim.period.is_one_day
        parts.append(f"on {day(claim.period.first)}" if one_day else days_in_words(claim.period))
    elif claim.as_of is not None:
        horizon = "by" if claim.nature is Nature.PLAN else "as of"
        parts.append(f"{horizon} {days_in_words(claim.as_of)}")
    parts.append(said_in_words(claim.said_on))
    if claim.standing is not Standing.GOOD:
        parts.append("set aside" if claim.standing is Standing.SET_ASIDE else "retracted by its source")
    return ", ".join(parts)


def many(number: int, one: str, more: str | None = None) -> str:
    """`1 claim`, `3 claims`."""
    return f"{count(number)} {one if number == 1 else more or one + 's'}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return formats.listed(parts, language_now())
