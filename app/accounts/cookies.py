"""The two cookies: of a sign-in, and of a browser that is known. No page's script can read them."""

import re
from collections.abc import Iterable
from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response

from app.accounts.sessions import BROWSER_KNOWN_FOR, Opened
from app.accounts.visits import Visit, address_of, browser_in_words, neighbourhood_of, network_of
from app.settings import Settings

SIGN_IN = "muster"
BROWSER = "muster-browser"

_SIGN_IN_NAMED = re.compile(rf"(?:^|[;\s])(?:__Host-)?{SIGN_IN}=[^;\s]".encode())


def settings_of(request: Request) -> Settings:
    """The settings of the site that was asked."""
    settings: Settings = request.app.state.settings
    return settings


def names_blinded_by(request: Request) -> str:
    """The key under which names are counted that somebody typed (app.accounts.attempts)."""
    secret = settings_of(request).secret
    return secret.get_secret_value() if secret else ""


def is_secure(request: Request) -> bool:
    """Whether the reader's browser talks to us under https, possibly by way of a proxy."""
    return request.url.scheme == "https" or (settings_of(request).base_url or "").startswith("https://")


def cookie_of(request: Request, name: str) -> str | None:
    """What the cookie holds; None without one."""
    return request.cookies.get(_full_name(request, name)) or None


def visit_of(request: Request) -> Visit:
    """Who knocks, as far as the request tells."""
    address = address_of(request)
    return Visit(
        network=network_of(address),
        neighbourhood=neighbourhood_of(address),
        browser=browser_in_words(request.headers.get("user-agent", "")),
        known_as=cookie_of(request, BROWSER),
    )


def names_somebody(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request, by its headers, comes from a browser in which somebody signed in, be it long ago."""
    cookies = [value for name, value in headers if name == b"cookie"]
    return any(_SIGN_IN_NAMED.search(value) for value in cookies)


def hand_over(response: Response, request: Request, opened: Opened) -> None:
    """Give a browser both cookies of somebody who has signed in."""
    keep_signed_in(response, request, opened.token)
    _set(response, request, BROWSER, opened.known_as, BROWSER_KNOWN_FOR)


def keep_signed_in(response: Response, request: Request, token: str) -> None:
    """Give a browser the cookie of a sign-in."""
    _set(response, request, SIGN_IN, token, settings_of(request).sign_in_lifetime)


def take_back(response: Response, request: Request) -> None:
    """Take the cookie of a sign-in from a browser, which stays a known one."""
    _set(response, request, SIGN_IN, "", timedelta(0))


def _set(response: Response, request: Request, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        _full_name(request, name),
        value,
        max_age=int(age.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def _full_name(request: Request, name: str) -> str:
    """Under https with a prefix by which browsers refuse a cookie that another host tries to set."""
    return f"__Host-{name}" if is_secure(request) else name
