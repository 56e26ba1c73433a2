"""Claims between their shapes: a row as it is typed, a claim as it is read, a revision as it is stored."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.claims.approved import ApprovedClaim, Attribution, Document, Figure
from app.claims.forms import ClaimRow, ReadClaim
from app.claims.models import Revision
from app.claims.queries import read_claims, revision_columns
from app.claims.words import Nature, Qualifier
from app.database import among
from app.dates import Days
from app.slugs import slug_of


def claims_of(session: Session, revision_ids: Sequence[int]) -> dict[int, ApprovedClaim]:
    """By id, revisions of any verdict as the claims that they would be if approved; two SELECTs at most."""
    if not revision_ids:
        return {}
    found = session.execute(
        revision_columns()
        .add_columns(Revision.id.label("revision_id"))
        .where(among(Revision.id, revision_ids))
    ).all()
    return dict(zip([row.revision_id for row in found], read_claims(found), strict=True))


def rows_of(session: Session, revision_ids: Sequence[int]) -> dict[int, ClaimRow]:
    """By id, revisions of any verdict as rows; standing is left empty, because it is no part of them."""
    return {revision_id: as_row(claim) for revision_id, claim in claims_of(session, revision_ids).items()}


def as_row(claim: ApprovedClaim) -> ClaimRow:
    """A claim as the row that a form is filled from; its standing left out."""
    document = claim.document or Document()
    return ClaimRow(
        claim_ref=claim.ref,
        deployment=claim.deployment,
        measure=claim.measure,
        nature=claim.nature,
        low=_written(claim.low),
        point=_written(claim.point),
        high=_written(claim.high),
        qualifier=claim.qualifier or "",
        as_of=_date(claim.as_of),
        period=_date(claim.period),
        counts_from=_date(claim.counts_from),
        place=claim.place_name or claim.place or "",
        said_on=_date(claim.said_on),
        source=claim.source.name,
        publisher=document.publisher or "",
        title=document.title or "",
        url=document.url or "",
        published_on=_date(claim.published_on),
        language=document.language or "",
        wording=claim.wording or "",
        credibility="" if claim.credibility is None else str(claim.credibility),
        supersedes=claim.supersedes or "",
        part_of=claim.part_of or "",
        repeat_of=claim.repeat_of or "",
        note=claim.note or "",
    )


def as_claim(read: ReadClaim, source: Attribution, at: datetime | None = None) -> ApprovedClaim:
    """A row without problems as the claim that it would be if it counted, in good standing."""
    row, days = read.row, read.days
    assert days.said_on is not None  # noqa: S101 - a row without problems says when it was said
    document = Document(row.publisher or None, row.title or None, row.url or None, row.language or None)
    return ApprovedClaim(
        ref=row.claim_ref,
        deployment=row.deployment,
        measure=row.measure,
        nature=Nature(row.nature),
        source=source,
        said_on=days.said_on,
        low=_figure(row.low),
        point=_figure(row.point),
        high=_figure(row.high),
        qualifier=Qualifier(row.qualifier) if row.qualifier else None,
        as_of=days.as_of,
        period=days.period,
        counts_from=days.counts_from,
        published_on=days.published_on,
        place=slug_of(row.place) or None,
        place_name=row.place or None,
        credibility=int(row.credibility) if row.credibility else None,
        supersedes=row.supersedes or None,
        part_of=row.part_of or None,
        repeat_of=row.repeat_of or None,
        document=None if document == Document() else document,
        wording=row.wording or None,
        note=row.note or None,
        recorded_at=at,
    )


def last_day_of(claim: ApprovedClaim) -> date:
    """The last day that a claim is about; the day it was said where it names none."""
    if claim.period is not None:
        return claim.period.last
    return min(claim.as_of.last, claim.day_said) if claim.as_of is not None else claim.day_said


def _written(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return format(figure.normalize(), "f") if isinstance(figure, Decimal) else str(figure)


def _figure(written: str) -> Figure | None:
    if not written:
        return None
    number = Decimal(written)
    return int(number) if number == number.to_integral_value() else number


def _date(days: Days | None) -> str:
    return "" if days is None else days.written
