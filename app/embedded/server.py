"""One server over one data folder: its data made, the server started, asked and explained."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from app.embedded.account import Account
from app.embedded.installed import PLAIN_ENVIRONMENT, EmbeddedError

NAME: Final = "muster"
"""The database, and the role that owns everything."""
PORT: Final = 5432
"""Only part of the socket's name: nothing listens on the network."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_directories": ".",  # the data folder: mode 0700, which PostgreSQL itself insists on
    "unix_socket_permissions": "0700",
    "cluster_name": NAME,
    "max_connections": "100",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",  # an import of a million claims in a few checkpoints instead of dozens
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
}
"""Given on the command line, so that data made by an older Muster get them too. fsync stays on."""

CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "C")
"""Tried in this order: by the last, letters beyond ASCII have no upper case."""

LOG_LIMIT: Final = 4_000_000  # bytes, beyond which the log is put aside when the server starts


def try_lock(descriptor: int, kind: int) -> bool:
    """Take a lock, LOCK_SH or LOCK_EX, if that is possible at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Server:
    """A server, running or not, and who owns it."""

    data_dir: Path
    programs: Path
    account: Account

    @property
    def pg(self) -> Path:
        """PostgreSQL's own data folder, and the folder of its socket."""
        return self.data_dir / "pg"

    @property
    def log(self) -> Path:
        return self.data_dir / "server.log"

    @contextmanager
    def unless_alive(self) -> Iterator[int | None]:
        """A descriptor of the server's lock, held; None while a process of the server holds it."""
        lock = self.account.open_file(self.data_dir / "server.lock")
        try:
            yield lock if try_lock(lock, fcntl.LOCK_EX) else None
        finally:
            os.close(lock)

    def is_alive(self) -> bool:
        """Whether any process of the server is left, be it one that a crash left behind."""
        with self.unless_alive() as lock:
            return lock is None

    def start(self, lock: int) -> None:
        """Start the server and its keeper, which inherit the lock; make the data where there are none."""
        if not self.pg.exists():
            self._make_data(lock)
        self._forget_crash()
        log = self._open_log()
        uid, gid = (self.account.uid, self.account.gid) if self.account.other else (-1, -1)
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        keeper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
        try:
            subprocess.run(
                [
                    *keeper,
                    *map(str, (self.data_dir / "holders.lock", lock, uid, gid)),
                    *(str(self.programs / "postgres"), "-D", self._spelled(self.pg), *settings),
                ],
                cwd=self.pg,
                env=PLAIN_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
                check=False,  # what went wrong is in the log, and the lock is free again
            )
        finally:
            os.close(log)

    def answers(self, host: Path) -> bool:
        """Whether the server takes connections; when it does, the database exists afterwards.

        Raises EmbeddedError where it takes none for a reason that will not pass.
        """
        if not self._says_ready():  # asking earlier only fills the log with refusals
            return False
        try:
            connection = psycopg.connect(
                host=str(host), port=PORT, user=NAME, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError as error:
            said = str(error)
            if "FATAL:" in said and "the database system is" not in said:
                raise EmbeddedError(f"The embedded PostgreSQL refuses us: {said.strip()}") from error
            return False
        with connection:
            # Two holders may find the database missing at the same moment; the lock ends with the connection.
            connection.execute("SELECT pg_advisory_lock(1)")
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        return True

    def stop_orphan(self) -> None:
        """Stop a server whose keeper does not: seen only where a keeper was killed or paused.

        Beside a keeper that is at it, this only waits as well, at most a minute.
        """
        self._run("pg_ctl", self.pg, "stop", "-m", "fast", "-s")

    def log_tail(self, lines: int = 12) -> str:
        """What the server said last, for the person who must find out why it does not run."""
        try:
            said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        except OSError:
            said = []
        return "\n".join([f"The end of its log, {self.log}:", *(f"  {line}" for line in said)])

    def _make_data(self, lock: int) -> None:
        """Data made aside and renamed when whole: one that was interrupted leaves nothing half made."""
        aside = self.data_dir / "pg.new"
        for character_type in CHARACTER_TYPES:
            if aside.exists():
                shutil.rmtree(aside)
            self.account.make_folder(aside)
            made = self._run(
                "initdb",
                aside,
                f"--username={NAME}",
                "--encoding=UTF8",
                "--locale=C",
                f"--lc-ctype={character_type}",
                # The folder of the socket is closed to all but the account and root.
                "--auth-local=trust",
                "--auth-host=reject",
                "--data-checksums",
                "--no-instructions",
                pass_fds=[lock],  # whoever finds the lock held knows that somebody is still writing here
            )
            if made.returncode == 0:
                aside.rename(self.pg)
                return
            if "locale" not in made.stderr:
                break
        raise EmbeddedError(f"PostgreSQL cannot make its data in {self.pg}: {made.stderr.strip()}")

    def _run(
        self, program: str, folder: Path, *arguments: str, pass_fds: list[int] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / program, "-D", self._spelled(folder), *arguments],
            **self.account.identity(),
            cwd=folder,
            env=PLAIN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            pass_fds=pass_fds or [],
            check=False,
        )

    def _spelled(self, folder: Path) -> str:
        """The folder as the account can name it, for a program started inside it.

        Root enters the folder before it becomes the account, which may be unable to come in by
        the front: a parent may be closed to it, as /root is. On Linux the folder that a process
        is in has a name that leads past the parents.
        """
        return "/proc/self/cwd" if self.account.other and sys.platform == "linux" else str(folder)

    def _forget_crash(self) -> None:
        """Remove what a crashed server of ours left, so that no other process is taken for it.

        PostgreSQL does so itself unless the number of the dead process has been given to
        another one, as happens in containers. Nothing of ours is alive: the caller holds the
        server's lock. A server that somebody started by hand over this folder does not listen
        in `.`, and is left for PostgreSQL to notice.
        """
        if self._notice()[4:5] == [SETTINGS["unix_socket_directories"]]:
            (self.pg / "postmaster.pid").unlink()
            (self.pg / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _says_ready(self) -> bool:
        return "".join(self._notice()[7:8]).strip() == "ready"

    def _notice(self) -> list[str]:
        """The lines in which a server says of itself who and where it is and, last, how far it has come."""
        try:
            return (self.pg / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _open_log(self) -> int:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.old"))
        return self.account.open_file(self.log, os.O_WRONLY | os.O_APPEND)
