"""Writing what an import changes, under the version of its act.

What is replaced is closed first: a claim has one revision that counts, a source one description.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.models import Act
from app.claims.content import CONTENT
from app.claims.derived import let_derived_wait, write_derived
from app.ledger.states import DESCRIBED

ROWS_AT_ONCE = 20_000
"""Revisions written by one statement: memory for its triggers, and a step of the progress bar."""


@dataclass(frozen=True)
class Recording:
    """Who records what an import writes, and by which act."""

    by: Person
    act: Act
    batch_id: int | None  # what is handed in for review, as one; None: it is approved by being written

    def values(self) -> dict[str, object]:
        """The parameters of the statements below."""
        approves = self.batch_id is None
        return {
            "by": self.by.id,
            "at": self.act.at,
            "origin": self.act.origin,
            "version": self.act.version,
            "batch": self.batch_id,
            "verdict": "approved" if approves else None,
            "decided_by": self.by.id if approves else None,
            "decided_at": self.act.at if approves else None,
            "approved_version": self.act.version if approves else None,
        }


def write(session: Session, recording: Recording, on_rows: Callable[[int], None]) -> None:
    """Write descriptions, revisions and judgements; `on_rows` is told how many revisions were written."""
    values = recording.values()
    let_derived_wait(session)
    if recording.batch_id is None:
        session.execute(text(_CLOSE_REVISIONS), values)
        session.execute(text(_CLOSE_JUDGEMENTS), values)
    for noun, columns in DESCRIBED.items():
        for statement in _describe(noun, columns):
            session.execute(text(statement), values)
    runs = portions(session, "arriving")
    for first, last in runs:
        session.execute(text(_REVISE + " and line between :first and :last and not names_claims"),
                        {**values, "first": first, "last": last})  # fmt: skip
        on_rows(ROWS_AT_ONCE)
    if len(runs) > 1:
        # Unless it knows that the table has grown, the database looks at all of it for each row to come.
        session.execute(text("analyze claim_revisions"))
    # Last and together, so that the claims they name are there when the database looks at them.
    session.execute(text(_REVISE + " and names_claims"), values)
    session.execute(text(_JUDGE), values)
    write_derived(session)


def portions(session: Session, table: str) -> list[tuple[int, int]]:
    """Runs of lines of a waiting room that hold about as many rows as are written at once."""
    last = session.scalar(text(f"select max(line) from {table}")) or 0
    return [(first, first + ROWS_AT_ONCE - 1) for first in range(1, last + 1, ROWS_AT_ONCE)]


_CLOSE_REVISIONS = """
  update claim_revisions r set replaced_version = :version
  from arriving a where r.id = a.revision_id and a.state = 'changed' and a.rewrites"""

_CLOSE_JUDGEMENTS = """
  update judgements j set replaced_version = :version
  from arriving a where j.id = a.judgement_id and a.state in ('new', 'changed') and a.judges"""

_REVISE = f"""
  insert into claim_revisions (claim_id, number, measure_kind, {", ".join(CONTENT)},
    verdict, decided_by, decided_at, approved_version, batch_id, recorded_by, recorded_at, origin)
  select claim_id, revision_number, measure_kind, {", ".join(CONTENT)},
    cast(:verdict as text), cast(:decided_by as bigint), cast(:decided_at as timestamptz),
    cast(:approved_version as bigint), cast(:batch as bigint), :by, :at, :origin
  from written where true"""

_JUDGE = """
  insert into judgements (claim_id, number, standing, standing_reason, standing_on,
    verdict, decided_by, decided_at, approved_version, batch_id, recorded_by, recorded_at, origin)
  select claim_id, judgement_number, standing, standing_reason, standing_on,
    cast(:verdict as text), cast(:decided_by as bigint), cast(:decided_at as timestamptz),
    cast(:approved_version as bigint), cast(:batch as bigint), :by, :at, :origin
  from arriving where state in ('new', 'changed') and judges
  order by line"""


def _describe(noun: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """SQL that closes the descriptions which are replaced, and SQL that writes the new ones."""
    listed = ", ".join(columns)
    return (
        f"""update {noun}_descriptions t set replaced_version = :version
            from described_{noun}s d where t.id = d.today_id and d.state = 'changed'""",
        f"""insert into {noun}_descriptions ({noun}_id, number, {listed},
              version, recorded_by, recorded_at, origin)
            select id, number, {listed}, :version, :by, :at, :origin
            from described_{noun}s where state in ('new', 'changed')
            order by line""",
    )
