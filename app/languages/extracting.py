"""Which texts the interface has: what is marked in code and templates, and the measures of the examples."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from app.settings import PROJECT

_JINJA = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
_WIDTH = 110
_NOT_KEPT = (
    *(b'"Project-Id-Version', b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator'),
    *(b'"Language-Team', b'"Report-Msgid-Bugs-To', b'"Generated-By'),
)


def texts() -> Catalog:
    """Every text, by files; without numbers of lines, which would change at each edit."""
    found = Catalog(project="Muster", charset="utf-8")
    kinds: tuple[tuple[str, Any, dict[str, str]], ...] = (
        ("app/**/*.py", "python", {}),
        ("templates/**/*.html", "jinja2", _JINJA),
        ("examples/**/measures.csv", _measures, {}),
    )
    for pattern, method, options in kinds:
        for path in sorted(PROJECT.glob(pattern)):
            with path.open("rb") as file:
                said = extract(
                    method, file, DEFAULT_KEYWORDS, ("Translators:",), options, strip_comment_tags=True
                )
                for _line, text, comments, context in said:
                    where = path.relative_to(PROJECT).as_posix()
                    found.add(text, locations=[(where, 0)], auto_comments=comments, context=context)
    return found


def _measures(
    file: BinaryIO,
    _keywords: Iterable[str],
    _tags: Iterable[str],
    options: Any,  # noqa: ARG001 - Babel gives them
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Labels, units and definitions of measures: they are stored, and said in the reader's language."""
    for line, row in enumerate(csv.DictReader(file.read().decode("utf-8-sig").splitlines()), start=2):
        for column in ("label", "unit", "definition"):
            if row.get(column):
                yield line, None, row[column], [f"{column} of a measure"]


def updated(found: Catalog, before: Catalog | None, language: str) -> Catalog:
    """A catalogue with these texts and what was translated of them before; nothing is guessed."""
    after = Catalog(locale=language, project="Muster", charset="utf-8", header_comment=_HEAD, fuzzy=False)
    for message in found:
        if message.id:
            after.add(
                message.id,
                _before(message, before, after.num_plurals),
                message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return after


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file: the same texts give the same bytes, so its head holds no day and no name.

    Nor does it say where each text stands, which would change whenever one moves: a search tells.
    """
    file = BytesIO()
    write_po(file, catalogue, width=_WIDTH, no_location=True, ignore_obsolete=True)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_NOT_KEPT))


def _before(message: Message, before: Catalog | None, plurals: int) -> Any:
    known = None if before is None else before.get(message.id, message.context)
    if known is not None and known.id == message.id:
        return known.string
    return ("",) * plurals if message.pluralizable else ""


def stored(path: Path, language: str) -> Catalog | None:
    """The catalogue that a file holds; None where there is no such file."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)


def missing(catalogue: Catalog) -> list[Message]:
    """The texts that have no translation yet."""
    return [
        message
        for message in catalogue
        if message.id
        and (not message.string or (isinstance(message.string, tuple | list) and not all(message.string)))
    ]


_HEAD = """\
# Muster's interface in another language: docs/translating.md says how a catalogue is kept.
# MIT licence, as Muster itself."""
