"""Why the ledger refuses a row, in the language of the page: the checks of an import say it in English.

Their reasons are made in the database, by statements on all rows at once, and stored so. Each is found again
by its text, and said as the catalogue has it.
"""

import re
from functools import cache

from app.languages.spoken import N_, _, known

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
    N_("gives no slug: add it to sources.csv with a slug"),
    N_("its slug would be %(slug)s, which another source has: add it to sources.csv with a slug"),
    N_("is not known: add it to %(file)s"),
)
"""Every reason that a check on claims gives, as the catalogue knows it."""

_VALUE = re.compile(r"%\\\((\w+)\\\)s")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(text))), text) for text in TEXTS)


def in_language(reason: str) -> str:
    """A reason in the language that is spoken; one that is of no check stays as it is."""
    for pattern, text in _patterns():
        if (found := pattern.fullmatch(reason)) is not None:
            return _(text, **{name: known(value) for name, value in found.groupdict().items()})
    return reason
