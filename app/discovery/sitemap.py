"""The pages of the site for those who index it: each address with the day the ledger last changed it.

https://www.sitemaps.org: up to 50,000 addresses stand in one file, more in parts that an index names. Rows
come from the database as they are written, so a file costs the same memory however many it lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import BigInteger, Select, and_, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.acts.models import Act
from app.claims.models import Claim, Revision
from app.claims.tallied import Voice
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure
from app.review.models import Judgement
from app.sources.models import Source, SourceDescription
from app.sources.queries import stands

MOST = 50_000
"""Addresses in one file."""

_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_AT_ONCE = 2000  # rows that are fetched together

PAGES = ("/", "/claims", "/sources", "/compare", "/changes", "/feeds", "/method", "/about")
"""Pages without a name in their address."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Pages of one kind: the parts of their paths between slashes, and when each last changed."""

    name: str
    prefix: str
    rows: Select[*tuple[Any, ...]]  # its last column is the moment
    number: Select[int]  # how many rows there are, counted without looking at acts


def _changed() -> Select[*tuple[Any, ...]]:
    """Of each claim as it counts now: what it is about, and when its revision or standing began to count."""
    return (
        select(Revision.claim_id, Revision.deployment_id, Revision.measure_id, Revision.source_id, Act.at)
        .outerjoin(
            Judgement,
            and_(
                Judgement.claim_id == Revision.claim_id,
                Judgement.approved_version.is_not(None),
                Judgement.replaced_version.is_(None),
            ),
        )
        .join(Act, Act.version == func.greatest(Revision.approved_version, Judgement.approved_version))
        .where(Revision.approved_version.is_not(None), Revision.replaced_version.is_(None))
    )


def kinds() -> Sequence[Kind]:
    """Every kind of page that the ledger makes, each in a lasting order."""
    changed, described = _changed().subquery(), aliased(Act)
    deployments = (
        select(Deployment.slug, func.greatest(func.max(changed.c.at), func.max(described.at)))
        .join(DeploymentDescription, DeploymentDescription.deployment_id == Deployment.id)
        .join(described, described.version == DeploymentDescription.version)
        .outerjoin(changed, changed.c.deployment_id == Deployment.id)
        .where(DeploymentDescription.replaced_version.is_(None))
        .group_by(Deployment.id)
        .order_by(Deployment.id)
    )
    measures = (
        select(Deployment.slug, Measure.slug, func.max(changed.c.at))
        .join_from(changed, Deployment, Deployment.id == changed.c.deployment_id)
        .join(Measure, Measure.id == changed.c.measure_id)
        .group_by(Deployment.id, Measure.id)
        .order_by(Deployment.id, Measure.id)
    )
    sources = (
        select(Source.slug, func.greatest(func.max(changed.c.at), func.max(described.at)))
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .join(described, described.version == SourceDescription.version)
        .outerjoin(changed, changed.c.source_id == Source.id)
        .where(SourceDescription.replaced_version.is_(None), stands())
        .group_by(Source.id)
        .order_by(Source.id)
    )
    claims = (
        select(Claim.ref, changed.c.at)
        .join_from(changed, Claim, Claim.id == changed.c.claim_id)
        .order_by(Claim.id)
    )
    # Counted where the database counts them as the ledger changes: counting a million claims takes longer.
    held = Voice.claims + Voice.appearances
    about = select(Voice.deployment_id, Voice.measure_id).where(held > 0).distinct().subquery()
    return (
        Kind("deployments", "/deployments/", deployments, _count(DeploymentDescription)),
        Kind("measures", "/deployments/", measures, select(func.count()).select_from(about)),
        Kind("sources", "/sources/", sources, _standing()),
        Kind("claims", "/claims/", claims, select(cast(func.coalesce(func.sum(held), 0), BigInteger))),
    )


def _count(description: type[DeploymentDescription | SourceDescription]) -> Select[int]:
    """How many there are, by the descriptions that count now."""
    return select(func.count(description.id)).where(description.replaced_version.is_(None))


def _standing() -> Select[int]:
    """How many sources there are that were not merged into another."""
    return select(func.count(Source.id)).where(stands())


def sizes(session: Session) -> dict[str, int]:
    """How many pages there are of each kind, by its name. One SELECT."""
    counts = [select(literal(kind.name), kind.number.scalar_subquery()) for kind in kinds()]
    rows = session.execute(counts[0].union_all(*counts[1:]))
    return {row[0]: row[1] for row in rows}


def parts(number: dict[str, int]) -> list[tuple[str, int]]:
    """The parts that an index names, by kind and number from 1 on; the pages without a name stand alone."""
    return [("pages", 1)] + [
        (name, part) for name, pages in number.items() for part in range(1, -(-pages // MOST) + 1)
    ]


def index(base: str, number: dict[str, int]) -> bytes:
    """The file that names all parts."""
    files = "".join(
        f"<sitemap><loc>{escape(f'{base}/sitemaps/{name}-{part}.xml')}</loc></sitemap>\n"
        for name, part in parts(number)
    )
    return f'{_HEAD}<sitemapindex xmlns="{_XMLNS}">\n{files}</sitemapindex>\n'.encode()


def whole(session: Session, base: str) -> Iterator[str]:
    """All addresses in one file, line by line."""
    yield from _opened()
    yield from _lines(base, _pages())
    for kind in kinds():
        yield from _lines(base, _rows(session, kind, kind.rows))
    yield "</urlset>\n"


def part_of(session: Session, base: str, name: str, part: int) -> Iterator[str]:
    """One part of those that the index names, line by line."""
    yield from _opened()
    if name == "pages":
        yield from _lines(base, _pages())
    for kind in kinds():
        if kind.name == name:
            rows = kind.rows.offset((part - 1) * MOST).limit(MOST)
            yield from _lines(base, _rows(session, kind, rows))
    yield "</urlset>\n"


def _opened() -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_XMLNS}">\n'


def _pages() -> Iterator[tuple[str, datetime | None]]:
    return ((path, None) for path in PAGES)


def _rows(
    session: Session, kind: Kind, rows: Select[*tuple[Any, ...]]
) -> Iterator[tuple[str, datetime | None]]:
    for row in session.execute(rows.execution_options(yield_per=_AT_ONCE)):
        *names, at = row
        yield f"{kind.prefix}{'/'.join(names)}", at


def _lines(base: str, pages: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    """One line for each page; of pages without a name no day is said, since any act moves them."""
    for path, at in pages:
        changed = "" if at is None else f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"
        yield f"<url><loc>{escape(base + path)}</loc>{changed}</url>\n"
