"""A reader's question to the ledger, answered: what it held at a version, and the reading of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.acts.models import Act
from app.acts.queries import last_checked_at
from app.answers.kept import Computed, Inputs, Known, bounds_of, inputs_of, is_kept
from app.answers.parameters import BadParameter, BadParameters
from app.claims.approved import ApprovedClaim
from app.claims.models import Revision
from app.claims.plain import plain_claims
from app.claims.queries import approved_claims, holding
from app.claims.tallied import Subject as SubjectRow
from app.deployments.models import Deployment, DeploymentDescription
from app.languages.spoken import _
from app.logs import log
from app.measures.models import Measure, MeasureDescription
from app.places.models import Place
from app.places.queries import merged_places
from app.readings.answer import Json, reading_answer, why_answer
from app.readings.checks import Bounds, compared_with
from app.readings.choices import Choices
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts
from app.readings.reading import Readings
from app.readings.results import Reading
from app.readings.why import Why, why
from app.review.models import Judgement
from app.sources.models import Family, Source
from app.sources.queries import merged_sources


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A measure in words, beside the facts that the arithmetic takes."""

    slug: str
    label: str
    kind: Kind
    unit: str
    definition: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """All that the ledger held of one deployment at one version."""

    version: int  # the version that was read: the one asked for, else the latest
    changed_at: datetime | None  # when the ledger came to that version; None: nothing was ever recorded
    name: str
    claims: DeploymentClaims  # appearances left out
    measures: dict[str, MeasureText]  # every measure of the ledger, by slug

    def about(self, measure: str) -> list[ApprovedClaim]:
        """The claims about one measure, by the day said, whatever their standing."""
        return list(self.claims.about(measure))


def ledger_at(session: Session, version: int | None) -> tuple[int, datetime | None]:
    """The version that is read and when the ledger came to it; raises BadParameters if it never did."""
    newest = select(Act.version, Act.at).where(Act.version.is_not(None)).order_by(Act.version.desc()).limit(1)
    if version is not None:
        newest = newest.where(Act.version <= version)
    found = session.execute(newest).one_or_none()
    read, at = (found.version or 0, found.at) if found else (0, None)
    if version is not None and version > read:
        sentence = _(
            "“%(version)s” is still to come: the ledger stands at %(read)s", version=version, read=read
        )
        raise BadParameters([BadParameter("version", sentence)])
    return read, at


def holding_of(
    session: Session, deployment: str, *, version: int | None = None, measures: list[str] | None = None
) -> Holding | None:
    """What the ledger held of a deployment; None where it knew none of that slug at that version.

    `measures` narrows the claims that are loaded; every measure is described all the same.
    """
    held = described(session, deployment, version)
    if held is None:
        return None
    facts = held.claims
    claims = approved_claims(session, deployment=deployment, measures=measures, version=version)
    return replace(held, claims=DeploymentClaims.of(facts.deployment, facts.measures.values(), claims))


def described(session: Session, deployment: str, version: int | None = None) -> Holding | None:
    """A holding without claims; None where the ledger knew no such deployment at that version."""
    read, changed_at = ledger_at(session, version)
    row = session.execute(
        select(
            DeploymentDescription.name,
            DeploymentDescription.starts_on,
            DeploymentDescription.level_valid_days,
        )
        .join(Deployment, Deployment.id == DeploymentDescription.deployment_id)
        .where(Deployment.slug == deployment)
        .where(holding(DeploymentDescription.version, DeploymentDescription.replaced_version, version))
    ).one_or_none()
    if row is None:
        return None
    texts = measure_texts(session, version)
    claims = DeploymentClaims.of(
        DeploymentFacts(deployment, row.starts_on, row.level_valid_days),
        [MeasureFacts(text.slug, text.kind, text.unit) for text in texts.values()],
        (),
    )
    return Holding(read, changed_at, row.name, claims, texts)


def measure_texts(session: Session, version: int | None = None) -> dict[str, MeasureText]:
    """Every measure at a version, in the order in which they came into the ledger."""
    rows = session.execute(
        select(Measure.slug, Measure.kind, MeasureDescription.label, MeasureDescription.unit,
               MeasureDescription.definition)
        .join(Measure, Measure.id == MeasureDescription.measure_id)
        .where(holding(MeasureDescription.version, MeasureDescription.replaced_version, version))
        .order_by(Measure.id)
    )  # fmt: skip
    return {
        row.slug: MeasureText(row.slug, row.label, Kind(row.kind), row.unit, row.definition) for row in rows
    }


def check_known(session: Session, choices: Choices) -> None:
    """Refuse sources, families and places that the ledger has never heard of: raises BadParameters.

    A source without a family is a family of its own, under its own slug. One that was merged into another is
    refused from that version on: pages and the API lead on before (app.sources.moved).
    """
    errors: list[BadParameter] = []
    if choices.sources or choices.families:
        sources = set(
            session.scalars(select(Source.slug).where(Source.slug.in_(choices.sources | choices.families)))
        )
        families = set(session.scalars(select(Family.slug).where(Family.slug.in_(choices.families))))
        errors += [
            BadParameter("source", _("there is no source “%(name)s”", name=slug))
            for slug in sorted(choices.sources - sources)
        ]
        errors += [
            BadParameter("family", _("there is no family “%(name)s”", name=slug))
            for slug in sorted(choices.families - families - sources)
        ]
        errors += [
            BadParameter(
                "source",
                _("“%(name)s” was merged into “%(into)s”: ask for that one", name=one.slug, into=one.into),
            )
            for one in merged_sources(session, choices.sources | choices.families)
            if choices.version is None or choices.version >= one.version
        ]
    if choices.place is not None and not session.scalar(select(Place.id).where(Place.slug == choices.place)):
        errors.append(BadParameter("place", _("there is no place “%(name)s”", name=choices.place)))
    elif choices.place is not None:
        errors += [
            BadParameter(
                "place",
                _("“%(name)s” was merged into “%(into)s”: ask for that one", name=one.slug, into=one.into),
            )
            for one in merged_places(session, [choices.place])
            if choices.version is None or choices.version >= one.version
        ]
    if errors:
        raise BadParameters(errors)


def changed_at(session: Session, deployment: str, measure: str, version: int) -> datetime | None:
    """When the claims about a measure last changed, as of a ledger version; None: never.

    A revision or judgement that began or ceased to count is a change; so is one that moved a claim away.
    What the database notes of a measure answers for the newest state of it without looking at its claims.
    """
    newest = (
        select(Act.at)
        .join(SubjectRow, SubjectRow.claims_version == Act.version)
        .join(Deployment, Deployment.id == SubjectRow.deployment_id)
        .join(Measure, Measure.id == SubjectRow.measure_id)
        .where(Deployment.slug == deployment, Measure.slug == measure, Act.version <= version)
        .scalar_subquery()
    )
    about = (
        select(Revision.claim_id, Revision.approved_version, Revision.replaced_version)
        .join(Deployment, Deployment.id == Revision.deployment_id)
        .join(Measure, Measure.id == Revision.measure_id)
        .where(Deployment.slug == deployment, Measure.slug == measure)
        .cte("about")
    )
    versions = union_all(
        select(about.c.approved_version),
        select(about.c.replaced_version),
        select(Judgement.approved_version).where(Judgement.claim_id.in_(select(about.c.claim_id))),
    ).subquery()
    then = select(func.max(Act.at)).where(Act.version <= version, Act.version.in_(select(versions)))
    # PostgreSQL asks the second only where the first gives nothing.
    return session.scalar(select(func.coalesce(newest, then.scalar_subquery())))


@dataclass(frozen=True, slots=True)
class Question:
    """A deployment and a measure that the ledger knows, with the claims and words to answer from."""

    holding: Holding
    measure: MeasureText
    choices: Choices
    changed_at: datetime | None  # when the claims about the measure last changed; None: never
    checked_at: datetime | None  # when somebody last looked for news of the deployment and found none
    bounds: Mapping[str, Bounds] = field(default_factory=dict)  # of measures whose claims were not needed
    inputs: Inputs | None = None  # what a reading of it under default choices may be kept for

    def reading(self) -> Reading:
        """The reading of the measure under the reader's choices."""
        return Readings(self.holding.claims, self.choices, self.bounds).reading(self.measure.slug)

    def why_on(self, on: date | None) -> Why:
        """Why the numbers of a day (None: of the headline day) are what they are."""
        return why(self.holding.claims, self.measure.slug, self.choices, on, self.bounds)

    def answer(self) -> Json:
        """The JSON of the reading: the API's, and that of `muster read --json`."""
        return reading_answer(self.reading(), version=self.holding.version, last_changed_at=self.changed_at)

    def why(self) -> Json:
        """The JSON of why the numbers on the headline day, or on `on`, are what they are."""
        return why_answer(self.why_on(self.choices.on), version=self.holding.version)


class NothingThere(LookupError):
    """The ledger knows no such deployment or measure; its text says which."""


def question(session: Session, deployment: str, measure: str, choices: Choices) -> Question:
    """What is asked of one measure, with all that the ledger held about it at the chosen version.

    The claims of every measure are loaded: casualties draw on killed and wounded, checks on others.
    Raises NothingThere, and BadParameters for a version to come or a slug that nothing has.
    """
    check_known(session, choices)
    held = holding_of(session, deployment, version=choices.version) if deployment.isprintable() else None
    return _question(session, _there(held, deployment), measure, choices)


def plain_question(session: Session, deployment: str, measure: str, choices: Choices) -> Question:
    """The same with no more than a reading of the measure takes: its claims are plain (app.claims.plain).

    Measures that it is only compared with are not loaded where their bands under these choices are kept.
    """
    check_known(session, choices)
    held = described(session, deployment, choices.version) if deployment.isprintable() else None
    held = _there(held, deployment)
    inputs = inputs_of(session, [deployment]) if choices.version is None else None
    measures, compared = drawn_on(measure), compared_with(measure)
    bounds: dict[str, Bounds] = {}
    if inputs is not None and replace(choices, since=None, on=None) == Choices():
        known = Known({deployment: held.claims.deployment}, held.claims.measures)
        bounds = bounds_of(session, inputs, known, [(deployment, one) for one in sorted(compared)])
        inputs = inputs if choices == Choices() else None
    else:
        inputs = None
    for one in compared - bounds.keys():
        measures |= drawn_on(one)
    claims = plain_claims(
        session, [(deployment, one) for one in measures if one in held.measures], version=choices.version
    )
    facts = held.claims
    held = replace(held, claims=DeploymentClaims.of(facts.deployment, facts.measures.values(), claims))
    return replace(_question(session, held, measure, choices), bounds=bounds, inputs=inputs)


def drawn_on(measure: str) -> set[str]:
    """The measures whose claims a reading of this one takes."""
    return {measure, KILLED, WOUNDED} if measure == CASUALTIES else {measure}


def _there(held: Holding | None, deployment: str) -> Holding:
    if held is None:
        raise NothingThere(_("there is no deployment “%(name)s”", name=deployment))
    return held


def _question(session: Session, held: Holding, measure: str, choices: Choices) -> Question:
    text = held.measures.get(measure)
    if text is None:
        raise NothingThere(_("there is no measure “%(name)s”", name=measure))
    deployment = held.claims.deployment.slug
    return Question(
        held,
        text,
        choices,
        changed_at(session, deployment, measure, held.version),
        last_checked_at(session, deployment, choices.version),
    )


def keep_reading(session: Session, asked: Question, reading: Reading) -> None:
    """Keep what a reading under default choices comes to, for pages that only look it up."""
    subject = (asked.holding.claims.deployment.slug, asked.measure.slug)
    if asked.inputs is None or is_kept(session, asked.inputs, subject):
        return
    computed = Computed()
    computed.add(asked.inputs, reading, asked.holding.about(asked.measure.slug))
    computed.keep(session)


def keep_afterwards(new_session: sessionmaker[Session], asked: Question, reading: Reading) -> None:
    """The same in a transaction of its own, once the answer has left: its reader need not wait for it."""
    if asked.inputs is None:
        return
    try:
        with new_session.begin() as session:
            keep_reading(session, asked, reading)
    except SQLAlchemyError as error:  # whoever needs it next computes it again
        log.info("what a reading comes to could not be kept", error=str(error))
