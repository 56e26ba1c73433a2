"""What was done to an account, in the language of the page: the log keeps it in English."""

import re

from app.accounts.models import Role
from app.languages.spoken import N_, _, known

_DONE = (
    N_("given a link to a first password"),
    N_("given a link to a new password"),
    N_("password set by a one-time link"),
    N_("password changed"),
    N_("named in public from now on"),
    N_("goes by the pseudonym from now on"),
    N_("disabled"),
    N_("enabled again"),
    N_("signed out of one browser"),
    N_("signed out everywhere"),
    N_("API token created"),
    N_("API token revoked"),
)
_ROLES = "|".join(Role)
_INVITED = re.compile(f"invited as ({_ROLES})")
_CHANGED = re.compile(f"({_ROLES}) before, ({_ROLES}) now")


def done_in_words(words: str) -> str:
    """An act about an account as a page says it; words that none of ours are stay as they are."""
    if (invited := _INVITED.fullmatch(words)) is not None:
        return _("invited as %(role)s", role=known(invited[1]))
    if (changed := _CHANGED.fullmatch(words)) is not None:
        return _("%(before)s before, %(now)s now", before=known(changed[1]), now=known(changed[2]))
    return known(words) if words in _DONE else words
