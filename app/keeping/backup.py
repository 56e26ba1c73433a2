"""Backing up: the whole database, as of one moment, into one file that is there whole or not at all."""

import hashlib
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from psycopg import Connection as Driver
from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, NullPool, create_engine, text

from app.database import with_driver
from app.keeping.container import CHUNK, DUMP_AT, Manifest, frame, moment
from app.keeping.programs import fitting, major_version
from app.keeping.refusals import NotKept
from app.ledger.actions import Progress
from app.schema import current_revision, known_revisions

LEFT_OUT = ("sign_ins", "one_time_links", "known_browsers", "failed_sign_ins")
"""Tables whose rows are not kept: a backup that is restored must not let anybody in who was signed out."""

_TABLES = text("""
    select relname from pg_class c
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by relname collate "C"
""")


def back_up(url: str, path: Path, *, at: datetime, force: bool, progress: Progress) -> Manifest:
    """Write the database at `url` to the file `path`, as of one moment; gives what the backup says of itself.

    The file is written under another name beside, synced to the disk, and only then gets its own. Only its
    owner can read it. Raises NotKept; then there is no new file, and one that was there is as it was.
    """
    with _kindly(path):
        _check_path(path, force=force)
    engine = create_engine(with_driver(url), poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection, _written(path, force=force) as file:
        told = describe(connection, at)
        snapshot = connection.scalar(text("select pg_export_snapshot()"))
        file.seek(DUMP_AT)
        progress.begin("Backing up", 0, "B")
        digest, size = _dump(_driver(connection), str(snapshot), told.postgresql, file, progress)
        manifest = replace(told, size=size, sha256=digest)
        before, after = frame(manifest)
        file.write(after)
        file.seek(0)
        file.write(before)
    return manifest


def describe(connection: Connection, at: datetime) -> Manifest:
    """What a backup of this database would say of itself, save for the dump's size and hash."""
    schema = current_revision(connection)
    if schema is None:
        raise NotKept("The database holds nothing of Muster, so there is nothing to back up.")
    if schema not in known_revisions():
        raise NotKept(
            f"The schema of the database, {schema}, is not known to this Muster: it is of a newer one, which "
            "can back it up, or somebody else's."
        )
    server = _driver(connection).info.server_version // 10_000
    kept = [table for table in connection.scalars(_TABLES) if table not in LEFT_OUT]
    return Manifest(
        made_at=moment(at),
        muster=version("muster"),
        schema=schema,
        ledger_version=connection.scalar(text("select version from ledger")) or 0,
        postgresql=server,
        pg_dump=major_version(fitting("pg_dump", server)),
        rows={table: count_rows(connection, table) for table in kept},
    )


def count_rows(connection: Connection, table: str) -> int:
    """The rows of one of the database's own tables."""
    return connection.scalar(text(f'select count(*) from public."{table}"')) or 0  # noqa: S608 - from its catalog


def _dump(
    driver: Driver[object], snapshot: str, server: int, file: IO[bytes], progress: Progress
) -> tuple[str, int]:
    """Let pg_dump write to `file`; gives the hash of the dump and its size in bytes. Raises NotKept."""
    command: list[str | Path] = [
        fitting("pg_dump", server),
        "--format=custom",
        "--schema=public",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--no-security-labels",
        "--no-publications",
        "--no-subscriptions",
        "--no-tablespaces",
        "--no-password",
        f"--snapshot={snapshot}",
        *(f"--exclude-table-data=public.{table}" for table in LEFT_OUT),
        f"--dbname={_address(driver)}",
    ]
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, env=_environment(driver), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        ) as dumping:
            assert dumping.stdout is not None  # noqa: S101 - it is a pipe
            try:
                while chunk := dumping.stdout.read(CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    progress.advance(len(chunk))
            except BaseException:
                dumping.kill()
                raise
        if dumping.returncode != 0:
            said.seek(0)
            reason = said.read().decode(errors="replace").strip()
            raise NotKept(f"pg_dump could not read the database: {reason or 'it was stopped'}")
    return digest.hexdigest(), size


def _driver(connection: Connection) -> Driver[object]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver)  # noqa: S101 - the engine is psycopg's
    return driver


def _address(driver: Driver[object]) -> str:
    """Where we are connected to, without a secret: other users of the machine can read a command line."""
    secret = {option.keyword.decode() for option in pq.Conninfo.get_defaults() if option.dispchar == b"*"}
    given = driver.info.get_parameters()
    plain = {
        name: value
        for name, value in given.items()
        if name not in secret and name not in {"options", "client_encoding"}
    }
    # Of several hosts, the one whose snapshot it is.
    here = {"host": driver.info.host, "port": str(driver.info.port), "dbname": driver.info.dbname}
    return make_conninfo("", **(plain | here))


def _environment(driver: Driver[object]) -> dict[str, str]:
    password = {"PGPASSWORD": driver.info.password} if driver.info.password else {}
    return os.environ | {"LC_ALL": "C", "PGAPPNAME": "muster backup"} | password


def _check_path(path: Path, *, force: bool) -> None:
    """Refuse at once what could only be refused at the end."""
    if path.is_dir():
        raise NotKept(f"{path} is a folder: name the file to be written in it.")
    if not path.parent.is_dir():
        raise NotKept(f"There is no folder {path.parent}.")
    if os.path.lexists(path) and not force:
        raise NotKept(f"{path} is there already. --force replaces it once the new backup is whole.")
    if path.exists() and not path.is_file():
        raise NotKept(f"{path} is no ordinary file.")


@contextmanager
def _kindly(path: Path) -> Iterator[None]:
    """What the machine refuses is said in a sentence."""
    try:
        yield
    except OSError as error:
        raise NotKept(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.") from error


@contextmanager
def _written(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A file that gets its name at the end, if nothing is raised; NotKept where it cannot be written."""
    aside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.part")
    with _kindly(path):
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _name(aside, path, force=force)
        finally:
            aside.unlink(missing_ok=True)


def _name(aside: Path, path: Path, *, force: bool) -> None:
    """Give the file its name and see to it that the folder remembers it."""
    if force:
        aside.replace(path)
    else:
        try:
            path.hardlink_to(aside)  # unlike renaming, it never takes the place of another file
        except FileExistsError:
            raise NotKept(f"{path} was made by somebody else in the meantime; it is left as it is.") from None
        except OSError:  # a file system without links
            aside.rename(path)
    with suppress(OSError):  # some file systems cannot sync a folder
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
