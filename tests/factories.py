"""The smallest valid row of each table: a test names only what it is about.

    RevisionFactory(point=70, approved=True)
    RevisionFactory(claim=claim, point=80, approved=True)   # a correction: it replaces the one before
    RevisionFactory(nature="level", as_of="2025-02")        # its measure is of kind level
    RevisionFactory(repeat_of=claim)                        # an appearance, not yet decided
    DeploymentFactory(starts_on=date(2024, 1, 1))           # a deployment with its description
    SourceFactory(family=FamilyFactory(), reliability="B")

Rows are flushed, never committed. Whatever counts gets its version from an act of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import models
from app.accounts.tokens import hash_secret, new_secret
from app.acts.actions import record_act
from app.acts.queries import ledger_version

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)

_sessions: list[Session] = []


@contextmanager
def used_in(session: Session) -> Iterator[Session]:
    """Inside, all factories write to `session`."""
    _sessions.append(session)
    try:
        yield session
    finally:
        _sessions.pop()


def current_session() -> Session:
    """The session that the factories write to."""
    assert _sessions, "ask for the fixture `session`, or write `with used_in(session):`"
    return _sessions[-1]


def new_version(kind: str = "describe") -> int:
    """A version of the ledger, moved by an act of its own."""
    return ActFactory(kind=kind, moves_version=True).version


def id_of(name: str, otherwise: Callable[[], object] | None = None) -> LazyAttribute:
    """The id of the row given as `name`; without one that of a row made by `otherwise`, or None."""

    def find(row) -> int | None:
        given = getattr(row, name) or (otherwise and otherwise())
        return given and given.id

    return LazyAttribute(find)


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = current_session
        sqlalchemy_session_persistence = "flush"


class PersonFactory(Factory):
    class Meta:
        model = models.Person

    name = Sequence(lambda n: f"person-{n}")
    display_name = LazyAttribute(lambda person: person.name.capitalize())
    role = "editor"
    pseudonym = LazyAttribute(lambda person: f"pseudonym-of-{person.name}")
    created_at = NOW


def _some_hash() -> str:
    """A hash of a secret that nobody knows."""
    return hash_secret(new_secret())


class SignInFactory(Factory):
    """A browser that is signed in; `secret=` is what its cookie holds."""

    class Meta:
        model = models.SignIn

    class Params:
        secret = LazyFunction(new_secret)

    token_hash = LazyAttribute(lambda row: hash_secret(row.secret))
    person_id = LazyFunction(lambda: PersonFactory().id)
    signed_in_at = NOW
    last_seen_at = LazyAttribute(lambda row: row.signed_in_at)
    expires_at = LazyAttribute(lambda row: row.signed_in_at + timedelta(days=14))


class OneTimeLinkFactory(Factory):
    class Meta:
        model = models.OneTimeLink

    token_hash = LazyFunction(_some_hash)
    person_id = LazyFunction(lambda: PersonFactory().id)
    purpose = "invite"
    created_at = NOW
    created_by = LazyFunction(lambda: PersonFactory(role="administrator").id)
    expires_at = LazyAttribute(lambda row: row.created_at + timedelta(days=7))


class ApiTokenFactory(Factory):
    """An API token that may hand in claims; `secret=` is what programs show."""

    class Meta:
        model = models.ApiToken

    class Params:
        secret = LazyFunction(new_secret)

    token_hash = LazyAttribute(lambda row: hash_secret(row.secret))
    beginning = LazyAttribute(lambda row: row.secret[:12])
    person_id = LazyFunction(lambda: PersonFactory().id)
    name = Sequence(lambda n: f"Program {n}")
    scopes = ("claims",)
    created_at = NOW
    expires_at = LazyAttribute(lambda row: row.created_at + timedelta(days=90))


class KnownBrowserFactory(Factory):
    class Meta:
        model = models.KnownBrowser

    token_hash = LazyFunction(_some_hash)
    person_id = LazyFunction(lambda: PersonFactory().id)
    first_seen_at = NOW
    last_seen_at = LazyAttribute(lambda row: row.first_seen_at)


class FailedSignInFactory(Factory):
    class Meta:
        model = models.FailedSignIn

    at = NOW
    account = LazyFunction(_some_hash)
    network = "192.0.2.1"


class ActFactory(Factory):
    """An act; with `moves_version=True` under the next version of the ledger."""

    class Meta:
        model = models.Act

    by = SubFactory(PersonFactory)
    kind = "describe"
    at = NOW
    origin = "desk"
    moves_version = False

    @classmethod
    def _create(cls, model_class, *args, **values):
        return record_act(current_session(), **values)


class VersionFactory(Factory):
    """One version of what `owner`, the name of a column, refers to; a new one replaces the current one."""

    class Meta:
        abstract = True

    owner = None
    recorded_by = LazyFunction(lambda: PersonFactory().id)
    recorded_at = NOW
    origin = "desk"

    @classmethod
    def _create(cls, model_class, *args, **values):
        session = current_session()
        owner = values.pop("owner")
        same = {owner: values[owner]}
        newest = session.scalar(select(func.max(model_class.number)).filter_by(**same))
        values.setdefault("number", (newest or 0) + 1)
        counted_from = "version" if hasattr(model_class, "version") else "approved_version"
        if (version := values.get(counted_from)) is not None:
            session.execute(
                update(model_class)
                .filter_by(**same, replaced_version=None)
                .where(getattr(model_class, counted_from).is_not(None))
                .values(replaced_version=version)
            )
        return super()._create(model_class, *args, **values)


class DecidedFactory(VersionFactory):
    """What a verdict decides; `approved=True` or `rejected=True` decides it."""

    class Meta:
        abstract = True

    class Params:
        approved = Trait(
            verdict="approved",
            decided_by=LazyFunction(lambda: PersonFactory(role="reviewer").id),
            decided_at=NOW,
            approved_version=LazyFunction(lambda: new_version("approve")),
        )
        rejected = Trait(
            verdict="rejected",
            decided_by=LazyFunction(lambda: PersonFactory(role="reviewer").id),
            decided_at=NOW,
            decision_reason="Not what the document says.",
        )


class SluggedFactory(Factory):
    """What lives under a lasting address, with its first description unless `described=False`.

    Whatever is no column of its own table goes to the description.
    """

    class Meta:
        abstract = True

    described = True

    @classmethod
    def _create(cls, model_class, *args, **values):
        described = values.pop("described")
        own = {name: values.pop(name) for name in model_class.__table__.columns.keys() & values.keys()}
        row = super()._create(model_class, *args, **own)
        if described:
            cls.describe(row, **values)
        return row


class OperationFactory(Factory):
    class Meta:
        model = models.Operation

    slug = Sequence(lambda n: f"operation-{n}")
    name = LazyAttribute(lambda operation: operation.slug.capitalize())


class DeploymentDescriptionFactory(VersionFactory):
    class Meta:
        model = models.DeploymentDescription

    class Params:
        deployment = None
        operation = None

    owner = "deployment_id"
    version = LazyFunction(new_version)
    deployment_id = id_of("deployment", lambda: DeploymentFactory(described=False))
    operation_id = id_of("operation")
    name = Sequence(lambda n: f"Deployment {n}")
    starts_on = date(2024, 10, 1)


class DeploymentFactory(SluggedFactory):
    class Meta:
        model = models.Deployment

    slug = Sequence(lambda n: f"deployment-{n}")

    @staticmethod
    def describe(deployment, **values):
        DeploymentDescriptionFactory(deployment=deployment, **values)


class MeasureDescriptionFactory(VersionFactory):
    class Meta:
        model = models.MeasureDescription

    class Params:
        measure = None

    owner = "measure_id"
    version = LazyFunction(new_version)
    measure_id = id_of("measure", lambda: MeasureFactory(described=False))
    label = Sequence(lambda n: f"measure {n}")
    unit = "persons"


class MeasureFactory(SluggedFactory):
    class Meta:
        model = models.Measure

    slug = Sequence(lambda n: f"measure-{n}")
    kind = "flow"

    @staticmethod
    def describe(measure, **values):
        MeasureDescriptionFactory(measure=measure, **values)


class FamilyFactory(Factory):
    class Meta:
        model = models.Family

    slug = Sequence(lambda n: f"family-{n}")
    name = LazyAttribute(lambda family: family.slug.capitalize())


class SourceDescriptionFactory(VersionFactory):
    class Meta:
        model = models.SourceDescription

    class Params:
        source = None
        family = None

    owner = "source_id"
    version = LazyFunction(new_version)
    source_id = id_of("source", lambda: SourceFactory(described=False))
    family_id = id_of("family")
    name = Sequence(lambda n: f"Source {n}")


class SourceFactory(SluggedFactory):
    class Meta:
        model = models.Source

    slug = Sequence(lambda n: f"source-{n}")

    @staticmethod
    def describe(source, **values):
        SourceDescriptionFactory(source=source, **values)


class SourceAliasFactory(Factory):
    """Another name of a source; `source=` names it."""

    class Meta:
        model = models.SourceAlias

    class Params:
        source = None

    source_id = id_of("source", SourceFactory)
    name = Sequence(lambda n: f"Alias {n}")
    version = LazyFunction(new_version)


class SourceMergeFactory(VersionFactory):
    """That a source without claims was merged into another; `source=` and `into=` name them."""

    class Meta:
        model = models.SourceMerge

    class Params:
        source = None
        into = None

    owner = "source_id"
    version = LazyFunction(new_version)
    source_id = id_of("source", SourceFactory)
    into_id = id_of("into", SourceFactory)


class ProposalFactory(Factory):
    """Another description of a source that waits for a second person."""

    class Meta:
        model = models.Proposal

    class Params:
        approved = Trait(
            verdict="approved",
            decided_by=LazyFunction(lambda: PersonFactory(role="reviewer").id),
            decided_at=NOW,
            version=LazyFunction(new_version),
        )

    noun = "source"
    slug = Sequence(lambda n: f"proposed-{n}")
    act = "describe"
    content = LazyFunction(lambda: {"cells": {}})
    shown = 1
    reason = "It is one of them."
    recorded_by = LazyFunction(lambda: PersonFactory().id)
    recorded_at = NOW


class SourceDocumentFactory(Factory):
    class Meta:
        model = models.SourceDocument

    title = Sequence(lambda n: f"Document {n}")


class DocumentNoteFactory(Factory):
    """That a document is gone; `document=` names the document."""

    class Meta:
        model = models.DocumentNote

    class Params:
        document = None

    document_id = id_of("document", SourceDocumentFactory)
    act_id = LazyFunction(lambda: ActFactory(kind="document", details={"state": "gone"}).id)
    state = "gone"


class PlaceFactory(Factory):
    class Meta:
        model = models.Place

    slug = Sequence(lambda n: f"place-{n}")
    name = LazyAttribute(lambda place: place.slug.capitalize())


class PlaceDescriptionFactory(VersionFactory):
    """`place=` and `whole=` are places; without a whole it lies in none."""

    class Meta:
        model = models.PlaceDescription

    class Params:
        place = None
        whole = None

    owner = "place_id"
    version = LazyFunction(new_version)
    place_id = id_of("place", PlaceFactory)
    whole_id = id_of("whole")
    name = Sequence(lambda n: f"Described place {n}")


class PlaceAliasFactory(Factory):
    """Another name of a place; `place=` names it."""

    class Meta:
        model = models.PlaceAlias

    class Params:
        place = None

    place_id = id_of("place", PlaceFactory)
    name = Sequence(lambda n: f"Place alias {n}")
    version = LazyFunction(new_version)


class PlaceMergeFactory(VersionFactory):
    """That a place without claims was merged into another; `place=` and `into=` name them."""

    class Meta:
        model = models.PlaceMerge

    class Params:
        place = None
        into = None

    owner = "place_id"
    version = LazyFunction(new_version)
    place_id = id_of("place", PlaceFactory)
    into_id = id_of("into", PlaceFactory)


class ClaimFactory(Factory):
    """A claim's lasting name, without any revision."""

    class Meta:
        model = models.Claim

    ref = Sequence(lambda n: f"claim-{n}")


class AlikeFactory(Factory):
    """That a claim shares its statement with another one; `claim=` names it."""

    class Meta:
        model = models.Alike

    class Params:
        claim = None

    claim_id = id_of("claim", ClaimFactory)
    kind = "figure"
    digest = LazyFunction(uuid4)


def _claim_of(revision_id: int) -> int:
    return current_session().get_one(models.Revision, revision_id).claim_id


class DistinctionFactory(Factory):
    """That two claims are two statements, as both count; `first=` and `second=` are their revisions."""

    class Meta:
        model = models.Distinction

    class Params:
        first = None
        second = None

    act_id = LazyFunction(lambda: ActFactory(kind="tell_apart").id)
    first_revision_id = LazyAttribute(lambda row: (row.first or RevisionFactory(approved=True)).id)
    # Each asks for the one before: the first is the older, and nothing counts after the version was read.
    second_revision_id = LazyAttribute(
        lambda row: row.first_revision_id and (row.second or RevisionFactory(approved=True)).id
    )
    first_id = LazyAttribute(lambda row: _claim_of(row.first_revision_id))
    second_id = LazyAttribute(lambda row: _claim_of(row.second_revision_id))
    state = "two"
    version = LazyAttribute(lambda row: row.second_id and ledger_version(current_session()))


class BatchFactory(Factory):
    class Meta:
        model = models.Batch

    name = "claims.csv"
    origin = "upload"
    recorded_at = NOW
    recorded_by = LazyFunction(lambda: PersonFactory().id)


def _figure(revision) -> int | None:
    """100, unless bounds are given or the claim is without a figure."""
    return 100 if revision.nature != "stance" and revision.low is None and revision.high is None else None


def _measure_for(revision) -> models.Measure:
    return MeasureFactory(kind="level" if revision.nature == "level" else "flow")


def _qualifier(revision) -> str | None:
    if revision.nature == "stance":
        return None
    bounds = revision.low is not None, revision.high is not None
    return {(True, True): "between", (True, False): "at_least", (False, True): "up_to"}.get(bounds, "stated")


class RevisionFactory(DecidedFactory):
    """A claim with its first revision; `claim=` adds the next revision to a claim."""

    class Meta:
        model = models.Revision

    class Params:
        claim = None
        deployment = None
        measure = None
        source = None
        document = None
        place = None
        batch = None
        supersedes = None
        part_of = None
        repeat_of = None

    owner = "claim_id"
    claim_id = id_of("claim", ClaimFactory)
    deployment_id = id_of("deployment", DeploymentFactory)
    measure_id = LazyAttribute(lambda row: (row.measure or _measure_for(row)).id)
    measure_kind = LazyAttribute(lambda row: current_session().get(models.Measure, row.measure_id).kind)
    source_id = id_of("source", SourceFactory)
    document_id = id_of("document")
    place_id = id_of("place")
    batch_id = id_of("batch")
    supersedes_id = id_of("supersedes")
    part_of_id = id_of("part_of")
    repeat_of_id = id_of("repeat_of")
    nature = "total"
    low = None
    point = LazyAttribute(_figure)
    high = None
    qualifier = LazyAttribute(_qualifier)
    as_of = LazyAttribute(lambda row: "2025-03-27" if row.nature in {"total", "level"} else None)
    period = LazyAttribute(
        lambda row: "2025-03-01/2025-03-27" if row.nature in {"increment", "event"} else None
    )
    said_on = "2025-03-27"


def ClaimTextFactory() -> models.ClaimText:  # noqa: N802 - called like the factories of the other tables
    """The words of a claim that counts; the database writes them as soon as it does."""
    revision = RevisionFactory(approved=True)
    return current_session().get_one(models.ClaimText, revision.claim_id)


def NameWordsFactory() -> models.NameWords:  # noqa: N802 - likewise
    """The words of what a source is called; the database writes them as soon as it has a name."""
    return current_session().get_one(models.NameWords, ("source", SourceFactory().id))


def _about_a_claim(model: type[Any]) -> Any:
    """The row that the database keeps about the subject of a new claim that counts."""
    revision = RevisionFactory(approved=True)
    named = {name: getattr(revision, name) for name in ("deployment_id", "measure_id")}
    return current_session().scalars(select(model).filter_by(**named)).first()


def SubjectFactory() -> models.Subject:  # noqa: N802
    """When a measure last changed, noted by the database as soon as a claim about it counts."""
    return _about_a_claim(models.Subject)


def NatureTallyFactory() -> models.NatureTally:  # noqa: N802
    """How many claims of a nature count, as the database counts them."""
    return _about_a_claim(models.NatureTally)


def VoiceFactory() -> models.Voice:  # noqa: N802
    """How much of a measure a source says, as the database counts it."""
    return _about_a_claim(models.Voice)


def KeptClaimsFactory() -> models.KeptClaims:  # noqa: N802
    """The claims about a measure as one value, of no version that there ever was."""
    revision = RevisionFactory(approved=True)
    about = {"deployment_id": revision.deployment_id, "measure_id": revision.measure_id}
    row = models.KeptClaims(**about, version=0, form=0, rows=b"")
    current_session().add(row)
    current_session().flush()
    return row


def KeptReadingFactory() -> models.KeptReading:  # noqa: N802
    """What a reading comes to, kept of inputs that have moved since."""
    revision = RevisionFactory(approved=True)
    return _kept(models.KeptReading, revision, head={}, marks=[], sample=[], points=[], fates={})


def KeptFaredFactory() -> models.KeptFared:  # noqa: N802
    """How a source fared, kept of inputs that have moved since."""
    revision = RevisionFactory(approved=True)
    return _kept(models.KeptFared, revision, source_id=revision.source_id, fared={})


def KeptEffectFactory() -> models.KeptEffect:  # noqa: N802
    """What an act did to a reading, for which somebody waits."""
    revision = RevisionFactory(approved=True)
    return _kept(models.KeptEffect, revision, version=revision.approved_version, effect={})


def TouchFactory() -> models.Touch:  # noqa: N802
    """How many things an act touched, of one that touched none."""
    return _counted(models.Touch, new_version())


def TouchedSubjectFactory() -> models.TouchedSubject:  # noqa: N802
    """How many claims about a measure an act touched that approved one."""
    return _counted(models.TouchedSubject, RevisionFactory(approved=True).approved_version)


def TouchedVoiceFactory() -> models.TouchedVoice:  # noqa: N802
    """The source of which an act approved a claim."""
    version = RevisionFactory(approved=True).approved_version
    return current_session().scalars(select(models.TouchedVoice).filter_by(version=version)).one()


def _counted(model: type[Any], version: int) -> Any:
    """The row of an act, counted before its transaction ends."""
    current_session().execute(select(func.count_touched(version)))
    return current_session().scalars(select(model).filter_by(version=version)).one()


def _kept(model: type[Any], revision: models.Revision, **parts: Any) -> Any:
    about = {"deployment_id": revision.deployment_id, "measure_id": revision.measure_id}
    if model is not models.KeptEffect:
        parts["inputs_version"] = 0
    row = model(**about, rules="none", **parts)
    current_session().add(row)
    current_session().flush()
    return row


class JudgementFactory(DecidedFactory):
    """A claim set aside, handed in; `claim=` names the claim."""

    class Meta:
        model = models.Judgement

    class Params:
        claim = None
        batch = None

    owner = "claim_id"
    claim_id = id_of("claim", ClaimFactory)
    batch_id = id_of("batch")
    standing = "set_aside"
    standing_reason = LazyAttribute(
        lambda row: {"good": None, "retracted": "withdrawn"}.get(row.standing, "copy_error")
    )
    standing_on = LazyAttribute(lambda row: date(2025, 6, 1) if row.standing == "retracted" else None)


class DraftFactory(Factory):
    class Meta:
        model = models.Draft

    class Params:
        claim = None

    person_id = LazyFunction(lambda: PersonFactory().id)
    key = Sequence(lambda n: f"key-of-a-form-{n:06}")
    act = LazyAttribute(lambda row: "enter" if row.claim is None else "correct")
    claim_id = id_of("claim")
    based_on = LazyAttribute(lambda row: None if row.claim is None else 1)
    values = LazyFunction(lambda: {"point": "11000"})
    saves = 1
    begun_at = NOW
    saved_at = LazyAttribute(lambda row: row.begun_at)


class SubmissionFactory(Factory):
    class Meta:
        model = models.Submission

    person_id = LazyFunction(lambda: PersonFactory().id)
    key = Sequence(lambda n: f"key-of-a-form-{n:06}")
    digest = LazyFunction(_some_hash)
    at = NOW


class SpreadsheetFactory(Factory):
    class Meta:
        model = models.Spreadsheet

    person_id = LazyFunction(lambda: PersonFactory().id)
    key = Sequence(lambda n: f"key-of-a-table-{n:06}")
    name = "losses.csv"
    file = b"Date,Figure"
    begun_at = NOW
    touched_at = LazyAttribute(lambda row: row.begun_at)
    worksheets = LazyFunction(list)
    header_line = 1
    columns = LazyFunction(lambda: ["Date", "Figure"])
    rows = 0
    like_known = "appearance"


class SpreadsheetRowFactory(Factory):
    class Meta:
        model = models.SpreadsheetRow

    spreadsheet_id = LazyFunction(lambda: SpreadsheetFactory().id)
    line = 2
    cells = LazyFunction(lambda: ["2025-02-27", "3"])


class SpreadsheetCheckFactory(Factory):
    class Meta:
        model = models.SpreadsheetCheck

    spreadsheet_id = LazyFunction(lambda: SpreadsheetFactory().id)
    line = 2
    read = LazyFunction(lambda: ["key"])
    problems = LazyFunction(list)


class ColumnMappingFactory(Factory):
    class Meta:
        model = models.ColumnMapping

    person_id = LazyFunction(lambda: PersonFactory().id)
    header = LazyFunction(_some_hash)
    mapping = LazyFunction(lambda: {"columns": {}, "constants": {}, "day_first": True})
    used_at = NOW


class CitationFactory(Factory):
    """A citation of an empty list of claims; `result` decides its digest."""

    class Meta:
        model = models.Citation

    key = Sequence(lambda n: "".join(chr(ord("a") + (n >> 4 * place) % 16) for place in range(16)))
    kind = "claims"
    address = "/claims?version=0"
    version = 0
    rule_set = "1"
    title = "All claims"
    sentence = "0 claims in the ledger."
    publisher = "Muster"
    result = (
        '{"claims":[],"format":"muster-citation/1","kind":"claims","number":0,"readings":[],"rule_set":"1"}'
    )
    digest = LazyAttribute(lambda citation: hash_secret(citation.result))
    cited_at = NOW


class ErrorReportFactory(Factory):
    """What a reader reported; of nothing in particular, unless ids are given."""

    class Meta:
        model = models.ErrorReport

    digest = LazyFunction(_some_hash)
    about = "/claims/claim"
    title = "Sent: 11,000 persons, claimed by Source"
    kind = "figure"
    words = "The document says 10,000."
    version = 0
    reported_at = NOW


class ReportAnswerFactory(Factory):
    class Meta:
        model = models.ReportAnswer

    report_id = LazyFunction(lambda: ErrorReportFactory().id)
    outcome = "acted_on"
    words = "Corrected."
    answered_by = LazyFunction(lambda: PersonFactory().id)
    answered_at = NOW
