"""Translated templates: `_()`, `ngettext()` and `{% trans %}` in the language that is spoken."""

from typing import Any

from jinja2 import Environment, pass_context
from jinja2.ext import InternationalizationExtension
from jinja2.runtime import Context
from markupsafe import Markup

from app.languages import spoken
from app.languages.elision import elided


def translate(environment: Environment) -> None:
    """Give an environment our words. A sentence may hold markup, as it is ours; its values are escaped."""
    environment.add_extension(InternationalizationExtension)
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension brings it
    environment.globals.update(
        _=said, gettext=said, ngettext=numbered, pgettext=said_of, npgettext=numbered_of
    )


@pass_context
def said(context: Context, text: str, /, **values: Any) -> str:
    """`_('Version %(number)s', number=version)`."""
    return _filled(context, spoken.known(text), values)


@pass_context
def said_of(context: Context, about: str, text: str, /, **values: Any) -> str:
    """`pgettext('of a claim', 'Open')`."""
    return _filled(context, spoken.known(text, about), values)


@pass_context
def numbered(context: Context, one: str, many: str, number: int, /, **values: Any) -> str:
    """`ngettext('%(num)s claim', '%(num)s claims', n)`: `num` is the number as the language writes it."""
    values["num"] = spoken.count(number)
    return _filled(context, spoken.known_number(one, many, number), values)


@pass_context
def numbered_of(context: Context, about: str, one: str, many: str, number: int, /, **values: Any) -> str:
    """As numbered, with a context."""
    values["num"] = spoken.count(number)
    return _filled(context, spoken.known_number(one, many, number, about), values)


def _filled(context: Context, text: str, values: dict[str, Any]) -> str:
    text = elided(text, values, spoken.language_now())
    return (Markup(text) if context.eval_ctx.autoescape else text) % values  # noqa: S704 - ours, see translate
