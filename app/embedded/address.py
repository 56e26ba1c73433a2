"""The address under which the socket of the server is reached."""

import os
import re
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

ROOM = 85
"""Bytes of a folder's name: a socket's address has 104 on macOS, 14 of them for the socket's own name."""

_PLAIN = re.compile(r"/[A-Za-z0-9_./-]*")


def url(host: Path, *, name: str, port: int) -> str:
    """SQLAlchemy's address of the database; without `+psycopg`, that of psycopg and pg_dump."""
    return f"postgresql+psycopg://{name}@/{name}?host={quote(str(host), safe='/')}&port={port}"


def reachable_socket(folder: Path) -> Path:
    """The folder of a socket under a name that clients can use.

    A name that is long, or has a comma or a letter beyond ASCII, is reached through a link in a
    private folder. The link is always the same for the same folder and stays, so that whoever
    is killed leaves no more behind than whoever is not.
    """
    if len(str(folder)) <= ROOM and _PLAIN.fullmatch(str(folder)):
        return folder
    link = _private_folder() / sha256(os.fsencode(folder)).hexdigest()[:16]
    with suppress(FileExistsError):
        link.symlink_to(folder)
    return link


def _private_folder() -> Path:
    """A folder with a short name that nobody but us can write to or read."""
    usual = tempfile.gettempdir()
    temporary = usual if len(usual) < ROOM // 2 else "/tmp"  # noqa: S108 - what is found there is not trusted
    private = Path(temporary) / f"muster-{os.geteuid()}"
    with suppress(FileExistsError):
        private.mkdir(mode=0o700)
    found = private.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if ours and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return private
    return Path(tempfile.mkdtemp(prefix="muster-", dir=temporary))  # somebody else was there first
