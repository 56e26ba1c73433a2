"""The words of the ledger's closed vocabularies, for the catalogues: `in_words` of app.pages says them.

A code is stored and sent in English (`set_aside`), and said in the language of the page, its underscores as
spaces.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from app.claims.words import Nature
from app.languages.spoken import N_, _, known, ngettext

NATURES = (
    N_("total"), N_("increment"), N_("event"), N_("level"), N_("plan"), N_("share"), N_("stance"),
)  # fmt: skip
QUALIFIERS = (
    N_("exact"), N_("stated"), N_("about"), N_("nearly"), N_("at least"), N_("more than"), N_("up to"),
    N_("fewer than"), N_("between"),
)  # fmt: skip
STANDINGS = (N_("good"), N_("set aside"), N_("retracted"))
STANDING_REASONS = (
    N_("copy error"), N_("misattribution"), N_("category changed"), N_("no source given"),
    N_("derived by outlet"), N_("duplicate"), N_("stale"), N_("withdrawn"), N_("other"),
)  # fmt: skip
SOURCE_KINDS = (
    N_("intelligence"), N_("military"), N_("government"), N_("officials unnamed"), N_("international"),
    N_("media"), N_("ngo"), N_("research"),
)  # fmt: skip
STANCES = (N_("own"), N_("opponent"), N_("third"))
ROLES = (N_("editor"), N_("reviewer"), N_("administrator"))
LISTS = (N_("claim"), N_("appearance"), N_("all"))
NAMED = (N_("deployment"), N_("measure"), N_("source"), N_("family"), N_("place"))
DOCUMENT_STATES = (N_("gone"), N_("readable"))

SAID = frozenset(
    NATURES
    + QUALIFIERS
    + STANDINGS
    + STANDING_REASONS
    + SOURCE_KINDS
    + STANCES
    + ROLES
    + LISTS
    + NAMED
    + DOCUMENT_STATES
)
"""All of them."""

_MANY: Mapping[Nature, str] = MappingProxyType(
    {
        Nature.TOTAL: N_("totals"),
        Nature.INCREMENT: N_("increments"),
        Nature.EVENT: N_("events"),
        Nature.LEVEL: N_("levels"),
        Nature.PLAN: N_("plans"),
        Nature.SHARE: N_("shares"),
        Nature.STANCE: N_("stances"),
    }
)
_COUNTED: Mapping[Nature, Callable[[int], str]] = MappingProxyType(
    {
        Nature.TOTAL: lambda number: ngettext("%(num)s total", "%(num)s totals", number),
        Nature.INCREMENT: lambda number: ngettext("%(num)s increment", "%(num)s increments", number),
        Nature.EVENT: lambda number: ngettext("%(num)s event", "%(num)s events", number),
        Nature.LEVEL: lambda number: ngettext("%(num)s level", "%(num)s levels", number),
        Nature.PLAN: lambda number: ngettext("%(num)s plan", "%(num)s plans", number),
        Nature.SHARE: lambda number: ngettext("%(num)s share", "%(num)s shares", number),
        Nature.STANCE: lambda number: ngettext("%(num)s stance", "%(num)s stances", number),
    }
)

_NONE_NAMED: Mapping[str, str] = MappingProxyType(
    {
        "deployment": N_("there is no deployment “%(slug)s” in the ledger"),
        "measure": N_("there is no measure “%(slug)s” in the ledger"),
        "source": N_("there is no source “%(slug)s” in the ledger"),
        "family": N_("there is no family “%(slug)s” in the ledger"),
        "place": N_("there is no place “%(slug)s” in the ledger"),
    }
)


def none_named(noun: str, slug: str) -> str:
    """Why a filter cannot be read that names something by its slug."""
    return _(_NONE_NAMED[noun], slug=slug)


def many_of(nature: Nature) -> str:
    """The name of a nature at the head of a column: `totals`."""
    return known(_MANY[nature])


def number_of(nature: Nature, number: int) -> str:
    """So many claims of a nature: `16 totals`, `1 plan`."""
    return _COUNTED[nature](number)
