"""The change log as an Atom feed (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
MEDIA_TYPE = "application/atom+xml"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a feed without an entry: a feed has to name one."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry, in words."""

    id: str  # an IRI that stays the same for good
    title: str
    at: datetime
    author: str
    link: str | None  # the page that tells it in full
    lines: tuple[str, ...]  # the content, line by line
    category: str


def atom_feed(
    *, feed_id: str, title: str, page: str, own: str, language: str, entries: Sequence[FeedEntry]
) -> bytes:
    """The feed as XML. `page` is the address of what it is a feed of, `own` its own address.

    Its moment is that of its newest entry, so that a feed without a new entry stays the same bytes.
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed", {f"{{{_XML}}}lang": language})
    _text(feed, "id", feed_id)
    _text(feed, "title", title)
    _text(feed, "updated", _moment(max((entry.at for entry in entries), default=NEVER)))
    _link(feed, "self", own, MEDIA_TYPE)
    _link(feed, "alternate", page, "text/html")
    _text(feed, "generator", "Muster")
    if not entries:  # without entries a feed names its author itself
        _text(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", "Muster")
    for entry in entries:
        _entry(feed, entry)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, entry: FeedEntry) -> None:
    element = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.at))
    _text(element, "published", _moment(entry.at))
    _text(ET.SubElement(element, f"{{{ATOM}}}author"), "name", entry.author)
    ET.SubElement(element, f"{{{ATOM}}}category", term=entry.category)
    if entry.link is not None:
        _link(element, "alternate", entry.link, "text/html")
    _text(element, "content", "\n".join(entry.lines)).set("type", "text")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    """An element that holds text; what no XML may hold is left out."""
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = _NOT_XML.sub("", text)
    return element


def _link(parent: ET.Element, rel: str, address: str, media_type: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=address, type=media_type)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
