"""Requests that change something come from our own pages, or from no page at all."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request

from app.accounts.cookies import settings_of
from app.errors import Refusal
from app.languages.spoken import _

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSite(Refusal):
    """A page of another site made the reader's browser send this."""

    status = HTTPStatus.FORBIDDEN


def refuse_cross_site(request: Request) -> None:
    """Raise CrossSite where a browser says that another site is behind a request that changes something.

    Every browser says so since 2023 in `Sec-Fetch-Site` (under https and on this machine), and for a decade
    in `Origin`. A request with neither is from no browser, and carries no cookies that its user did not mean
    to send. One with a bearer token is not asked: no page of another site can add that header.
    """
    if request.method in _SAFE or request.headers.get("authorization", "").lower().startswith("bearer "):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or _host(origin) in _our_hosts(request)
    if not ours:
        raise CrossSite(
            _(
                "This was sent from a page of another site, so nothing was done. If you meant it, please do"
                " it again from a page of Muster."
            )
        )


def _our_hosts(request: Request) -> set[str]:
    base = settings_of(request).base_url
    return {request.headers.get("host", "").lower(), *([_host(base)] if base else [])} - {""}


def _host(address: str) -> str:
    """Host and port of an address; empty for `null`, the origin of what hides its own."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
