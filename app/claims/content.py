"""From a row to what a revision holds: names become rows of the ledger, or are taken in where allowed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.claims.forms import ClaimRow, Problem
from app.claims.models import Claim
from app.claims.refusals import RowRefused
from app.deployments.models import Deployment
from app.languages.spoken import N_, _, known
from app.measures.models import Measure
from app.places.actions import take_in
from app.places.queries import find_place
from app.slugs import slug_of
from app.sources.actions import NewSource, create_source, find_source
from app.sources.models import SourceDocument

CONTENT = (
    "deployment_id", "measure_id", "nature", "low", "point", "high", "qualifier", "as_of", "period",
    "counts_from", "place_id", "said_on", "source_id", "document_id", "published_on", "wording",
    "credibility", "supersedes_id", "part_of_id", "repeat_of_id", "note",
)  # fmt: skip
"""The columns of a revision that a row of the claims CSV fills."""

_AS_WRITTEN = ("nature", "qualifier", "as_of", "period", "counts_from", "said_on", "published_on", "wording",
               "note")  # fmt: skip
_FIGURES = ("low", "point", "high")
_REFERENCES = ("supersedes", "part_of", "repeat_of")
_OF_KINDS = {
    "flow": N_("is nothing that %(measure)s has, which is a flow"),
    "level": N_("is nothing that %(measure)s has, which is a level"),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a row may bring into the ledger besides itself, and in whose name."""

    by: Person
    at: datetime
    origin: str
    new_source: NewSource | None = None
    new_place: bool = False


def content_of(session: Session, row: ClaimRow, allowed: Allowed) -> dict[str, Any]:
    """The values of a revision's columns for a row that `read_claim` found nothing wrong with.

    A source, place or document that the ledger does not know is taken into it where that is allowed.
    Raises RowRefused, which names every cell that names nothing.
    """
    problems: list[Problem] = []
    deployment = session.scalar(select(Deployment.id).where(Deployment.slug == row.deployment))
    if deployment is None:
        problems.append(Problem("deployment", row.deployment, _("is no deployment of the ledger")))
    measure = session.execute(select(Measure.id, Measure.kind).where(Measure.slug == row.measure)).first()
    if measure is None:
        problems.append(Problem("measure", row.measure, _("is no measure of the ledger")))
    else:
        _check_nature(row, measure, problems)
    named = _named_claims(session, row, problems)
    source_id = _source(session, row, allowed, problems)
    place_id = _place(session, row, allowed, problems)
    if problems:
        raise RowRefused(problems)
    assert measure is not None  # noqa: S101 - where there is none, the row was just refused
    if source_id is None and allowed.new_source is not None:
        source_id = create_source(
            session, allowed.new_source, by=allowed.by, at=allowed.at, origin=allowed.origin
        )
    return {
        **{column: getattr(row, column) or None for column in _AS_WRITTEN},
        **{column: Decimal(written) if (written := getattr(row, column)) else None for column in _FIGURES},
        "credibility": int(row.credibility) if row.credibility else None,
        "deployment_id": deployment,
        "measure_id": measure.id,
        "measure_kind": measure.kind,
        "source_id": source_id,
        "place_id": place_id if place_id is not None or not row.place else take_in(session, row.place),
        "document_id": _document(session, row),
        **{f"{column}_id": named.get(getattr(row, column)) for column in _REFERENCES},
    }


def _check_nature(row: ClaimRow, measure: Row[int, str], problems: list[Problem]) -> None:
    """A flow has no levels, and a level neither totals nor increments nor events."""
    flow_only = row.nature in {"total", "increment", "event"}
    if (measure.kind == "level" and flow_only) or (measure.kind == "flow" and row.nature == "level"):
        told = _OF_KINDS[measure.kind]
        problems.append(Problem("nature", row.nature, known(told) % {"measure": row.measure}))


def _named_claims(session: Session, row: ClaimRow, problems: list[Problem]) -> dict[str, int]:
    """The ids of the claims that the row names, by claim_ref."""
    named = {column: ref for column in _REFERENCES if (ref := getattr(row, column))}
    if not named:
        return {}
    claims = select(Claim.ref, Claim.id).where(Claim.ref.in_(named.values()))
    found = dict(session.execute(claims).all())
    problems += [
        Problem(column, ref, _("names no claim of the ledger"))
        for column, ref in named.items()
        if ref not in found
    ]
    return found


def _source(session: Session, row: ClaimRow, allowed: Allowed, problems: list[Problem]) -> int | None:
    """The id of the source; None where it is still to be created, or refused among `problems`."""
    found = find_source(session, row.source)
    if found is not None:
        return found
    if allowed.new_source is None:
        reason = _("is not known: choose a source, or describe a new one")
        problems.append(Problem("source", row.source, reason))
    elif allowed.new_source.name.strip() != row.source:
        reason = _("is not the source that is described, %(name)s", name=allowed.new_source.name)
        problems.append(Problem("source", row.source, reason))
    return None


def _place(session: Session, row: ClaimRow, allowed: Allowed, problems: list[Problem]) -> int | None:
    """The id of the place; None where the row names none, or one that is still to be created or refused."""
    if not row.place:
        return None
    found = find_place(session, row.place)
    if found is None and not allowed.new_place:
        problems.append(Problem("place", row.place, _("is not known: choose a place, or say that it is new")))
    elif found is None and not slug_of(row.place):
        problems.append(
            Problem("place", row.place, _("needs a letter a to z or a digit, to be given an address"))
        )
    return found


def _document(session: Session, row: ClaimRow) -> int | None:
    """The id of the document, created where no equal one is known; None where the row names none."""
    parts = {name: getattr(row, name) or None for name in ("publisher", "title", "url", "language")}
    if not any(parts.values()):
        return None
    session.execute(insert(SourceDocument).values(**parts).on_conflict_do_nothing())
    digest = func.document_digest(*parts.values())
    return session.scalar(select(SourceDocument.id).where(SourceDocument.digest == digest))
