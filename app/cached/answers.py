"""Answers in bounded memory, and one computation for each however many ask at once."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from app.cached.state import State

Headers = list[tuple[bytes, bytes]]
_OVERHEAD = 600  # bytes that an answer costs besides its body


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes over the wire: compressed, its headers complete."""

    state: State
    headers: Headers
    body: bytes
    etag: bytes

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.body) + _OVERHEAD


class Answers:
    """The answers that one worker keeps, those asked for last. Not for several threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._coming: dict[bytes, asyncio.Event] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: bytes, state: State) -> Kept | None:
        """What is kept under a key, if it was made in this state."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.state != state:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: bytes, kept: Kept) -> None:
        """Keep an answer; the ones not asked for longest make room."""
        self._drop(key)
        if kept.size > self.most_bytes:
            return
        self._kept[key] = kept
        self.bytes += kept.size
        while self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.bytes -= gone.size

    async def turn(self, key: bytes) -> bool:
        """Whether it is for the caller to make this answer, and then to call `done`.

        Who comes while it is being made waits here, and is told False.
        """
        coming = self._coming.get(key)
        if coming is None:
            self._coming[key] = asyncio.Event()
            return True
        await coming.wait()
        return False

    def done(self, key: bytes) -> None:
        """The answer was made, or could not be."""
        self._coming.pop(key).set()
