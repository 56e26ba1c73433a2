"""What stands beside numbers that are taken away: what was asked, from whom it is, when it was made."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from app.answers.parameters import write_choices
from app.charts.here import rules_chosen
from app.charts.wording import day, listed
from app.claims.approved import ApprovedClaim
from app.languages.asked import PREFIX, within
from app.languages.spoken import _, ngettext
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
    return named, [_of_sources(family, len(names[family])) for family in ordered]


def _of_sources(family: str, sources: int) -> str:
    counted = ngettext("%(num)s source", "%(num)s sources", sources)
    return f"{family} ({counted})"


def number_of_sources(claims: Iterable[ApprovedClaim]) -> str:
    """`44 claims by 23 sources of 9 families`."""
    own = list(claims)
    sources = {claim.source.slug for claim in own}
    families = {claim.source.family for claim in own}
    return _(
        "%(claims)s by %(sources)s of %(families)s",
        claims=ngettext("%(num)s claim", "%(num)s claims", len(own)),
        sources=ngettext("%(num)s source", "%(num)s sources", len(sources)),
        families=ngettext("%(num)s family", "%(num)s families", len(families)),
    )


def choices_in_words(choices: Choices) -> str:
    """What was chosen, in a sentence; the day by which things had been said always."""
    chosen = listed(rules_chosen(choices))
    if choices.known_on is None:
        if not chosen:
            return _("With all that has been said, at default choices.")
        return _("With all that has been said; %(choices)s.", choices=chosen)
    if not chosen:
        return _("As known on %(day)s, at default choices.", day=day(choices.known_on))
    return _("As known on %(day)s; %(choices)s.", day=day(choices.known_on), choices=chosen)


def made_in_words(today: date, *, version: int, rule_set: str) -> str:
    """When a file was made, and from what."""
    return _(
        "Made by Muster on %(day)s from version %(version)s of the ledger, by rule set %(rules)s.",
        day=day(today),
        version=version,
        rules=rule_set,
    )


def address_in_full(request: Request, path: str, choices: Choices) -> str:
    """The address of the page that shows the same, under the same choices and in the same language."""
    query = urlencode(write_choices(choices))
    return f"{base_in(request, path)}{'?' if query else ''}{query}"


def base_in(request: Request, path: str) -> str:
    """A path of the site in full, in the language that the address of this request names."""
    return f"{base_of(request)}{within(request.scope.get(PREFIX, ''), path)}"
