"""Addresses of sources and places that were merged lead on, for good: pages, files, feeds and the API alike.

    /sources/old                    308 to /sources/new
    /deployments/x/sent?source=old  308 to the same with source=new
    ...?source=old&version=7        answered as it was, where version 7 is from before the merge
    /places/other-name              308 to the place that is known by that name, too

What is asked of a version of the past is answered from it, so that what was cited still says what it said.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.database import DbSession
from app.pages import with_query
from app.places.queries import led_on
from app.sources.queries import Merged, merged_sources, source_families

Parameters = Sequence[tuple[str, str]]

NAMES = ("source", "family")
"""Parameters that name a source; one without a family is a family of its own."""

_OF_A_PLACE = re.compile(r"(/places/)([a-z0-9][a-z0-9-]*)")
_OF_A_SOURCE = re.compile(r"((?:/api/v1|/feeds)?/sources/)([a-z0-9][a-z0-9-]*)(\.[a-z]+)?")


class Moved(Exception):
    """What is asked for is at another address, for good."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def follow_merges(request: Request, session: DbSession) -> None:
    """Lead on whoever asks by the slug of a source or place that was merged. Raises Moved.

    One SELECT where a source or family is named, one where a place is, none elsewhere.
    """
    if request.method not in {"GET", "HEAD"} or request.url.path.startswith("/desk"):
        return
    address = moved_address(session, request.url.path, request.query_params.multi_items())
    if address is not None:
        raise Moved(address)


def moved_address(session: Session, path: str, parameters: Parameters) -> str | None:
    """Where the same question is answered now; None: at this address."""
    by_source = _moved_sources(session, path, parameters)
    path, parameters = (path, parameters) if by_source is None else by_source
    by_place = _moved_places(session, path, parameters)
    if by_source is None and by_place is None:
        return None
    path, parameters = by_place or (path, parameters)
    return with_query(quote(path), list(dict.fromkeys(parameters)))


def _moved_places(session: Session, path: str, parameters: Parameters) -> tuple[str, Parameters] | None:
    in_path = _OF_A_PLACE.fullmatch(path)
    named = {value for name, value in parameters if name == "place" and value.isprintable()}
    if in_path is not None:
        named.add(in_path[2])
    if not named:
        return None
    version = next((value for name, value in parameters if name == "version"), "")
    moved = {one.slug: one.into for one in led_on(session, named) if _holds(one.version, version)}
    if not moved:
        return None
    if in_path is not None:
        path = f"{in_path[1]}{moved.get(in_path[2], in_path[2])}"
    return path, [(name, moved.get(value, value) if name == "place" else value) for name, value in parameters]


def _moved_sources(session: Session, path: str, parameters: Parameters) -> tuple[str, Parameters] | None:
    in_path = _OF_A_SOURCE.fullmatch(path)
    named = {value for name, value in parameters if name in NAMES and value.isprintable()}
    if in_path is not None:
        named.add(in_path[2])
    if not named:
        return None
    version = next((value for name, value in parameters if name == "version"), "")
    moved = {one.slug: one for one in merged_sources(session, named) if _holds(one.version, version)}
    if not moved:
        return None
    families = source_families(session, {one.into for one in moved.values()})
    if in_path is not None and in_path[2] in moved:
        path = f"{in_path[1]}{moved[in_path[2]].into}{in_path[3] or ''}"
    return path, [(name, _instead(name, value, moved, families)) for name, value in parameters]


def _instead(name: str, value: str, moved: dict[str, Merged], families: dict[str, str]) -> str:
    if name not in NAMES or value not in moved:
        return value
    into = moved[value].into
    return into if name == "source" else families[into]


def _holds(since: int, version: str) -> bool:
    """Whether what holds since a version does in what is asked for, which may be a version from before."""
    return not (version.isascii() and version.isdigit() and int(version) < since)


def lead_on(_request: Request, moved: Moved) -> Response:
    """The answer to Moved: the same question asked where it is answered now."""
    return RedirectResponse(moved.address, status_code=308)
