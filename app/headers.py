"""What every answer says to browsers about safety."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.assets import permit_of, written_out

FIRST = "inline/first.js"
"""The script in the head of every page, the only one that stands within: it is the same for all."""

_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": f"'self' {permit_of(written_out(FIRST))}",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",  # Plotly positions what it draws by style attributes
    "img-src": "'self' data: blob:",  # blob: and data: for the pictures of a chart that a reader saves
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**said: str) -> str:
    """The site's Content-Security-Policy with some directives said otherwise: `frame_ancestors="*"`."""
    otherwise = {name.replace("_", "-"): sources for name, sources in said.items()}
    return "; ".join(f"{name} {sources}" for name, sources in (_DIRECTIVES | otherwise).items())


CONTENT_SECURITY_POLICY = policy()
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def unfinished(request: Request, answer: Response) -> Response:
    """An answer that is complete only later: nobody keeps it, and who asks again gets what is there then.

    What is missing is computed in the background, where the site runs with it (app.answers.filling).
    """
    filler = getattr(request.app.state, "filler", None)
    if filler is not None:
        filler.ask()
    answer.headers["Cache-Control"] = "no-store"
    return answer


class SafetyHeaders:
    """ASGI middleware: adds the headers above wherever an answer does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


class PersonalAnswers:
    """ASGI middleware: what was made for one person is kept by no cache, and no other reader gets it.

    A dependency that looks at the cookie says so in `request.state.personal`: true for somebody's own page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and say in its answer for whom it is."""

        async def send_privately(message: Message) -> None:
            personal = scope.get("state", {}).get("personal")
            if message["type"] == "http.response.start" and personal is not None:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie")
                if personal:
                    headers["Cache-Control"] = "private, no-store"
            await send(message)

        await self.app(scope, receive, send_privately if scope["type"] == "http" else send)
