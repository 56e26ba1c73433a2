"""A citation as reference managers take it: plain text, BibTeX, CSL-JSON and RIS.

Names of deployments, measures and sources are typed by people and written by others: nothing in them may end
a field, begin another one, or be read as a command.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.charts.wording import day
from app.citations.models import Citation
from app.languages.catalogues import ENGLISH
from app.languages.spoken import N_, speaking

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """What the formats say of a citation. No text has a line break or a control character in it."""

    key: str
    title: str
    author: str  # an institution: nobody's family name
    publisher: str
    version: int
    issued: (
        date  # the day on which the ledger came to that version; the day of the citation where it is empty
    )
    accessed: date  # the day on which the result was stored: what is cited is what was there on that day
    url: str
    note: str  # the result in words, and the digest of the whole


def reference(citation: Citation, url: str) -> Reference:
    """What is to be said of a citation that has this permanent address."""
    cited = citation.cited_at.date()
    return Reference(
        key=citation.key,
        title=one_line(f"{citation.title} (ledger version {citation.version}, rule set {citation.rule_set})"),
        author=one_line(citation.publisher),
        publisher=one_line(citation.publisher),
        version=citation.version,
        issued=citation.version_at.date() if citation.version_at else cited,
        accessed=cited,
        url=url,
        note=one_line(f"{citation.sentence} SHA-256 of the cited result: {citation.digest}"),
    )


def one_line(text: str) -> str:
    """The text with runs of white space as one space, and without characters that control or turn it."""
    spaced = _SPACE.sub(" ", text)
    return "".join(one for one in spaced if unicodedata.category(one) not in {"Cc", "Cf", "Cs"}).strip()


def plain_text(ref: Reference) -> str:
    """One line, as it may stand in a footnote."""
    with speaking(ENGLISH):  # as its title is
        stored_on = day(ref.accessed)
    return (
        f"{_ended(ref.author)} ({ref.issued.year}). {ref.title} [Data set]."
        f" Result stored on {stored_on}. {ref.url}\n"
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def bibtex(ref: Reference) -> str:
    """An entry that BibTeX and biber read: commands escaped, other letters as UTF-8."""
    from app.citations.writers import bibtex_entry  # noqa: PLC0415 - brings libraries that few ask for

    fields = {
        "title": f"{{{_latex(ref.title)}}}",  # in braces of its own: capitals stay
        "publisher": _latex(ref.publisher),
        "year": str(ref.issued.year),
        "month": str(ref.issued.month),
        "version": str(ref.version),
        "url": ref.url,
        "urldate": ref.accessed.isoformat(),
        "note": _latex(ref.note),
    }
    # A name in braces is one word: an institution, however many commas and “and”s it has.
    return bibtex_entry(f"muster-{ref.key}", fields, author=f"{{{_latex(ref.author)}}}")


_LATEX = MappingProxyType(
    str.maketrans(
        {
            "\\": r"\textbackslash{}",
            "{": r"\textbraceleft{}",
            "}": r"\textbraceright{}",
            "~": r"\textasciitilde{}",
            "^": r"\textasciicircum{}",
            **{sign: f"\\{sign}" for sign in "#$%&_"},
        }
    )
)


def _latex(text: str) -> str:
    """The same words where LaTeX reads them: nothing in them is a command, a comment or a brace."""
    return text.translate(_LATEX)


def csl(ref: Reference) -> str:
    """CSL-JSON, as Zotero, pandoc and citeproc read it: a list of one item."""
    item = {
        "id": f"muster-{ref.key}",
        "type": "dataset",
        "title": ref.title,
        "author": [{"literal": ref.author}],
        "publisher": ref.publisher,
        "version": str(ref.version),
        "issued": {"date-parts": [_parts(ref.issued)]},
        "accessed": {"date-parts": [_parts(ref.accessed)]},
        "URL": ref.url,
        "note": ref.note,
    }
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def _parts(on: date) -> list[int]:
    return [on.year, on.month, on.day]


def ris(ref: Reference) -> str:
    """RIS; its lines end as the format asks, with carriage return and line feed."""
    from app.citations.writers import ris_entry  # noqa: PLC0415 - as above

    entry = {
        "type_of_reference": "DATA",
        "id": f"muster-{ref.key}",
        "authors": [ref.author],
        "title": ref.title,
        "publisher": ref.publisher,
        "year": f"{ref.issued.year}",
        "date": f"{ref.issued:%Y/%m/%d}",
        "access_date": f"{ref.accessed:%Y/%m/%d}",
        "edition": str(ref.version),
        "urls": [ref.url],
        "notes": [ref.note],
    }
    return ris_entry(entry).replace("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a citation."""

    ending: str
    name: str
    media_type: str
    write: Callable[[Reference], str]


FORMATS = {
    one.ending: one
    for one in (
        Format("txt", N_("Plain text"), "text/plain; charset=utf-8", plain_text),
        Format("bib", "BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
        Format("json", "CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
        Format("ris", "RIS", "application/x-research-info-systems; charset=utf-8", ris),
    )
}
"""By the ending of their address."""
