"""Contested claims worded again from what was kept of them, with the few claims that their arguments name."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers.kept import Known
from app.claims.approved import ApprovedClaim, Attribution
from app.claims.queries import approved_claims
from app.claims.summaries import Subject
from app.readings.candidates import Candidate
from app.readings.choices import Choices
from app.readings.derived import derived_claim
from app.readings.outlines import Fates, candidate_of, floor_of, worded
from app.readings.results import Contested
from app.sources.models import Family, Source, SourceDescription

Told = dict[Subject, tuple[dict[str, Contested], dict[str, Candidate]]]
"""By subject, contested claims by claim_ref, in precedence order, and the candidates that they name."""


def told_again(
    session: Session, known: Known, wanted: Mapping[Subject, tuple[Fates, Collection[str]]]
) -> Told:
    """The contested claims of these names, with their sentences in the language of the moment.

    At most two statements: one for all claims that are named, one for the sources of event floors.
    """
    named = {subject: _named(fates, refs) for subject, (fates, refs) in wanted.items()}
    claims = _claims(session, wanted, named)
    sources = _sources(
        session,
        {
            fates.floors[ref].source
            for subject, (fates, _) in wanted.items()
            for ref in named[subject]
            if ref in fates.floors
        },
    )
    found: Told = {}
    for subject, (fates, refs) in wanted.items():
        candidates = {
            ref: candidate
            for ref in named[subject]
            if (candidate := candidate_as_kept(ref, fates, claims, sources, known, subject)) is not None
        }
        told = {
            ref: worded(ref, ruled, candidates)
            for ref, ruled in fates.contested.items()
            if ref in set(refs) and names_in(fates, ref) <= candidates.keys()
        }
        found[subject] = told, candidates
    return found


def names_in(fates: Fates, ref: str) -> set[str]:
    """All candidates that the contradiction of a contested one names, itself among them."""
    ruled = fates.contested[ref]
    return {ref, *ruled.witness, *(link.claim_ref for link in ruled.argument)}


def _named(fates: Fates, refs: Iterable[str]) -> set[str]:
    return {name for ref in refs if ref in fates.contested for name in names_in(fates, ref)}


def _claims(
    session: Session,
    wanted: Mapping[Subject, tuple[Fates, Collection[str]]],
    named: Mapping[Subject, set[str]],
) -> dict[str, ApprovedClaim]:
    refs: set[str] = set()
    for subject, (fates, _) in wanted.items():
        for ref in named[subject]:
            if ref in fates.derived:
                refs.update(fates.derived[ref])
            elif ref not in fates.floors:
                refs.add(ref)
    found = approved_claims(session, refs=sorted(refs)) if refs else []
    return {claim.ref: claim for claim in found}


def _sources(session: Session, slugs: Collection[str]) -> dict[str, Attribution]:
    if not slugs:
        return {}
    rows = session.execute(
        select(
            Source.slug,
            SourceDescription.name,
            Family.slug,
            Family.name,
            SourceDescription.reliability,
        )
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .outerjoin(Family, Family.id == SourceDescription.family_id)
        .where(Source.slug.in_(slugs), SourceDescription.replaced_version.is_(None))
    )
    return {
        slug: Attribution(slug, name, family or slug, family_name or name, reliability=reliability)
        for slug, name, family, family_name, reliability in rows
    }


def candidate_as_kept(
    ref: str,
    fates: Fates,
    claims: Mapping[str, ApprovedClaim],
    sources: Mapping[str, Attribution],
    known: Known,
    subject: Subject,
) -> Candidate | None:
    """A candidate that kept fates name, from claims by claim_ref and sources by slug.

    None where a claim has moved away since: then the fates are no longer those of now.
    """
    deployment, measure = known.deployments[subject[0]], known.measures[subject[1]]
    if ref in fates.floors:
        floor = fates.floors[ref]
        return floor_of(ref, floor, sources[floor.source]) if floor.source in sources else None
    if ref in fates.derived:
        parts = fates.derived[ref]
        if not all(part in claims for part in parts):
            return None
        claim = derived_claim(ref, claims[parts[0]], claims[parts[1]])
        return candidate_of(claim, deployment, measure, Choices(), parts)
    return candidate_of(claims[ref], deployment, measure, Choices()) if ref in claims else None
