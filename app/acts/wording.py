"""Acts in words, for those who read what changed in the ledger.

An act is stored as data and as words that somebody typed: those stay as they are, ours are said here.
"""

import re
from collections.abc import Mapping
from functools import cache

from markupsafe import Markup

from app.acts.brought import brought_as
from app.acts.models import Act
from app.languages.spoken import N_, _, count, known, pgettext

THE: Mapping[str, str] = {
    "deployment": N_("the deployment %(name)s"),
    "measure": N_("the measure %(name)s"),
    "source": N_("the source %(name)s"),
    "place": N_("the place %(name)s"),
    "family": N_("the family %(name)s"),
}
"""What an act describes, by its noun, with the place for its name."""

_DESCRIBED = (
    N_("merged into %(name)s"),
    N_("stands by itself again"),
    N_("also known as %(name)s"),
    N_("no longer known as %(name)s"),
    N_("a new deployment, %(name)s"),
    N_("a new measure, %(name)s"),
    N_("a new source, %(name)s"),
    N_("a new place, %(name)s"),
)
"""What the log says in English of acts that describe; the name in it is of the ledger."""


@cache
def _described() -> tuple[tuple[re.Pattern[str], str], ...]:
    patterns = (re.escape(text).replace(r"%\(name\)s", "(?P<name>.+)") for text in _DESCRIBED)
    return tuple((re.compile(one), text) for one, text in zip(patterns, _DESCRIBED, strict=True))


def told_in_words(words: str, kind: str) -> str:
    """The words of an act of a kind: ours in the language of the page, what somebody typed as it stands."""
    if kind == "describe":
        for pattern, text in _described():
            if (found := pattern.fullmatch(words)) is not None:
                return _(text, **found.groupdict())
    return words


def the_noun(noun: str, name: str) -> str:
    """`the source Agency`; markup where the name is."""
    text = known(THE[noun])
    return Markup(text) % {"name": name} if isinstance(name, Markup) else text % {"name": name}  # noqa: S704 - ours


def act_in_words(act: Act) -> str:
    """What was done to what and why: `Judged nis-3000-20241023: duplicate`."""
    if act.kind == "import":
        return _import_in_words(act)
    if act.kind == "document":
        state, subject = act.details.get("state", "noted"), act.subject
        if state == "gone":
            return _("Document gone: %(subject)s", subject=subject)
        if state == "readable":
            return _("Document readable: %(subject)s", subject=subject)
        return _("Document noted: %(subject)s", subject=subject)
    done = f"{_done(act.kind)} {act.subject}" if act.subject else _done(act.kind)
    told = told_in_words(act.words, act.kind) if act.words else ""
    if not told and act.reason:
        told = known(act.reason.replace("_", " "))
    return f"{done}: {told}" if told else done


def _done(kind: str) -> str:
    return {
        "import": pgettext("an act", "Imported"),
        "submit": pgettext("an act", "Handed in for review"),
        "approve": pgettext("an act", "Approved"),
        "send_back": pgettext("an act", "Sent back"),
        "reject": pgettext("an act", "Rejected"),
        "withdraw": pgettext("an act", "Withdrawn"),
        "judge": pgettext("an act", "Judged"),
        "describe": pgettext("an act", "Described"),
        "check": pgettext("an act", "Checked, nothing new"),
        "document": pgettext("an act", "Noted of a document"),
        "tell_apart": pgettext("an act", "Told apart, or no longer"),
        "people": pgettext("an act", "Accounts changed"),
    }[kind]


def _import_in_words(act: Act) -> str:
    """`Imported nk-russia: 199 new, 2 changed rows of claims`."""
    rows = act.details.get("claims", {})
    new, changed = rows.get("new"), rows.get("changed")
    what = brought_as(act.words) if act.words else _("claims")
    if new and changed:
        return _(
            "Imported %(what)s: %(new)s new, %(changed)s changed rows of claims",
            what=what, new=count(new), changed=count(changed),
        )  # fmt: skip
    if new:
        return _("Imported %(what)s: %(new)s new rows of claims", what=what, new=count(new))
    if changed:
        return _("Imported %(what)s: %(changed)s changed rows of claims", what=what, changed=count(changed))
    return _("Imported %(what)s", what=what)
