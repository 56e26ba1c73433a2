"""The plain rows of the claims about a large measure as one small value, kept by the database at a version.

A reading of 50,000 claims takes as many rows from three tables, a third of a second of the database. What
counted at a version never changes (docs/decisions/0002), so that the rows of that version are kept in one
piece; for any other version only the claims that began or ceased to count in between are asked for. What is
kept follows from the ledger, and may be deleted at any time. Decision record 0017.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    LargeBinary,
    and_,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.claims.models import Revision
from app.claims.tallied import NatureTally
from app.claims.tallied import Subject as SubjectRow
from app.database import Base
from app.review.models import Judgement

FORM = 1
"""How rows are written: counted up when the columns of app.claims.plain change. Others are passed over."""

KEPT_FROM = 2_000
"""Claims from which on the rows of a measure are kept: fewer cost the database hundredths of a second."""

CHANGED_AT_MOST = 2_000
"""Claims that may have changed since; of more, all rows are read from the ledger."""

STALE_FROM = 200
"""Changed claims from which on the rows are written anew when somebody works in the background."""

Condition = ColumnElement[bool]

PlainRow = tuple[Any, ...]
"""The columns of a plain claim in the order of app.claims.plain."""

SubjectIds = tuple[int, int]
"""The numbers of a deployment and of a measure."""

CLAIM_ID, REF, SHARE, PLACE_ID, SUPERSEDES_ID, PART_OF_ID, SOURCE_ID, STANDING_ON = (
    0, 1, 8, 15, 17, 18, 19, 23,
)  # fmt: skip
"""Where these columns stand in a row."""


class KeptClaims(Base):
    """The plain rows of all claims about a measure that counted at a version."""

    __tablename__ = "kept_claims"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), primary_key=True)
    version: Mapped[int]  # of the ledger, at which they counted
    form: Mapped[int]  # FORM
    rows: Mapped[bytes] = mapped_column(LargeBinary)  # as `packed` makes them


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that are kept and still count, and the claims that have to be asked for besides."""

    rows: list[PlainRow]
    refs: dict[int, str]  # of claims that rows name and that are not among them, by their numbers
    changed: frozenset[int] = frozenset()  # numbers of claims, none of them among the rows


@dataclass(frozen=True, slots=True)
class Packed:
    """What is kept of a subject, as it lies in the database."""

    version: int  # of the ledger
    last_changed: int  # the last version that began or ended a claim about it, or a judgement of one
    rows: bytes


KEPT = (KeptClaims.version, SubjectRow.claims_version, KeptClaims.rows)
"""The columns of `Packed`, for whoever asks for it together with the subjects."""


def is_kept_of(deployment: InstrumentedAttribute[int], measure: InstrumentedAttribute[int]) -> Condition:
    """The condition that rows are kept of this subject in a form that can be read."""
    return and_(
        KeptClaims.deployment_id == deployment, KeptClaims.measure_id == measure, KeptClaims.form == FORM
    )


def is_about(deployment: InstrumentedAttribute[int], measure: InstrumentedAttribute[int]) -> Condition:
    """The condition that this is noted of a subject (app.claims.tallied)."""
    return and_(SubjectRow.deployment_id == deployment, SubjectRow.measure_id == measure)


def held_rows(
    session: Session, kept: Mapping[SubjectIds, Packed], version: int | None
) -> dict[SubjectIds, Held]:
    """The rows of these subjects at a version (None: the latest); those that have changed too much left out.

    One statement for each subject that changed between the kept version and the one asked for.
    """
    found: dict[SubjectIds, Held] = {}
    for subject, one in kept.items():
        low, high = one.version, version
        if version is not None and version < low:
            low, high = version, one.version
        changed: frozenset[int] | None = frozenset()
        if low < one.last_changed:
            changed = changed_between(session, subject, low, high)
        if changed is not None:
            rows, refs = unpacked(one.rows)
            refs |= {row[CLAIM_ID]: row[REF] for row in rows if row[CLAIM_ID] in changed}
            found[subject] = Held([row for row in rows if row[CLAIM_ID] not in changed], refs, changed)
    return found


def changed_between(
    session: Session, subject: SubjectIds, low: int, high: int | None
) -> frozenset[int] | None:
    """The claims about a subject that count otherwise at `low` than at `high` (None: the latest).

    Those that began or ceased to count, were moved away, or were judged. None: more than CHANGED_AT_MOST, or
    so many changes that it is not worth telling. One statement.
    """

    def moved(column: InstrumentedAttribute[int | None]) -> Condition:
        return column > low if high is None else and_(column > low, column <= high)

    about = and_(Revision.deployment_id == subject[0], Revision.measure_id == subject[1])
    judged = or_(moved(Judgement.approved_version), moved(Judgement.replaced_version))
    every = union_all(
        select(Revision.claim_id).where(about, moved(Revision.approved_version)),
        select(Revision.claim_id).where(about, moved(Revision.replaced_version)),
        select(Revision.claim_id)
        .join(Judgement, Judgement.claim_id == Revision.claim_id)
        .where(about, judged),
    ).subquery()
    # A claim that was changed stands there twice or more; the database ends where there are too many.
    found = session.scalars(select(every).limit(2 * CHANGED_AT_MOST + 1)).all()
    changed = frozenset(found)
    return None if len(found) > 2 * CHANGED_AT_MOST or len(changed) > CHANGED_AT_MOST else changed


def is_worth_keeping(session: Session, subject: SubjectIds, least: int) -> bool:
    """Whether a subject has `least` claims, and its rows are not kept, or many have changed since."""
    deployment, measure = subject
    claims = session.scalar(
        select(func.sum(NatureTally.claims)).where(
            NatureTally.deployment_id == deployment, NatureTally.measure_id == measure
        )
    )
    if (claims or 0) < least:
        return False
    at = session.scalar(
        select(KeptClaims.version).where(
            KeptClaims.deployment_id == deployment, KeptClaims.measure_id == measure, KeptClaims.form == FORM
        )
    )
    changed = None if at is None else changed_between(session, subject, at, None)
    return changed is None or len(changed) >= STALE_FROM


def keep_rows(
    session: Session,
    subject: SubjectIds,
    version: int,
    rows: Sequence[PlainRow],
    refs: Mapping[int, str],
) -> None:
    """Keep the rows of a subject that counted at a version, unless newer ones are kept already."""
    row = {
        "deployment_id": subject[0],
        "measure_id": subject[1],
        "version": version,
        "form": FORM,
        "rows": packed(rows, refs),
    }
    new = insert(KeptClaims).values(row)
    changed = {name: new.excluded[name] for name in ("version", "form", "rows")}
    session.execute(
        new.on_conflict_do_update(
            index_elements=["deployment_id", "measure_id"],
            set_=changed,
            where=or_(KeptClaims.version <= new.excluded.version, KeptClaims.form != FORM),
        )
    )


def packed(rows: Sequence[PlainRow], refs: Mapping[int, str]) -> bytes:
    """Rows as columns in the order of their claims, each value that occurs often once: compressed JSON."""
    ordered = sorted(rows, key=lambda row: row[CLAIM_ID])
    columns = [list(column) for column in zip(*ordered, strict=True)]
    if columns:
        columns[SHARE] = [
            None if share is None else [None if part is None else str(part) for part in share]
            for share in columns[SHARE]
        ]
        columns[STANDING_ON] = [None if day is None else day.isoformat() for day in columns[STANDING_ON]]
    written = [
        _coded(column) if place not in (CLAIM_ID, REF, SHARE) else {"are": column}
        for place, column in enumerate(columns)
    ]
    data = {"columns": written, "named": list(refs), "refs": list(refs.values())}
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 6)


def _coded(column: list[Any]) -> dict[str, Any]:
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in column]
    if len(places) == 1:
        return {"is": column[0], "times": len(column)}
    return {"of": list(places), "at": codes} if 2 * len(places) < len(column) else {"are": column}


def unpacked(data: bytes) -> tuple[list[PlainRow], dict[int, str]]:
    """The rows that were `packed` so, and the names of other claims."""
    read = json.loads(zlib.decompress(data))
    refs = dict(zip(read["named"], read["refs"], strict=True))
    columns = [_decoded(column) for column in read["columns"]]
    if not columns:
        return [], refs
    columns[SHARE] = [
        None if share is None else [None if part is None else Decimal(part) for part in share]
        for share in columns[SHARE]
    ]
    columns[STANDING_ON] = [None if day is None else date.fromisoformat(day) for day in columns[STANDING_ON]]
    return list(zip(*columns, strict=True)), refs


def _decoded(column: dict[str, Any]) -> list[Any]:
    if "are" in column:
        return list(column["are"])
    if "is" in column:
        return [column["is"]] * int(column["times"])
    return list(map(column["of"].__getitem__, column["at"]))
