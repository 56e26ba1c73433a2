"""What happened to one claim in the ledger: its approved revisions and the judgements of its standing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.models import Claim, Place, Revision
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.review.models import Judgement
from app.sources.models import SourceDescription, SourceDocument


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a claim that a revision changed; None is an empty cell."""

    cell: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision or judgement that counts or counted, with who entered it and how."""

    at: datetime  # when it began to count
    by: str  # the person's public name
    origin: str
    version: int  # of the ledger, from which on it counted
    what: str
    reason: str | None
    words: str | None
    changes: tuple[Change, ...] = ()


_CELLS = [
    "deployment",
    "measure",
    "nature",
    "low",
    "point",
    "high",
    "qualifier",
    "as_of",
    "period",
    "counts_from",
    "place",
    "said_on",
    "source",
    "publisher",
    "title",
    "url",
    "published_on",
    "language",
    "wording",
    "credibility",
    "note",
]

_STANDINGS = {
    "good": "Restored to good standing",
    "set_aside": "Set aside",
    "retracted": "Retracted by its source",
}


def claim_history(session: Session, claim_ref: str) -> list[Entry]:
    """The entries of a claim in the order in which they began to count. Two SELECTs."""
    revisions = session.execute(_revisions(claim_ref)).all()
    entries = [
        Entry(
            at=row.decided_at,
            by=_public_name(row),
            origin=row.origin,
            version=row.approved_version,
            what="Entered" if before is None else "Corrected",
            reason=row.reason,
            words=row.overridden,
            changes=() if before is None else _changes(before, row),
        )
        for before, row in zip([None, *revisions], revisions, strict=False)
    ]
    entries += [
        Entry(
            at=row.decided_at,
            by=_public_name(row),
            origin=row.origin,
            version=row.approved_version,
            what=_STANDINGS[row.standing],
            reason=row.standing_reason,
            words=row.words,
        )
        for row in session.execute(_judgements(claim_ref))
    ]
    return sorted(entries, key=lambda entry: (entry.version, entry.what != "Entered"))


def _revisions(claim_ref: str) -> Select[*tuple[Any, ...]]:
    """The approved revisions of a claim, what they refer to in words, as it is called now."""
    return (
        select(
            *_OWN,
            Person.pseudonym,
            Person.display_name,
            Person.named_in_public,
            Deployment.slug.label("deployment"),
            Measure.slug.label("measure"),
            Place.name.label("place"),
            SourceDescription.name.label("source"),
            SourceDocument.publisher,
            SourceDocument.title,
            SourceDocument.url,
            SourceDocument.language,
        )
        .join(Claim, Claim.id == Revision.claim_id)
        .join(Person, Person.id == Revision.recorded_by)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .join(
            SourceDescription,
            (SourceDescription.source_id == Revision.source_id)
            & SourceDescription.replaced_version.is_(None),
        )
        .outerjoin(Place, Place.id == Revision.place_id)
        .outerjoin(SourceDocument, SourceDocument.id == Revision.document_id)
        .where(Claim.ref == claim_ref, Revision.approved_version.is_not(None))
        .order_by(Revision.number)
    )


def _judgements(claim_ref: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Judgement.decided_at,
            Judgement.origin,
            Judgement.approved_version,
            Judgement.standing,
            Judgement.standing_reason,
            Judgement.words,
            Person.pseudonym,
            Person.display_name,
            Person.named_in_public,
        )
        .join(Claim, Claim.id == Judgement.claim_id)
        .join(Person, Person.id == Judgement.recorded_by)
        .where(Claim.ref == claim_ref, Judgement.approved_version.is_not(None))
        .order_by(Judgement.number)
    )


def _public_name(row: Row[Any]) -> str:
    """How the person who recorded it is named to the public."""
    name: str = row.display_name if row.named_in_public else row.pseudonym
    return name


def _changes(before: Row[Any], after: Row[Any]) -> tuple[Change, ...]:
    pairs = ((cell, _written(getattr(before, cell)), _written(getattr(after, cell))) for cell in _CELLS)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def _written(value: object) -> str | None:
    if value is None:
        return None
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)


_OWN = (
    Revision.decided_at,
    Revision.origin,
    Revision.approved_version,
    Revision.reason,
    Revision.overridden,
    Revision.nature,
    Revision.low,
    Revision.point,
    Revision.high,
    Revision.qualifier,
    Revision.as_of,
    Revision.period,
    Revision.counts_from,
    Revision.said_on,
    Revision.published_on,
    Revision.wording,
    Revision.credibility,
    Revision.note,
)
