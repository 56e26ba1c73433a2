"""Approved claims as they are read: one SELECT, typed rows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.claims.approved import ApprovedClaim, Attribution, Document, Figure
from app.claims.models import Claim, Revision
from app.claims.words import Nature, Qualifier, Standing
from app.database import among
from app.dates import Days, read_date, read_period
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.lying import parted, wholes_of
from app.places.models import Place, PlaceDescription
from app.review.models import Judgement
from app.sources.models import Family, Source, SourceDescription, SourceDocument

Superseded, Whole, Root = aliased(Claim), aliased(Claim), aliased(Claim)


def holding(
    since: InstrumentedAttribute[Any], until: InstrumentedAttribute[int | None], version: int | None
) -> ColumnElement[bool]:
    """The condition that a row counts at ledger `version`; None: at the latest."""
    if version is None:
        return and_(since.is_not(None), until.is_(None))
    return and_(since <= version, until.is_(None) | (until > version))


def claim_columns(version: int | None = None) -> Select[*tuple[Any, ...]]:
    """Every column of an `ApprovedClaim`, over all claims and appearances that count at `version`."""
    return revision_columns(version).where(
        holding(Revision.approved_version, Revision.replaced_version, version)
    )


def revision_columns(version: int | None = None) -> Select[*tuple[Any, ...]]:
    """Every column of an `ApprovedClaim`, over revisions of any age and verdict.

    Sources are called, and claims stand, as they did at `version`; None: as they do now.
    """
    repeats = aliased(Revision)
    appearances = (
        select(func.count())
        .where(
            repeats.repeat_of_id == Revision.claim_id,
            holding(repeats.approved_version, repeats.replaced_version, version),
        )
        .correlate(Revision)
        .scalar_subquery()
    )
    return (
        select(
            Claim.ref,
            Deployment.slug.label("deployment"),
            Measure.slug.label("measure"),
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
            Place.slug.label("place"),
            func.coalesce(PlaceDescription.name, Place.name).label("place_name"),
            wholes_of("claim_revisions.place_id", version).label("place_wholes"),
            Revision.credibility,
            Superseded.ref.label("supersedes"),
            Whole.ref.label("part_of"),
            Root.ref.label("repeat_of"),
            Judgement.standing,
            Judgement.standing_reason,
            Judgement.standing_on,
            SourceDocument.publisher,
            SourceDocument.title,
            SourceDocument.url,
            SourceDocument.language,
            Revision.wording,
            Revision.note,
            Revision.number,
            Revision.recorded_at,
            appearances.label("appearances"),
            Source.slug.label("source"),
            SourceDescription.name.label("source_name"),
            SourceDescription.kind.label("source_kind"),
            SourceDescription.country,
            SourceDescription.reliability,
            SourceDescription.stance,
            Family.slug.label("family"),
            Family.name.label("family_name"),
        )
        .join(Claim, Claim.id == Revision.claim_id)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .join(Source, Source.id == Revision.source_id)
        .join(
            SourceDescription,
            and_(
                SourceDescription.source_id == Source.id,
                holding(SourceDescription.version, SourceDescription.replaced_version, version),
            ),
        )
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .outerjoin(Place, Place.id == Revision.place_id)
        .outerjoin(
            PlaceDescription,
            and_(
                PlaceDescription.place_id == Revision.place_id,
                holding(PlaceDescription.version, PlaceDescription.replaced_version, version),
            ),
        )
        .outerjoin(SourceDocument, SourceDocument.id == Revision.document_id)
        .outerjoin(Superseded, Superseded.id == Revision.supersedes_id)
        .outerjoin(Whole, Whole.id == Revision.part_of_id)
        .outerjoin(Root, Root.id == Revision.repeat_of_id)
        .outerjoin(
            Judgement,
            and_(
                Judgement.claim_id == Revision.claim_id,
                holding(Judgement.approved_version, Judgement.replaced_version, version),
            ),
        )
    )


def approved_claims(
    session: Session,
    *,
    deployment: str | None = None,
    measures: Sequence[str] | None = None,
    source: str | None = None,
    refs: Sequence[str] | None = None,
    repeat_of: str | None = None,
    appearances: bool = False,
    version: int | None = None,
) -> list[ApprovedClaim]:
    """The claims that count at ledger `version` (None: the latest), by the day said, then by claim_ref.

    Set-aside and retracted claims are among them, with their standing. Appearances are left out
    unless `appearances`, or asked for by `repeat_of` (the claim_ref of their claim) or `refs`.
    `measures` of None means all of them; slugs that nothing has give no rows.
    """
    query = claim_columns(version).order_by(Revision.said_day, Claim.ref)
    if deployment is not None:
        query = query.where(Deployment.slug == deployment)
    if measures is not None:
        query = query.where(Measure.slug.in_(measures))
    if source is not None:
        query = query.where(Source.slug == source)
    if refs is not None:
        # The database takes no NUL, and no claim is called so.
        query = query.where(among(Claim.ref, [ref for ref in refs if ref.isprintable()]))
    if repeat_of is not None:
        # The id by itself: joined by its name, every appearance of the ledger would be looked at.
        root = select(Claim.id).where(Claim.ref == repeat_of).scalar_subquery()
        query = query.where(Revision.repeat_of_id == root)
    elif not appearances and refs is None:
        query = query.where(Revision.repeat_of_id.is_(None))
    return read_claims(session.execute(query))


def claims_of(session: Session, ids: Sequence[int], version: int | None = None) -> list[ApprovedClaim]:
    """The claims and appearances of these numbers (`claims.id`) that count at `version`, in this order.

    One SELECT; none for no numbers.
    """
    if not ids:
        return []
    query = claim_columns(version).add_columns(Revision.claim_id).where(among(Revision.claim_id, ids))
    rows = session.execute(query).all()
    found = dict(zip([row.claim_id for row in rows], read_claims(rows), strict=True))
    return [found[one] for one in ids if one in found]


def read_claims(rows: Iterable[Row[Any]]) -> list[ApprovedClaim]:
    """Rows of `claim_columns` as typed claims; equal sources and documents are one object."""
    sources: dict[str, Attribution] = {}
    return [_claim(row, sources) for row in rows]


def _claim(row: Row[Any], sources: dict[str, Attribution]) -> ApprovedClaim:
    source = sources.get(row.source)
    if source is None:
        source = sources[row.source] = _attribution(row)
    wholes, whole_names = parted(row.place_wholes)
    return ApprovedClaim(
        ref=row.ref,
        deployment=row.deployment,
        measure=row.measure,
        nature=Nature(row.nature),
        source=source,
        said_on=read_date(row.said_on),
        low=_figure(row.low),
        point=_figure(row.point),
        high=_figure(row.high),
        qualifier=Qualifier(row.qualifier) if row.qualifier else None,
        as_of=_date(row.as_of),
        period=read_period(row.period) if row.period else None,
        counts_from=_date(row.counts_from),
        published_on=_date(row.published_on),
        place=row.place,
        place_name=row.place_name,
        place_wholes=wholes,
        place_whole_names=whole_names,
        credibility=row.credibility,
        supersedes=row.supersedes,
        part_of=row.part_of,
        repeat_of=row.repeat_of,
        standing=Standing(row.standing or "good"),
        standing_reason=row.standing_reason,
        standing_on=row.standing_on,
        document=_document(row),
        wording=row.wording,
        note=row.note,
        revision=row.number,
        recorded_at=row.recorded_at,
        appearances=row.appearances,
    )


def _attribution(row: Row[Any]) -> Attribution:
    return Attribution(
        slug=row.source,
        name=row.source_name,
        family=row.family or row.source,
        family_name=row.family_name or row.source_name,
        kind=row.source_kind,
        country=row.country,
        reliability=row.reliability,
        stance=row.stance,
    )


def _document(row: Row[Any]) -> Document | None:
    document = Document(row.publisher, row.title, row.url, row.language)
    return None if document == Document() else document


def _date(written: str | None) -> Days | None:
    return read_date(written) if written else None


def _figure(stored: Decimal | None) -> Figure | None:
    """Whole figures as int: only shares have decimals."""
    if stored is None:
        return None
    return int(stored) if stored == stored.to_integral_value() else stored
