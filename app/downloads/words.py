"""What stands beside numbers that are taken away: what was asked, from whom it is, when it was made."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from app.answers.parameters import write_choices
from app.charts.here import rules_chosen
from app.charts.wording import day, listed, many
from app.claims.approved import ApprovedClaim
from app.pages import base_of
from app.readings.choices import Choices


def by_family(claims: Iterable[ApprovedClaim]) -> tuple[list[str], list[str]]:
    """Each family, the one with the most claims first: with its sources by name, and with their number."""
    counted: dict[str, int] = {}
    names: dict[str, dict[str, None]] = {}
    for claim in claims:
        family = claim.source.family_name
        counted[family] = counted.get(family, 0) + 1
        names.setdefault(family, {})[claim.source.name] = None
    ordered = sorted(counted, key=lambda family: (-counted[family], family))
    named = [
        family if list(names[family]) == [family] else f"{family} ({', '.join(names[family])})"
        for family in ordered
    ]
    return named, [f"{family} ({many(len(names[family]), 'source')})" for family in ordered]


def number_of_sources(claims: Iterable[ApprovedClaim]) -> str:
    """`44 claims by 23 sources of 9 families`."""
    own = list(claims)
    sources = {claim.source.slug for claim in own}
    families = {claim.source.family for claim in own}
    by = f"{many(len(sources), 'source')} of {many(len(families), 'family', 'families')}"
    return f"{many(len(own), 'claim')} by {by}"


def choices_in_words(choices: Choices) -> str:
    """What was chosen, in a sentence; the day by which things had been said always."""
    known = f"As known on {day(choices.known_on)}" if choices.known_on else "With all that has been said"
    chosen = rules_chosen(choices)
    return f"{known}; {listed(chosen)}." if chosen else f"{known}, at default choices."


def made_in_words(today: date, *, version: int, rule_set: str) -> str:
    """When a file was made, and from what."""
    return f"Made by Muster on {day(today)} from version {version} of the ledger, by rule set {rule_set}."


def address_in_full(request: Request, path: str, choices: Choices) -> str:
    """The address of the page that shows the same, under the same choices."""
    query = urlencode(write_choices(choices))
    return f"{base_of(request)}{path}{'?' if query else ''}{query}"
