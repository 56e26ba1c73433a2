"""Ledgers of made-up claims that measurements read: N claims, and one measure of 2,000 more.

`filled` gives one. `make bench` fills each size once and names them in MUSTER_BENCH_LEDGERS, so that
measurements share them; a measurement that is run alone fills one of its own.
"""

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.claims.forms import CLAIM_COLUMNS
from app.database import connect
from app.ledger.actions import import_ledger
from bench.importing import new_database
from bench.make_ledger import Maker, Row, write_ledger, zipf

NAMED = "MUSTER_BENCH_LEDGERS"
SLUG, MEASURE, CLAIMS, CHANGES = "two-thousand", "sent", 2_000, 7
"""The measure of 2,000 claims, and how many more there are to change it by."""
PAGE = f"/deployments/{SLUG}/{MEASURE}"


@contextmanager
def filled(address: str, size: int) -> Iterator[Engine]:
    """A ledger of that many claims and the measure: one that was filled before, or a new one on this server.

    Changes to one that was filled before stay in it.
    """
    known = json.loads(os.environ.get(NAMED, "{}")).get(str(size))
    if known is None:
        with new_database(address) as engine, tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
            fill(engine, Path(folder), size)
            yield engine
    else:
        engine = connect(known)
        yield engine
        engine.dispose()


def named(ledgers: Mapping[int, Engine]) -> dict[str, str]:
    """The environment by which measurements find ledgers that are filled, by size."""
    urls = {size: engine.url.render_as_string(hide_password=False) for size, engine in ledgers.items()}
    return {NAMED: json.dumps(urls)}


def fill(engine: Engine, folder: Path, size: int) -> None:
    """A ledger of that many claims and the measure of 2,000, as any database is some minutes after."""
    write_ledger(folder / "ledger", size, 1)
    add(engine, folder / "ledger")
    (folder / "two").mkdir()
    (folder / "two" / "deployments.csv").write_text(
        f"slug,name,sender,host,operation,starts_on\n{SLUG},Two thousand,AAA,BBB,Operation 1,2021-01-01\n",
        encoding="utf-8",
    )
    write_claims(folder / "two" / "claims.csv", list(_the_measure(CLAIMS)))
    add(engine, folder / "two")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


def changes() -> list[Row]:
    """Rows of claims about the measure that a filled ledger lacks."""
    return list(_the_measure(CLAIMS + CHANGES))[CLAIMS:]


def _the_measure(count: int) -> Iterator[Row]:
    """Rows of claims about one measure of one deployment, of every nature that a flow has."""
    maker = Maker(2)
    maker.starts = {SLUG: date(2021, 1, 1)}
    maker.deployments = zipf([SLUG])
    refs: set[str] = set()
    for row in maker.rows(10 * (CLAIMS + CHANGES)):
        if row["nature"] == "level" or row["repeat_of"] or row["supersedes"]:
            continue
        if len(refs) == count:
            return
        ref = f"two-{row['claim_ref']}"
        part_of = f"two-{row['part_of']}" if f"two-{row['part_of']}" in refs else ""
        refs.add(ref)
        yield {**row, "claim_ref": ref, "measure": MEASURE, "part_of": part_of}


def write_claims(path: Path, rows: Iterable[Row]) -> Path:
    """A claims CSV of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, CLAIM_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def add(engine: Engine, path: Path) -> None:
    """Import a file or folder; RuntimeError where it is refused."""
    with Session(engine) as session, session.begin():
        report = import_ledger(session, path, by=COMMAND_LINE, at=datetime.now(UTC))
        if report.is_refused:
            raise RuntimeError("\n".join(map(str, report.refused)))
