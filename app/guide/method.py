"""The page of the method: `docs/method.md`, with its tables made from the code that uses them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markupsafe import Markup

from app.claims.words import Qualifier
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


def natures() -> list[tuple[str, ...]]:
    """What a claim can be, as the code has it."""
    rows = [(f"`{rule.nature}`", rule.says, rule.moves) for rule in NATURES]
    return [("nature", "it says", "moves a reading"), *rows]


def qualifiers() -> list[tuple[str, ...]]:
    """Words to bounds, as the code has it."""
    rows = []
    for rule in QUALIFIERS.values():
        numbers = ("A", "B") if len(rule.stored) > 1 else ("N",)
        stored = ", ".join(f"{cell} {number}" for cell, number in zip(rule.stored, numbers, strict=True))
        rows.append(
            (f"`{rule.qualifier}` {' and '.join(numbers)}{_EXPLAINED.get(rule.qualifier, '')}", stored)
        )
    return [("qualifier", "stored"), *rows]


_EXPLAINED = {Qualifier.EXACT: " (a count)", Qualifier.STATED: " (no hedge)"}
TABLES: Mapping[str, Callable[[], Sequence[tuple[str, ...]]]] = {"natures": natures, "qualifiers": qualifiers}
"""By the name under which the text asks for them."""


@cache
def method_page() -> Method:
    """The method as the site shows it. Raises LookupError where the text asks for an unknown table."""
    text = _TABLE.sub(lambda asked: _table(asked[1]), TEXT.read_text(encoding="utf-8"))
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
    return Method(heading[1].content, sections, Markup(html), RULE_SET)  # noqa: S704 - raw HTML is off


def _table(name: str) -> str:
    """A table of the code as Markdown."""
    header, *rows = TABLES[name]()
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
