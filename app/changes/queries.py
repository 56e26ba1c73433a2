"""The public log of changes: acts as they were recorded, with what they touched. Newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    ScalarSelect,
    Select,
    func,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.acts.models import Act
from app.acts.queries import PUBLIC_KINDS
from app.changes.asked import Asked
from app.changes.models import TouchedVoice
from app.changes.parts import Key, Part, first_keys, keys_of, number_touched, parts_of
from app.claims.differences import Names
from app.claims.models import Claim, Revision
from app.deployments.models import Deployment, DeploymentDescription
from app.measures.models import Measure, MeasureDescription
from app.review.models import Judgement
from app.sources.models import DocumentNote, Source, SourceAlias, SourceDescription, SourceMerge

PARTS_SHOWN = 3
"""Things that an act touched that the log itself shows; the page of the act lists all of them."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One public act. Its person is named only by the name that they have in public."""

    id: int
    version: int | None  # None: it changed nothing that counts
    at: datetime
    by: str
    role: str  # at the time
    origin: str
    kind: str
    subject: str | None
    reason: str | None
    words: str | None
    counts: Mapping[str, Any]  # of an import: rows by state; of other acts empty
    noted: Mapping[str, str | None]  # of a document: state, archived_url, and a claim read in it; else empty
    parts: tuple[Part, ...] = ()  # the first things that it touched; none of an import, which has counts
    touched: int = 0  # how many things it touched in all; of an import 0

    def holding(self, parts: Sequence[Part], touched: int) -> "Logged":
        """The same act with some of what it touched."""
        return replace(self, parts=tuple(parts), touched=touched)


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log. Cursors are None where there is nothing beyond."""

    acts: list[Logged]
    earlier: int | None  # the cursor of the page before this one, whose acts are newer
    further: int | None  # the cursor of the page after this one


def list_acts(session: Session, asked: Asked, names: Names, *, rows: int) -> LogPage:
    """The page of the log that a question asks for. At most seven SELECTs, however many acts it holds."""
    backwards = asked.before is not None
    cursor = asked.before if backwards else asked.after
    query = _acts().where(*_asked_for(asked)).limit(rows + 1)
    query = query.order_by(Act.id.asc() if backwards else Act.id.desc())
    if cursor is not None:
        query = query.where(Act.id > cursor if backwards else Act.id < cursor)
    found = session.execute(query).all()
    page = found[:rows][::-1] if backwards else found[:rows]
    beyond = len(found) > rows
    has_earlier, has_further = (beyond, True) if backwards else (cursor is not None, beyond)
    return LogPage(
        _with_parts(session, page, names),
        earlier=page[0].id if has_earlier and page else None,
        further=page[-1].id if has_further and page else None,
    )


def act_of_version(session: Session, version: int) -> Logged | None:
    """The public act that made a version of the ledger, without its parts; None where there is none."""
    row = session.execute(_acts().where(Act.version == version)).one_or_none()
    return None if row is None else _logged(row)


@dataclass(frozen=True, slots=True)
class PartsPage:
    """Some of the things that one act touched."""

    parts: list[Part]
    number: int  # how many there are in all
    further: Key | None  # the cursor of the next page; None: this is the last


def list_parts(session: Session, version: int, names: Names, *, after: Key | None, rows: int) -> PartsPage:
    """What the act of a version touched, from behind `after` on. At most eleven SELECTs."""
    number = number_touched(session, version)
    keys = keys_of(session, version, number, after=after, limit=rows + 1)
    page = keys[:rows]
    parts = parts_of(session, {version: page}, names)[version]
    return PartsPage(parts, number, page[-1] if len(keys) > rows and page else None)


def _acts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Act.id,
            Act.version,
            Act.at,
            Act.by_role,
            Act.origin,
            Act.kind,
            Act.subject,
            Act.reason,
            Act.words,
            Act.details,
            Person.pseudonym,
            Person.display_name,
            Person.named_in_public,
        )
        .join(Person, Person.id == Act.by_id)
        .where(Act.kind.in_(PUBLIC_KINDS))
    )


def _with_parts(session: Session, rows: Sequence[Row[Any]], names: Names) -> list[Logged]:
    versions = [row.version for row in rows if row.version is not None and row.kind != "import"]
    keys = first_keys(session, versions, limit=PARTS_SHOWN) if versions else {}
    parts = parts_of(session, {version: of_act for version, (of_act, _) in keys.items()}, names)
    return [
        _logged(row, tuple(parts.get(row.version, ())), keys[row.version][1] if row.version in keys else 0)
        for row in rows
    ]


def _logged(row: Row[Any], parts: tuple[Part, ...] = (), touched: int = 0) -> Logged:
    return Logged(
        id=row.id,
        version=row.version,
        at=row.at,
        by=row.display_name if row.named_in_public else row.pseudonym,
        role=row.by_role,
        origin=row.origin,
        kind=row.kind,
        subject=row.subject,
        reason=row.reason,
        words=row.words,
        counts=row.details if row.kind == "import" else {},
        noted=row.details if row.kind == "document" else {},
        parts=parts,
        touched=touched,
    )


def _asked_for(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.kind:
        conditions.append(Act.kind.in_(asked.kind))
    if asked.role:
        conditions.append(Act.by_role.in_(asked.role))
    if asked.from_day is not None:
        conditions.append(Act.at >= _midnight(asked.from_day))
    if asked.to_day is not None:
        conditions.append(Act.at < _midnight(asked.to_day + timedelta(days=1)))
    if asked.deployment or asked.measure or asked.source or asked.claim:
        conditions.append(Act.id.in_(_acts_about(asked)))
    return conditions


def _acts_about(asked: Asked) -> CompoundSelect[int]:
    """The ids of acts that touched what was asked for: one set, which the database can join."""
    one = aliased(Act)
    touching = [select(one.id).where(one.version.in_(_versions_about(asked))), _notes_about(asked)]
    if asked.deployment and not (asked.measure or asked.source):
        touching.append(select(one.id).where(one.kind == "check", one.subject == asked.deployment))
    return union(*touching)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)


def _versions_about(asked: Asked) -> Any:
    """The versions whose acts touched a claim about all that was asked for, or described the one thing.

    A source or a deployment described anew touches all claims that lean on it.
    """
    versions: list[Select[Any]]
    if asked.claim is None:
        voices = _about(asked, TouchedVoice)
        versions = [select(TouchedVoice.version).where(*voices)]
        leaning = select(TouchedVoice.source_id).where(*voices)
    else:
        of_claim = _of_claim(asked.claim)
        judged = select(Judgement.approved_version).where(Judgement.claim_id == of_claim)
        counting = (Revision.claim_id == of_claim, Revision.approved_version.is_not(None))
        versions = [
            select(version).where(*counting)
            for version in (Revision.approved_version, Revision.replaced_version)
        ]
        versions.append(judged.where(select(Revision.id).where(*counting).exists()))
        leaning = select(Revision.source_id).where(*counting)
    if asked.source is None:
        described = SourceDescription.source_id.in_(leaning)
        versions.append(select(SourceDescription.version).where(SourceDescription.number > 1, described))
    if asked.deployment is not None:
        versions.append(
            select(DeploymentDescription.version)
            .join(Deployment, Deployment.id == DeploymentDescription.deployment_id)
            .where(DeploymentDescription.number > 1, Deployment.slug == asked.deployment)
        )
    given = [name for name in _DESCRIBED if getattr(asked, name)]
    if len(given) == 1:
        owner, model, link = _DESCRIBED[given[0]]
        slug = getattr(asked, given[0])
        versions.append(select(model.version).join(owner, owner.id == link).where(owner.slug == slug))
    if given == ["source"] and asked.source is not None:
        named = SourceAlias.source_id.in_(_together(asked.source))
        merged = SourceMerge.source_id.in_(_together(asked.source))
        into = SourceMerge.into_id.in_(_together(asked.source))
        versions += [
            select(SourceAlias.version).where(named),
            select(SourceAlias.replaced_version).where(named),
            select(SourceMerge.version).where(merged | into),
            select(SourceMerge.replaced_version).where(into),
        ]
    known = union(*versions).subquery()
    return select(known.c[0]).where(known.c[0].is_not(None))


def _notes_about(asked: Asked) -> Select[int]:
    """The acts that noted something of a document in which a claim about all that was asked for was read."""
    about = _about(asked, Revision)
    if asked.claim is not None:
        about.append(Revision.claim_id == _of_claim(asked.claim))
    return (
        select(DocumentNote.act_id)
        .join(Revision, Revision.document_id == DocumentNote.document_id)
        .where(*about, Revision.approved_version.is_not(None))
    )


def _about(asked: Asked, row: type[Revision | TouchedVoice]) -> list[ColumnElement[bool]]:
    """That a row is about the deployment, the measure and the source that were asked for."""
    owners = (
        (row.deployment_id, Deployment, asked.deployment),
        (row.measure_id, Measure, asked.measure),
    )
    conditions: list[ColumnElement[bool]] = [
        column == select(owner.id).where(owner.slug == slug).scalar_subquery()
        for column, owner, slug in owners
        if slug is not None
    ]
    if asked.source is not None:
        conditions.append(row.source_id.in_(_together(asked.source)))
    return conditions


def _of_claim(ref: str) -> ScalarSelect[int]:
    return select(Claim.id).where(Claim.ref == ref).scalar_subquery()


def _together(slug: str) -> CompoundSelect[int]:
    """The ids of a source and of those whose claims stand under it now: their log is its own."""
    own = select(Source.id).where(Source.slug == slug)
    merged = select(SourceMerge.source_id).where(
        SourceMerge.replaced_version.is_(None),
        func.source_now(SourceMerge.source_id) == own.scalar_subquery(),
    )
    return union(own, merged)


_DESCRIBED: Mapping[str, tuple[Any, Any, Any]] = {
    "deployment": (Deployment, DeploymentDescription, DeploymentDescription.deployment_id),
    "measure": (Measure, MeasureDescription, MeasureDescription.measure_id),
    "source": (Source, SourceDescription, SourceDescription.source_id),
}
