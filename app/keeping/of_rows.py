"""Invariants of what was entered: every revision reads as a row of the claims CSV, and means the same days.

The days are reckoned twice, here by Python and in the database by its functions; they have to agree.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection

from app.claims.forms import CLAIM_COLUMNS, ClaimRow, ReadClaim, read_claim
from app.dates import Days
from app.keeping.finding import AT_ONCE, Advance, Invariant, stream

_ROWS = """
  select r.number, r.recorded_at, r.said_day, r.as_of_days, r.period_days,
    c.ref, d.slug, m.slug, r.nature, trim_scale(r.low)::text, trim_scale(r.point)::text,
    trim_scale(r.high)::text, r.qualifier, r.as_of, r.period, r.counts_from, p.name, r.said_on,
    coalesce(s.name, '?'), o.publisher, o.title, o.url, r.published_on, o.language, r.wording,
    r.credibility::text, supersedes.ref, part_of.ref, repeat_of.ref, null, null, null, r.note
  from claim_revisions r
  join claims c on c.id = r.claim_id
  join deployments d on d.id = r.deployment_id
  join measures m on m.id = r.measure_id
  left join places p on p.id = r.place_id
  left join source_descriptions s on s.source_id = r.source_id and s.replaced_version is null
  left join documents o on o.id = r.document_id
  left join claims supersedes on supersedes.id = r.supersedes_id
  left join claims part_of on part_of.id = r.part_of_id
  left join claims repeat_of on repeat_of.id = r.repeat_of_id
"""
_BEFORE = 5
"""Columns that are no cells of the row."""


def find_unreadable(connection: Connection, advance: Advance) -> Iterator[str]:
    """Revisions with a cell that `muster import` would refuse or write otherwise, or of other days."""
    for count, found in enumerate(stream(connection, _ROWS), 1):
        if count % AT_ONCE == 0:
            advance(AT_ONCE)
        number, recorded_at, said_day, as_of_days, period_days = found[:_BEFORE]
        row = ClaimRow._make("" if cell is None else str(cell) for cell in found[_BEFORE:])
        today = cast("datetime", recorded_at).astimezone(UTC).date()
        for fault in _faults(row, today, said_day, as_of_days, period_days):
            yield f"Revision {number} of {row.claim_ref} {fault}"


def _faults(row: ClaimRow, today: date, said_day: Any, as_of_days: Any, period_days: Any) -> Iterator[str]:
    read = read_claim(row, today)
    for problem in read.problems:
        yield f"has in {problem.column} “{problem.value}”, which {problem.reason}"
    if read.problems:
        return
    yield from _misspelled(row, read)
    days = read.days
    if days.said_day != said_day:
        yield f"is stored as said on {said_day}, and its words mean {days.said_day}"
    for column, meant, stored in (("as_of", days.as_of, as_of_days), ("period", days.period, period_days)):
        if not _same_days(meant, stored):
            yield f"has in {column} “{getattr(row, column)}”, which is stored as other days: {stored}"


def _misspelled(row: ClaimRow, read: ReadClaim) -> Iterator[str]:
    for column, stored, spelled in zip(CLAIM_COLUMNS, row, read.row, strict=True):
        if stored != spelled and column != "standing":
            yield f"has in {column} “{stored}”, whose one spelling is “{spelled}”"


def _same_days(meant: Days | None, stored: Any) -> bool:
    """Whether a range of the database, whose end is not in it, is the days that the words mean."""
    if meant is None or stored is None:
        return meant is None and stored is None
    return bool((stored.lower, stored.upper) == (meant.first, meant.last + timedelta(days=1)))


OF_ROWS = (
    Invariant(
        "rows-can-be-read",
        "Every revision is a row as muster import would take it today, and its dates mean the days stored.",
        find_unreadable,
    ),
)
"""Invariants of what was entered."""
