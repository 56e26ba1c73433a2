"""The registry of all invariants, and the check that goes through them, at one moment of the database."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from app.keeping.finding import Invariant
from app.keeping.of_claims import OF_CLAIMS
from app.keeping.of_counts import OF_COUNTS
from app.keeping.of_history import OF_HISTORY
from app.keeping.of_people import OF_PEOPLE
from app.keeping.of_rows import OF_ROWS
from app.keeping.of_schema import OF_SCHEMA
from app.keeping.of_tables import OF_TABLES
from app.ledger.actions import Progress

INVARIANTS: tuple[Invariant, ...] = (
    *OF_SCHEMA, *OF_TABLES, *OF_HISTORY, *OF_CLAIMS, *OF_COUNTS, *OF_PEOPLE, *OF_ROWS,
)  # fmt: skip
"""All of them, in the order in which they are checked: without its tables nothing else can be asked."""

REVISIONS_A_STEP = 1000
"""An invariant is a step of the progress bar; one that reads every revision has a step for so many."""


@dataclass(frozen=True)
class Checked:
    """What became of a check."""

    invariants: int  # how many were checked
    broken: int
    faults: int  # rows at fault, of all that are broken
    version: int | None  # of the ledger; None: it could not be read


def check(
    engine: Engine, on_fault: Callable[[Invariant, str], None], progress: Progress, *, most: int | None = None
) -> Checked:
    """Check every invariant and tell `on_fault` of each row at fault, of one invariant `most` at most.

    All are asked of the database as it was at one moment; nothing in it is changed. Where the schema is not
    current, nothing after that is asked.
    """
    checked = broken = faults = 0
    version: int | None = None
    with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
        progress.begin("Checking", _steps(connection), " steps")

        def advance(rows: int) -> None:
            progress.advance(rows // REVISIONS_A_STEP)

        for invariant in INVARIANTS:
            count = 0
            for sentence in invariant.find(connection, advance):
                count += 1
                if most is None or count <= most:
                    on_fault(invariant, sentence)
            checked, broken, faults = checked + 1, broken + (count > 0), faults + count
            progress.advance(1)
            if count and invariant.name == "schema-is-current":
                break
        else:
            version = connection.scalar(text("select version from ledger"))
    return Checked(checked, broken, faults, version)


def _steps(connection: Connection) -> int:
    there = connection.scalar(text("select to_regclass('public.claim_revisions')"))
    revisions = connection.scalar(text("select count(*) from claim_revisions")) if there else 0
    return len(INVARIANTS) + (revisions or 0) // REVISIONS_A_STEP
