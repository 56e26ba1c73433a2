"""Claims, counts and days in words, for hover labels, titles of marks and summaries."""

from datetime import date

from app.claims.approved import ApprovedClaim, Figure
from app.claims.words import Nature, Qualifier, Standing
from app.dates import Days
from app.languages import formats, spoken
from app.languages.spoken import N_, _, language_now, pgettext

_FLOOR = {Qualifier.ABOUT: N_("about %(figure)s"), Qualifier.MORE_THAN: N_("more than %(figure)s")}
_CEILING = {Qualifier.NEARLY: N_("nearly %(figure)s"), Qualifier.FEWER_THAN: N_("fewer than %(figure)s")}


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
    return pgettext(
        "days",
        "from %(first)s to %(last)s",
        first=date_in_words(start, days),
        last=date_in_words(end, last),
    )


def said_in_words(days: Days) -> str:
    """`said on 23 October 2024`, or `said in October 2024` where the day is not known."""
    when = days_in_words(days)
    if days.is_one_day:
        return _("said on %(day)s", day=when)
    if "-" in days.written:
        return _("said in %(month)s", month=when)
    return _("said in %(year)s", year=when)


def as_of_in_words(days: Days) -> str:
    """`as of 23 October 2024`, `as of October 2024` or `as of 2024`."""
    when = days_in_words(days)
    return (
        _("as of %(year)s", year=when),
        _("as of %(month)s", month=when),
        pgettext("a day", "as of %(day)s", day=when),
    )[days.written.count("-")]


def until_in_words(days: Days) -> str:
    """`by 23 October 2024`, `by October 2024` or `by 2024`: what a plan is for."""
    when = days_in_words(days)
    return (
        _("by %(year)s", year=when),
        _("by %(month)s", month=when),
        pgettext("a day", "by %(day)s", day=when),
    )[days.written.count("-")]


def figure_in_words(claim: ApprovedClaim) -> str:
    """What was stated, hedge included: `about 3,000`; empty for a stance.

    A figure whose bounds and point are stored together is told part by part.
    """
    low, point, high = claim.low, claim.point, claim.high
    if point is not None:
        bounds = [
            *([_("at least %(figure)s", figure=count(low))] if low is not None and low != point else []),
            *([_("at most %(figure)s", figure=count(high))] if high is not None and high != point else []),
        ]
        text = _point_in_words(claim, point)
        return f"{text} ({', '.join(bounds)})" if bounds else text
    if low is not None and high is not None:
        return _("between %(low)s and %(high)s", low=count(low), high=count(high))
    if low is not None:
        hedged = _FLOOR.get(claim.qualifier or Qualifier.AT_LEAST, N_("at least %(figure)s"))
        return _(hedged, figure=count(low))
    if high is not None:
        hedged = _CEILING.get(claim.qualifier or Qualifier.UP_TO, N_("up to %(figure)s"))
        return _(hedged, figure=count(high))
    return ""


def _point_in_words(claim: ApprovedClaim, point: Figure) -> str:
    if claim.low == point and claim.high is None:
        return _("%(figure)s or more", figure=count(point))
    if claim.high == point and claim.low is None:
        return _("%(figure)s or fewer", figure=count(point))
    if claim.qualifier is Qualifier.ABOUT:
        return _("about %(figure)s", figure=count(point))
    return count(point)


def _what(claim: ApprovedClaim, noun: str) -> str:
    if claim.nature is Nature.STANCE:
        return _("a statement without a number")
    figure = figure_in_words(claim)
    if claim.nature is Nature.SHARE:
        return _("%(figure)s %% %(noun)s, a share", figure=figure, noun=noun)
    if claim.nature is Nature.EVENT:
        return _("%(figure)s %(noun)s in one event", figure=figure, noun=noun)
    if claim.nature is Nature.PLAN:
        return _("a plan, %(figure)s", figure=figure)
    return f"{figure} {noun}"


def claim_in_words(claim: ApprovedClaim, noun: str) -> str:
    """Who, how much, as of when, said when: `Source: about 3,000 sent, as of ..., said on ...`.

    `noun` is what is counted, as it follows a number: `sent`, `killed or wounded`, `containers`.
    """
    parts = [f"{claim.source.name}: {_what(claim, noun)}"]
    if claim.place is not None:
        parts.append(pgettext("a place", "in %(place)s", place=claim.place_name or claim.place))
    if claim.counts_from is not None:
        parts.append(
            pgettext("a day, month or year", "counted from %(day)s", day=days_in_words(claim.counts_from))
        )
    if claim.period is not None:
        one_day = claim.period.is_one_day
        parts.append(
            pgettext("a day", "on %(day)s", day=day(claim.period.first))
            if one_day
            else days_in_words(claim.period)
        )
    elif claim.as_of is not None:
        is_plan = claim.nature is Nature.PLAN
        parts.append(until_in_words(claim.as_of) if is_plan else as_of_in_words(claim.as_of))
    parts.append(said_in_words(claim.said_on))
    if claim.standing is not Standing.GOOD:
        is_set_aside = claim.standing is Standing.SET_ASIDE
        parts.append(
            pgettext("a claim", "set aside")
            if is_set_aside
            else pgettext("a claim", "retracted by its source")
        )
    return ", ".join(parts)


def many(number: int, one: str, more: str | None = None) -> str:
    """`1 claim`, `3 claims`."""
    return f"{count(number)} {one if number == 1 else more or one + 's'}"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return formats.listed(parts, language_now())
