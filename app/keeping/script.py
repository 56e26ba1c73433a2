"""The script that pg_restore writes: statements and blocks of rows, in one stream, run in our transaction.

psql would run it as well, but could not bring an older schema up to date, count what has arrived and put
people's access in order before it commits.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from psycopg import Connection as Driver
from psycopg import Cursor

_ENTRY = re.compile(rb"-- (?:Data for )?Name: .*; Type: ([A-Z ]+);")
_ONLY_FOR_PSQL = (b"\\restrict ", b"\\unrestrict ")
_NOT_OURS = (b"SCHEMA", b"COMMENT", b"ACL", b"EXTENSION", b"DEFAULT ACL")
"""Kinds of entries that belong to the database, not to Muster: it has a schema named public already."""
_ROWS_AT_ONCE = 2000
_TRANSACTION_TIMEOUT = 17
"""The first PostgreSQL that knows the setting with which newer scripts begin."""


@dataclass(frozen=True)
class Rows:
    """A block of rows: the COPY statement, and the lines of its text format, which are to be read first."""

    statement: bytes
    lines: Iterator[bytes]


def read_script(stream: IO[bytes], server: int) -> Iterator[bytes | Rows]:
    """The statements of each entry together, and the rows between them; `server` is its major version."""
    pending: list[bytes] = []
    ours = True
    for line in stream:
        if (entry := _ENTRY.match(line)) is not None:
            yield b"".join(pending)
            pending.clear()
            ours = entry[1] not in _NOT_OURS
        if not ours or line.startswith(_ONLY_FOR_PSQL):
            continue
        if line == b"SET transaction_timeout = 0;\n" and server < _TRANSACTION_TIMEOUT:
            continue
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            yield b"".join(pending)
            pending.clear()
            yield Rows(line, _lines(stream))
        else:
            pending.append(line)
    yield b"".join(pending)


def run_script(
    driver: Driver[object], stream: IO[bytes], on_rows: Callable[[int], None], on_entry: Callable[[], None]
) -> None:
    """Run a script in the transaction of `driver`; `on_entry` is told of each entry that is no row."""
    with driver.cursor() as cursor:
        for part in read_script(stream, driver.info.server_version // 10_000):
            if isinstance(part, Rows):
                _copy(cursor, part, on_rows)
            elif _says_something(part):
                cursor.execute(part, prepare=False)
                on_entry()


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    for line in stream:
        if line == b"\\.\n":
            return
        yield line
    raise EOFError("the rows of a table end too early")


def _copy(cursor: Cursor[object], rows: Rows, on_rows: Callable[[int], None]) -> None:
    together: list[bytes] = []
    with cursor.copy(rows.statement) as copy:
        for line in rows.lines:
            together.append(line)
            if len(together) == _ROWS_AT_ONCE:
                copy.write(b"".join(together))
                on_rows(len(together))
                together.clear()
        copy.write(b"".join(together))
    on_rows(len(together))


def _says_something(part: bytes) -> bool:
    return any(line.strip() and not line.startswith(b"--") for line in part.splitlines())
