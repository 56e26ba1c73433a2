"""The page of the method: `docs/method.md`, with its tables made from the code that uses them.

`docs/method.it.md` is the same in Italian; a language without such a file gets the English text, which holds
where two differ.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from app.claims.words import Qualifier
from app.languages.catalogues import ENGLISH
from app.languages.formats import listed
from app.languages.spoken import N_, _, known, language_now, pgettext, speaking
from app.readings.rules import NATURES, QUALIFIERS, RULE_SET
from app.settings import PROJECT

TEXT = PROJECT / "docs" / "method.md"
_TABLE = re.compile(r"<!-- table: ([a-z-]+) -->\n(?:\|.*\n)*")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the method, by the id that its heading has."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Method:
    """The page: its title, its sections in order, and its text as markup."""

    title: str
    sections: list[Section]
    html: Markup
    rule_set: str
    language: str = ENGLISH  # of the text


def natures() -> list[tuple[str, ...]]:
    """What a claim can be, as the code has it."""
    rows = [(f"`{rule.nature}`", known(rule.says), known(rule.moves)) for rule in NATURES]
    return [(_("nature"), _("it says"), _("moves a reading")), *rows]


def qualifiers() -> list[tuple[str, ...]]:
    """Words to bounds, as the code has it."""
    rows = []
    for rule in QUALIFIERS.values():
        numbers = ("A", "B") if len(rule.stored) > 1 else ("N",)
        stored = ", ".join(f"{cell} {number}" for cell, number in zip(rule.stored, numbers, strict=True))
        explained = _EXPLAINED.get(rule.qualifier)
        about = f" ({known(explained)})" if explained else ""
        rows.append((f"`{rule.qualifier}` {listed(numbers, language_now())}{about}", stored))
    return [(_("qualifier"), pgettext("a heading", "stored")), *rows]


_EXPLAINED = {Qualifier.EXACT: N_("a count"), Qualifier.STATED: N_("no hedge")}
TABLES: Mapping[str, Callable[[], Sequence[tuple[str, ...]]]] = {"natures": natures, "qualifiers": qualifiers}
"""By the name under which the text asks for them."""


def text_in(language: str) -> Path | None:
    """The file of the method in a language; None where there is none."""
    path = TEXT if language == ENGLISH else TEXT.with_suffix(f".{language}.md")
    return path if path.exists() else None


@cache
def method_page(language: str = ENGLISH) -> Method:
    """The method as the site shows it. Raises LookupError where the text asks for an unknown table."""
    path = text_in(language)
    if path is None:
        return method_page()
    with speaking(language):
        text = _TABLE.sub(lambda asked: _table(asked[1]), path.read_text(encoding="utf-8"))
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    sections: list[Section] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            number = inline.content.partition(".")[0]
            token.attrSet("id", f"section-{number}")
            sections.append(Section(f"section-{number}", inline.content))
    # The page has a heading of its own: the text's first one, its opening, words and closing.
    heading, rest = tokens[:3], tokens[3:]
    html = markdown.renderer.render(rest, markdown.options, {})
    return Method(heading[1].content, sections, Markup(html), RULE_SET, language)  # noqa: S704 - raw HTML is off


def _table(name: str) -> str:
    """A table of the code as Markdown."""
    header, *rows = TABLES[name]()
    lines = [header, tuple("---" for _cell in header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
