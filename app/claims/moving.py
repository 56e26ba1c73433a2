"""Moving claims to another source or place: by a further revision of each that differs in nothing else."""

# ruff: noqa: S608 - SQL is put together from names of our own columns

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.content import CONTENT
from app.claims.derived import let_derived_wait, write_derived
from app.claims.models import Revision

Column = Literal["source_id", "place_id"]


@dataclass(frozen=True, slots=True)
class Moving:
    """From which version on claims are moved, why, and who asked for it and approved it."""

    version: int
    reason: str
    author_id: int
    handed_in_at: datetime
    by_id: int
    at: datetime
    alone: bool = False


def counting(column: Column) -> str:
    """SQL: the revisions that count under the source or about the place `:from`."""
    return f"""
  select r.id from claim_revisions r where r.{column} = :from and r.approved_version is not null
    and r.replaced_version is null"""


def moved_by_merge(column: Column) -> str:
    """SQL: what counts under `:from`, and was moved there from `:to` by the merge at `:merged_at`."""
    return f"""
  select r.id from claim_revisions r
  join claim_revisions m on m.claim_id = r.claim_id and m.approved_version = :merged_at
  join claim_revisions b on b.claim_id = r.claim_id and b.replaced_version = :merged_at and b.{column} = :to
  where r.{column} = :from and r.approved_version is not null and r.replaced_version is null"""


_WAITING = """waiting as materialized (
            select id, claim_id, source_id, place_id from claim_revisions where verdict is null)"""
"""SQL: what waits for a verdict, found by its own index. Asked for the first of them by number, PostgreSQL
would look at each revision of the ledger in turn."""


def first_waiting(session: Session, column: Column, owner_id: int) -> str | None:
    """The claim_ref of a claim that names this, or counts under it, and waits for a verdict."""
    found: str | None = session.scalar(
        text(f"""
          with {_WAITING}
          select c.ref from waiting o join claims c on c.id = o.claim_id
          where o.{column} = :id or exists (
            select from claim_revisions r
            where r.claim_id = o.claim_id and r.{column} = :id
              and r.approved_version is not null and r.replaced_version is null)
          order by o.id limit 1"""),
        {"id": owner_id},
    )
    return found


def waiting_among(session: Session, which: str, values: Mapping[str, object]) -> str | None:
    """The claim_ref of one of these claims (SQL of ids of revisions) that waits for a verdict."""
    found: str | None = session.scalar(
        text(f"""
          with {_WAITING}
          select c.ref from waiting o join claims c on c.id = o.claim_id
          where o.claim_id in (
            select claim_id from claim_revisions where id in ({which})) order by o.id limit 1"""),
        values,
    )
    return found


def refs_of(session: Session, which: str, values: Mapping[str, object]) -> list[str]:
    """The claim_refs of these revisions, given as SQL of their ids."""
    refs = f"select c.ref from claim_revisions r join claims c on c.id = r.claim_id where r.id in ({which})"
    return list(session.scalars(text(refs), values))


def move_claims(
    session: Session, column: Column, which: str, values: Mapping[str, object], moving: Moving
) -> None:
    """Give claims the source or place `:to`: what counts ceases to, and a further revision begins to."""
    columns = ", ".join(CONTENT)
    content = ", ".join("cast(:to as bigint)" if one == column else f"r.{one}" for one in CONTENT)
    let_derived_wait(session)
    moved = session.scalars(
        text(f"""
          update claim_revisions set replaced_version = :version where id in ({which}) returning id"""),
        {**values, "version": moving.version},
    ).all()
    session.execute(
        text(f"""
          insert into claim_revisions (claim_id, number, measure_kind, {columns}, reason, verdict,
            decided_by, decided_at, approved_version, approved_alone, recorded_by, recorded_at, origin)
          select r.claim_id,
            (select max(n.number) + 1 from claim_revisions n where n.claim_id = r.claim_id),
            r.measure_kind, {content}, :reason, 'approved', :decided_by, :decided_at, :version, :alone,
            :recorded_by, :recorded_at, 'desk'
          from claim_revisions r where r.id = any (:moved) order by r.id"""),
        {
            "to": values["to"],
            "moved": moved,
            "reason": moving.reason,
            "version": moving.version,
            "decided_by": moving.by_id,
            "decided_at": moving.at,
            "alone": moving.alone,
            "recorded_by": moving.author_id,
            "recorded_at": moving.handed_in_at,
        },
    )
    write_derived(session)
    for read_before in [one for one in session.identity_map.values() if isinstance(one, Revision)]:
        session.expire(read_before)  # it has ceased to count
