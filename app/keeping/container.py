"""The file of a backup: a tar of `manifest.json` and `database.dump`, which is pg_dump's custom format.

So whoever has lost Muster still has their data: `tar -x`, then `pg_restore`. Every byte of the file is
either told by the manifest or told by a hash in it, so that no damage goes unseen. That is no signature:
who can write the file can also make it anew.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from tarfile import BLOCKSIZE, GNU_FORMAT, TarInfo
from typing import IO, Any, Self

from app.keeping.refusals import NotABackup

KIND = "muster-backup"
FORMAT = 1
MANIFEST_ROOM = 32 * BLOCKSIZE
"""Bytes kept for the manifest, which is known last and stands first; what it does not fill are spaces."""
DUMP_AT = BLOCKSIZE + MANIFEST_ROOM + BLOCKSIZE
"""Where the dump begins: after the tar header and the room of the manifest, and its own tar header."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str  # to the second, UTC
    muster: str  # the version of Muster that made it
    schema: str  # the newest migration of its database
    ledger_version: int
    postgresql: int  # the major version of the server
    pg_dump: int  # the major version of the program that wrote the dump
    rows: dict[str, int]  # of each table whose rows are kept
    size: int = 0  # bytes of the dump
    sha256: str = ""  # of the dump
    kind: str = field(default=KIND)
    format: int = field(default=FORMAT)

    def written(self) -> bytes:
        """The manifest as it stands in the file, with the hash that seals it."""
        told = asdict(self) | {"seal": self._seal()}
        text = json.dumps(told, indent=1, sort_keys=True).encode()
        if len(text) > MANIFEST_ROOM:
            raise AssertionError("the manifest has outgrown its room")
        return text.ljust(MANIFEST_ROOM)

    def _seal(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @classmethod
    def read(cls, written: bytes) -> Self:
        """A manifest as it was written; raises NotABackup."""
        try:
            told: Any = json.loads(written)
        except ValueError as error:
            raise NotABackup("its manifest cannot be read: it is damaged, or no backup of Muster") from error
        if not isinstance(told, dict) or told.get("kind") != KIND:
            raise NotABackup("it is no backup of Muster")
        if isinstance(told.get("format"), int) and told["format"] > FORMAT:
            raise NotABackup(
                f"it is of format {told['format']}, and this Muster reads {FORMAT}: take a newer Muster"
            )
        try:
            told.pop("seal")
            manifest = cls(**told)
            whole = manifest.written() == written
        except (KeyError, TypeError) as error:
            raise NotABackup("its manifest is not whole: it is damaged") from error
        if not whole:
            raise NotABackup("its manifest is not as it was written: it is damaged")
        return manifest

    @property
    def counted(self) -> str:
        """What it holds, in a few words."""
        claims, people = self.rows.get("claims", 0), self.rows.get("people", 0)
        accounts = max(0, people - 1)  # the command line is a person of its own
        return (
            f"ledger version {self.ledger_version:,}, {claims:,} claims and appearances, "
            f"{accounts:,} {'person' if accounts == 1 else 'people'}"
        )


def moment(at: datetime) -> str:
    """A moment as a manifest says it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def frame(manifest: Manifest) -> tuple[bytes, bytes]:
    """What stands in the file before the dump, and after it."""
    made_at = int(datetime.fromisoformat(manifest.made_at).timestamp())
    before = (
        _header("manifest.json", MANIFEST_ROOM, made_at)
        + manifest.written()
        + _header("database.dump", manifest.size, made_at)
    )
    return before, bytes(-manifest.size % BLOCKSIZE + 2 * BLOCKSIZE)


def read_frame(file: IO[bytes]) -> Manifest:
    """The manifest of an open backup, whose frame is whole; raises NotABackup. The dump is not looked at."""
    size = os.fstat(file.fileno()).st_size
    before = file.read(DUMP_AT)
    if not before:
        raise NotABackup("it is empty")
    if not before.startswith(b"manifest.json\0"):
        raise NotABackup("it is no backup of Muster")
    if len(before) < DUMP_AT:
        raise NotABackup("it ends too early: it is not whole")
    manifest = Manifest.read(before[BLOCKSIZE : BLOCKSIZE + MANIFEST_ROOM])
    start, end = frame(manifest)
    whole = len(start) + manifest.size + len(end)
    if size != whole:
        raise NotABackup(f"it has {size:,} bytes and should have {whole:,}: it is not whole")
    file.seek(DUMP_AT + manifest.size)
    if before != start or file.read() != end:
        raise NotABackup("it is not as it was written: it is damaged")
    return manifest


def _header(name: str, size: int, made_at: int) -> bytes:
    entry = TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, made_at, 0o600
    # Of the formats of tar the one whose header is one block whatever the size.
    header = entry.tobuf(GNU_FORMAT)
    assert len(header) == BLOCKSIZE  # noqa: S101 - the names are ours, and short
    return header
