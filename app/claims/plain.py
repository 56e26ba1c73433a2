"""Approved claims as arithmetic and charts take them: without documents, wording, notes and appearances.

A reading of 20,000 claims asks nothing of their documents. What many claims share (sources, places) is asked
for once and not with each of them, so that a claim costs one narrow row: a fifth of what it costs whole.
Those that a page lists get what it says of them besides by `listed_claims`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import BigInteger, Numeric

from app.acts.queries import ledger_version
from app.claims.approved import ApprovedClaim, Attribution, Document, Figure
from app.claims.compact import (
    CLAIM_ID,
    KEPT,
    KEPT_FROM,
    PART_OF_ID,
    PLACE_ID,
    REF,
    SOURCE_ID,
    SUPERSEDES_ID,
    KeptClaims,
    Packed,
    PlainRow,
    SubjectIds,
    held_rows,
    is_about,
    is_kept_of,
    is_worth_keeping,
    keep_rows,
)
from app.claims.models import Claim, Revision
from app.claims.queries import holding
from app.claims.summaries import Subject
from app.claims.tallied import Subject as SubjectRow
from app.claims.words import Nature, Qualifier, Standing
from app.database import among
from app.dates import read_date, read_period
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.lying import parted, wholes_of
from app.places.models import Place, PlaceDescription
from app.review.models import Judgement
from app.sources.models import Family, Source, SourceDescription, SourceDocument

_NATURES = {str(word): word for word in Nature}
_QUALIFIERS = {str(word): word for word in Qualifier}
_STANDINGS = {str(word): word for word in Standing}


def plain_claims(
    session: Session, subjects: Collection[Subject], *, version: int | None = None, as_kept: bool = True
) -> list[ApprovedClaim]:
    """The claims about these subjects that count at `version` (None: the latest), whatever their standing.

    By the day said, then by claim_ref; appearances left out. Five statements at most, however many there are,
    and two more for each subject whose rows are kept and have changed since (app.claims.compact). What a page
    shows of a claim beside its figure is left empty: document, wording, note, number of appearances.
    `as_kept` False reads the ledger alone.
    """
    named, kept = _named_and_kept(session, subjects)
    held = held_rows(session, kept, version) if as_kept else {}
    rows: list[PlainRow] = []
    refs: dict[int, str] = {}
    missing = [pair for pair in named if pair not in held]
    if missing:
        rows += _fetched(session, rows_about(missing, version))
    for pair, found in held.items():
        rows += found.rows
        refs |= found.refs
        if found.changed:
            rows += _fetched(session, _rows(_is_one_of(pair, found.changed), version))
    return _claims(session, named, rows, version, refs)


def _named_and_kept(
    session: Session, subjects: Collection[Subject]
) -> tuple[dict[SubjectIds, Subject], dict[SubjectIds, Packed]]:
    """Subjects by their numbers, and what is kept of them. One statement."""
    rows = session.execute(
        select(Deployment.id, Deployment.slug, Measure.id, Measure.slug, *KEPT)
        .select_from(Deployment)
        .join(Measure, Measure.slug.in_({slug for _, slug in subjects}))
        .outerjoin(KeptClaims, is_kept_of(Deployment.id, Measure.id))
        .outerjoin(SubjectRow, is_about(Deployment.id, Measure.id))
        .where(Deployment.slug.in_({slug for slug, _ in subjects}))
    )
    wanted = set(subjects)
    named: dict[SubjectIds, Subject] = {}
    kept: dict[SubjectIds, Packed] = {}
    for d, slug, m, measure, version, changed, data in rows:
        if (slug, measure) in wanted:
            named[d, m] = (slug, measure)
            if data is not None and changed is not None:
                kept[d, m] = Packed(version, changed, data)
    return named, kept


def _fetched(session: Session, query: Select[*tuple[Any, ...]]) -> list[PlainRow]:
    return [tuple(row) for row in session.execute(query)]


def _is_one_of(subject: SubjectIds, claims: Collection[int]) -> ColumnElement[bool]:
    """The condition that a revision is about a subject, and of one of these claims."""
    return and_(
        Revision.deployment_id == subject[0],
        Revision.measure_id == subject[1],
        Revision.claim_id == any_(literal(sorted(claims), ARRAY(BigInteger))),
    )


def claims_numbered(
    session: Session, subjects: Mapping[SubjectIds, Subject], numbers: Collection[int]
) -> dict[int, ApprovedClaim]:
    """Claims about these subjects that count now, by their numbers, as `plain_claims`.

    By the day said, then by claim_ref. Four statements at most, none for no claims.
    """
    if not numbers:
        return {}
    wanted = Revision.claim_id == any_(literal(sorted(numbers), ARRAY(BigInteger)))
    rows = _fetched(session, _rows(wanted, None))
    number_of = {row[REF]: row[CLAIM_ID] for row in rows}
    return {number_of[claim.ref]: claim for claim in _claims(session, subjects, rows, None)}


def _claims(
    session: Session,
    named: Mapping[tuple[int, int], Subject],
    rows: Sequence[PlainRow],
    version: int | None,
    refs: Mapping[int, str] = MappingProxyType({}),
) -> list[ApprovedClaim]:
    """Rows as claims, by the day said, then by claim_ref; `refs` of others are known. Three statements."""
    known = _Known(
        named,
        {**refs, **{row[CLAIM_ID]: row[REF] for row in rows}},
        _sources(session, {row[SOURCE_ID] for row in rows}, version),
        _places(session, {row[PLACE_ID] for row in rows} - {None}, version),
    )
    known.refs.update(_refs(session, _named_by(rows) - known.refs.keys()))
    claims = [_claim(row, known) for row in rows]
    claims.sort(key=lambda claim: (claim.day_said, claim.ref))
    return claims


def _named_by(rows: Iterable[PlainRow]) -> set[int]:
    """The numbers of the claims that these restate or are a part of."""
    return {row[place] for row in rows for place in (SUPERSEDES_ID, PART_OF_ID)} - {None}


def listed_claims(
    session: Session, claims: Iterable[ApprovedClaim], *, version: int | None = None
) -> dict[str, ApprovedClaim]:
    """These plain claims by claim_ref with what a table says of them besides: document, note, appearances.

    As they count at `version`. Their wording is left empty. One statement, none for no claims.
    """
    plain = {claim.ref: claim for claim in claims}
    if not plain:
        return {}
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
    rows = session.execute(
        select(
            Claim.ref,
            Revision.note,
            SourceDocument.publisher,
            SourceDocument.title,
            SourceDocument.url,
            SourceDocument.language,
            appearances,
        )
        .join(Revision, Revision.claim_id == Claim.id)
        .outerjoin(SourceDocument, SourceDocument.id == Revision.document_id)
        .where(
            among(Claim.ref, sorted(plain)),
            holding(Revision.approved_version, Revision.replaced_version, version),
        )
    )
    return {
        ref: replace(
            plain[ref],
            note=note,
            document=None if parts == _NO_DOCUMENT else Document(*parts),
            appearances=number,
        )
        for ref, note, *parts, number in rows
    }


_NO_DOCUMENT = [None] * 4


def appearances_of(
    session: Session, deployment: str, measure: str, *, known_on: date | None, version: int | None
) -> int:
    """How many further outlets printed the claims about a measure that had been said by `known_on`."""
    about = (
        select(Revision.claim_id)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .where(
            Deployment.slug == deployment,
            Measure.slug == measure,
            holding(Revision.approved_version, Revision.replaced_version, version),
            Revision.repeat_of_id.is_(None),
        )
    )
    if known_on is not None:
        about = about.where(Revision.said_day <= known_on)
    repeats = aliased(Revision)
    return session.scalars(
        select(func.count()).where(
            repeats.repeat_of_id.in_(about),
            holding(repeats.approved_version, repeats.replaced_version, version),
        )
    ).one()


_Placed = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Slug and name of a place, and slugs and names of the places in which it lies, the nearest first."""

_Nowhere = tuple[None, None, tuple[str, ...], tuple[str, ...]]


def is_superseded(session: Session, claim_ref: str) -> bool:
    """Whether a claim that counts now restates this one."""
    later = (
        select(Revision.id)
        .join(Claim, Claim.id == Revision.supersedes_id)
        .where(
            Claim.ref == claim_ref,
            holding(Revision.approved_version, Revision.replaced_version, None),
            Revision.repeat_of_id.is_(None),
        )
    )
    return session.scalar(select(later.exists())) or False


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows name by numbers."""

    subjects: Mapping[tuple[int, int], Subject]
    refs: dict[int, str]
    sources: Mapping[int, Attribution]
    places: Mapping[int, _Placed]


def _subjects_by_id(session: Session, subjects: Collection[Subject]) -> dict[tuple[int, int], Subject]:
    deployments = {slug for slug, _ in subjects}
    measures = {slug for _, slug in subjects}
    wanted = set(subjects)
    rows = session.execute(
        select(Deployment.id, Deployment.slug, Measure.id, Measure.slug)
        .join(Measure, Measure.slug.in_(measures))
        .where(Deployment.slug.in_(deployments))
    )
    return {(d, m): (slug, measure) for d, slug, m, measure in rows if (slug, measure) in wanted}


def rows_about(subjects: Sequence[SubjectIds], version: int | None) -> Select[*tuple[Any, ...]]:
    """The rows of the claims about these subjects that count at a version, in no order."""
    if len({deployment for deployment, _ in subjects}) == 1:
        about = and_(
            Revision.deployment_id == subjects[0][0],
            Revision.measure_id == any_(literal([m for _, m in subjects], ARRAY(BigInteger))),
        )
    else:
        pairs = (
            func.unnest(
                literal([d for d, _ in subjects], ARRAY(BigInteger)),
                literal([m for _, m in subjects], ARRAY(BigInteger)),
            )
            .table_valued("d", "m", name="asked")
            .render_derived()
        )
        about = and_(Revision.deployment_id == pairs.c.d, Revision.measure_id == pairs.c.m)
    return _rows(about, version)


def _rows(about: ColumnElement[bool], version: int | None) -> Select[*tuple[Any, ...]]:
    is_share = Revision.nature == Nature.SHARE
    figures = (Revision.low, Revision.point, Revision.high)
    return (
        select(
            Revision.claim_id,
            Claim.ref,
            Revision.deployment_id,
            Revision.measure_id,
            Revision.nature,
            # Whole figures up to 10^15 are exact in a float, which is read several times as fast.
            *(cast(figure, Float(53)).label(figure.key) for figure in figures),
            case((is_share, cast(array(figures), ARRAY(Numeric))), else_=None).label("share"),
            Revision.qualifier,
            Revision.as_of,
            Revision.period,
            Revision.counts_from,
            Revision.said_on,
            Revision.published_on,
            Revision.place_id,
            Revision.credibility,
            Revision.supersedes_id,
            Revision.part_of_id,
            Revision.source_id,
            Revision.number,
            Judgement.standing,
            Judgement.standing_reason,
            Judgement.standing_on,
        )
        .join(Claim, Claim.id == Revision.claim_id)
        .outerjoin(
            Judgement,
            and_(
                Judgement.claim_id == Revision.claim_id,
                holding(Judgement.approved_version, Judgement.replaced_version, version),
            ),
        )
        .where(
            about,
            holding(Revision.approved_version, Revision.replaced_version, version),
            Revision.repeat_of_id.is_(None),
        )
    )


def _refs(session: Session, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(Claim.id, Claim.ref).where(Claim.id == any_(literal(sorted(ids), ARRAY(BigInteger))))
    )
    return {row.id: row.ref for row in rows}


def _sources(session: Session, ids: Collection[int], version: int | None) -> dict[int, Attribution]:
    rows = session.execute(
        select(
            Source.id,
            Source.slug,
            SourceDescription.name,
            func.coalesce(Family.slug, Source.slug),
            func.coalesce(Family.name, SourceDescription.name),
            SourceDescription.kind,
            SourceDescription.country,
            SourceDescription.reliability,
            SourceDescription.stance,
        )
        .join(
            SourceDescription,
            and_(
                SourceDescription.source_id == Source.id,
                holding(SourceDescription.version, SourceDescription.replaced_version, version),
            ),
        )
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(Source.id == any_(literal(sorted(ids), ARRAY(BigInteger))))
    )
    return {row[0]: Attribution(*row[1:]) for row in rows}


def _places(session: Session, ids: Collection[int], version: int | None) -> dict[int, _Placed]:
    if not ids:
        return {}
    rows = session.execute(
        select(
            Place.id,
            Place.slug,
            func.coalesce(PlaceDescription.name, Place.name),
            wholes_of("places.id", version),
        )
        .outerjoin(
            PlaceDescription,
            and_(
                PlaceDescription.place_id == Place.id,
                holding(PlaceDescription.version, PlaceDescription.replaced_version, version),
            ),
        )
        .where(Place.id == any_(literal(sorted(ids), ARRAY(BigInteger))))
    )
    return {place: (slug, name, *parted(wholes)) for place, slug, name, wholes in rows}


def _claim(row: PlainRow, known: _Known) -> ApprovedClaim:
    # Unpacked at once: twenty look-ups by name for each of many thousand rows are felt.
    (
        _, ref, deployment_id, measure_id, nature, low, point, high, share, qualifier, as_of, period,
        counts_from, said_on, published_on, place_id, credibility, supersedes_id, part_of_id, source_id,
        number, standing, standing_reason, standing_on,
    ) = row  # fmt: skip
    deployment, measure = known.subjects[deployment_id, measure_id]
    place, place_name, wholes, whole_names = _NOWHERE if place_id is None else known.places[place_id]
    if share is not None:
        low, point, high = share
    return ApprovedClaim(
        ref=ref,
        deployment=deployment,
        measure=measure,
        nature=_NATURES[nature],
        source=known.sources[source_id],
        said_on=read_date(said_on),
        low=_figure(low),
        point=_figure(point),
        high=_figure(high),
        qualifier=_QUALIFIERS[qualifier] if qualifier else None,
        as_of=read_date(as_of) if as_of else None,
        period=read_period(period) if period else None,
        counts_from=read_date(counts_from) if counts_from else None,
        published_on=read_date(published_on) if published_on else None,
        place=place,
        place_name=place_name,
        place_wholes=wholes,
        place_whole_names=whole_names,
        credibility=credibility,
        supersedes=None if supersedes_id is None else known.refs[supersedes_id],
        part_of=None if part_of_id is None else known.refs[part_of_id],
        standing=_STANDINGS[standing] if standing else Standing.GOOD,
        standing_reason=standing_reason,
        standing_on=standing_on,
        revision=number,
    )


_NOWHERE: _Nowhere = (None, None, (), ())


def _figure(stored: Any) -> Figure | None:
    """Whole figures as int: only shares have decimals."""
    if stored is None:
        return None
    whole = int(stored)
    return whole if whole == stored else stored


def keep_claims(
    session: Session, subject: Subject, *, least: int = KEPT_FROM, version: int | None = None
) -> bool:
    """Keep the rows of a measure of `least` claims as they counted at a version (None: the latest).

    Whether it was done: not where it is not worth it.
    """
    for pair in _subjects_by_id(session, [subject]):
        if is_worth_keeping(session, pair, least):
            # Of a version that is named, so that it does not matter what is approved meanwhile.
            version = ledger_version(session) if version is None else version
            rows = _fetched(session, rows_about([pair], version))
            own = {row[CLAIM_ID] for row in rows}
            keep_rows(session, pair, version, rows, _refs(session, _named_by(rows) - own))
            return True
    return False
