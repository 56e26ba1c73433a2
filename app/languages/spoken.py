"""In which language a page speaks, and its words: `_`, `ngettext`, `known`.

    _("No figure holds %(when)s.", when=when)
    ngettext("%(num)s claim", "%(num)s claims", 12000)      12,000 claims, or 12.000 affermazioni

A text is written in English where it is used, and found in the catalogue of the language by that. `%(name)s`
stands for a value, `%%` for a per cent sign, in Python as in templates. The language belongs to the request
(app.languages.asked sets it); outside of one, and in everything that programs read, it is English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from app.languages.catalogues import ENGLISH, catalogue_of
from app.languages.elision import elided
from app.languages.formats import number

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language_now() -> str:
    """The code of the language that is spoken: `en`, `it`."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything within speaks this language."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def _(text: str, /, **values: Any) -> str:
    """A sentence of ours in the language that is spoken, with its values."""
    return _filled(known(text), values)


def ngettext(one: str, many: str, of: int, /, **values: Any) -> str:
    """The form that goes with a number; `%(num)s` is the number as the language writes it."""
    return _filled(known_number(one, many, of), {"num": count(of), **values})


def pgettext(about: str, text: str, /, **values: Any) -> str:
    """As _, for a word that another language has several words for: `about` tells which is meant."""
    return _filled(known(text, about), values)


def npgettext(about: str, one: str, many: str, of: int, /, **values: Any) -> str:
    """As ngettext, with a context."""
    return _filled(known_number(one, many, of, about), {"num": count(of), **values})


def N_(text: str) -> str:  # noqa: N802 - the name by which catalogues are extracted
    """Marks a text for the catalogue where it stands and is not yet said: `known` says it later."""
    return text


def known(text: str, about: str | None = None) -> str:
    """A text as the language has it, or itself: for what is stored (a measure's label) or marked by N_."""
    if not text:  # the catalogue keeps its own head under ""
        return text
    catalogue = catalogue_of(_current.get())
    return catalogue.gettext(text) if about is None else catalogue.pgettext(about, text)


def known_number(one: str, many: str, of: int, about: str | None = None) -> str:
    """The form of a text that goes with a number, its values not yet filled in."""
    catalogue = catalogue_of(_current.get())
    if about is None:
        return catalogue.ngettext(one, many, of)
    return catalogue.npgettext(about, one, many, of)


def _filled(text: str, values: dict[str, Any]) -> str:
    return elided(text, values, _current.get()) % values


def count(figure: Any) -> str:
    """A whole number or a decimal as the language writes it: `12,000`, `12.000`."""
    return number(figure, _current.get())
