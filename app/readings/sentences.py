"""The sentences of a reading, each made of a structure that another language can word anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from app.claims.words import Nature
from app.languages.spoken import _, language_now, ngettext, npgettext, pgettext, speaking
from app.readings.candidates import Candidate
from app.readings.facts import Kind
from app.readings.results import Headline, Link, Said
from app.readings.rules import LATEST_WITHIN_DAYS
from app.readings.wording import claim_in_words, listed, number, on_day, over_days, years_needed

Candidates = Mapping[str, Candidate]

_MANY = 4
"""From how many increments of one source on they are named together, with their sum."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A contradiction, sorted into what a sentence about it says."""

    contested: Link
    floors: tuple[Link, ...]  # of the witness, by the day they end
    ceilings: tuple[Link, ...]  # likewise

    @classmethod
    def of(cls, links: Sequence[Link]) -> "Argument":
        contested, *others = links
        by_day = sorted(others, key=lambda link: (link.end or date.min, link.start or date.min))
        floors = tuple(link for link in by_day if link.is_floor)
        return cls(contested, floors, tuple(link for link in by_day if not link.is_floor))

    @property
    def leaves(self) -> int:
        """What the witness leaves to the contested claim: its most, or its least if that is a ceiling."""
        difference = sum(link.amount for link in self.floors) - sum(link.amount for link in self.ceilings)
        return -difference if self.contested.is_floor else difference


def said_later(links: Sequence[Link], candidates: Candidates) -> Said:
    """Both sentences about a contradiction, in the language of now whenever they are asked for."""
    language = language_now()

    def within(words: Callable[[Sequence[Link], Candidates], str]) -> str:
        with speaking(language):
            return words(links, candidates)

    return Said(partial(within, contradiction), partial(within, what_it_needs))


def contradiction(links: Sequence[Link], candidates: Candidates) -> str:
    """Why a claim cannot be true as well; `links` as in Contested.argument."""
    argument = Argument.of(links)
    year = _year_needed(links, candidates)
    contested = _with_bound(argument.contested, candidates, year=year)
    if len(links) == 1:
        return _(
            "%(contested)s is about a time before the deployment began, when the count was 0",
            contested=contested,
        )
    given, taken = argument.floors, argument.ceilings
    if argument.contested.is_floor:
        given, taken = taken, given
    return _argued(
        len(given),
        contested,
        _together(given, candidates, year=year),
        _together(taken, candidates, year=year) if taken else None,
        number(argument.leaves),
        is_floor=argument.contested.is_floor,
    )


def _argued(
    how_many: int, contested: str, given: str, taken: str | None, amount: str, *, is_floor: bool
) -> str:
    """What the claims that are given mean, less those taken off it; `how_many` are given."""
    if taken is None and is_floor:
        return ngettext(
            "%(given)s means at most %(amount)s; %(contested)s cannot also be true.",
            "%(given)s make at most %(amount)s; %(contested)s cannot also be true.",
            how_many,
            given=given,
            amount=amount,
            contested=contested,
        )
    if taken is None:
        return ngettext(
            "%(given)s means at least %(amount)s; %(contested)s cannot also be true.",
            "%(given)s make at least %(amount)s; %(contested)s cannot also be true.",
            how_many,
            given=given,
            amount=amount,
            contested=contested,
        )
    if is_floor:
        return ngettext(
            "%(given)s, less %(taken)s, leaves at most %(amount)s; %(contested)s cannot also be true.",
            "%(given)s, less %(taken)s, leave at most %(amount)s; %(contested)s cannot also be true.",
            how_many,
            given=given,
            taken=taken,
            amount=amount,
            contested=contested,
        )
    return ngettext(
        "%(given)s, less %(taken)s, leaves at least %(amount)s; %(contested)s cannot also be true.",
        "%(given)s, less %(taken)s, leave at least %(amount)s; %(contested)s cannot also be true.",
        how_many,
        given=given,
        taken=taken,
        amount=amount,
        contested=contested,
    )


def what_it_needs(links: Sequence[Link], candidates: Candidates) -> str:
    """What would have to be wrong for the contested claim to hold."""
    year = _year_needed(links, candidates)
    argument = Argument.of(links)
    named = _phrases(argument.floors, candidates, year=year, name=True)
    named += _phrases(argument.ceilings, candidates, year=year, name=True)
    if not named:
        return _("It could only hold if the deployment began earlier.")
    return ngettext(
        "For it to hold, %(claims)s would have to be wrong.",
        "For it to hold, at least one of these would have to be wrong: %(claims)s.",
        len(named),
        claims="; ".join(named),
    )


def _year_needed(links: Iterable[Link], candidates: Candidates) -> bool:
    days: list[date | None] = []
    for link in links:
        candidate = candidates[link.claim_ref]
        days += [candidate.last, link.end]
        if candidate.nature is Nature.INCREMENT or candidate.counts_from is not None:
            days.append(candidate.counts_from or candidate.first)
    return years_needed(days)


def _with_bound(link: Link, candidates: Candidates, *, year: bool) -> str:
    """A claim, with the bound it is read as where its words do not say it."""
    words = claim_in_words(candidates[link.claim_ref], year=year, until=link.end)
    if number(link.amount) in words:
        return words
    if link.is_floor:
        return _("%(claim)s (at least %(amount)s)", claim=words, amount=number(link.amount))
    return _("%(claim)s (at most %(amount)s)", claim=words, amount=number(link.amount))


def _together(links: Iterable[Link], candidates: Candidates, *, year: bool) -> str:
    return listed(_phrases(links, candidates, year=year, name=False))


def _phrases(links: Iterable[Link], candidates: Candidates, *, year: bool, name: bool) -> list[str]:
    """Claims one after another, with who made them if asked; a long row of increments as one phrase."""
    phrases: list[str] = []
    for source, group in groupby(links, key=lambda link: _row_of(candidates[link.claim_ref])):
        row = list(group)
        if source is not None and len(row) >= _MANY:
            phrases.append(_row_in_words(row, candidates, year=year))
            continue
        for link in row:
            candidate = candidates[link.claim_ref]
            words = claim_in_words(candidate, year=year, until=link.end)
            named = name and candidate.claim is not None  # an event floor names its source by itself
            phrases.append(f"{words} ({candidate.source.name})" if named else words)
    return phrases


def _row_of(candidate: Candidate) -> str | None:
    return candidate.source.slug if candidate.nature is Nature.INCREMENT else None


def _row_in_words(row: Sequence[Link], candidates: Candidates, *, year: bool) -> str:
    first = min(candidates[link.claim_ref].first for link in row)
    last = max(candidates[link.claim_ref].last for link in row)
    values = {
        "many": number(len(row)),
        "source": candidates[row[0].claim_ref].source.name,
        "days": over_days(first, last, year=year),
        "together": number(sum(link.amount for link in row)),
    }
    if row[0].is_floor:
        return _("%(many)s increments of %(source)s %(days)s (at least %(together)s together)", **values)
    return _("%(many)s increments of %(source)s %(days)s (at most %(together)s together)", **values)


def reading_in_words(headline: Headline, kind: Kind, since: date | None) -> str:
    """The reading on the headline day: low, selected and high."""
    low, selected, high = headline.low, headline.selected, headline.high
    when = _when(headline.on, kind, since)
    if low is None:
        return _("No figure holds %(when)s.", when=when)
    band = _band(low, high)
    if selected is None:
        return _("%(band)s %(when)s; no claim gives a figure.", band=band, when=when)
    marked = _("%(band)s %(when)s; selected: %(selected)s.", band=band, when=when, selected=number(selected))
    marks = _marks(headline)
    if not marks:
        return marked
    return _(
        "%(band)s %(when)s; selected: %(selected)s (%(marks)s).",
        band=band,
        when=when,
        selected=number(selected),
        marks=listed(marks),
    )


def _band(low: int, high: int | None) -> str:
    """The bounds, as a sentence begins."""
    if high is None and low == 0:
        return _("No accepted claim bounds the number")
    if high is None:
        return _("At least %(low)s", low=number(low))
    if low == high:
        return number(low)
    return _("Between %(low)s and %(high)s", low=number(low), high=number(high))


def _marks(headline: Headline) -> list[str]:
    marks = [pgettext("of a value", "derived")] if headline.derived else []
    return [*marks, *([pgettext("of a value", "strained")] if headline.strained else [])]


def _when(day: date, kind: Kind, since: date | None) -> str:
    if kind is Kind.LEVEL:
        return pgettext("a day", "on %(day)s", day=on_day(day))
    if since is None or since > day:
        return pgettext("a day", "by %(day)s", day=on_day(day))
    return _("since %(since)s, by %(day)s", since=on_day(since), day=on_day(day))


def statements_in_words(headline: Headline) -> str:
    """The range of the latest statements, how many families made them, and how many are contested."""
    if headline.lowest is None or headline.highest is None:
        return _(
            "No source has made a statement about the %(days)s days up to then.", days=LATEST_WITHIN_DAYS
        )
    span = number(headline.lowest)
    if headline.lowest != headline.highest:
        span = pgettext("figures", "%(first)s to %(last)s", first=span, last=number(headline.highest))
    return _(
        "Latest statements: %(span)s (%(families)s, %(contested)s).",
        span=span,
        families=ngettext("one source", "%(num)s families", headline.families),
        contested=_contested(headline.contested),
    )


def _contested(how_many: int) -> str:
    if how_many == 0:
        return pgettext("of statements", "none contested")
    return npgettext("of statements", "%(num)s contested", "%(num)s contested", how_many)


IN_WORDS = frozenset({"killed", "wounded", "casualties", "losses", "sent", "returned", "present"})
"""The measures that have a word of ours; of another one a sentence knows nothing but the slug."""


def measure_in_words(slug: str) -> str:
    """A measure as it stands in a sentence: one of those that are checked, another by its slug."""
    checked = {
        "killed": pgettext("a measure", "killed"),
        "wounded": pgettext("a measure", "wounded"),
        "casualties": pgettext("a measure", "casualties"),
        "losses": pgettext("a measure", "losses"),
        "sent": pgettext("a measure", "sent"),
        "returned": pgettext("a measure", "returned"),
        "present": pgettext("a measure", "present"),
    }
    return checked.get(slug, slug)


def _counted(name: str, of: int) -> str:
    """What such a measure counts, as it follows a number."""
    return {
        "killed": npgettext("after a number", "killed", "killed", of),
        "wounded": npgettext("after a number", "wounded", "wounded", of),
        "casualties": npgettext("after a number", "killed or wounded", "killed or wounded", of),
        "losses": npgettext(
            "after a number",
            "killed, wounded, missing or captured",
            "killed, wounded, missing or captured",
            of,
        ),
        "sent": npgettext("after a number", "sent", "sent", of),
        "returned": npgettext("after a number", "returned home", "returned home", of),
        "present": npgettext("after a number", "present", "present", of),
    }[name]


_SEVERAL = 2
"""A number for which every language takes the plural."""


def check_in_words(
    smaller: tuple[str, int], larger: tuple[str, Sequence[str], int], start: date, end: date
) -> str:
    """Two bounds that cannot both be right, as they were on the first day of the run.

    `smaller` is a measure and its floor; `larger` a measure, those taken off it, and the ceiling
    that this leaves.
    """
    (measure, at_least), (whole, less, at_most) = smaller, larger
    ceiling = _number_of(whole, at_most)
    if less:
        those = [_("those %(counted)s", counted=_counted(name, _SEVERAL)) for name in less]
        ceiling = _("%(figure)s less %(those)s", figure=ceiling, those=listed(those))
    measures = listed([measure_in_words(name) for name in (measure, whole, *less)])
    floor = _number_of(measure, at_least)
    if start == end:
        return _(
            "On %(day)s the readings of %(measures)s cannot all be right: "
            "at least %(floor)s, but at most %(ceiling)s.",
            day=on_day(start),
            measures=measures,
            floor=floor,
            ceiling=ceiling,
        )
    return _(
        "From %(first)s to %(last)s the readings of %(measures)s cannot all be right: "
        "on the first day at least %(floor)s, but at most %(ceiling)s.",
        first=on_day(start),
        last=on_day(end),
        measures=measures,
        floor=floor,
        ceiling=ceiling,
    )


def _number_of(measure: str, amount: int) -> str:
    # Translators: a number and what is counted: 11,000 + killed or wounded
    return _("%(number)s %(counted)s", number=number(amount), counted=_counted(measure, amount))
