"""Sources and their families as they are read: what the ledger says of them now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, exists, func, select, union
from sqlalchemy.orm import Session, aliased

from app.claims.approved import Attribution
from app.claims.tallied import Voice
from app.sources.models import Family, Source, SourceAlias, SourceDescription, SourceMerge


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source in words. A source without a family is a family of its own, under its own slug and name."""

    slug: str
    name: str
    kind: str | None
    country: str | None  # ISO 3166-1 alpha-3, or a free name
    family: str
    family_name: str
    reliability: str | None  # A to F; None: not graded
    stance: str | None  # own, opponent or third towards the sender; None: unknown
    note: str | None


@dataclass(frozen=True, slots=True)
class SourceTally:
    """How much of the ledger one source fills. Days are None where it made no claim."""

    claims: int = 0
    appearances: int = 0
    first_said: date | None = None
    last_said: date | None = None


def source_texts(session: Session, *, merged: bool = False) -> list[SourceText]:
    """Every source, those of one family together, both by name; those that were merged only if `merged`."""
    rows = session.execute(
        described_sources(merged=merged).order_by(
            func.lower(_FAMILY_NAME), _FAMILY, func.lower(SourceDescription.name), Source.id
        )
    )
    return [SourceText(*row) for row in rows]


def described_sources(*, merged: bool = False) -> Select[*tuple[Any, ...]]:
    """The columns of a SourceText, in its order; also of sources merged into another if `merged`."""
    query = (
        select(
            Source.slug,
            SourceDescription.name,
            SourceDescription.kind,
            SourceDescription.country,
            _FAMILY,
            _FAMILY_NAME,
            SourceDescription.reliability,
            SourceDescription.stance,
            SourceDescription.note,
        )
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(SourceDescription.replaced_version.is_(None))
    )
    return query if merged else query.where(stands())


def stands() -> ColumnElement[bool]:
    """The condition that a source was not merged into another one, or stands by itself again."""
    return ~exists().where(
        SourceMerge.source_id == Source.id,
        SourceMerge.replaced_version.is_(None),
        SourceMerge.into_id.is_not(None),
    )


_FAMILY = func.coalesce(Family.slug, Source.slug)
_FAMILY_NAME = func.coalesce(Family.name, SourceDescription.name)


def source_tallies(session: Session, sources: Sequence[str] | None = None) -> dict[str, SourceTally]:
    """By slug, how many claims and appearances stand under each of these sources that has any.

    None asks for all sources.
    """
    query = (
        select(
            Source.slug,
            func.sum(Voice.claims).cast(BigInteger).label("claims"),
            func.sum(Voice.appearances).cast(BigInteger).label("appearances"),
            func.min(Voice.first_said).label("first_said"),
            func.max(Voice.last_said).label("last_said"),
        )
        .join(Source, Source.id == Voice.source_id)
        .group_by(Source.slug)
        .having(func.sum(Voice.claims + Voice.appearances) > 0)
    )
    if sources is not None:
        query = query.where(Source.slug.in_(sources))
    rows = session.execute(query)
    return {row.slug: SourceTally(row.claims, row.appearances, row.first_said, row.last_said) for row in rows}


def attribution_of(session: Session, source_id: int) -> Attribution:
    """A source as claims name it, as the ledger describes it now."""
    row = session.execute(
        select(
            Source.slug,
            SourceDescription.name,
            func.coalesce(Family.slug, Source.slug),
            func.coalesce(Family.name, SourceDescription.name),
            SourceDescription.kind,
            SourceDescription.country,
            SourceDescription.reliability,
            SourceDescription.stance,
        )
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(Source.id == source_id, SourceDescription.replaced_version.is_(None))
    ).one()
    return Attribution(*row)


def other_names(session: Session, sources: Sequence[str] | None = None) -> dict[str, list[str]]:
    """By slug, the other names by which sources are known today, in their order; None asks for all sources.

    Names of sources that were merged into them are among these: claims are found by them all the same.
    """
    under = aliased(Source)
    aliases = select(SourceAlias.source_id, SourceAlias.name).where(SourceAlias.replaced_version.is_(None))
    merged = (
        select(SourceDescription.source_id, SourceDescription.name)
        .join(Source, Source.id == SourceDescription.source_id)
        .where(SourceDescription.replaced_version.is_(None), ~stands())
    )
    named = union(aliases, merged).subquery()
    query = (
        select(under.slug, named.c.name)
        .join(under, under.id == func.source_now(named.c.source_id))
        .order_by(func.lower(named.c.name), named.c.name)
    )
    if sources is not None:
        query = query.where(under.slug.in_(sources))
    found: dict[str, list[str]] = {}
    for slug, name in session.execute(query):
        found.setdefault(slug, []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class Merged:
    """That claims of one source stand under another one since a version of the ledger."""

    slug: str
    name: str  # of the source that was merged
    into: str  # the slug of the one under which its claims stand now, at the end of the chain
    version: int


def merged_sources(session: Session, slugs: Collection[str]) -> list[Merged]:
    """Those of these sources that were merged into another one. One SELECT."""
    under = aliased(Source)
    rows = session.execute(
        select(Source.slug, SourceDescription.name, under.slug, SourceMerge.version)
        .join(SourceMerge, SourceMerge.source_id == Source.id)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .join(under, under.id == func.source_now(Source.id))
        .where(
            Source.slug.in_(slugs),
            SourceMerge.replaced_version.is_(None),
            SourceMerge.into_id.is_not(None),
            SourceDescription.replaced_version.is_(None),
        )
        .order_by(Source.id)
    )
    return [Merged(*row) for row in rows]


def source_families(session: Session, slugs: Collection[str]) -> dict[str, str]:
    """By slug, the slug of the family that each of these sources is of now; its own where it has none."""
    rows = session.execute(
        select(Source.slug, _FAMILY)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(Source.slug.in_(slugs), SourceDescription.replaced_version.is_(None))
    )
    return {row[0]: row[1] for row in rows}
