"""Pages about several things at once, of which an error can be reported too: their addresses and names."""

import re

from app.languages.spoken import N_

LISTS = {
    "/": N_("Deployments"),
    "/claims": N_("Claims"),
    "/sources": N_("Sources"),
    "/places": N_("Places"),
    "/compare": N_("Compare"),
    "/search": N_("Search results"),
    "/changes": N_("Changes"),
    "/method": N_("Method"),
    "/about": N_("About"),
}
"""Each with what a report calls it."""

_ONE_OF_MANY = re.compile(r"/(?:places|changes|citations)/[^/]+")


def leads_to_a_report(path: str) -> bool:
    """Whether the foot of a page leads to the form: pages of one claim, source or number do so themselves."""
    return path in LISTS or _ONE_OF_MANY.fullmatch(path) is not None
