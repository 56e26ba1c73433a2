"""Holding the embedded server: who comes first starts it, who leaves last sees it stopped."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from platformdirs import user_data_path

from app.embedded.account import server_account
from app.embedded.address import reachable_socket, url
from app.embedded.installed import EmbeddedError, programs_for
from app.embedded.server import NAME, PORT, Server, try_lock

NEWEST = 18
PATIENCE = 120  # seconds for a server that is alive to take connections; recovery after a crash takes a few
KEEPER_PATIENCE = 3  # seconds in which a keeper must have noticed that nobody holds the server
PAUSE = 0.005  # seconds between two looks


def default_data_dir() -> Path:
    """The data folder of the user who runs us, such as ~/.local/share/muster; it need not exist."""
    return user_data_path("muster", appauthor=False)


@contextmanager
def embedded_postgres(data_dir: Path, *, major: int | None = None) -> Iterator[str]:
    """Start or join the server over `data_dir`; yields SQLAlchemy's URL of its database `muster`.

    The server stops when its last holder leaves, or ends in any other way. `major` is 16 or 18;
    None is that of the data there, 18 where there are none. Leaving in a child that was forked
    inside does nothing. Raises EmbeddedError.
    """
    with ExitStack() as held:
        try:
            host = _hold(data_dir, major, held)
        except (OSError, LookupError, psycopg.Error) as error:
            raise EmbeddedError(_why(data_dir, error)) from error
        yield url(host, name=NAME, port=PORT)


def _hold(data_dir: Path, major: int | None, held: ExitStack) -> Path:
    """Become a holder and see to it that the server runs; gives the folder of its socket."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    data_dir = data_dir.resolve()
    account = server_account(data_dir)
    server = Server(data_dir, programs_for(account, _major(data_dir, major)), account)
    held.enter_context(_holding(server))
    host = reachable_socket(server.pg)
    _ensure_running(server, host)
    return host


@contextmanager
def _holding(server: Server) -> Iterator[None]:
    us = os.getpid()
    holders = server.account.open_file(server.data_dir / "holders.lock")
    try:
        fcntl.flock(holders, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        yield
    finally:
        try:
            if os.getpid() == us:  # a forked child shares the hold and must not give it up
                _leave(server, holders)
        finally:
            os.close(holders)


def _ensure_running(server: Server, host: Path) -> None:
    """Start the server unless it is alive, and wait until it takes connections."""
    started = False
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with server.unless_alive() as lock:
            if lock is not None and started:
                raise EmbeddedError(f"The embedded PostgreSQL did not start. {server.log_tail()}")
            if lock is not None:
                server.start(lock)
                started = True
        if server.answers(host):
            return
        time.sleep(PAUSE)
    raise EmbeddedError(
        f"The embedded PostgreSQL over {server.data_dir} runs but takes no connections. {server.log_tail()}"
    )


def _leave(server: Server, holders: int) -> None:
    """Give up our hold; when it was the last one, wait until the server has stopped."""
    keepers_turn = time.monotonic() + KEEPER_PATIENCE
    while server.is_alive():
        alone = try_lock(holders, fcntl.LOCK_EX)  # no other holder, and no keeper at work yet
        if not alone and try_lock(holders, fcntl.LOCK_SH):  # another holder
            return
        if time.monotonic() > keepers_turn:  # a keeper may be paused with the lock in its hand as well
            server.stop_orphan()
        if alone:
            fcntl.flock(holders, fcntl.LOCK_UN)
        time.sleep(PAUSE)  # the keeper's turn, or it is stopping the server


def _major(data_dir: Path, asked: int | None) -> int:
    """The version that made the data, else the one asked for, else the newest."""
    written = data_dir / "pg" / "PG_VERSION"
    if not written.exists():
        return asked or NEWEST
    found = int(written.read_text())
    if asked not in {None, found}:
        raise EmbeddedError(
            f"The data in {data_dir} were made by PostgreSQL {found} and cannot be served by {asked}. "
            f"Leave the version out, or choose another folder with MUSTER_DATA_DIR."
        )
    return found


def _why(data_dir: Path, error: Exception) -> str:
    """What stands in the way of the data folder, in a sentence."""
    owner = " It, or what is in it, belongs to another account." if isinstance(error, PermissionError) else ""
    return (
        f"The data folder {data_dir} cannot be used: {error}.{owner} "
        "Choose another folder with MUSTER_DATA_DIR, or set DATABASE_URL to use a server of your own."
    )
