"""Which language a request asks for, and the middleware that has it spoken.

    /claims       the language that the reader's browser prefers, of those that there are; else English
    /it/claims    Italian, whatever the browser prefers; links on the page stay in Italian
    /en/claims    likewise English

What programs read (the API, CSV, JSON, feeds) is English unless its address names a language. No cookie is
needed: an answer depends on its address and, without a language in it, on `Accept-Language`, and says so.
"""

import re
from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.languages.catalogues import ENGLISH, languages
from app.languages.spoken import speaking

LANGUAGE, PREFIX = "muster.language", "muster.prefix"
"""In a request's scope: the code of its language, and `/it` where the address names it (else nothing)."""

_FOR_PROGRAMS = re.compile(
    r"/(api/|static/|healthz|readyz|robots\.txt|sitemap|feeds/)|.*\.(csv|json|zip|atom|xml|bib|ris)$"
)
_NOT_PREFIXED = re.compile(r"/(?:static/|[a-z]{2}(?:[/?#]|$))")
_INSIDE = re.compile(r'((?:href|action|formaction|data-[a-z-]+)=")(/(?!/|static/|[a-z]{2}[/"?#])[^"]*")')


class Spoken:
    """ASGI middleware, the outermost: takes the language off the path and speaks it from there on."""

    def __init__(self, app: ASGIApp, *, otherwise: str = ENGLISH) -> None:
        """`otherwise` is spoken to readers who prefer none of our languages."""
        self.app = app
        self.otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in its language."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        prefix, path = split(scope["path"])
        negotiates = not prefix and _FOR_PROGRAMS.match(path) is None
        if prefix:
            language = prefix[1:]
        elif negotiates:
            language = preferred(_accepted(scope), self.otherwise)
        else:
            language = ENGLISH
        # Told in place: the page that says that something went wrong is made outside of all middleware.
        scope.update({LANGUAGE: language, PREFIX: prefix})
        if prefix:
            raw: bytes = scope.get("raw_path") or path.encode()
            scope.update({"path": path, "raw_path": raw.removeprefix(prefix.encode()) or b"/"})

        async def send_saying(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if negotiates:
                    headers.add_vary_header("Accept-Language")
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Language"] = language
                location = headers.get("location")
                if location is not None:
                    headers["location"] = within(prefix, location)
            await send(message)

        with speaking(language):
            await self.app(scope, receive, send_saying)


@lru_cache(maxsize=4096)
def split(path: str) -> tuple[str, str]:
    """The language that a path begins with, as `/it`, and the rest; nothing and all of it without one."""
    first, slash, rest = path[1:].partition("/")
    if first in languages():
        return f"/{first}", f"/{rest}" if slash else "/"
    return "", path


def within(prefix: str, address: str) -> str:
    """An address of this site in the language of the page that leads there; others stay as they are."""
    if not prefix or not address.startswith("/") or address.startswith("//") or _NOT_PREFIXED.match(address):
        return address
    return prefix + address


def links_within(prefix: str, html: str) -> str:
    """A page whose links to this site stay in its language. Templates and drawings write them without one."""
    return _INSIDE.sub(rf"\1{prefix}\2", html) if prefix else html


def _accepted(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return bytes(value)
    return b""


@lru_cache(maxsize=1024)
def preferred(header: bytes, otherwise: str = ENGLISH) -> str:
    """The language of ours that an `Accept-Language` header likes most; `otherwise` if it likes none."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.decode("latin-1").lower().split(",")):
        code, _, quality = part.strip().partition(";")
        try:
            liked = float(quality.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            continue
        if liked > 0:
            wishes.append((-liked, place, code.strip().partition("-")[0]))
    for _liked, _place, code in sorted(wishes):
        if code in languages():
            return code
        if code == "*":
            break
    return otherwise
