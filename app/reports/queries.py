"""Reports as the desk lists them, with their answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.claims.models import Claim
from app.deployments.models import Deployment
from app.reports.models import ErrorReport, ReportAnswer


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, with its answer where it has one: `answered_at` of None is an open one."""

    id: int
    about: str  # a path of this site
    title: str
    claim_ref: str | None
    kind: str
    words: str
    url: str | None
    version: int  # of the ledger, when it was reported
    reported_at: datetime
    outcome: str | None
    answer: str | None
    acted_on: str | None  # a claim_ref
    answered_at: datetime | None
    answered_by: int | None  # a person's id
    editor: str | None  # how they are called on the desk


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of the list; None is no such filter."""

    is_answered: bool | None = None
    kind: str | None = None
    deployment: str | None = None  # slug
    claim_ref: str | None = None


ALL = Asked()


def error_reports(session: Session, asked: Asked = ALL, *, limit: int, after: int = 0) -> list[Reported]:
    """Open ones with the longest waiting first, answered ones with the last answered first. One SELECT."""
    waiting = (ErrorReport.reported_at, ErrorReport.id)
    order = (ReportAnswer.answered_at.desc(), ReportAnswer.id.desc()) if asked.is_answered else waiting
    rows = session.execute(_listed().where(*_filters(asked)).order_by(*order).limit(limit).offset(after))
    return [Reported(*row) for row in rows]


def error_report(session: Session, report_id: int) -> Reported | None:
    """One report; None: there is none of that number. One SELECT."""
    row = session.execute(_listed().where(ErrorReport.id == report_id)).one_or_none()
    return None if row is None else Reported(*row)


def number_of_reports(session: Session, asked: Asked = ALL) -> int:
    """How many reports meet the filters. One SELECT."""
    counted = select(func.count(ErrorReport.id)).outerjoin(
        ReportAnswer, ReportAnswer.report_id == ErrorReport.id
    )
    return session.scalar(counted.where(*_filters(asked))) or 0


def reported_deployments(session: Session, names: Mapping[str, str]) -> dict[str, str]:
    """Of the deployments whose names are given by slug, those that a report is about. One SELECT."""
    about = select(ErrorReport.id).where(ErrorReport.deployment_id == Deployment.id).exists()
    reported = set(session.scalars(select(Deployment.slug).where(about)))
    return {slug: name for slug, name in names.items() if slug in reported}


_Acted = aliased(Claim)


def _listed() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ErrorReport.id,
            ErrorReport.about,
            ErrorReport.title,
            Claim.ref,
            ErrorReport.kind,
            ErrorReport.words,
            ErrorReport.url,
            ErrorReport.version,
            ErrorReport.reported_at,
            ReportAnswer.outcome,
            ReportAnswer.words,
            _Acted.ref,
            ReportAnswer.answered_at,
            ReportAnswer.answered_by,
            Person.display_name,
        )
        .outerjoin(Claim, Claim.id == ErrorReport.claim_id)
        .outerjoin(ReportAnswer, ReportAnswer.report_id == ErrorReport.id)
        .outerjoin(_Acted, _Acted.id == ReportAnswer.claim_id)
        .outerjoin(Person, Person.id == ReportAnswer.answered_by)
    )


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.is_answered is not None:
        conditions.append(ReportAnswer.id.is_not(None) if asked.is_answered else ReportAnswer.id.is_(None))
    if asked.kind is not None:
        conditions.append(ErrorReport.kind == asked.kind)
    if asked.claim_ref is not None:
        named = select(Claim.id).where(Claim.ref == asked.claim_ref).scalar_subquery()
        conditions.append(ErrorReport.claim_id == named)
    if asked.deployment is not None:
        named = select(Deployment.id).where(Deployment.slug == asked.deployment).scalar_subquery()
        conditions.append(ErrorReport.deployment_id == named)
    return conditions
