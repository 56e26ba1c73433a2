"""Contradictions that recent acts caused, for the desk: looked up where kept, else read within bounds.

A measure of which nothing was claimed before has no contradiction that is not new: those are taken from what
is kept of its reading (app.answers.kept). Of any other the reading of then is needed, too. Both are read of
measures that changed last first, as far as a page reads at once; of the rest it is said that they were left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.acts.models import Act
from app.answers.at_hand import Room, sizes_of
from app.answers.glances import facts_of
from app.answers.holdings import holdings_of
from app.answers.kept import RULES, Computed, Inputs, small
from app.answers.models import KeptReading
from app.answers.queries import Holding, MeasureText, drawn_on, measure_texts
from app.answers.ruled import told_again
from app.changes.models import Touch, TouchedSubject
from app.claims.summaries import Subject
from app.claims.tallied import Subject as SubjectRow
from app.deployments.models import Deployment
from app.deployments.queries import DeploymentText, deployment_texts
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.facts import DeploymentClaims
from app.readings.outlines import FEW
from app.readings.reading import Readings
from app.readings.results import Contested

NAMED = 20
"""Contradictions that are told; of more it is said how many."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A measure of a deployment that changed."""

    deployment: str
    measure: str
    version: int  # of the ledger, the newest that changed its claims or their standing

    @property
    def subject(self) -> Subject:
        return self.deployment, self.measure


@dataclass(frozen=True, slots=True)
class NewContradiction:
    """A contradiction that recent acts caused."""

    deployment: str
    measure: str
    contested: Contested
    version: int  # of the ledger, the newest that changed this measure


@dataclass(frozen=True, slots=True)
class NewContradictions:
    """What is new of the measures that were looked at, and which were not; the newest change first."""

    found: tuple[NewContradiction, ...] = ()  # NAMED at most; of a measure the first few, as are kept
    number: int = 0  # in all, of the measures that were looked at
    waiting: tuple[Changed, ...] = ()  # whose readings are still worked out in the background
    later: tuple[Changed, ...] = ()  # whose readings of then and now take too many claims for a page


@dataclass(frozen=True, slots=True)
class _State:
    changed: Changed
    contested: int | None  # claims that are contested now; None: its reading is not kept as it is now


def new_contradictions(
    session: Session,
    since: datetime,
    room: Room | None = None,
    *,
    texts: dict[str, MeasureText] | None = None,
    deployments: Sequence[DeploymentText] | None = None,
) -> NewContradictions:
    """Claims contested at default choices that were not at the moment `since`.

    `room` bounds the claims that are read, those of now and those of then; None: as a page has it. `texts`
    are the measures, and `deployments` the deployments, where they were read already.
    """
    then = session.scalar(select(func.max(Act.version)).where(Act.at < since)) or 0
    inputs, states = _changed_since(session, then)
    if not states:
        return NewContradictions()
    held = _held_before(session, then, [state.changed.subject for state in states])
    room = Room() if room is None else room
    sizes = sizes_of(session, sorted({state.changed.deployment for state in states}))
    fresh: list[_State] = []
    to_read: list[Changed] = []
    waiting: list[Changed] = []
    later: list[Changed] = []
    for state in states:
        changed, was_held = state.changed, state.changed.subject in held
        if not was_held and state.contested is not None:
            fresh.append(state)
            continue
        claims = sum(sizes.get((changed.deployment, one), 0) for one in drawn_on(changed.measure))
        if room.take(claims * (2 if was_held else 1)):
            to_read.append(changed)
        else:
            (later if was_held else waiting).append(changed)
    texts = measure_texts(session) if texts is None else texts
    deployments = deployment_texts(session) if deployments is None else deployments
    found = _read(session, to_read, held, then, inputs, texts)
    number = len(found) + sum(state.contested or 0 for state in fresh)
    found += _looked_up(session, fresh, inputs, texts, deployments)
    ordered = sorted(
        found, key=lambda one: (-one.version, one.deployment, one.measure, one.contested.claim_ref)
    )
    return NewContradictions(tuple(ordered[:NAMED]), number, tuple(waiting), tuple(later))


def _changed_since(session: Session, version: int) -> tuple[Inputs, list[_State]]:
    """The measures that changed after a version and may be contested, newest change first; and all inputs.

    One statement, which reads a short row of each measure and no reading: of 2,000 in a few milliseconds.
    """
    rows = session.execute(
        select(
            Deployment.slug,
            Measure.slug,
            SubjectRow.claims_version,
            SubjectRow.inputs_version,
            KeptReading.inputs_version.label("kept"),
            KeptReading.head["contested"].as_integer().label("contested"),
        )
        .select_from(SubjectRow)
        .join(Deployment, Deployment.id == SubjectRow.deployment_id)
        .join(Measure, Measure.id == SubjectRow.measure_id)
        .outerjoin(
            KeptReading,
            and_(
                KeptReading.deployment_id == SubjectRow.deployment_id,
                KeptReading.measure_id == SubjectRow.measure_id,
                KeptReading.rules == RULES,
            ),
        )
    ).all()
    inputs = Inputs({(row[0], row[1]): row.inputs_version for row in rows})
    states = [
        _State(
            Changed(row[0], row[1], row.claims_version),
            row.contested if row.kept is not None and row.kept == inputs.of((row[0], row[1])) else None,
        )
        for row in rows
        if row.claims_version > version
    ]
    # What is not contested now has no contradiction that is new.
    open_ones = [state for state in states if state.contested != 0]
    return inputs, sorted(open_ones, key=lambda one: (-one.changed.version, one.changed.subject))


def _held_before(session: Session, then: int, subjects: Sequence[Subject]) -> set[Subject]:
    """Those of these measures of which anything was claimed at a version. Two statements.

    All of them where it is not counted what the acts until then touched: then it is read.
    """
    if not then:
        return set()
    if session.scalar(select(func.count()).where(Touch.version <= then)) != then:
        return set(subjects)
    one = TouchedSubject
    touched = select(one.deployment_id, one.measure_id).where(one.version <= then).distinct().subquery()
    rows = session.execute(
        select(Deployment.slug, Measure.slug)
        .join(touched, touched.c.deployment_id == Deployment.id)
        .join(Measure, Measure.id == touched.c.measure_id)
    )
    return {(slug, measure) for slug, measure in rows} & set(subjects)


def _read(
    session: Session,
    changed: Sequence[Changed],
    held: set[Subject],
    then: int,
    inputs: Inputs,
    texts: dict[str, MeasureText],
) -> list[NewContradiction]:
    """What is new of these measures, read as they are now, and as they were where they were held."""
    if not changed:
        return []
    now = holdings_of(session, [one.subject for one in changed], texts=texts, plain=True)
    compared = [one.subject for one in changed if one.subject in held]
    before = holdings_of(session, compared, version=then, plain=True) if compared else {}
    old = {slug: Readings(_as_today(before.get(slug), one), Choices()) for slug, one in now.items()}
    new = {slug: Readings(one.claims, Choices()) for slug, one in now.items()}
    computed = Computed()
    found: list[NewContradiction] = []
    for one in changed:
        if one.deployment not in now:
            continue
        reading = new[one.deployment].reading(one.measure)
        computed.add(inputs, reading, now[one.deployment].about(one.measure))
        known: set[str] = set()
        if one.subject in held:
            known = {item.claim_ref for item in old[one.deployment].reading(one.measure).contested}
        found += [
            NewContradiction(one.deployment, one.measure, item, one.version)
            for item in reading.contested
            if item.claim_ref not in known
        ]
    computed.keep(session)
    return found


def _as_today(held: Holding | None, now: Holding) -> DeploymentClaims:
    """What was held, under the measures of today; no claims where nothing was."""
    claims = [claim for about in held.claims.claims.values() for claim in about] if held else []
    facts = held.claims.deployment if held else now.claims.deployment
    return DeploymentClaims.of(facts, now.claims.measures.values(), claims)


def _looked_up(
    session: Session,
    fresh: Sequence[_State],
    inputs: Inputs,
    texts: dict[str, MeasureText],
    deployments: Sequence[DeploymentText],
) -> list[NewContradiction]:
    """The first contradictions of measures that are all new, as they are kept: of enough measures to name."""
    chosen: list[Changed] = []
    named = 0
    for state in fresh:
        if named < NAMED:
            chosen.append(state.changed)
            named += min(state.contested or 0, FEW)
    if not chosen:
        return []
    slugs = {one.deployment for one in chosen}
    known = facts_of([one for one in deployments if one.slug in slugs], texts)
    outlines = small(session, inputs, known, [one.subject for one in chosen])
    few = {
        subject: (outline.few, list(outline.few.contested))
        for subject, outline in outlines.items()
        if outline.few is not None
    }
    told = told_again(session, known, few)
    return [
        NewContradiction(one.deployment, one.measure, item, one.version)
        for one in chosen
        if one.subject in told
        for item in told[one.subject][0].values()
    ]
