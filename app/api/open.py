"""The API is open for reading: pages of any site may fetch it, errors and all."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import API

_READ_BY_SCRIPTS = ("ETag", "Retry-After", "X-Request-ID")


class OpenForReading:
    """ASGI middleware: CORS for GET and HEAD below /api/, without cookies; other addresses are left alone.

    Handing in takes a token, and a token has no place in a page of another site: no POST is allowed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.opened = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD"],
            allow_headers=["If-None-Match"],
            expose_headers=_READ_BY_SCRIPTS,
            max_age=86_400,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what browsers ask before they ask; let scripts read what is answered."""
        below = scope["type"] == "http" and scope["path"].startswith(API)
        await (self.opened if below else self.app)(scope, receive, send)
