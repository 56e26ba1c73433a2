"""What is asked of an embed beside a reader's choices: its colours and, of its snippet, its height."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from app.answers.parameters import BadParameter, BadParameters, given_too_often, none_of
from app.charts.wording import count, day
from app.languages.spoken import _
from app.readings.choices import Choices

LOWEST, HIGHEST = 200, 3000
"""Pixels between which a frame can be asked for."""


class Theme(StrEnum):
    """In which colours an embed is shown."""

    AUTO = "auto"  # as the reader's system
    LIGHT = "light"
    DARK = "dark"


def read_theme(given: Sequence[str]) -> Theme:
    """The colours that an address asks for; raises BadParameters."""
    written = _one("theme", given)
    if written is not None and written not in set(Theme):
        raise BadParameters([none_of("theme", written, Theme)])
    return Theme(written or Theme.AUTO)


def read_height(given: Sequence[str]) -> int | None:
    """The height of a frame that an address asks for, in pixels, None for none; raises BadParameters."""
    written = _one("height", given)
    if written is None:
        return None
    plain = written.isascii() and written.isdigit() and len(written) <= len(str(HIGHEST))
    if not plain or not LOWEST <= int(written) <= HIGHEST:
        sentence = _(
            "“%(written)s” is not a whole number of pixels from %(lowest)s to %(highest)s",
            written=written,
            lowest=count(LOWEST),
            highest=count(HIGHEST),
        )
        raise BadParameters([BadParameter("height", sentence)])
    return int(written)


def _one(name: str, given: Sequence[str]) -> str | None:
    asked = [value.strip() for value in given if value.strip()]
    if len(asked) > 1:
        raise BadParameters([given_too_often(name, len(asked))])
    return asked[0] if asked else None


def live(choices: Choices) -> Choices:
    """The same rules over all that is known, whenever somebody looks."""
    return replace(choices, known_on=None, version=None)


def frozen(choices: Choices, version: int) -> Choices:
    """The same choices over the ledger as it stands at the version chosen, else at `version`."""
    return replace(choices, version=version if choices.version is None else choices.version)


def is_frozen(choices: Choices) -> bool:
    """Whether what is shown was fixed: the state of the ledger, or the day by which things had been said."""
    return choices.version is not None or choices.known_on is not None


def state_in_words(choices: Choices) -> str:
    """What of an embed is fixed: `as of ledger version 12`, `as known on 1 April 2025`, or nothing."""
    if not is_frozen(choices):
        return _("shows what is known today")
    fixed = []
    if choices.version is not None:
        fixed.append(_("as of ledger version %(version)s", version=choices.version))
    if choices.known_on is not None:
        fixed.append(_("as known on %(day)s", day=day(choices.known_on)))
    return ", ".join(fixed)
