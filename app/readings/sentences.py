"""The sentences of a reading, each made of a structure that another language can word anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.claims.words import Nature
from app.readings.candidates import Candidate
from app.readings.facts import Kind
from app.readings.results import Headline, Link
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


def contradiction(links: Sequence[Link], candidates: Candidates) -> str:
    """Why a claim cannot be true as well; `links` as in Contested.argument."""
    argument = Argument.of(links)
    year = _year_needed(links, candidates)
    contested = _with_bound(argument.contested, candidates, year=year)
    if len(links) == 1:
        return f"{contested} is about a time before the deployment began, when the count was 0"
    given, taken = argument.floors, argument.ceilings
    if argument.contested.is_floor:
        given, taken = taken, given
    subject = _together(given, candidates, year=year)
    bound = f"at {'most' if argument.contested.is_floor else 'least'} {number(argument.leaves)}"
    if taken:
        verb = "leaves" if len(given) == 1 else "leave"
        return (
            f"{subject}, less {_together(taken, candidates, year=year)}, {verb} {bound}; "
            f"{contested} cannot also be true."
        )
    verb = "means" if len(given) == 1 else "make"
    return f"{subject} {verb} {bound}; {contested} cannot also be true."


def what_it_needs(links: Sequence[Link], candidates: Candidates) -> str:
    """What would have to be wrong for the contested claim to hold."""
    year = _year_needed(links, candidates)
    argument = Argument.of(links)
    named = _phrases(argument.floors, candidates, year=year, name=True)
    named += _phrases(argument.ceilings, candidates, year=year, name=True)
    if not named:
        return "It could only hold if the deployment began earlier."
    if len(named) == 1:
        return f"For it to hold, {named[0]} would have to be wrong."
    return f"For it to hold, at least one of these would have to be wrong: {'; '.join(named)}."


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
    return f"{words} (at {'least' if link.is_floor else 'most'} {number(link.amount)})"


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
    bound = "at least" if row[0].is_floor else "at most"
    source = candidates[row[0].claim_ref].source.name
    together = number(sum(link.amount for link in row))
    return (
        f"{len(row)} increments of {source} {over_days(first, last, year=year)} ({bound} {together} together)"
    )


def reading_in_words(headline: Headline, kind: Kind, since: date | None) -> str:
    """The reading on the headline day: low, selected and high."""
    low, selected, high = headline.low, headline.selected, headline.high
    when = _when(headline.on, kind, since)
    if low is None:
        return f"No figure holds {when}."
    if high is None and low == 0:
        band = "No accepted claim bounds the number"
    elif high is None:
        band = f"At least {number(low)}"
    else:
        band = number(low) if low == high else f"Between {number(low)} and {number(high)}"
    if selected is None:
        return f"{band} {when}; no claim gives a figure."
    marks = [
        word for word, holds in (("derived", headline.derived), ("strained", headline.strained)) if holds
    ]
    marked = f" ({listed(marks)})" if marks else ""
    return f"{band} {when}; selected: {number(selected)}{marked}."


def _when(day: date, kind: Kind, since: date | None) -> str:
    if kind is Kind.LEVEL:
        return f"on {on_day(day)}"
    if since is None:
        return f"by {on_day(day)}"
    return f"since {on_day(since)}, by {on_day(day)}" if since <= day else f"by {on_day(day)}"


def statements_in_words(headline: Headline) -> str:
    """The range of the latest statements, how many families made them, and how many are contested."""
    if headline.lowest is None or headline.highest is None:
        return f"No source has made a statement about the {LATEST_WITHIN_DAYS} days up to then."
    families = "one source" if headline.families == 1 else f"{headline.families} families"
    span = number(headline.lowest)
    if headline.lowest != headline.highest:
        span = f"{span} to {number(headline.highest)}"
    contested = f"{headline.contested or 'none'} contested"
    return f"Latest statements: {span} ({families}, {contested})."


_COUNTED = {
    "killed": "killed",
    "wounded": "wounded",
    "casualties": "killed or wounded",
    "losses": "killed, wounded, missing or captured",
    "sent": "sent",
    "returned": "returned home",
    "present": "present",
}


def check_in_words(
    smaller: tuple[str, int], larger: tuple[str, Sequence[str], int], start: date, end: date
) -> str:
    """Two bounds that cannot both be right, as they were on the first day of the run.

    `smaller` is a measure and its floor; `larger` a measure, those taken off it, and the ceiling
    that this leaves.
    """
    (measure, at_least), (whole, less, at_most) = smaller, larger
    days = f"On {on_day(start)}" if start == end else f"From {on_day(start)} to {on_day(end)}"
    first = "" if start == end else " on the first day"
    off = f" less those {' and those '.join(_COUNTED[name] for name in less)}" if less else ""
    return (
        f"{days} the readings of {listed([measure, whole, *less])} cannot all be right:{first} at least "
        f"{number(at_least)} {_COUNTED[measure]}, but at most {number(at_most)} {_COUNTED[whole]}{off}."
    )
