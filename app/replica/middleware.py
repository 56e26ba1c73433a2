"""Which requests may be read from a replica, and what happens where it fails one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.cookies import names_somebody
from app.cached.middleware import key_of
from app.database import REPLICA_READS
from app.replica.sessions import Replica

_UNAVAILABLE = 503


class Reads:
    """The reads of one request, and whether any of them was done on the replica."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self.were_there = False

    @contextmanager
    def begin(self) -> Iterator[Session | None]:
        """A transaction of the replica; None where the primary is to be read."""
        with self._replica.begin() as session:
            self.were_there = self.were_there or session is not None
            yield session


class ReadElsewhere:
    """ASGI middleware, the innermost: public pages may be read from the replica; signed-in people's may not.

    A page that the replica could not finish (it died, or its replay needed what the page was reading) is made
    once more from the primary. Only GET and HEAD come here, which change nothing and have no body.
    """

    def __init__(self, app: ASGIApp, *, replica: Replica) -> None:
        self.app = app
        self.replica = replica

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and once more where the replica failed it."""
        if scope["type"] != "http" or key_of(scope) is None or names_somebody(scope["headers"]):
            await self.app(scope, receive, send)
            return
        reads = Reads(self.replica)
        failed = False

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] == _UNAVAILABLE and reads.were_there
            if not failed:
                await send(message)

        # What a route notes of its answer (`state`) is read further out; all else belongs to one attempt.
        scope.setdefault("state", {})
        await self.app({**scope, REPLICA_READS: reads}, receive, send_unless_failed)
        if failed:
            await self.app(scope, receive, send)
