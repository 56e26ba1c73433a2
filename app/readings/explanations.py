"""Why a number is what it is, in sentences with the arithmetic written out (method, section 11)."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.languages.spoken import _
from app.readings.candidates import Candidate
from app.readings.results import Link, Step
from app.readings.wording import claim_in_words, number, on_day

Candidates = Mapping[str, Candidate]


def bound_in_words(value: int | None, links: Sequence[Link], candidates: Candidates, *, is_low: bool) -> str:
    """The claims along a path and their sum."""
    if value is None:
        return _("No accepted claim sets a ceiling.")
    if not links:
        return _nothing_claimed(value, is_low=is_low)
    said = "; ".join(_link_in_words(link, candidates) for link in links)
    if len(links) == 1:
        return f"{said}."
    terms = [(link.amount, link.is_floor == is_low) for link in links]
    return f"{said}: {_sum(terms)} = {number(value)}."


def _nothing_claimed(value: int, *, is_low: bool) -> str:
    if value != 0:
        if is_low:
            return _("Nothing claimed sets a floor here: %(value)s.", value=number(value))
        return _("Nothing claimed sets a ceiling here: %(value)s.", value=number(value))
    if is_low:
        return _(
            "Nothing claimed sets a floor here: before the deployment the count is 0, and it never falls."
        )
    return _("Nothing claimed sets a ceiling here: before the deployment the count is 0, and it never falls.")


def _link_in_words(link: Link, candidates: Candidates) -> str:
    said, amount = _said(candidates[link.claim_ref], link.end), number(link.amount)
    if link.is_floor:
        return _("%(claim)s means at least %(amount)s", claim=said, amount=amount)
    return _("%(claim)s means at most %(amount)s", claim=said, amount=amount)


def _said(candidate: Candidate, until: date | None = None) -> str:
    """A claim with who made it; an event floor names its source by itself."""
    words = claim_in_words(candidate, until=until)
    return words if candidate.claim is None else f"{words} ({candidate.source.name})"


def _sum(terms: Sequence[tuple[int, bool]]) -> str:
    """11,000 + 2,700 - 300; a term that is taken off never stands first where another can."""
    ordered = sorted(terms, key=lambda term: not term[1])
    written = [f"{'+' if added else '-'} {number(amount)}" for amount, added in ordered]
    return " ".join(written).removeprefix("+ ")


def steps_in_words(
    value: int | None, steps: Sequence[Step], before: Sequence[Step], candidates: Candidates
) -> str:
    """The steps that a selected value adds up, and what was counted before `since`."""
    if value is None or not steps:
        return _("No claim has given a figure yet.")
    said = "; ".join(_said(candidates[step.claim_ref]) for step in steps)
    terms = [(step.value, True) for step in steps]
    if before:
        terms.append((before[-1].height, False))
        counted = "; ".join(_said(candidates[step.claim_ref]) for step in before)
        said = _("%(said)s; less what had been counted before: %(before)s", said=said, before=counted)
    if len(terms) == 1:
        return f"{said}."
    return f"{said}: {_sum(terms)} = {number(value)}."


def level_bound_in_words(claim: Candidate, value: int | None, *, is_low: bool) -> str:
    """The level that sets a bound on its day."""
    if value is None:
        return _("No accepted claim sets a ceiling.")
    if is_low:
        return _("%(claim)s means at least %(amount)s.", claim=_said(claim), amount=number(value))
    return _("%(claim)s means at most %(amount)s.", claim=_said(claim), amount=number(value))


def level_in_words(claim: Candidate | None, value: int | None) -> str:
    """The level that gives the figure."""
    if claim is None or value is None:
        return _("The claims of this day give bounds and no figure.")
    return f"{_said(claim)}."


def no_value_in_words(day: date) -> str:
    """A day on which no level holds: before the first, or in a gap."""
    return _("No level holds on %(day)s.", day=on_day(day))


def before_in_words(since: date) -> str:
    """A day before the first one that the reader counts."""
    return _("The count begins on %(day)s.", day=on_day(since))
