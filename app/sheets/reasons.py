"""Why the ledger refuses a row, in the language of the page: the checks of an import say it in English.

Their reasons are made in the database, by statements on all rows at once, and stored so. Each is found again
by its text, and said as the catalogue has it.
"""

import re
from collections.abc import Mapping
from functools import cache

from app.languages.spoken import N_, _, known

NOT_KNOWN = N_("is not known: say what it means, or describe it first")

AT_THE_DESK: Mapping[str, str] = {
    "gives no slug: add it to sources.csv with a slug": N_(
        "has no letter a to z and no digit to make an address of: add it as a new source, with an address"
    ),
    "its slug would be %(slug)s, which another source has: add it to sources.csv with a slug": N_(
        "would get the address %(slug)s, which another source has: add it as a new source, with another"
        " address, or say that it is a known one"
    ),
    "is not known: add it to %(file)s": NOT_KNOWN,
}
"""Reasons that advise who imports a folder of files, and what is said to who brought a single table."""

TEXTS = (
    N_("stands in line %(line)s already"),
    N_("names no claim of this file or of the ledger"),
    N_("is itself an appearance of %(ref)s: name that claim"),
    N_("leads back to the row itself, in a circle"),
    N_("the measure %(measure)s is a %(word)s, which has no %(nature)s"),
    N_("ends before the deployment starts, on %(day)s"),
    N_("covers no day after %(day)s, before the deployment starts, on %(start)s"),
    N_("the row is no appearance: the claim %(ref)s names it"),
    N_("is a claim of another source"),
    N_("is a claim of another deployment"),
    N_("is a claim of another measure"),
    N_("was said later, on %(day)s"),
    N_("is about other days: a later figure does not supersede an earlier one"),
    N_("revision %(number)s of it waits for its verdict: that comes first"),
    N_("a judgement of the claim waits for its verdict: that comes first"),
    *AT_THE_DESK,
)
"""Every reason that a check on claims gives, as the catalogue knows it or says it otherwise here."""

_VALUE = re.compile(r"%\\\((\w+)\\\)s")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(text))), text) for text in TEXTS)


def in_language(reason: str) -> str:
    """A reason in the language that is spoken; one that is of no check stays as it is."""
    for pattern, text in _patterns():
        if (found := pattern.fullmatch(reason)) is not None:
            values = {name: known(value) for name, value in found.groupdict().items()}
            return _(AT_THE_DESK.get(text, text), **values)
    return reason
