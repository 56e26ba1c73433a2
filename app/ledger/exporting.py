"""Exporting the whole ledger: one state of it, in constant memory, the same bytes for the same state."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import Connection, Engine, select, text

from app.acts.models import Act, Ledger
from app.ledger.containers import CLAIMS, PACKAGE
from app.ledger.datapackage import LedgerState, Written, package
from app.ledger.exported import FILES, ExportedFile

BLOCK = 256 * 1024
"""Bytes that are handed on together, or more by a row; all that is ever held of a file."""

COMPRESSION = 1
"""Of a zip, 1 to 9. The next but one takes twice as long and saves a twelfth."""

NAMES = (*(file.name for file in FILES), PACKAGE)
"""The files of an export, in the order in which they are written."""

_SETTINGS = """
set local work_mem = '128MB';
set local datestyle = 'ISO, YMD';
set local statement_timeout = 0"""

Rows = Callable[[int], None]
"""Is told how many rows were written."""


class NotWritten(Exception):
    """Nothing is exported to a path that holds something else."""


@dataclass
class Snapshot:
    """The ledger at one moment, whatever is recorded meanwhile."""

    connection: Connection
    state: LedgerState

    def row_count(self) -> int:
        """About how many rows there are to write."""
        return self.connection.scalar(text(_COUNT)) or 0

    def members(self, on_rows: Rows = lambda _: None) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each file with its bytes; the bytes of one have to be taken before the next file is asked for."""
        written: list[Written] = []
        for file in FILES:
            passing = _Passing(file.name)
            yield file.name, passing.through(self._rows(file, on_rows))
            written.append(passing.written())
        yield PACKAGE, iter([package(self.state, written)])

    def _rows(self, file: ExportedFile, on_rows: Rows) -> Iterator[bytes]:
        # The driver's own cursor, because COPY gives no rows that SQLAlchemy could hand on.
        raw = self.connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - a connection that is checked out has its driver's one
        with raw.cursor() as cursor, cursor.copy(file.copy.encode()) as copy:
            held, size = [file.header], 0
            for row in copy:
                held.append(bytes(row))
                size += len(row)
                if size >= BLOCK:
                    yield b"".join(held)
                    on_rows(len(held))
                    held, size = [], 0
            yield b"".join(held)
            on_rows(len(held))


_COUNT = """
select (select count(*) from claims)
  + 2 * (select count(*) from claim_revisions where approved_version is not null)
  + 2 * (select count(*) from judgements where approved_version is not null)"""


@dataclass
class _Passing:
    """What a file has come to while it passes through."""

    name: str
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def through(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.size += len(block)
            self.digest.update(block)
            yield block

    def written(self) -> Written:
        return Written(self.name, self.size, self.digest.hexdigest())


@contextmanager
def snapshot(engine: Engine, *, licence_url: str | None = None) -> Iterator[Snapshot]:
    """The ledger as it is now, read in one transaction that changes nothing and keeps nobody waiting.

    `licence_url` is the licence under which it is given away, where one is stated.
    """
    with (
        engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(_SETTINGS, execution_options={"no_parameters": True})
        yield Snapshot(connection, replace(state_of(connection), licence_url=licence_url))


def state_of(connection: Connection) -> LedgerState:
    """The newest version of the ledger and when it was made."""
    version = connection.scalars(select(Ledger.version)).one()
    return LedgerState(version, connection.scalar(select(Act.at).where(Act.version == version)))


def is_zip(path: Path) -> bool:
    """Whether an export to this path is a zip."""
    return path.suffix.lower() == ".zip"


def export_ledger(taken: Snapshot, path: Path, on_rows: Rows = lambda _: None) -> None:
    """Write the ledger to `path`: a zip where it ends so, else a folder.

    An earlier export at `path` is replaced once the new one is whole. Raises NotWritten where something else
    is there, and OSError where it cannot be written.
    """
    _check_free(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    _remove(beside)
    try:
        if is_zip(path):
            with beside.open("wb") as file:
                for block in zipped(taken, on_rows):
                    file.write(block)
            beside.replace(path)
        else:
            beside.mkdir()
            for name, blocks in taken.members(on_rows):
                with (beside / name).open("wb") as file:
                    file.writelines(blocks)
            path.mkdir(exist_ok=True)
            for name in NAMES:
                (beside / name).replace(path / name)
    finally:
        _remove(beside)


def _check_free(path: Path) -> None:
    if path.is_dir():
        if is_zip(path):
            raise NotWritten(f"{path} is a folder, and a name that ends in .zip is to be a file")
        held, what = sorted(file.name for file in path.iterdir()), "folder"
    elif path.exists():
        held, what = _names_in(path), "file"
    else:
        return
    others = [name for name in held if name not in NAMES]
    if others or (what == "file" and CLAIMS not in held):
        told = f", such as {others[0]}" if others else ""
        raise NotWritten(f"the {what} {path} is there already and holds something else{told}: choose another")


def _names_in(path: Path) -> list[str]:
    """The names in a zip; none where the file is no zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class _Pipe:
    """A file that cannot be sought, from which what was written is taken at once."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, block: bytes) -> int:
        self.held.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        together = b"".join(self.held)
        self.held.clear()
        return together


def zipped(taken: Snapshot, on_rows: Rows = lambda _: None) -> Generator[bytes]:
    """The ledger as the bytes of a zip, as they come: without times, in one order, in constant memory."""
    pipe = _Pipe()
    with zipfile.ZipFile(
        cast("BinaryIO", pipe), "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION
    ) as archive:
        for name, blocks in taken.members(on_rows):
            # A name alone, to which zipfile gives the first moment that a zip can hold. How large the file
            # becomes is not known before, and both ways of writing it must not come out differently.
            with archive.open(name, "w", force_zip64=True) as entry:
                for block in blocks:
                    entry.write(block)
                    if ready := pipe.taken():
                        yield ready
    yield pipe.taken()
