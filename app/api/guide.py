"""The page about the API: `docs/api.md`, and a list of addresses made from the description."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.api.openapi import description
from app.languages.spoken import N_
from app.settings import PROJECT
from app.slugs import slug_of

TEXT = PROJECT / "docs" / "api.md"
_TITLE = N_("The API")  # its heading, which is said in the language of the page; the text is English


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the text, by the id that its heading has."""

    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The text about the API as markup, without its first heading."""

    title: str
    sections: list[Section]
    html: Markup


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter: of the path, of the query or a header."""

    name: str
    where: str
    told: str
    choices: tuple[str, ...]  # the words that it may be; none: it is free, or has a form of its own
    needed: bool


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the API with one verb."""

    verb: str
    path: str  # below the site
    told: str
    takes_a_token: bool
    parameters: tuple[Asked, ...]


@cache
def guide() -> Guide:
    """The text as the site shows it."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _example)
    tokens = markdown.parse(TEXT.read_text(encoding="utf-8"))
    sections: list[Section] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            title = tokens[place + 1].content
            sections.append(Section(slug_of(title), title))
            token.attrSet("id", sections[-1].anchor)
    html = markdown.renderer.render(tokens[3:], markdown.options, {})
    return Guide(tokens[1].content, sections, Markup(html))  # noqa: S704 - raw HTML is off


@cache
def addresses() -> tuple[Address, ...]:
    """Every address in the order of the description."""
    return tuple(
        Address(
            verb.upper(),
            f"/api/v1{path}",
            operation["summary"],
            "security" in operation,
            # What all addresses have in common is referred to, and told once, in the text.
            tuple(_asked(one) for one in operation["parameters"] if "$ref" not in one),
        )
        for path, verbs in description()["paths"].items()
        for verb, operation in verbs.items()
    )


def _example(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    """An example can be wider than a phone: who has no mouse can scroll it too."""
    token = tokens[place]
    number = sum(one.type == "fence" for one in tokens[: place + 1])
    label = f"Example {number}, {'in Python' if token.info == 'python' else 'in a terminal'}"
    words = Markup('<pre tabindex="0" role="region" aria-label="{}"><code>{}</code></pre>\n')
    return str(words.format(label, token.content))


def _asked(parameter: dict[str, Any]) -> Asked:
    schema = parameter["schema"].get("items", parameter["schema"])
    where = {"path": "in the path", "query": "parameter", "header": "header"}[parameter["in"]]
    choices = tuple(map(str, schema.get("enum", ())))
    return Asked(parameter["name"], where, parameter["description"], choices, parameter["required"])
