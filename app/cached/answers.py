"""Answers in bounded memory, and one computation for each however many ask at once."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum, auto

from app.cached.state import State

Headers = list[tuple[bytes, bytes]]
_OVERHEAD = 600  # bytes that an answer costs besides what is counted


class Turn(Enum):
    """Who makes an answer that several ask for at once."""

    MINE = auto()  # the caller
    MADE = auto()  # somebody else has just made it for all, of the state of the ledger at that time
    APART = auto()  # somebody else has found that it is not for all: each makes their own


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
        said = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + said + _OVERHEAD


class Answers:
    """The answers that one worker keeps, those asked for last. Not for several threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._coming: dict[bytes, asyncio.Future[Turn]] = {}

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
        """Keep an answer; the ones not asked for longest make room.

        Its key counts: an address may be longer than what it is answered with.
        """
        self._drop(key)
        if kept.size + len(key) > self.most_bytes:
            return
        self._kept[key] = kept
        self.bytes += kept.size + len(key)
        while self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.bytes -= gone.size + len(key)

    async def turn(self, key: bytes) -> Turn:
        """Whose turn it is to make this answer: MINE obliges the caller to call `done`.

        Who comes while it is being made waits here until it is.
        """
        coming = self._coming.get(key)
        if coming is None:
            self._coming[key] = asyncio.get_running_loop().create_future()
            return Turn.MINE
        return await asyncio.shield(coming)  # who goes away takes nothing from those that wait on

    def done(self, key: bytes, turn: Turn) -> None:
        """The answer was made for all (MADE), or is not for all, or could not be made (APART)."""
        self._coming.pop(key).set_result(turn)
