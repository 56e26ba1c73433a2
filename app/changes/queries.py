"""The public log of changes: acts as they were recorded, with what they touched. Newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    union,
)
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.models import Act
from app.acts.queries import PUBLIC_KINDS
from app.changes.asked import Asked
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
    """The page of the log that a question asks for. At most eight SELECTs, however many acts it holds."""
    backwards = asked.before is not None
    cursor = asked.before if backwards else asked.after
    query = _acts().where(*_asked_for(asked, is_busy=_is_busy(session, asked))).limit(rows + 1)
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


def _asked_for(asked: Asked, *, is_busy: bool) -> list[ColumnElement[bool]]:
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
        touching: ColumnElement[bool] = (
            _touches(asked) if is_busy else Act.version.in_(_versions_about(asked, _ways_about(asked)))
        )
        if asked.deployment and not (asked.measure or asked.source):
            touching |= (Act.kind == "check") & (Act.subject == asked.deployment)
        touching |= (Act.kind == "document") & Act.id.in_(_notes_about(asked))
        conditions.append(touching)
    return conditions


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, UTC)


BUSY = 5000
"""Revisions about what was asked for; of more, each act is asked for one of them, the newest first."""


def _is_busy(session: Session, asked: Asked) -> bool:
    """Whether so much is about what was asked for that nearly every act touches some of it."""
    if not (asked.deployment or asked.measure or asked.source):
        return False
    some = select(literal(1)).where(*_about(asked)).limit(BUSY + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > BUSY


def _ways_about(asked: Asked) -> list[Select[Any]]:
    """The versions whose acts touched a claim about all that was asked for.

    A revision touches what it is about and what the one before it was about, a judgement whatever its
    claim ever was about.
    """
    about = _about(asked)
    return [
        select(Revision.approved_version).where(*about),
        select(Revision.replaced_version).where(*about),
        select(Judgement.approved_version)
        .join(Revision, Revision.claim_id == Judgement.claim_id)
        .where(*about, Revision.approved_version.is_not(None)),
    ]


def _touches(asked: Asked) -> ColumnElement[bool]:
    """Whether an act touched anything that was asked for, looked for among what it touched."""
    touches: ColumnElement[bool] = Act.version.in_(_versions_about(asked, [select(cast(null(), BigInteger))]))
    for way in _ways_about(asked):
        (version,) = way.selected_columns
        # `offset 0`: or the database would collect all versions first, which is what takes long.
        touches |= exists(way.where(version == Act.version).correlate(Act).offset(literal_column("0")))
    return touches


def _versions_about(asked: Asked, ways: list[Select[Any]]) -> Any:
    """The versions that stand in `ways`, and those whose acts described the one thing that was asked for.

    A source or a deployment described anew touches all claims that lean on it.
    """
    about = _about(asked)
    versions = list(ways)
    if asked.source is None:
        leans = exists().where(
            *about, Revision.source_id == SourceDescription.source_id, Revision.approved_version.is_not(None)
        )
        versions.append(select(SourceDescription.version).where(SourceDescription.number > 1, leans))
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
    return (
        select(DocumentNote.act_id)
        .join(Revision, Revision.document_id == DocumentNote.document_id)
        .where(*_about(asked), Revision.approved_version.is_not(None))
    )


def _about(asked: Asked) -> list[ColumnElement[bool]]:
    owners = (
        (Revision.deployment_id, Deployment, asked.deployment),
        (Revision.measure_id, Measure, asked.measure),
    )
    conditions: list[ColumnElement[bool]] = [
        column == select(owner.id).where(owner.slug == slug).scalar_subquery()
        for column, owner, slug in owners
        if slug is not None
    ]
    if asked.source is not None:
        conditions.append(Revision.source_id.in_(_together(asked.source)))
    if asked.claim is not None:
        named = select(Claim.id).where(Claim.ref == asked.claim).scalar_subquery()
        conditions.append(Revision.claim_id == named)
    return conditions


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
