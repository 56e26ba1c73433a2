"""The address under which the socket of the server is reached."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOM = 85
"""Bytes of a folder's name: a socket's address has 104 on macOS, 14 of them for the socket's own name."""

_PLAIN = re.compile(r"/[A-Za-z0-9_./-]*")


def url(host: Path, *, name: str, port: int) -> str:
    """SQLAlchemy's address of the database; without `+psycopg`, that of psycopg and pg_dump."""
    return f"postgresql+psycopg://{name}@/{name}?host={quote(str(host), safe='/')}&port={port}"


@contextmanager
def reachable_socket(folder: Path) -> Iterator[Path]:
    """The folder of a socket under a name that clients can use.

    A name that is long, or has a comma or a letter beyond ASCII, is reached through a link in a
    folder of our own making. Its name is unguessable and its mode 0700, so nobody else can have
    put anything there first.
    """
    if len(str(folder)) <= ROOM and _PLAIN.fullmatch(str(folder)):
        yield folder
        return
    us = os.getpid()
    usual = tempfile.gettempdir()
    made = Path(tempfile.mkdtemp(prefix="muster-", dir=usual if len(usual) < ROOM // 2 else "/tmp"))  # noqa: S108 - as above
    link = made / "pg"
    try:
        link.symlink_to(folder)
        yield link
    finally:
        if os.getpid() == us:  # a forked child must not take the address from its parent
            link.unlink(missing_ok=True)
            made.rmdir()
