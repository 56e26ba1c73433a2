"""Restoring: all of a backup or nothing, in one transaction.

    the file is whole → the database is empty, or is to be replaced → what it holds is dropped
    → the backup's tables and rows → as many rows as it says → an older schema is brought up to date
    → nobody gets back what was taken from them → committed

What is replaced is there, untouched, until the last step is done.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
from alembic import command
from psycopg import Connection as Driver
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.accounts.queries import command_line
from app.acts.actions import record_act
from app.database import connect
from app.keeping.backup import count_rows
from app.keeping.container import CHUNK, DUMP_AT, Manifest, read_frame
from app.keeping.programs import fitting
from app.keeping.refusals import NotABackup, NotKept
from app.keeping.script import run_script
from app.ledger.actions import Progress
from app.migrate import alembic_config
from app.models import Base
from app.schema import current_revision, known_revisions, newest_revision
from app.serving import what_the_database_said

PATIENCE = "10s"
"""How long a restore waits for whoever uses the database; longer, and it would hang behind a running site."""

_HELD = text("""
    select relname from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by relname collate "C"
""")
_ROUTINES = text("""
    select p.oid::regprocedure::text from pg_proc p
    where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
""")


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    migrated: bool  # the backup's schema was an older one
    tokens: int  # API tokens that were live in the backup, and are revoked now
    disabled: tuple[str, ...]  # people who were disabled in what was replaced, and are again


def restore(url: str, path: Path, *, replace: bool, at: datetime, progress: Progress) -> Restored:
    """Put the backup at `path` into the database at `url`, which has to be empty unless `replace`.

    Raises NotKept; then the database is as it was before.
    """
    with _opened(path) as file:
        manifest = _checked(file, path, progress)
        engine = connect(url)
        try:
            with engine.begin() as connection:
                disabled = _make_room(connection, replace=replace)
                _fill(connection, file, manifest, progress)
                _compare(connection, manifest)
                migrated = manifest.schema != newest_revision()
                if migrated:
                    progress.begin("Bringing the schema up to date", 0, "")
                    command.upgrade(alembic_config(connection), "head")
                restored = _close_doors(connection, manifest, disabled, at, migrated=migrated)
                connection.execute(text("analyze"))
        except (DBAPIError, psycopg.Error) as error:
            raise NotKept(_why(error)) from error
        finally:
            engine.dispose()
    return restored


def _opened(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise NotABackup(f"{path} is a folder: name the file of a backup.")
        return path.open("rb")
    except OSError as error:
        raise NotABackup(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _checked(file: IO[bytes], path: Path, progress: Progress) -> Manifest:
    """The manifest of a file that is whole and of a schema that we know; raises NotABackup."""
    try:
        manifest = read_frame(file)
        _check_schema(manifest)
        _check_hash(file, manifest, progress)
    except NotABackup as refusal:
        raise NotABackup(f"{path} cannot be restored: {refusal}.") from refusal
    except OSError as error:
        raise NotABackup(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    return manifest


def _check_schema(manifest: Manifest) -> None:
    if manifest.schema not in known_revisions():
        raise NotABackup(
            f"its schema, {manifest.schema}, is newer than this Muster knows ({newest_revision()}); it was "
            f"made by Muster {manifest.muster} on {manifest.made_at}. Restore it with that or a newer one"
        )


def _check_hash(file: IO[bytes], manifest: Manifest, progress: Progress) -> None:
    progress.begin("Checking the file", manifest.size, "B")
    file.seek(DUMP_AT)
    digest, left = hashlib.sha256(), manifest.size
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
        progress.advance(len(chunk))
    if digest.hexdigest() != manifest.sha256:
        raise NotABackup("its hash is not the one it was written with: it is damaged")


def _make_room(connection: Connection, *, replace: bool) -> tuple[str, ...]:
    """Drop what Muster has in the database; gives who is disabled in it. Raises NotKept."""
    held: Sequence[str] = connection.scalars(_HELD).all()
    strange = [name for name in held if name not in {*Base.metadata.tables, "alembic_version"}]
    if strange or (held and current_revision(connection) not in known_revisions()):
        named = ", ".join((strange or held)[:5])
        raise NotKept(
            f"The database holds what is not Muster's, or of a newer one: {named}. "
            "A backup is restored into a database of its own. Nothing was changed."
        )
    if _holds_something(connection, held) and not replace:
        raise NotKept(
            "The database is not empty. Restore into an empty one, or let --replace put the backup in the "
            "place of all that it holds. Nothing was changed."
        )
    disabled: tuple[str, ...] = ()
    if "people" in held:
        names = text("select name from people where disabled_at is not null order by name")
        disabled = tuple(connection.scalars(names))
    connection.execute(text(f"set local lock_timeout = '{PATIENCE}'"))
    if held:
        tables = ", ".join(f"public.{name}" for name in held)
        connection.exec_driver_sql(f"drop table {tables} cascade")
    for routine in connection.scalars(_ROUTINES).all():
        connection.exec_driver_sql(f"drop routine if exists {routine} cascade")
    return disabled


def _holds_something(connection: Connection, held: Sequence[str]) -> bool:
    """Whether anybody has done anything here: a database that was only migrated holds nothing."""
    if "people" not in held or "acts" not in held:
        return False
    done = text("select exists (select from acts) or exists (select from people where name <> :command_line)")
    return bool(connection.scalar(done, {"command_line": COMMAND_LINE}))


def _fill(connection: Connection, file: IO[bytes], manifest: Manifest, progress: Progress) -> None:
    """Run what pg_restore makes of the dump. Raises NotKept where it cannot read it."""
    program = fitting("pg_restore", manifest.pg_dump)
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver)  # noqa: S101 - the engine is psycopg's
    rows = sum(manifest.rows.values())
    progress.begin("Restoring", rows, " rows")
    arrived = 0

    def on_rows(count: int) -> None:
        nonlocal arrived
        arrived += count
        progress.advance(count)
        if arrived == rows:
            progress.begin("Building indexes and rules", 0, " steps")

    def on_entry() -> None:
        progress.advance(1 if arrived == rows else 0)

    os.lseek(file.fileno(), DUMP_AT, os.SEEK_SET)
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [program, "--file=-", "--no-owner", "--no-privileges"],
            env=os.environ | {"LC_ALL": "C"},
            stdin=file.fileno(),
            stdout=subprocess.PIPE,
            stderr=said,
            bufsize=CHUNK,
        ) as reading:
            assert reading.stdout is not None  # noqa: S101 - it is a pipe
            try:
                with suppress(EOFError):  # pg_restore says better what is wrong
                    run_script(driver, reading.stdout, on_rows, on_entry)
            except BaseException:
                reading.kill()
                raise
        if reading.returncode != 0:
            said.seek(0)
            reason = said.read().decode(errors="replace").strip()
            raise NotKept(f"pg_restore cannot read the backup: {reason}. Nothing was changed.")
    connection.execute(text("reset all"))


def _compare(connection: Connection, manifest: Manifest) -> None:
    """Raise NotKept unless what has arrived is what the backup says it holds."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names(schema="public"))
    for table, rows in manifest.rows.items():
        found = count_rows(connection, table) if table in there else 0
        if found != rows:
            raise NotKept(
                f"The backup says that {table} has {rows:,} rows, and {found:,} arrived. Nothing was changed."
            )
    if current_revision(connection) != manifest.schema:
        raise NotKept("The backup's schema is not the one that it says. Nothing was changed.")


def _close_doors(
    connection: Connection, manifest: Manifest, disabled: tuple[str, ...], at: datetime, *, migrated: bool
) -> Restored:
    """Give nobody back what was taken from them since, as far as can be known; and log it.

    Sign-ins and one-time links are in no backup. Which API tokens were revoked since cannot be known, so all
    are. People who are disabled in what is replaced stay so.
    """
    tokens = connection.execute(
        text("update api_tokens set revoked_at = greatest(created_at, :at) where revoked_at is null"),
        {"at": at},
    ).rowcount
    again = connection.scalars(
        text("update people set disabled_at = greatest(created_at, :at)"
             " where name = any(:names) and disabled_at is null and name <> :command_line returning name"),
        {"at": at, "names": list(disabled), "command_line": COMMAND_LINE},
    ).all()  # fmt: skip
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        record_act(
            session,
            "people",
            by=command_line(session),
            at=at,
            origin="command_line",
            moves_version=False,
            words=f"restored from the backup of {manifest.made_at}",
            details={"tokens_revoked": tokens, "disabled_again": sorted(again)},
        )
        session.commit()
    return Restored(manifest, migrated, tokens, tuple(sorted(again)))


def _why(error: DBAPIError | psycopg.Error) -> str:
    """Why the database did not take the backup, in a sentence."""
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, psycopg.errors.LockNotAvailable):
        return (
            "Somebody is using the database: stop the site, and whatever else works on it, and try again. "
            "Nothing was changed."
        )
    usual = what_the_database_said(error)
    return usual or f"The database does not take the backup: {said}. Nothing was changed."
