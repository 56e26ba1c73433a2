"""For those who index the site: its pages with their days, and what not to ask for."""

from collections.abc import Callable, Iterator
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from sqlalchemy.orm import Session

from app.database import DbSession
from app.discovery import sitemap
from app.errors import NotFound
from app.languages.catalogues import languages
from app.languages.spoken import _
from app.pages import base_of

router = APIRouter(include_in_schema=False)

_LINES_AT_ONCE = 1000  # each piece that is sent costs a change of threads
_KEPT = {"Cache-Control": "public, max-age=3600"}

DISALLOWED = (
    "/desk",
    "/login",
    "/welcome/",
    "/sign-out",
    "/healthz",
    "/readyz",
    "/api/v1/imports",
    "/cite",
    "/report",
    "/embed/",
    # Addresses of which there is one for each choice of each reader: their pages say noindex, but a crawler
    # would have to fetch all of them to read it.
    "/claims?",
    "/changes?",
    "/compare?",
    "/search?",
    "/*/why",
    "/*?*sort=",
    "/*?*view=",
    "/*?*after=",
    "/*?*before=",
    "/*?*tolerance=",
    "/*?*precedence=",
)
"""Beginnings of paths, with * for anything."""


def disallowed() -> tuple[str, ...]:
    """The same, and each under the languages that an address can name."""
    own = [path for path in DISALLOWED if not path.startswith("/*")]
    return DISALLOWED + tuple(f"/{code}{path}" for code in languages() for path in own)


@router.get("/robots.txt", name="discovery.robots")
def robots(request: Request) -> Response:
    """What crawlers are asked to leave alone, and where the list of pages is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in disallowed()),
        "",
        f"Sitemap: {base_of(request)}{request.app.url_path_for('discovery.sitemap')}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers=_KEPT)


@router.get("/sitemap.xml", name="discovery.sitemap")
def show_sitemap(request: Request, session: DbSession) -> Response:
    """Every page, or the parts in which they are listed."""
    base, number = base_of(request), sitemap.sizes(session)
    if sum(number.values()) + len(sitemap.PAGES) > sitemap.MOST:
        return Response(sitemap.index(base, number), headers=_KEPT, media_type="application/xml")
    return _streamed(request, lambda reading: sitemap.whole(reading, base))


@router.get("/sitemaps/{name}-{part}.xml", name="discovery.part")
def show_part(request: Request, session: DbSession, name: str, part: str) -> Response:
    """One part of a list that is too long for one file."""
    known = {f"{kind}-{number}": (kind, number) for kind, number in sitemap.parts(sitemap.sizes(session))}
    asked = known.get(f"{name}-{part}")
    if asked is None:
        raise NotFound(_("The list of pages has no part “%(part)s”.", part=f"{name}-{part}"))
    return _streamed(request, lambda reading: sitemap.part_of(reading, base_of(request), *asked))


def _streamed(request: Request, write: Callable[[Session], Iterator[str]]) -> Response:
    """The lines as they are read: in a transaction of their own, for that of the request ends before it."""

    def lines() -> Iterator[str]:
        with request.app.state.new_session.begin() as reading:
            written = write(reading)
            while piece := "".join(islice(written, _LINES_AT_ONCE)):
                yield piece

    return StreamingResponse(lines(), headers=_KEPT, media_type="application/xml")
