"""What waits for whom: open revisions and judgements, what was sent back, batches, last checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, Role
from app.acts.models import Act
from app.claims.models import Claim, Draft, Revision
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.review.acts_of_editors import ACTS
from app.review.models import Batch, Judgement
from app.sources.models import Source, SourceDescription


@dataclass(frozen=True, slots=True)
class Waiting:
    """One revision or judgement that was handed in, with what a list of them shows."""

    kind: str  # revision or judgement
    id: int
    claim_ref: str
    number: int  # within its claim; 1 of a revision is a new claim
    act: str  # as in app.review.acts_of_editors
    deployment: str  # slug
    measure: str  # slug
    source: str  # its name
    reason: str | None  # a code
    words: str | None  # a judgement's own words
    overridden: str | None  # why a warning was passed over
    batch_id: int | None
    batch: str | None  # the batch's name
    origin: str
    recorded_at: datetime
    recorded_by: int  # a person's id
    author: str  # how they are called on the desk
    verdict: str | None
    decided_at: datetime | None
    decision_reason: str | None
    reviewer: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of the queue; None is no such filter."""

    deployment: str | None = None
    measure: str | None = None
    source: str | None = None  # slug
    batch: int | None = None
    author: int | None = None
    not_by: int | None = None  # a person's id: what they may decide on is by others
    kind: str | None = None
    origin: str | None = None
    claim_ref: str | None = None
    act: str | None = None  # as in app.review.acts_of_editors
    alone: bool = False  # only what came in no batch


ALL = Asked()


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for one person, as numbers."""

    to_decide: int  # open and by others; 0 for who is no reviewer
    waiting: int  # own and open
    sent_back: int  # own, sent back, and not handed in anew
    drafts: int


def queue(session: Session, asked: Asked = ALL, *, limit: int = 100, after: int = 0) -> list[Waiting]:
    """What is open, the longest waiting first; `after` skips that many. One SELECT."""
    listed = _open(asked).order_by("recorded_at", "kind", "id").limit(limit).offset(after)
    return [Waiting(*row) for row in session.execute(listed)]


def next_in_queue(session: Session, asked: Asked, after: Waiting | None = None) -> Waiting | None:
    """What has waited longest; of what was handed in after `after`, where that is given. One SELECT."""
    found = _open(asked).subquery()
    query = select(found).order_by(found.c.recorded_at, found.c.kind, found.c.id).limit(1)
    if after is not None:
        position = tuple_(found.c.recorded_at, found.c.kind, found.c.id)
        query = query.where(position > (after.recorded_at, after.kind, after.id))
    row = session.execute(query).one_or_none()
    return None if row is None else Waiting(*row)


def handed_in(session: Session, kind: str, claim_ref: str, number: int) -> Waiting | None:
    """One revision or judgement by its number, whatever its verdict. One SELECT."""
    asked = Asked(claim_ref=claim_ref, kind=kind)
    row = session.execute(_listed(asked, Revision.number == number, Judgement.number == number)).one_or_none()
    return None if row is None else Waiting(*row)


def ever_handed_in(session: Session, claim_ref: str, limit: int = 100) -> list[Waiting]:
    """Everything that was handed in about a claim, whatever its verdict; the last first. One SELECT."""
    found = _listed(Asked(claim_ref=claim_ref), true(), true())
    listed = found.order_by(found.selected_columns.recorded_at.desc(), "kind", "id").limit(limit)
    return [Waiting(*row) for row in session.execute(listed)]


def queue_length(session: Session, asked: Asked = ALL) -> int:
    """How much is open."""
    return session.scalar(select(func.count()).select_from(_open(asked).subquery())) or 0


def sent_back_to(session: Session, person: Person, *, limit: int = 100) -> list[Waiting]:
    """What somebody handed in that was sent back with nothing newer since; the last sent back first."""
    found = _listed(Asked(author=person.id), _sent_back(Revision), _sent_back(Judgement))
    listed = found.order_by(found.selected_columns.decided_at.desc()).limit(limit)
    return [Waiting(*row) for row in session.execute(listed)]


def waits_for(session: Session, person: Person) -> Desk:
    """What waits for somebody."""
    reviews = person.disabled_at is None and person.may(Role.REVIEWER)
    drafts = select(func.count()).select_from(Draft).where(Draft.person_id == person.id)
    return Desk(
        to_decide=queue_length(session, Asked(not_by=person.id)) if reviews else 0,
        waiting=queue_length(session, Asked(author=person.id)),
        sent_back=len(sent_back_to(session, person)),
        drafts=session.scalar(drafts) or 0,
    )


def revision_numbered(session: Session, claim_ref: str, number: int) -> Revision | None:
    """A claim's revision by its number, whatever its verdict."""
    return _one(session, Revision, claim_ref, Revision.number == number)


def current_revision(session: Session, claim_ref: str) -> Revision | None:
    """The revision that counts; None: none is approved."""
    return _one(session, Revision, claim_ref, _counts(Revision))


def open_revision(session: Session, claim_ref: str) -> Revision | None:
    """The revision that waits for its verdict."""
    return _one(session, Revision, claim_ref, Revision.verdict.is_(None))


def judgement_numbered(session: Session, claim_ref: str, number: int) -> Judgement | None:
    """A claim's judgement by its number, whatever its verdict."""
    return _one(session, Judgement, claim_ref, Judgement.number == number)


def current_judgement(session: Session, claim_ref: str) -> Judgement | None:
    """The judgement that counts; None: the claim never lost its good standing."""
    return _one(session, Judgement, claim_ref, _counts(Judgement))


def open_judgement(session: Session, claim_ref: str) -> Judgement | None:
    """The judgement that waits for its verdict."""
    return _one(session, Judgement, claim_ref, Judgement.verdict.is_(None))


def open_batches(session: Session) -> list[tuple[Batch, int]]:
    """Batches with something open, the oldest first, and how many are."""
    waiting = union_all(
        select(Revision.batch_id).where(Revision.verdict.is_(None)),
        select(Judgement.batch_id).where(Judgement.verdict.is_(None)),
    ).subquery()
    rows = session.execute(
        select(Batch, func.count())
        .join(waiting, waiting.c.batch_id == Batch.id)
        .group_by(Batch.id)
        .order_by(Batch.id)
    )
    return [(batch, count) for batch, count in rows]


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A batch with something open that meets the filters."""

    id: int
    name: str
    author: str
    waiting: int
    since: datetime


def waiting_batches(session: Session, asked: Asked = ALL, limit: int = 50) -> list[WaitingBatch]:
    """Batches with something open, the longest waiting first. One SELECT."""
    found = _open(asked).subquery()
    since = func.min(found.c.recorded_at)
    rows = session.execute(
        select(found.c.batch_id, found.c.batch, found.c.author, func.count(), since)
        .where(found.c.batch_id.is_not(None))
        .group_by(found.c.batch_id, found.c.batch, found.c.author)
        .order_by(since, found.c.batch_id)
        .limit(limit)
    )
    return [WaitingBatch(*row) for row in rows]


def batch_counts(session: Session, batch_id: int) -> dict[tuple[str, str | None], int]:
    """How many rows of a batch are by which act, under which verdict (None: open). One SELECT."""
    found = _listed(Asked(batch=batch_id), true(), true()).subquery()
    rows = session.execute(
        select(found.c.act, found.c.verdict, func.count()).group_by(found.c.act, found.c.verdict)
    )
    return {(act, verdict): number for act, verdict, number in rows}


def batch_rows(
    session: Session, batch_id: int, *, act: str | None = None, limit: int = 50, after: int = 0
) -> list[Waiting]:
    """The rows of a batch, open ones first, then as they came; `after` skips that many. One SELECT."""
    found = _listed(Asked(batch=batch_id, act=act), true(), true()).subquery()
    query = (
        select(found)
        .order_by(found.c.verdict.is_not(None), found.c.recorded_at, found.c.kind.desc(), found.c.id)
        .limit(limit)
        .offset(after)
    )
    return [Waiting(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as the desk tells it: of one thing, or of many at once."""

    kind: str  # of the act: approve, judge, send_back, reject or withdraw
    at: datetime
    by: str  # how they are called on the desk
    number: int  # how many it was given on
    claim_ref: str  # of the first of them
    thing: str  # revision or judgement
    thing_number: int  # within its claim
    subject: str | None  # how they are named together, where they are many
    words: str | None
    version: int | None


def verdicts_given(session: Session, limit: int = 10) -> list[Given]:
    """The last verdicts that people gave, the newest first. One SELECT."""
    first = Act.details["decided"][0]
    rows = session.execute(
        select(
            Act.kind,
            Act.at,
            Person.display_name,
            func.jsonb_array_length(Act.details["decided"]),
            first["claim"].astext,
            func.coalesce(first["revision"].astext, "0"),
            func.coalesce(first["judgement"].astext, "0"),
            Act.subject,
            Act.words,
            Act.version,
        )
        .join(Person, Person.id == Act.by_id)
        .where(
            Act.kind.in_(("approve", "judge", "send_back", "reject", "withdraw")),
            func.jsonb_typeof(Act.details["decided"]) == "array",
        )
        .order_by(Act.id.desc())
        .limit(limit)
    )
    return [
        Given(
            kind, at, by, number, ref,
            "revision" if revision != "0" else "judgement",
            int(revision) or int(judgement),
            subject, words, version,
        )
        for kind, at, by, number, ref, revision, judgement, subject, words, version in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """When somebody last looked for new figures of a deployment and found none."""

    at: datetime
    by: str  # how they are called on the desk
    words: str | None


def last_checks(session: Session) -> dict[str, Checked]:
    """By slug, the last check of each deployment; left out: never. One SELECT."""
    newest = (
        select(func.max(Act.id)).where(Act.kind == "check", Act.subject.is_not(None)).group_by(Act.subject)
    )
    rows = session.execute(
        select(Act.subject, Act.at, Person.display_name, Act.words)
        .join(Person, Person.id == Act.by_id)
        .where(Act.id.in_(newest))
    )
    return {slug: Checked(at, by, words) for slug, at, by, words in rows if slug is not None}


def claims_without_document(session: Session, limit: int = 50) -> Sequence[str]:
    """The refs of claims that count and name nothing they were read in, the last said first."""
    return session.scalars(
        select(Claim.ref)
        .join(Revision, Revision.claim_id == Claim.id)
        .where(_counts(Revision), Revision.document_id.is_(None))
        .order_by(Revision.said_day.desc(), Claim.ref)
        .limit(limit)
    ).all()


def last_checked(session: Session) -> dict[str, datetime]:
    """By slug, when a deployment was last checked with nothing new to enter; left out: never."""
    checks = select(Act.subject, func.max(Act.at)).where(Act.kind == "check", Act.subject.is_not(None))
    return {slug: at for slug, at in session.execute(checks.group_by(Act.subject)) if slug is not None}


H = TypeVar("H", Revision, Judgement)


def _one(session: Session, model: type[H], claim_ref: str, condition: ColumnElement[bool]) -> H | None:
    found: H | None = session.scalar(
        select(model)
        .join(Claim, Claim.id == model.claim_id)
        .where(Claim.ref == claim_ref, condition)
        .execution_options(populate_existing=True)
    )
    return found


def _counts(model: type[Revision] | type[Judgement]) -> ColumnElement[bool]:
    return and_(model.approved_version.is_not(None), model.replaced_version.is_(None))


def _open(asked: Asked) -> CompoundSelect[*tuple[Any, ...]]:
    return _listed(asked, Revision.verdict.is_(None), Judgement.verdict.is_(None))


def _sent_back(model: type[Revision] | type[Judgement]) -> ColumnElement[bool]:
    """Sent back, and nothing newer of the same kind has been handed in about the claim since."""
    newer = aliased(model)
    return and_(
        model.verdict == literal_column("'sent_back'"),  # written out, as in the index
        ~exists().where(newer.claim_id == model.claim_id, newer.number > model.number),
    )


_REVISION_ACT = case(
    (Revision.number > 1, "correct"),
    (Revision.repeat_of_id.is_not(None), "add_appearance"),
    (Revision.supersedes_id.is_not(None), "restate"),
    (Revision.counts_from.is_not(None), "note_restart"),
    else_="enter",
)
_JUDGEMENT_ACT = case(
    {str(act.standing): act.name for act in ACTS.values() if act.standing is not None},
    value=Judgement.standing,
)
_Author, _Reviewer, _Shown, _Other = aliased(Person), aliased(Person), aliased(Revision), aliased(Revision)


def _listed(
    asked: Asked, revisions: ColumnElement[bool], judgements: ColumnElement[bool]
) -> CompoundSelect[*tuple[Any, ...]]:
    """Every column of a Waiting, over the revisions and judgements that meet their condition."""
    newest = select(func.max(_Other.number)).where(_Other.claim_id == Judgement.claim_id).scalar_subquery()
    of_revisions = _told(Revision, Revision, _REVISION_ACT, Revision.reason, null())
    of_judgements = _told(
        Judgement, _Shown, _JUDGEMENT_ACT, Judgement.standing_reason, Judgement.words
    ).where(_Shown.claim_id == Judgement.claim_id, _Shown.number == newest)
    return union_all(
        of_revisions.where(revisions, *_filters(asked, Revision, "revision")),
        of_judgements.where(judgements, *_filters(asked, Judgement, "judgement")),
    )


def _told(
    model: type[Revision] | type[Judgement],
    about: type[Revision],
    act: ColumnElement[str],
    reason: SQLColumnExpression[str | None],
    words: SQLColumnExpression[Any],
) -> Select[*tuple[Any, ...]]:
    """The columns of a Waiting, in its order; `about` is the revision that says what the claim is about."""
    query: Select[*tuple[Any, ...]] = (
        select(
            literal("revision" if model is Revision else "judgement").label("kind"),
            model.id.label("id"),
            Claim.ref.label("claim_ref"),
            model.number.label("number"),
            act.label("act"),
            Deployment.slug.label("deployment"),
            Measure.slug.label("measure"),
            SourceDescription.name.label("source"),
            reason.label("reason"),
            cast(words, Text).label("words"),
            model.overridden.label("overridden"),
            model.batch_id.label("batch_id"),
            Batch.name.label("batch"),
            model.origin.label("origin"),
            model.recorded_at.label("recorded_at"),
            model.recorded_by.label("recorded_by"),
            _Author.display_name.label("author"),
            model.verdict.label("verdict"),
            model.decided_at.label("decided_at"),
            model.decision_reason.label("decision_reason"),
            _Reviewer.display_name.label("reviewer"),
        )
        .select_from(model)
        .join(Claim, Claim.id == model.claim_id)
    )
    if about is not model:
        query = query.join(about, about.claim_id == model.claim_id)
    return (
        query.join(Deployment, Deployment.id == about.deployment_id)
        .join(Measure, Measure.id == about.measure_id)
        .join(Source, Source.id == about.source_id)
        .join(
            SourceDescription,
            and_(SourceDescription.source_id == Source.id, SourceDescription.replaced_version.is_(None)),
        )
        .join(_Author, _Author.id == model.recorded_by)
        .outerjoin(_Reviewer, _Reviewer.id == model.decided_by)
        .outerjoin(Batch, Batch.id == model.batch_id)
    )


def _filters(asked: Asked, model: type[Revision] | type[Judgement], kind: str) -> list[ColumnElement[bool]]:
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (asked.deployment, Deployment.slug == asked.deployment),
        (asked.measure, Measure.slug == asked.measure),
        (asked.source, Source.slug == asked.source),
        (asked.claim_ref, Claim.ref == asked.claim_ref),
        (asked.batch, model.batch_id == asked.batch),
        (asked.author, model.recorded_by == asked.author),
        (asked.not_by, model.recorded_by != asked.not_by),
        (asked.kind, literal(kind) == asked.kind),
        (asked.origin, model.origin == asked.origin),
        (asked.act, (_REVISION_ACT if model is Revision else _JUDGEMENT_ACT) == asked.act),
        (asked.alone or None, model.batch_id.is_(None)),
    ]
    return [condition for value, condition in wanted if value is not None]
