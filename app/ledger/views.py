"""The whole ledger to take away: `/ledger.zip`, streamed as the database gives it."""

import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Engine, func, select
from starlette.types import Receive, Scope, Send

from app.acts.models import Act
from app.acts.queries import PUBLIC_KINDS
from app.answers.parameters import BadParameter, BadParameters
from app.api.limits import Asking, limited
from app.database import connect_once
from app.downloads.answers import ZIP, held_headers, is_held, named
from app.errors import Refusal
from app.ledger.datapackage import FORMAT
from app.ledger.exporting import COMPRESSION, Snapshot, snapshot, zipped
from app.readings.rules import RULE_SET

router = APIRouter(include_in_schema=False)

AT_ONCE = 4
"""Downloads that one worker streams at a time: each keeps a connection of its own for as long as it takes."""

LONGEST = 3600
"""Seconds after which a download that is still not done is ended: what it keeps open burdens the database."""

_streaming = threading.BoundedSemaphore(AT_ONCE)


class Busy(Refusal):
    """As many take the ledger away as can be served at once."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": "30"}  # noqa: RUF012 - read, never changed


@router.get("/ledger.zip", name="ledger.zip", dependencies=[limited(Asking.LEDGER)])
def give_ledger(request: Request) -> Response:
    """All that counts and counted, as one zip: what `muster export` writes, or 304 for who holds it."""
    if request.query_params:
        raise BadParameters([BadParameter(name, "is not a parameter here") for name in request.query_params])
    with ExitStack() as held:
        held.enter_context(_place())
        licence_url = request.app.state.settings.licence_url
        taken = held.enter_context(snapshot(held.enter_context(_engine(request)), licence_url=licence_url))
        headers = held_headers(_mark(taken))
        name = f"muster-ledger-{taken.state.version}.zip"
        if is_held(request, headers["ETag"]):
            return named(Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers), ZIP, name)
        if request.scope.get("head"):
            return named(Response(headers=headers, media_type=ZIP), ZIP, name)
        # From here on the answer closes what is open, when it has been sent or given up.
        answer = LedgerAnswer(zipped(taken), held.pop_all(), headers=headers, media_type=ZIP)
        return named(answer, ZIP, name)


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for those who take the ledger away at the same time; raises Busy."""
    if not _streaming.acquire(blocking=False):
        raise Busy("Others are taking the ledger away just now. Ask again in half a minute.")
    try:
        yield
    finally:
        _streaming.release()


@contextmanager
def _engine(request: Request) -> Iterator[Engine]:
    """A way to the database apart from the pool, on which pages would wait for slow downloads."""
    engine = connect_once(request.app.state.settings.required_database_url())
    try:
        yield engine
    finally:
        engine.dispose()


def _mark(taken: Snapshot) -> str:
    """Changes as the bytes do: with the version, with what else is in the log, and with names of people."""
    newest = select(func.max(Act.id)).where(Act.kind.in_((*PUBLIC_KINDS, "people")))
    state = taken.state
    said = (FORMAT, COMPRESSION, RULE_SET, state.licence_url, state.version, taken.connection.scalar(newest))
    return " ".join(map(str, said))


class LedgerAnswer(StreamingResponse):
    """The bytes as they come. The next ones are only made once those before have left."""

    def __init__(self, blocks: Generator[bytes], held: ExitStack, **said: object) -> None:
        super().__init__(blocks, **said)  # type: ignore[arg-type]
        self.blocks = blocks
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, and let go of the database whatever becomes of who asked."""
        try:
            with anyio.move_on_after(LONGEST):
                await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._close)

    def _close(self) -> None:
        try:
            self.blocks.close()
        finally:
            self.held.close()
