"""Small ledgers to import: the smallest valid row of each file, of which a test names what it is about."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.forms import CLAIM_COLUMNS
from app.ledger.actions import import_ledger
from app.ledger.report import ImportReport

FOUNDING = Path(__file__).parents[2] / "examples" / "nk-russia"
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 12, tzinfo=UTC)

DEPLOYMENT = {"slug": "troops", "name": "Troops", "operation": "Operation", "starts_on": "2024-10-01"}
MEASURES = (
    {"slug": "sent", "label": "Sent", "kind": "flow", "unit": "persons"},
    {"slug": "present", "label": "Present", "kind": "level", "unit": "persons"},
)
SOURCE = {"name": "Ministry", "kind": "government", "family": "Government", "reliability": "B"}

TOTAL = {
    "claim_ref": "one", "deployment": "troops", "measure": "sent", "nature": "total", "point": "100",
    "qualifier": "stated", "as_of": "2025-01-31", "said_on": "2025-02-01", "source": "Ministry",
}  # fmt: skip


def a_total(**cells: str) -> dict[str, str]:
    """The smallest valid total, with these cells."""
    return TOTAL | cells


def an_increment(**cells: str) -> dict[str, str]:
    """The smallest valid increment, with these cells."""
    return a_total(**{"nature": "increment", "as_of": "", "period": "2025-01/2025-01", **cells})


def a_level(**cells: str) -> dict[str, str]:
    """The smallest valid level, with these cells."""
    return a_total(**{"measure": "present", "nature": "level", **cells})


def a_stance(**cells: str) -> dict[str, str]:
    """The smallest valid stance, with these cells."""
    return a_total(**{"nature": "stance", "point": "", "qualifier": "", "as_of": "", **cells})


def as_csv(rows: list[dict[str, str]], columns: tuple[str, ...] | None = None) -> str:
    """Rows as a CSV whose header has every column that any of them fills, or those given."""
    columns = columns or tuple(dict.fromkeys(column for row in rows for column in row))
    written = io.StringIO()
    # A carriage return alone is quoted only where it could end a line, and so it can when this is read.
    quoting = (
        csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row.values()) else csv.QUOTE_MINIMAL
    )
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def a_ledger(
    folder: Path,
    *claims: dict[str, str],
    deployments: list[dict[str, str]] | None = None,
    measures: list[dict[str, str]] | None = None,
    sources: list[dict[str, str]] | None = None,
) -> Path:
    """A ledger folder with these rows; what is not given is the smallest that is valid."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        "deployments.csv": as_csv(deployments if deployments is not None else [DEPLOYMENT]),
        "measures.csv": as_csv(measures if measures is not None else list(MEASURES)),
        "sources.csv": as_csv(
            sources if sources is not None else [SOURCE], None if sources else tuple(SOURCE)
        ),
        "claims.csv": as_csv(list(claims) or [TOTAL], CLAIM_COLUMNS),
    }
    for name, content in given.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


def taken_in(session: Session, path: Path, **how: object) -> ImportReport:
    """Import, by the command line and at a fixed moment unless told otherwise."""
    return import_ledger(session, path, **({"by": "command-line", "at": AT} | how))


def told(report: ImportReport) -> list[str]:
    """The refusals as a person reads them."""
    return [str(refusal) for refusal in report.refused]


def counts(session: Session) -> dict[str, int]:
    """How many rows each table of the ledger holds, and its version."""
    tables = ("acts", "claims", "claim_revisions", "documents", "deployments", "deployment_descriptions",
              "families", "judgements", "measures", "measure_descriptions", "operations", "places", "sources",
              "source_descriptions")  # fmt: skip
    held = {table: session.scalar(text(f"select count(*) from {table}")) for table in tables}  # noqa: S608
    return held | {"version": session.scalar(text("select version from ledger"))}
