"""Addresses of sources that were merged lead on, for good: pages, files, feeds and the API alike.

    /sources/old                    308 to /sources/new
    /deployments/x/sent?source=old  308 to the same with source=new
    ...?source=old&version=7        answered as it was, where version 7 is from before the merge

What is asked of a version of the past is answered from it, so that what was cited still says what it said.
"""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.database import DbSession
from app.pages import path_of, with_query
from app.sources.queries import Merged, merged_sources, source_families

ROUTES = frozenset(
    {"sources.show", "downloads.source_csv", "downloads.source_json", "feeds.source", "api.source"}
)
"""Routes whose address holds the slug of a source."""

NAMES = ("source", "family")
"""Parameters that name a source; one without a family is a family of its own."""


class Moved(Exception):
    """What is asked for is at another address, for good."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def follow_merges(request: Request, session: DbSession) -> None:
    """Lead on whoever asks by the slug of a source that was merged. Raises Moved.

    One SELECT where a source or family is named, none elsewhere.
    """
    if request.method not in {"GET", "HEAD"} or request.url.path.startswith("/desk"):
        return
    route = getattr(request.scope.get("route"), "name", "")
    in_path = request.path_params.get("slug") if route in ROUTES else None
    in_query = [value for name, value in request.query_params.multi_items() if name in NAMES]
    named = {one for one in (in_path, *in_query) if one and one.isprintable()}
    if not named:
        return
    moved = {one.slug: one for one in merged_sources(session, named) if _holds(one, request)}
    if not moved:
        return
    families = source_families(session, {one.into for one in moved.values()})
    path = path_of(request)
    if in_path in moved:
        before, _slug, after = path.rpartition(f"/{in_path}")
        path = f"{before}/{moved[in_path].into}{after}"
    query = [
        (name, _instead(name, value, moved, families)) for name, value in request.query_params.multi_items()
    ]
    raise Moved(with_query(path, list(dict.fromkeys(query))))


def _instead(name: str, value: str, moved: dict[str, Merged], families: dict[str, str]) -> str:
    if name not in NAMES or value not in moved:
        return value
    into = moved[value].into
    return into if name == "source" else families[into]


def _holds(merged: Merged, request: Request) -> bool:
    """Whether the source is merged in what is asked for, which may be a version from before."""
    version = request.query_params.get("version", "")
    return not (version.isascii() and version.isdigit() and int(version) < merged.version)


def lead_on(_request: Request, moved: Moved) -> Response:
    """The answer to Moved: the same question asked where it is answered now."""
    return RedirectResponse(moved.address, status_code=308)
