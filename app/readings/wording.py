"""Words for figures, days and claims: the pieces that sentences are made of."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.claims.approved import ApprovedClaim
from app.claims.words import Nature, Qualifier
from app.dates import Days
from app.languages import formats, spoken
from app.languages.spoken import N_, _, language_now, pgettext
from app.readings.candidates import Candidate

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
        return pgettext("a day", "on %(day)s", day=on_day(first, year=year))
    if first.day == 1 and _is_month_end(last):
        return _over_months(first, last, year=year)
    if (first.year, first.month) == (last.year, last.month):
        # Translators: from 6 to 9 October; the first is the number of the day alone
        return pgettext(
            "days of one month",
            "from %(first)s to %(last)s",
            first=first.day,
            last=on_day(last, year=year),
        )
    begin = on_day(first, year=year and first.year != last.year)
    return pgettext("days", "from %(first)s to %(last)s", first=begin, last=on_day(last, year=year))


def _over_months(first: date, last: date, *, year: bool) -> str:
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if months == 1:
        return _("in %(month)s", month=_month(last, year=year))
    if (first.month, last.month) == (1, 12):
        if first.year == last.year:
            return _("in %(year)s", year=first.year)
        return pgettext("years", "from %(first)s to %(last)s", first=first.year, last=last.year)
    begin, end = _month(first, year=year and first.year != last.year), _month(last, year=year)
    if months == 2:  # noqa: PLR2004
        return pgettext("months", "in %(first)s and %(last)s", first=begin, last=end)
    return pgettext("months", "from %(first)s to %(last)s", first=begin, last=end)


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
        if low is None or high is None:
            return _("between two figures")
        return _("between %(low)s and %(high)s", low=spoken.count(low), high=spoken.count(high))
    stated = spoken.count(next(one for one in (low, point, high) if one is not None))
    if claim.qualifier is Qualifier.EXACT:
        # Translators: as it follows "and", so that in some languages it should not begin with the same vowel
        return pgettext("a figure among others", "exactly %(figure)s", figure=stated)
    hedged = _HEDGED.get(claim.qualifier) if claim.qualifier is not None else None
    return stated if hedged is None else _(hedged, figure=stated)


_HEDGED = {
    Qualifier.ABOUT: N_("about %(figure)s"),
    Qualifier.NEARLY: N_("nearly %(figure)s"),
    Qualifier.AT_LEAST: N_("at least %(figure)s"),
    Qualifier.MORE_THAN: N_("more than %(figure)s"),
    Qualifier.UP_TO: N_("up to %(figure)s"),
    Qualifier.FEWER_THAN: N_("fewer than %(figure)s"),
}


def _placed(figure_in_words: str, claim: ApprovedClaim) -> str:
    """With the place that it is about, where it is not about the whole."""
    if claim.place is None:
        return figure_in_words
    return _("%(figure)s in %(place)s", figure=figure_in_words, place=claim.place_name or claim.place)


def claim_in_words(candidate: Candidate, *, year: bool = True, until: date | None = None) -> str:
    """What a candidate says: nearly 11,000 by 27 March; 3,000 more in January and February.

    `until` is the day at which an event floor is asked for its sum; None asks for its last.
    """
    claim = candidate.claim
    if claim is None:
        return _floor_in_words(candidate, until or candidate.last, year=year)
    said = figure(claim)
    if candidate.nature is Nature.INCREMENT:
        more = _placed(_("%(figure)s more", figure=said), claim)
        return _dated(more, over_days(candidate.first, candidate.last, year=year))
    if candidate.is_derived:
        said = _("%(figure)s (killed and wounded added up)", figure=said)
    said = _placed(said, claim)
    if candidate.counts_from is not None:
        return _dated(said, over_days(candidate.counts_from, candidate.last, year=year))
    return _dated(said, _as_of(claim.as_of or claim.said_on, candidate.nature, year=year))


def _dated(said: str, when: str) -> str:
    # Translators: a figure and its day or days: nearly 11,000 + by 27 March 2025
    return _("%(figure)s %(when)s", figure=said, when=when)


def _as_of(as_of: Days, nature: Nature, *, year: bool) -> str:
    if not as_of.is_one_day:
        if as_of.first.month == as_of.last.month:
            return _("as of %(month)s", month=as_written(as_of, year=year))
        return _("as of %(year)s", year=as_of.last.year)
    day = on_day(as_of.last, year=year)
    return (
        pgettext("a day", "on %(day)s", day=day)
        if nature is Nature.LEVEL
        else pgettext("a day", "by %(day)s", day=day)
    )


def _floor_in_words(candidate: Candidate, until: date, *, year: bool) -> str:
    """The sum of a source's events up to a day."""
    sums = [low for day, low in candidate.floors if day <= until]
    return _(
        "%(figure)s in the events that %(source)s listed by %(day)s",
        figure=number(sums[-1] if sums else 0),
        source=candidate.source.name,
        day=on_day(until, year=year),
    )
