"""Asks one address over and over by several connections, each waiting for its answer: `ask_for`."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import uvloop

CONNECTIONS = 16


class Answered(NamedTuple):
    """How many answers came in how many seconds, and their size in bytes with their heads."""

    number: int
    seconds: float
    size: int

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.number / self.seconds


@dataclass
class Connection(asyncio.Protocol):
    """One connection; asks again as soon as an answer is whole, until `until` (of the monotonic clock)."""

    request: bytes
    status: bytes
    until: float
    number: int = 0
    size: int = 0
    _held: bytes = b""
    _missing: int = 0
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def connection_made(self, transport: Any) -> None:  # uvloop's own, of no public class
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._held += data
            head, end, body = self._held.partition(b"\r\n\r\n")
            if not end:
                return
            if head[9:12] != self.status:
                raise RuntimeError(f"answered {head[:200]!r}")
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            expected = int(length[1]) if length and self.status != b"304" else 0
            self.size = len(head) + len(end) + expected
            self._missing, self._held = expected - len(body), b""
        if self._missing == 0:
            self.number += 1
            if time.monotonic() < self.until:
                self.transport.write(self.request)
            else:
                self.done.set_result(None)
                self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


def ask_for(
    port: int, path: str, seconds: float, *, status: int = 200, encoding: str = "br", headers: str = ""
) -> Answered:
    """Ask for a path on this machine for that long, in that Accept-Encoding; `headers` are whole lines.

    Raises RuntimeError where an answer has another status.
    """
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Accept-Encoding: {encoding}")
    request = ("\r\n".join(lines) + f"\r\n{headers}\r\n").encode()
    return uvloop.run(_ask(port, request, str(status).encode(), seconds))


async def _ask(port: int, request: bytes, status: bytes, seconds: float) -> Answered:
    begun = time.monotonic()
    loop = asyncio.get_running_loop()
    made = [
        loop.create_connection(lambda: Connection(request, status, begun + seconds), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    connections = [connection for _transport, connection in await asyncio.gather(*made)]
    await asyncio.gather(*(connection.done for connection in connections))
    number = sum(connection.number for connection in connections)
    return Answered(number, time.monotonic() - begun, connections[0].size)
