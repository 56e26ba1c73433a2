"""A primary and its streaming replica: two embedded servers, the one made from the other by pg_basebackup."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.database import connect
from app.embedded import embedded_postgres
from app.embedded.account import server_account
from app.embedded.installed import PLAIN_ENVIRONMENT, programs_for
from app.embedded.server import PORT
from app.migrate import migrate

SLOT = "muster_replica"


class Pair:
    """A primary that runs as long as this room's tests, and a replica that tests start, hold up and stop."""

    def __init__(self, folder: Path, primary: str) -> None:
        self.folder = folder
        self.primary = primary
        self._make_replica()

    def on(self, url: str, statement: str) -> object:
        """The first value that a statement gives, on a connection of its own."""
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            value = connection.scalar(text(statement))
        engine.dispose()
        return value

    @contextmanager
    def replica(self) -> Iterator[str]:
        """The address of the replica, which streams as long as the context is open."""
        with embedded_postgres(self.folder / "replica") as url:
            yield url

    def _make_replica(self) -> None:
        """What `pg_basebackup` copies, with a slot, as docs/scaling.md has it."""
        account = server_account(self.folder / "primary")
        programs = programs_for(account, 18)
        replica = self.folder / "replica"
        replica.mkdir(mode=0o711)
        if account.other:
            os.chown(replica, account.uid, account.gid)
        source = make_url(self.primary).query["host"]
        basebackup = [
            *(programs / "pg_basebackup", "--host", str(source), "--port", str(PORT), "--username", "muster"),
            *("--create-slot", "--slot", SLOT, "--write-recovery-conf", "--wal-method", "stream"),
            *("--checkpoint", "fast", "--pgdata", replica / "pg"),
        ]
        subprocess.run(
            basebackup,
            **account.identity(),
            cwd=replica,
            env=PLAIN_ENVIRONMENT,
            check=True,
            capture_output=True,
        )
        with (replica / "pg" / "postgresql.auto.conf").open("a") as settings:
            settings.write("wal_retrieve_retry_interval = '100ms'\n")  # tests do not wait 5 s for the primary
        # The embedded server's socket lies in its data folder, so that its lock was copied with it.
        for left in (replica / "pg").glob(".s.PGSQL.*"):
            left.unlink()


@pytest.fixture(scope="session")
def pair() -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="muster-replica-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # the account of the servers passes through, from the one to the other
        with embedded_postgres(folder / "primary") as url:
            (folder / "primary").chmod(0o711)
            engine = connect(url)
            migrate(engine)
            engine.dispose()
            yield Pair(folder, url)
