"""How a picture is to look, as it stands in its address beside the choices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from app.answers.parameters import BadParameter, BadParameters, given_too_often, none_of
from app.charts.palette import DARK, LIGHT, Theme
from app.languages.spoken import _

THEMES = {"light": LIGHT, "dark": DARK}
SIZES = ("page", "card")
"""As on the page, and in the shape of a preview of a link."""

WIDTHS = (640, 1600)
"""The narrowest and the widest picture, in pixels of the SVG."""

_WIDTH = 1000
_NAMES = ("theme", "size", "width")


@dataclass(frozen=True, slots=True)
class Look:
    """Light, as on a page, and 1,000 pixels wide, where nothing else is asked for."""

    theme: Theme = LIGHT
    is_card: bool = False
    width: int = _WIDTH  # of no meaning to a card, which has a shape of its own


Pairs = list[tuple[str, str]]
Asked = TypeVar("Asked")


def read_look(asked: Iterable[tuple[str, str]]) -> tuple[Look, Pairs, list[BadParameter]]:
    """The look that an address asks for, the parameters that say nothing of it, and what cannot be read."""
    pairs = list(asked)
    given = {
        name: [value.strip() for other, value in pairs if other == name and value.strip()] for name in _NAMES
    }
    errors = [given_too_often(name, len(values)) for name, values in given.items() if len(values) > 1]
    found: dict[str, str] = {name: values[0] for name, values in given.items() if values}
    for name, words in (("theme", tuple(THEMES)), ("size", SIZES)):
        if name in found and found[name] not in words:
            errors.append(none_of(name, found.pop(name), words))
    errors += _bad_width(found)
    look = Look(
        theme=THEMES[found.get("theme", "light")],
        is_card=found.get("size") == "card",
        width=_WIDTH if errors else int(found.get("width", _WIDTH)),
    )
    return look, [(name, value) for name, value in pairs if name not in _NAMES], errors


def _bad_width(found: dict[str, str]) -> list[BadParameter]:
    written = found.get("width")
    if written is None:
        return []
    if found.get("size") == "card":
        return [BadParameter("width", _("goes with no card, whose shape is fixed"))]
    narrowest, widest = WIDTHS
    is_number = written.isascii() and written.isdigit() and len(written) < 5  # noqa: PLR2004
    if not is_number or not narrowest <= int(written) <= widest:
        words = _(
            "“%(written)s” is no whole number from %(narrowest)s to %(widest)s",
            written=written,
            narrowest=narrowest,
            widest=widest,
        )
        return [BadParameter("width", words)]
    return []


def read_with_look(asked: Iterable[tuple[str, str]], read: Callable[[Pairs], Asked]) -> tuple[Look, Asked]:
    """The look, and what the rest of an address asks. Raises BadParameters, which names all that is bad."""
    look, rest, errors = read_look(asked)
    try:
        found = read(rest)
    except BadParameters as bad:
        raise BadParameters([*errors, *bad.errors]) from None
    if errors:
        raise BadParameters(errors)
    return look, found
