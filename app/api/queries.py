"""Lists of the API, page by page (keyset), and what one thing's full answer is made from.

A page is found by the key of the last item before it, which never changes: what comes in or is corrected
meanwhile moves no other item, so that nobody who walks through a list misses one or meets it twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import cast, false, func, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.acts.queries import last_checked_at
from app.answers.queries import MeasureText, ledger_at, measure_texts
from app.api.asked import Place
from app.charts.findings import Part
from app.claims.approved import ApprovedClaim
from app.claims.found import conditions_on, find_by_ref, named_ids
from app.claims.kin import Kin, kin_of
from app.claims.listing import Asked
from app.claims.models import Revision
from app.claims.queries import approved_claims, claims_of
from app.claims.summaries import Tally, tallies
from app.claims.views import part_in_the_reading
from app.deployments.models import Deployment
from app.deployments.queries import DeploymentText, described_deployments
from app.search.asked import Words
from app.search.models import ClaimText
from app.search.queries import tsquery
from app.sources.models import Family, Source, SourceDescription
from app.sources.queries import SourceTally, SourceText, described_sources, source_tallies

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """One page of a list, and the key of its last item where there is more behind it."""

    items: Sequence[T]
    further: str | None


def list_deployments(session: Session, place: Place) -> Items[DeploymentText]:
    """Deployments by slug. One SELECT."""
    slug = Deployment.slug.collate("C")
    query = described_deployments().order_by(slug).limit(place.limit + 1)
    if place.after is not None:
        query = query.where(slug > place.after)
    return _page([DeploymentText(*row) for row in session.execute(query)], place, lambda one: one.slug)


def list_measures(session: Session, place: Place) -> Items[MeasureText]:
    """Measures by slug. One SELECT: there are no more of them than a page has room for."""
    measures = sorted(measure_texts(session).values(), key=lambda one: one.slug)
    behind = [one for one in measures if place.after is None or one.slug > place.after]
    return _page(behind, place, lambda one: one.slug)


def list_sources(session: Session, place: Place) -> Items[tuple[SourceText, SourceTally]]:
    """Sources by slug, with how much stands under each name. Two SELECTs."""
    slug = Source.slug.collate("C")
    query = described_sources().order_by(slug).limit(place.limit + 1)
    if place.after is not None:
        query = query.where(slug > place.after)
    page = _page([SourceText(*row) for row in session.execute(query)], place, lambda one: one.slug)
    counted = source_tallies(session, [one.slug for one in page.items])
    return Items([(one, counted.get(one.slug, SourceTally())) for one in page.items], page.further)


def list_claims(session: Session, asked: Asked, words: Words, place: Place) -> Items[ApprovedClaim]:
    """Claims by claim_ref that answer a question and hold the words, found as the search finds them.

    Three SELECTs at most, one before them where slugs are named, and one more where words are: raises
    BadParameters for slugs that nothing has.
    """
    conditions = conditions_on(Revision, asked, named_ids(session, asked))
    if words.typed:
        written = tsquery(session, words.terms)
        holding = ClaimText.words.op("@@")(cast(written, TSQUERY)) if written else false()
        conditions["words"] = Revision.claim_id.in_(select(ClaimText.claim_id).where(holding))
    ids = find_by_ref(session, list(conditions.values()), rows=place.limit + 1, after=place.after)
    return _page(claims_of(session, ids), place, lambda one: one.ref)


def _page(found: Sequence[T], place: Place, key: Callable[[T], str]) -> Items[T]:
    items = found[: place.limit]
    return Items(items, key(items[-1]) if len(found) > place.limit else None)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment, how much is claimed of it, and how recent that is."""

    text: DeploymentText
    version: int  # of the ledger
    changed_at: datetime | None  # when the ledger came to it
    checked_at: datetime | None  # when somebody last looked for news and found none
    tallies: Sequence[tuple[str, Tally]]  # by the slug of the measure, the most claimed first


def deployed(session: Session, text: DeploymentText) -> Deployed:
    """What the full answer about a deployment tells. Three SELECTs."""
    version, changed_at = ledger_at(session, None)
    counted = [(measure, tally) for (_, measure), tally in tallies(session, text.slug, days=True).items()]
    return Deployed(text, version, changed_at, last_checked_at(session, text.slug), counted)


def source_of_slug(session: Session, slug: str) -> SourceText | None:
    """One source; None where there is none of that slug."""
    row = session.execute(described_sources().where(Source.slug == slug)).one_or_none()
    return None if row is None else SourceText(*row)


def relatives_of(session: Session, source: SourceText) -> list[str]:
    """The slugs of the other sources of its family, by name."""
    query = (
        select(Source.slug)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .join(Family, Family.id == SourceDescription.family_id)
        .where(Family.slug == source.family, Source.slug != source.slug)
        .where(SourceDescription.replaced_version.is_(None))
        .order_by(func.lower(SourceDescription.name), Source.id)
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around one claim."""

    appearances: Sequence[ApprovedClaim]  # by the day said
    kin: Kin
    part: Part | None  # in the reading of its measure at default choices; None: it has none


def surroundings(session: Session, claim: ApprovedClaim) -> Surroundings:
    """What stands around one claim, in a fixed number of SELECTs."""
    return Surroundings(
        approved_claims(session, repeat_of=claim.ref),
        kin_of(session, claim),
        part_in_the_reading(session, claim),
    )
