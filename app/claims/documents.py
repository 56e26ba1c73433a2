"""Web addresses of documents: written in one way, and found again among those that the ledger knows."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from sqlalchemy import ColumnElement, Row, Text, and_, func, literal_column, select
from sqlalchemy.orm import Session

from app.claims.models import Claim, Revision
from app.deployments.models import Deployment
from app.sources.models import SourceDescription, SourceDocument

TRACKING = re.compile(
    "utm_.*|at_(medium|campaign|link.*|ptr.*|bbc.*|format|custom.*)|mc_(cid|eid)|pk_.*|mtm_.*|hsa_.*|vero_.*|oly_.*"
    "|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|mkt_tok|_ga|_gl"
    "|ref_src|ref_url|cmpid|cmp|ncid|smid|smtyp|ocid|cvid|s_cid|s_kwcid|spm|xtor|icid|ito|wt_.*|sharetoken|__twitter_.*",
    re.IGNORECASE,
)
"""Parameters that tell who followed a link, and nothing about where it leads."""

_HOSTS = ("", "www.", "m.", "mobile.", "amp.")
"""Beginnings of a host under which sites show the same pages."""

_LONGEST = 200

_LOWER = "split_part(lower(documents.url), '/', {part})"
HOST = literal_column(f'"left"({_LOWER.format(part=3)}, {_LONGEST})', Text)
"""The host of a document's address in small letters, as in the index, whose entries may not be long."""

FOLDER = literal_column(f'"left"({_LOWER.format(part=4)}, {_LONGEST})', Text)
"""What follows the host up to the next slash, likewise."""

_PLAIN = re.compile("[A-Za-z0-9._-]+")
"""The first part of a path that is written in one way only."""

_NEWEST = 5


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document that claims were read in already, as a form fills it in."""

    document_id: int
    publisher: str | None
    title: str | None
    url: str | None
    language: str | None
    published_on: str | None  # as the newest claim read in it gives it
    said_on: str | None  # likewise
    source: str | None  # the name of the source of that claim
    deployment: str | None  # the slug of its deployment
    claims: int  # claims and appearances that were read in it, waiting ones included
    refs: tuple[str, ...]  # of the newest of them, five at most


def tidy_url(url: str) -> str:
    """The address without what only tracks its readers; anything but a web address is left as it is."""
    parts = _parts(url)
    if parts is None:
        return url.strip()
    fragment = "" if parts.fragment.startswith(":~:") or _tracks(parts.fragment) else parts.fragment
    return urlunsplit((parts.scheme.lower(), _host(parts), parts.path, _query(parts), fragment))


def hosted_as(url: str) -> ColumnElement[bool]:
    """The condition that a document's address has the very host of this one; found by an index."""
    return and_(SourceDocument.url.is_not(None), HOST.in_([(url.lower() + "//").split("/")[2][:_LONGEST]]))


def url_key(url: str) -> str:
    """What two spellings of the address of one page have in common: for comparing, not for opening.

    Empty for anything but a web address.
    """
    parts = _parts(url)
    if parts is None:
        return ""
    path = re.sub(r"/(amp|index\.html?)?/?$", "", unquote(parts.path))
    query = "&".join(sorted(_query(parts).split("&"))) if parts.query else ""
    return f"{_bare(_host(parts))}{path}" + (f"?{query}" if query else "")


def known_documents(session: Session, url: str) -> list[KnownDocument]:
    """The documents of the page that `url` leads to, those with most claims first. None known: empty."""
    key, near = url_key(url), _near(url)
    if near is None:
        return []
    documents = session.scalars(select(SourceDocument).where(near))
    same = [document for document in documents if document.url and url_key(document.url) == key]
    found = _described(session, same)
    return sorted(found, key=lambda document: (-document.claims, -document.document_id))


def documents_at(session: Session, url: str) -> list[int]:
    """The ids of the documents of the page that `url` leads to, whatever claims were read in them.

    Where there is none, those whose address has another query, or none. One SELECT.
    """
    near = _near(url)
    if near is None:
        return []
    known = session.execute(select(SourceDocument.id, SourceDocument.url).where(near)).all()
    key = url_key(url)
    keys = [(row.id, url_key(row.url)) for row in known]
    same = [one for one, spelt in keys if spelt == key]
    return same or [one for one, spelt in keys if spelt.partition("?")[0] == key.partition("?")[0]]


def known_document(session: Session, document_id: int) -> KnownDocument | None:
    """One document by its id; None where there is none."""
    found = session.get(SourceDocument, document_id)
    return None if found is None else _described(session, [found])[0]


_ENTERED = Revision.origin != literal_column("'command_line'")
"""Not imported: who imports a ledger enters a million claims. Written out, as in the index."""


def recent_documents(session: Session, person_id: int, limit: int = 5) -> list[KnownDocument]:
    """The documents from which somebody entered claims last, the last first: the same again in one click."""
    last = func.max(Revision.id).label("last")
    entered = (
        select(Revision.document_id, last)
        .where(Revision.recorded_by == person_id, Revision.document_id.is_not(None), _ENTERED)
        .group_by(Revision.document_id)
        .order_by(last.desc())
        .limit(limit)
        .subquery()
    )
    documents = session.scalars(
        select(SourceDocument)
        .join(entered, entered.c.document_id == SourceDocument.id)
        .order_by(entered.c.last.desc())
    )
    return _described(session, documents)


def _described(session: Session, documents: Iterable[SourceDocument]) -> list[KnownDocument]:
    """The documents with what was read in them, in the order given."""
    listed = list(documents)
    read = _read_in(session, [document.id for document in listed])
    return [
        KnownDocument(
            document_id=document.id,
            publisher=document.publisher,
            title=document.title,
            url=document.url,
            language=document.language,
            published_on=rows[0].published_on if rows else None,
            said_on=rows[0].said_on if rows else None,
            source=rows[0].source if rows else None,
            deployment=rows[0].deployment if rows else None,
            claims=len(rows),
            refs=tuple(row.ref for row in rows[:_NEWEST]),
        )
        for document in listed
        for rows in [read[document.id]]
    ]


def _read_in(session: Session, ids: list[int]) -> defaultdict[int | None, list[Row[*tuple[Any, ...]]]]:
    """By document, what counts or waits for its verdict, the last entered first."""
    found: defaultdict[int | None, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    if not ids:
        return found
    rows = session.execute(
        select(
            Revision.document_id,
            Claim.ref,
            Revision.published_on,
            Revision.said_on,
            SourceDescription.name.label("source"),
            Deployment.slug.label("deployment"),
        )
        .join(Claim, Claim.id == Revision.claim_id)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(
            SourceDescription,
            (SourceDescription.source_id == Revision.source_id)
            & SourceDescription.replaced_version.is_(None),
        )
        .where(
            Revision.document_id.in_(ids),
            func.may_count(Revision.verdict, Revision.replaced_version),
        )
        .order_by(Revision.id.desc())
    )
    for row in rows.all():
        if row.ref not in {one.ref for one in found[row.document_id][-1:]}:
            found[row.document_id].append(row)
    return found


def _near(url: str) -> ColumnElement[bool] | None:
    """The condition that a document is of this site and of this part of it; None for no web address."""
    parts = _parts(url)
    if parts is None:
        return None
    host = _bare(_host(parts))
    hosts = [f"{beginning}{host}"[:_LONGEST] for beginning in _HOSTS]
    near = and_(HOST.in_(hosts), SourceDocument.url.is_not(None))
    path = url_key(url).removeprefix(host).partition("?")[0]
    folder, _slash, rest = path.removeprefix("/").partition("/")
    if rest and _PLAIN.fullmatch(folder):
        # One site may hold most of a ledger's documents. How the last part is written may differ.
        near = and_(near, FOLDER.in_([folder.lower()[:_LONGEST]]))
    return near


def _parts(url: str) -> SplitResult | None:
    """The parts of a web address; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme.lower() in {"http", "https"} and host else None


def _host(parts: SplitResult) -> str:
    """The host in small letters, without a port that goes without saying."""
    host = parts.netloc.rpartition("@")[2].lower()
    usual = {"http": ":80", "https": ":443"}[parts.scheme.lower()]
    return host.removesuffix(usual)


def _bare(host: str) -> str:
    for beginning in _HOSTS[1:]:
        if host.startswith(beginning):
            return host.removeprefix(beginning)
    return host


def _query(parts: SplitResult) -> str:
    return "&".join(one for one in parts.query.split("&") if one and not _tracks(one))


def _tracks(parameter: str) -> bool:
    return TRACKING.fullmatch(parameter.partition("=")[0]) is not None
