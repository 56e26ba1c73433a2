"""HEAD wherever there is a GET: the same answer without its body, for who asks whether it changed."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Enough(Exception):
    """The headers are out, and what would come is not wanted."""


class HeadAsGet:
    """ASGI middleware: asks the site for GET and keeps the body back.

    An answer that is streamed is stopped at its first piece: nobody exports a whole ledger to throw it away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; of an answer to HEAD only the headers leave."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b""})
            if message.get("more_body", False):
                raise _Enough

        try:
            await self.app({**scope, "method": "GET"}, receive, send_headers)
        except* _Enough:  # alone, or in a group where the body was sent by a task of its own
            pass
