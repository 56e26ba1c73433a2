"""How fast a ledger is imported, against a bare COPY: `python -m bench.importing [N ...]`.

Imports made-up ledgers into a new database on the server of DATABASE_URL, or on an embedded one, then copies
the stored revisions into a bare table of the same columns, indexes and constraints, foreign keys included.
Both are timed until committed. Prints rows per second of both, their ratio, and the most memory that
this process held.
"""

import argparse
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.database import connect, with_driver
from app.embedded import embedded_postgres
from app.ledger.actions import import_ledger
from app.ledger.command import ProgressBar
from app.migrate import migrate

SIZES = (100_000, 1_000_000)


def measure(engine: Engine, ledger: Path, folder: Path) -> tuple[int, float, float]:
    """The rows of a ledger, and the seconds that its import and a bare COPY of its revisions took."""
    begun = time.perf_counter()
    with ProgressBar() as bar, Session(engine) as session, session.begin():
        report = import_ledger(session, ledger, by=COMMAND_LINE, at=datetime.now(UTC), progress=bar)
    imported = time.perf_counter() - begun
    if report.is_refused:
        sys.exit("\n".join(map(str, report.refused)))
    copied = folder / "revisions.copy"
    with engine.begin() as connection:
        columns = make_bare_table(connection)
        revisions = f"select {columns} from claim_revisions order by id"  # noqa: S608 - names of columns
        copy_out(connection, f"copy ({revisions}) to stdout", copied)
    begun = time.perf_counter()
    with engine.begin() as connection:
        copy_in(connection, f"copy bare ({columns}) from stdin", copied)
    return report.claims.rows, imported, time.perf_counter() - begun


def make_bare_table(connection: Connection) -> str:
    """Create the bare table; gives the columns that can be copied into it."""
    connection.execute(text("create table bare (like claim_revisions including all)"))
    keys = connection.execute(
        text(
            "select conname, pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = 'claim_revisions'::regclass and contype = 'f'"
        )
    ).all()
    for name, definition in keys:
        connection.execute(text(f"alter table bare add constraint {name} {definition}"))
    columns = connection.scalars(
        text(
            "select attname from pg_attribute where attrelid = 'bare'::regclass"
            " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum"
        )
    )
    return ", ".join(columns)


def copy_out(connection: Connection, statement: str, path: Path) -> None:
    cursor = connection.connection.cursor()
    with path.open("wb") as file, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)


def copy_in(connection: Connection, statement: str, path: Path) -> None:
    cursor = connection.connection.cursor()
    with path.open("rb") as file, cursor.copy(statement) as copy:
        while block := file.read(1 << 16):
            copy.write(block)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a server on which a database can be made."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield with_driver(given)
    else:
        with embedded_postgres(folder) as url:
            yield with_driver(url)


@contextmanager
def new_database(address: str) -> Iterator[Engine]:
    """A migrated database of its own, dropped afterwards."""
    name = f"muster_bench_{secrets.token_hex(4)}"
    administration = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with administration.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine = connect(make_url(address).set(database=name).render_as_string(hide_password=False))
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()
        with administration.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the import of ledgers against a bare COPY.")
    parser.add_argument(
        "sizes", type=int, nargs="*", metavar="N", default=SIZES, help="claims of each ledger"
    )
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, server(Path(name) / "data") as address:
        print(f"{'claims':>10}{'import/s':>12}{'bare COPY/s':>14}{'ratio':>8}{'peak memory':>14}", flush=True)
        for size in sizes:
            ledger = Path(name) / f"ledger-{size}"
            # In a process of its own, so that only what the import holds is measured.
            subprocess.run([sys.executable, "-m", "bench.make_ledger", str(size), str(ledger)], check=True)
            with new_database(address) as engine:
                rows, imported, copied = measure(engine, ledger, Path(name))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{rows:>10,}{rows / imported:>12,.0f}{rows / copied:>14,.0f}{copied / imported:>8.2f}"
                f"{peak:>11,} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
