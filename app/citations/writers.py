"""BibTeX and RIS as their libraries write them: 2.5 MB, loaded when a citation is first asked for so."""

from collections.abc import Mapping
from dataclasses import dataclass

import rispy  # type: ignore[import-untyped]  # both libraries have no types
from pybtex.database import Entry, Person  # type: ignore[import-untyped]
from pybtex.database.output.bibtex import Writer  # type: ignore[import-untyped]


def bibtex_entry(key: str, fields: Mapping[str, str], *, author: str) -> str:
    """A data set as BibTeX; what is given is escaped already."""
    entry = Entry("misc", fields=dict(fields))
    entry.persons["author"] = [Person(last=author)]
    return str(_BraceWriter().to_string(_Library({key: entry})))


def ris_entry(entry: Mapping[str, object]) -> str:
    """An entry by the names that rispy has for its fields; lines end in a line feed."""
    return str(rispy.dumps([entry], implementation=_Ris))


@dataclass(frozen=True, slots=True)
class _Library:
    """As much of pybtex's BibliographyData as its writer reads."""

    entries: Mapping[str, Entry]
    preamble: str = ""


class _BraceWriter(Writer):  # type: ignore[misc]  # pybtex has no types
    """pybtex's writer, with fields as they were escaped here, and in braces, so that a quote ends nothing."""

    def quote(self, text: str) -> str:
        self.check_braces(text)
        return f"{{{text}}}"

    def _encode(self, text: str) -> str:
        return text


class _Ris(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    """Without the number that rispy puts before each reference, which some programs take for a field."""

    DEFAULT_MAPPING = rispy.RisWriter.DEFAULT_MAPPING | {"Y2": "access_date"}

    def set_header(self, count: int) -> str:  # noqa: ARG002 - the number of the reference
        return ""
