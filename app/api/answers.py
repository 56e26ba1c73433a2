"""Deployments, measures, sources and claims as the JSON of the API."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.answers.queries import MeasureText
from app.api.queries import Deployed, Surroundings
from app.api.shapes import (
    ClaimInFull,
    DeploymentAnswer,
    DeploymentInFull,
    MeasureAnswer,
    MeasureOfDeployment,
    SourceAnswer,
    SourceInFull,
    VersionedEntry,
)
from app.changes.answers import entry_answer
from app.claims.answer import claim_answer
from app.claims.approved import ApprovedClaim
from app.claims.history import Entry
from app.claims.summaries import Tally
from app.deployments.queries import DeploymentText
from app.readings.answer import contested_answer, moment_answer
from app.sources.queries import SourceTally, SourceText


def deployment_answer(text: DeploymentText) -> DeploymentAnswer:
    """The columns of deployments.csv, and its page."""
    return {
        "slug": text.slug,
        "name": text.name,
        "sender": text.sender,
        "host": text.host,
        "operation": text.operation,
        "starts_on": text.starts_on.isoformat(),
        "level_valid_days": text.level_valid_days,
        "summary": text.summary,
        "page": f"/deployments/{text.slug}",
    }


def deployment_in_full(deployed: Deployed) -> DeploymentInFull:
    """A deployment with its measures, the most claimed first."""
    slug = deployed.text.slug
    return {
        **deployment_answer(deployed.text),
        "version": deployed.version,
        "last_changed_at": moment_answer(deployed.changed_at),
        "last_checked_at": moment_answer(deployed.checked_at),
        "measures": [_claimed_of(slug, measure, tally) for measure, tally in deployed.tallies],
    }


def measure_answer(text: MeasureText) -> MeasureAnswer:
    """The columns of measures.csv."""
    return {
        "slug": text.slug,
        "label": text.label,
        "kind": text.kind.value,
        "unit": text.unit,
        "definition": text.definition,
    }


def source_answer(text: SourceText, tally: SourceTally) -> SourceAnswer:
    """The columns of sources.csv, how much stands under its name, and its page."""
    return {
        "slug": text.slug,
        "name": text.name,
        "kind": text.kind,
        "country": text.country,
        "family": text.family,
        "family_name": text.family_name,
        "reliability": text.reliability,  # type: ignore[typeddict-item]  # a rule of the database
        "stance": text.stance,  # type: ignore[typeddict-item]  # a rule of the database
        "note": text.note,
        "claims": tally.claims,
        "appearances": tally.appearances,
        "first_said": _day(tally.first_said),
        "last_said": _day(tally.last_said),
        "page": f"/sources/{text.slug}",
    }


def source_in_full(
    text: SourceText, tally: SourceTally, relatives: Iterable[str], other_names: Iterable[str]
) -> SourceInFull:
    """A source with the slugs of its relatives, and its other names."""
    return {**source_answer(text, tally), "relatives": list(relatives), "other_names": list(other_names)}


def claim_in_full(
    claim: ApprovedClaim, around: Surroundings, history: Sequence[Entry], units: Mapping[str, str]
) -> ClaimInFull:
    """A claim with all that is known around it."""
    part, kin = around.part, around.kin
    found = [] if part is None else [one for one in (part.own, *part.others) if one is not None]
    return {
        "claim": claim_answer(claim, units),
        "fate": None if part is None else part.fate.word,
        "contradictions": [contested_answer(one.item) for one in found],  # type: ignore[misc]
        "appearances": [claim_answer(one, units) for one in around.appearances],
        "restated_by": [one.ref for one in kin.chain if one.supersedes == claim.ref],
        "parts": [one.ref for one in kin.parts],
        "history": [_versioned(entry) for entry in history],
    }


def _claimed_of(deployment: str, measure: str, tally: Tally) -> MeasureOfDeployment:
    return {
        "measure": measure,
        "claims": tally.claims,
        "first_said": _day(tally.first_said),
        "last_said": _day(tally.last_said),
        "reading": f"/api/v1/deployments/{deployment}/readings/{measure}",
        "page": f"/deployments/{deployment}/{measure}",
    }


def _versioned(entry: Entry) -> VersionedEntry:
    return {**entry_answer(entry), "version": entry.version}  # type: ignore[typeddict-item]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
