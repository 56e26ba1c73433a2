"""The outermost middleware: what is public is answered from memory while the ledger stays as it is.

Kept are answers to GET that are 200, whole within a bound, and nobody's own: a page that looks at the cookie
says so in `Vary`, one that is somebody's in `Cache-Control` (app.headers). Whatever depends on more than
address, language, state of the ledger and encoding must say so likewise.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.cached.answers import Answers, Headers, Kept, Turn
from app.cached.state import State, Watch
from app.languages.asked import LANGUAGE, PREFIX

LARGEST = 4_000_000
"""Bytes of one answer that are kept; what is larger streams past."""

PUBLIC = b"public, max-age=0, s-maxage=1"
"""A shared cache may keep a public page for the second in which it may be old; a browser asks again."""

_APART = ("/desk", "/login", "/sign-out", "/welcome", "/static/", "/healthz", "/readyz", "/ledger.zip")
_NOT_REPEATED = frozenset({b"x-request-id", b"date", b"server"})
_ENCODINGS = ("br", "zstd", "gzip")  # the smallest first
_NO_STATE = State(0, "", "")
_HIT, _MISS = (b"cache-status", b"muster; hit"), (b"cache-status", b"muster; fwd=miss; stored")


class Cached:
    """ASGI middleware: answers of the state that `watch` knows, from `answers`."""

    def __init__(self, app: ASGIApp, *, watch: Watch, answers: Answers) -> None:
        self.app = app
        self.watch = watch
        self.answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the answer be made and keep it."""
        key = key_of(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        kept = await self._find(key)
        while kept is None and scope["method"] == "GET" and await self._state() is not None:
            turn = await self.answers.turn(key)
            if turn is Turn.MINE:
                await self._make(key, scope, receive, send)
                return
            if turn is Turn.APART:
                break
            # Somebody else has just made it. Where the ledger moved on meanwhile, one of those who waited
            # makes it anew, and the others wait again: what was made may be too old for who came late.
            kept = await self._find(key)
        if kept is None:
            await self.app(_in_one_encoding(scope), receive, send)
        else:
            await _serve(kept, scope, send)

    async def _state(self) -> State | None:
        """The state of the ledger; None where the database is out of reach, which the page then says."""
        return self.watch.known() or await asyncio.to_thread(self.watch.ask)

    async def _find(self, key: bytes) -> Kept | None:
        state = await self._state()
        return None if state is None else self.answers.find(key, state)

    async def _make(self, key: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        state = await self._state()
        is_done = False

        def done(turn: Turn) -> None:
            nonlocal is_done
            if not is_done:
                is_done = True
                self.answers.done(key, turn)

        async def let_go(answer: Answer) -> None:
            """Keep a whole answer, unless something was done meanwhile, and send it to who asked."""
            kept = answer.kept(state or _NO_STATE)
            # What was made while something was done may hold both before and after.
            if state is not None and await self._state() == state:
                self.answers.keep(key, kept)
            done(Turn.MADE)
            await _serve(kept, scope, send, how=_MISS)

        try:
            answer = Answer(send, let_go, lambda: done(Turn.APART))
            # It goes on after the answer where a route has something left to do then.
            headers = _unconditional(scope["headers"])
            await self.app(_in_one_encoding({**scope, "headers": headers}), receive, answer.take)
        finally:
            done(Turn.APART)


class Answer:
    """An answer on its way: held back while it may be kept, passed on as soon as it may not."""

    def __init__(
        self, send: Send, let_go: Callable[["Answer"], Awaitable[None]], passing: Callable[[], None]
    ) -> None:
        """`let_go` is given the answer as soon as all of it is there, and sends it.

        `passing` is told at once that it may not be kept: nobody else has to wait until it has been sent.
        """
        self.send = send
        self.let_go = let_go
        self.passing = passing
        self.start: Message | None = None
        self.parts: list[bytes] = []
        self.size = 0
        self.is_passed_on = False

    async def take(self, message: Message) -> None:
        """One message of the application."""
        if self.is_passed_on:
            await self.send(message)
        elif message["type"] == "http.response.start":
            self.start = message
            if not may_be_kept(message):
                await self._pass_on()
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))
            self.size += len(self.parts[-1])
            if not message.get("more_body", False):
                await self.let_go(self)
            elif self.size > LARGEST:
                await self._pass_on()
        else:
            await self._pass_on()
            await self.send(message)

    async def _pass_on(self) -> None:
        self.is_passed_on = True
        self.passing()
        if self.start is not None:
            await self.send(self.start)
        for part in self.parts:
            await self.send({"type": "http.response.body", "body": part, "more_body": True})
        self.parts = []

    def kept(self, state: State) -> Kept:
        """The whole answer as it is kept."""
        assert self.start is not None  # noqa: S101 - a body comes after its start
        body = b"".join(self.parts)
        headers: Headers = [
            (name.lower(), value)
            for name, value in self.start["headers"]
            if name.lower() not in _NOT_REPEATED and name.lower() != b"content-length"
        ]
        given = dict(headers)
        etag = given.get(b"etag") or b'"%s"' % sha256(body).hexdigest()[:32].encode()
        if b"etag" not in given:
            headers.append((b"etag", etag))
        if b"cache-control" not in given:
            headers.append((b"cache-control", PUBLIC))
        return Kept(state, [*headers, (b"content-length", str(len(body)).encode())], body, etag)


def may_be_kept(start: Message) -> bool:
    """Whether an answer that begins so is the same for everybody and complete."""
    if start["status"] != 200:  # noqa: PLR2004 - OK
        return False
    for name, value in start["headers"]:
        lower = name.lower()
        if lower == b"set-cookie" or (lower == b"vary" and b"cookie" in value.lower()):
            return False
        if lower == b"cache-control" and (b"private" in value or b"no-store" in value):
            return False
    return True


def key_of(scope: Scope) -> bytes | None:
    """Under which name the answer to a request is kept; None for what is never kept."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return None
    if scope["path"].startswith(_APART):
        return None
    host, scheme = b"", scope["scheme"].encode()
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name in {b"authorization", b"range"}:
            return None
    address = scope.get("raw_path") or scope["path"].encode()
    spoken = (scope.get(LANGUAGE, "") + scope.get(PREFIX, "")).encode()
    return b"\n".join((scheme, host, spoken, address, scope["query_string"], _encoding(scope)))


def _encoding(scope: Scope) -> bytes:
    return chosen_encoding(b",".join(value for name, value in scope["headers"] if name == b"accept-encoding"))


def _in_one_encoding(scope: Scope) -> Scope:
    """The request with the encoding of its key only, so that what is made is what the key says."""
    headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
    return {**scope, "headers": [*headers, (b"accept-encoding", _encoding(scope) or b"identity")]}


@lru_cache(maxsize=256)
def chosen_encoding(header: bytes) -> bytes:
    """The encoding that a reader gets, of those that they take the smallest; empty: as it is.

    Many headers say the same, and each encoding is kept once. What a reader takes less gladly (`q=0.5`) they
    take; what has no weight (`q=0`, `q=0.000`) or none that can be read they do not. `*` is all else.
    """
    taken: dict[str, bool] = {}
    for part in header.decode("latin-1").lower().split(","):
        word, *said = (one.strip() for one in part.split(";"))
        weights = [one.partition("=")[2] for one in said if one.partition("=")[0].strip() == "q"]
        taken[word] = all(_is_positive(weight) for weight in weights)
    others = taken.get("*", False)
    return next((one.encode() for one in _ENCODINGS if taken.get(one, others)), b"")


def _is_positive(weight: str) -> bool:
    try:
        return float(weight) > 0
    except ValueError:
        return False


def _unconditional(headers: Headers) -> Headers:
    """The headers of a request for the whole answer: what is kept is for everybody."""
    return [(name, value) for name, value in headers if name not in {b"if-none-match", b"if-modified-since"}]


async def _serve(kept: Kept, scope: Scope, send: Send, how: tuple[bytes, bytes] = _HIT) -> None:
    if _holds(scope["headers"], kept.etag):
        headers = [pair for pair in kept.headers if pair[0] not in {b"content-length", b"content-encoding"}]
        await send({"type": "http.response.start", "status": 304, "headers": [*headers, how]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [*kept.headers, how]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else kept.body})


def _holds(headers: Headers, etag: bytes) -> bool:
    """Whether the asker holds this answer already."""
    for name, value in headers:
        if name == b"if-none-match":
            known = {tag.strip().removeprefix(b"W/") for tag in value.split(b",")}
            return etag.removeprefix(b"W/") in known or b"*" in known
    return False
