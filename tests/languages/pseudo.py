"""A made-up language, in which every marked text stands in ⟦ ⟧: what stands outside of them is not marked.

    with made_up_site(url) as client:               the site over a database, in that language
        left = unmarked(client.get("/claims").text, contents_of(url))

Values stand outside of the brackets of their sentence, so each has to be a marked text itself, something of
the ledger, a number, or a name or a month that the Unicode CLDR knows.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations

import pytest
from babel import Locale
from bs4 import BeautifulSoup, Comment, Doctype, NavigableString, Tag
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.languages import spoken
from app.languages.catalogues import catalogue_of
from app.languages.extracting import texts
from app.main import create_app
from app.settings import Settings
from tests.visiting import closing_engine

MADE_UP = "eo"
"""A language that Muster has no catalogue of and Babel knows the months of."""

_PIECES = re.compile(r"(<[^>]*>|%\(\w+\)s|%%)")
_LETTERS = re.compile(r"[^\W\d_]")
_NOT_A_WORD = re.compile(r"[A-F]?[1-6–]?\.?|SHA-256|certificate\.json|(https?:/)?/\S*|\?version=\d+")
"""A grade, or an address."""
_READ_OUT = ("title", "aria-label", "placeholder", "alt", "data-is", "data-before")
_NOT_READ = {"script", "style", "code", "pre", "kbd", "template"}
_OURS_EVERYWHERE = ("Muster", "UTC", "CSV", "JSON", "ZIP", "PNG", "SVG", "English", "Italiano")


class _MadeUp(NullTranslations):
    """The catalogue of the made-up language."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {
            (message.context, one)
            for message in texts()
            if message.id
            for one in (message.id if isinstance(message.id, tuple) else (message.id,))
        }

    def _said(self, one: str, about: str | None = None) -> str:
        return in_brackets(one) if (about, one) in self.known else one

    def gettext(self, message: str) -> str:
        return self._said(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._said(message, context)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(msgid1 if n == 1 else msgid2, context)


def in_brackets(sentence: str) -> str:
    """`⟦By ⟧%(by)s⟦, as ⟧%(role)s`: all of a text but its tags and the places for values."""
    return "".join(
        piece if _PIECES.fullmatch(piece) else f"⟦{piece}⟧" for piece in _PIECES.split(sentence) if piece
    )


@cache
def _made_up() -> _MadeUp:
    return _MadeUp()


@contextmanager
def speaking_made_up() -> Iterator[None]:
    """The made-up language has a catalogue within; that of every other is its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            spoken,
            "catalogue_of",
            lambda language: _made_up() if language == MADE_UP else catalogue_of(language),
        )
        yield


@contextmanager
def made_up_site(url: str) -> Iterator[TestClient]:
    """The whole site on a database; where a browser names no language it speaks the made-up one."""
    settings = Settings(database_url=url, log_format="json", page_cache_mb=0)
    app = create_app(settings.model_copy(update={"language": MADE_UP}))  # a language that settings refuse
    with speaking_made_up(), TestClient(app, follow_redirects=False) as client:
        yield client


def unmarked(html: str, contents: frozenset[str]) -> list[str]:
    """What can be read or heard of a page that is neither marked nor of the ledger, in order.

    Each with the words at fault in square brackets.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["b", "mark", "wbr"]):  # within a text they part it
        tag.unwrap()
    soup.smooth()
    left = []
    for node in soup.descendants:
        if isinstance(node, Tag):
            said = [str(node[name]) for name in _READ_OUT if node.get(name)]
            if node.name == "meta" and node.get("name") == "description":
                said.append(str(node["content"]))
            if node.name == "input" and node.get("type") in {"submit", "button", "reset"}:
                said.append(str(node.get("value", "")))
        elif isinstance(node, NavigableString) and not isinstance(node, Comment | Doctype):
            said = [str(node)]
        else:
            continue
        if any(_LETTERS.search(_without_marked(one)) for one in said) and not _is_apart(node):
            left += [rest for one in said if (rest := _left_of(one, contents))]
    return list(dict.fromkeys(left))


def _is_apart(node: Tag | NavigableString) -> bool:
    """Whether it is code, or in a language of its own."""
    around = [node, *node.parents] if isinstance(node, Tag) else list(node.parents)
    return any(
        one.name in _NOT_READ
        or one.get("translate") == "no"
        or one.has_attr("readonly")
        or (one.get("lang") and one.name != "html")
        for one in around
        if isinstance(one, Tag)
    )


def _left_of(said: str, contents: frozenset[str]) -> str:
    """The words that are left of a text when all that may stand there is taken away; empty: none."""
    plain = " ".join(_without_marked(said).split())
    for taken in (_names(), contents, frozenset(_OURS_EVERYWHERE)):
        plain = _without(plain, taken)
        if not _LETTERS.search(plain):
            return ""
    # Grades are single letters; hosts and addresses of documents are shortened to what is seen of them.
    rest = [
        word
        for word in re.split(r"[\s,;()·→←“”«»]+", plain)
        if _LETTERS.search(word) and not _NOT_A_WORD.fullmatch(word)
    ]
    rest = [word for word in rest if not any(word in one for one in contents if "://" in one)]
    return " ".join(" ".join(said.split()).split()[:40]) + f"   [{' '.join(rest)}]" if rest else ""


def _without_marked(said: str) -> str:
    """What stands outside of all brackets."""
    depth, kept = 0, []
    for letter in said:
        if letter == "⟦":
            depth += 1
        elif letter == "⟧":
            depth = max(0, depth - 1)
            kept.append(" ")  # what follows is another word
        elif depth == 0:
            kept.append(letter)
    return "".join(kept)


def _without(plain: str, names: Iterable[str]) -> str:
    for name in sorted((name for name in names if name in plain), key=len, reverse=True):
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", plain)
    return " ".join(plain.split())


@cache
def _names() -> frozenset[str]:
    """Months, countries and languages as the CLDR calls them."""
    locale = Locale.parse(MADE_UP)
    months = [
        name
        for form in ("format", "stand-alone")
        for width in locale.months[form].values()
        for name in width.values()
    ]
    named = [*months, *locale.territories.values(), *locale.languages.values(), "kaj"]
    return frozenset(name for name in named if len(name) > 1)


def contents_of(url: str) -> frozenset[str]:
    """All that somebody typed into a ledger, as pages show it: runs of white space as one space."""
    found: set[str] = set()
    with closing_engine(url) as engine, engine.connect() as connection:
        for table, columns in _TYPED.items():
            for row in connection.execute(text(f"select {columns} from {table}")):  # noqa: S608 - ours
                found |= {" ".join(cell.split()) for cell in row if cell}
    return frozenset(one for one in found if len(one) > 1)


_TYPED = {
    "claims": "ref",
    "claim_revisions": "wording, note, reason, overridden",
    "documents": "publisher, title, url",
    "source_descriptions": "name, note, country",
    "sources": "slug",
    "families": "name, slug",
    "deployment_descriptions": "name, summary, sender, host",
    "deployments": "slug",
    "operations": "name",
    "places": "name, slug",
    "people": "name, display_name, pseudonym",
    "acts": "subject, words",
    "judgements": "words, overridden",
}
"""Columns of content. Labels and units of measures are no part of it: they are said in each language."""
