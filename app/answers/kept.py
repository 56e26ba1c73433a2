"""What readings come to under the default choices, kept in the database once somebody has computed it.

A reading at a fixed version never changes, so neither does what it comes to. Each kept row says of which
inputs it was made: the last version that touched a claim, judgement, source or deployment that it draws on,
the rule set, and the program itself. Where any of these has moved the row is as good as missing. Whoever
needs what is missing may compute and keep it; two who do so at once keep the same. Decision record 0017.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

import app.claims.plain
import app.readings
from app.answers.models import KeptReading
from app.claims.summaries import Subject
from app.claims.tallied import Subject as SubjectRow
from app.deployments.models import Deployment
from app.logs import log
from app.measures.models import Measure
from app.readings.checks import Bounds
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import DeploymentFacts, MeasureFacts
from app.readings.outlines import (
    Fates,
    Outline,
    fates_about,
    fates_data,
    fates_of,
    head_data,
    marks_data,
    outline_from,
    outline_of,
    points_data,
    sampled,
)
from app.readings.results import Reading
from app.readings.rules import RULE_SET


def _program() -> str:
    """Names the program that reads: another one may keep something else, or read what is kept otherwise."""
    folder = Path(str(app.readings.__file__)).parent
    files = [*sorted(folder.glob("*.py")), Path(str(app.claims.plain.__file__)), Path(__file__)]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


RULES = f"{RULE_SET}/{_program()}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """By subject, the last version that touched what its reading draws on."""

    versions: Mapping[Subject, int]

    def of(self, subject: Subject) -> int | None:
        """None where nothing was ever claimed that it draws on."""
        deployment, measure = subject
        drawn = (measure, KILLED, WOUNDED) if measure == CASUALTIES else (measure,)
        found = [self.versions[deployment, one] for one in drawn if (deployment, one) in self.versions]
        return max(found, default=None)


def inputs_of(session: Session, deployments: Collection[str] | None = None) -> Inputs:
    """The inputs of every measure of these deployments (None: of all).

    To be asked before the claims are: what is computed then is of these inputs or newer ones.
    """
    query = (
        select(Deployment.slug, Measure.slug, SubjectRow.inputs_version)
        .join(Deployment, Deployment.id == SubjectRow.deployment_id)
        .join(Measure, Measure.id == SubjectRow.measure_id)
    )
    if deployments is not None:
        query = query.where(Deployment.slug.in_(deployments))
    return Inputs({(slug, measure): version for slug, measure, version in session.execute(query)})


@dataclass(frozen=True, slots=True)
class Known:
    """What outlines are about: deployments and measures as the ledger describes them now, by slug."""

    deployments: Mapping[str, DeploymentFacts]
    measures: Mapping[str, MeasureFacts]


def heads(session: Session, inputs: Inputs, known: Known) -> dict[Subject, Outline]:
    """Every outline that is kept of these inputs, without points and marks."""
    return _kept(session, inputs, known, list(known.deployments), None)


def small(
    session: Session, inputs: Inputs, known: Known, subjects: Sequence[Subject]
) -> dict[Subject, Outline]:
    """Outlines with their marks and a sample of their points, as far as they are kept of these inputs."""
    return _kept(session, inputs, known, subjects, KeptReading.sample, KeptReading.marks)


def whole(
    session: Session, inputs: Inputs, known: Known, subjects: Sequence[Subject]
) -> dict[Subject, Outline]:
    """Outlines with all their points, as far as they are kept of these inputs."""
    return _kept(session, inputs, known, subjects, KeptReading.points)


def bounds_of(
    session: Session, inputs: Inputs, known: Known, subjects: Sequence[Subject]
) -> dict[str, Bounds]:
    """The bands of measures of one deployment, by slug of the measure, as far as they are kept."""
    return {
        subject[1]: outline.bounds for subject, outline in whole(session, inputs, known, subjects).items()
    }


def is_kept(session: Session, inputs: Inputs, subject: Subject) -> bool:
    """Whether a reading is kept of these inputs."""
    row = session.execute(_row(subject, KeptReading.inputs_version, KeptReading.rules)).one_or_none()
    return row is not None and row.rules == RULES and row.inputs_version == inputs.of(subject)


def kept_fates(
    session: Session, inputs: Inputs, subject: Subject, claim_ref: str, at_most: int
) -> tuple[Fates, int] | None:
    """What became of a claim in a reading, if that is kept of these inputs; as `fates_about`."""
    row = session.execute(
        _row(subject, KeptReading.inputs_version, KeptReading.rules, KeptReading.fates)
    ).one_or_none()
    if row is None or row.rules != RULES or row.inputs_version != inputs.of(subject):
        return None
    return fates_about(row.fates, claim_ref, at_most)


def _row(subject: Subject, *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    return (
        select(*columns)
        .join(Deployment, Deployment.id == KeptReading.deployment_id)
        .join(Measure, Measure.id == KeptReading.measure_id)
        .where(Deployment.slug == subject[0], Measure.slug == subject[1])
    )


def _kept(
    session: Session,
    inputs: Inputs,
    known: Known,
    wanted: Sequence[Subject] | Sequence[str],
    *parts: InstrumentedAttribute[Any] | None,
) -> dict[Subject, Outline]:
    columns = [part for part in parts if part is not None]
    query = (
        select(Deployment.slug, Measure.slug, KeptReading.inputs_version, KeptReading.head, *columns)
        .join(Deployment, Deployment.id == KeptReading.deployment_id)
        .join(Measure, Measure.id == KeptReading.measure_id)
        .where(KeptReading.rules == RULES)
    )
    if not wanted:
        return {}
    if isinstance(wanted[0], str):
        query = query.where(Deployment.slug.in_(wanted))
    else:
        query = query.where(tuple_(Deployment.slug, Measure.slug).in_(wanted))
    found: dict[Subject, Outline] = {}
    for slug, measure, version, head, *rest in session.execute(query):
        if version != inputs.of((slug, measure)):
            continue
        points, marks = [*rest, (), ()][:2]
        few = None
        if isinstance(points, dict):
            points, few = points["points"], points["few"]
        found[slug, measure] = outline_from(
            head, known.deployments[slug], known.measures[measure], points=points, marks=marks, few=few
        )
    return found


@dataclass(slots=True)
class Computed:
    """What was computed in one go, with the inputs it was computed from."""

    outlines: dict[Subject, tuple[int, Outline, Fates]] = field(default_factory=dict)

    def add(self, inputs: Inputs, reading: Reading, claims: Iterable[Any]) -> Outline:
        """Note a reading under default choices; `claims` are all about its measure."""
        outline = outline_of(reading, claims)
        subject = (reading.deployment.slug, reading.measure.slug)
        version = inputs.of(subject)
        if version is not None:
            self.outlines[subject] = version, outline, fates_of(reading)
        return outline

    def keep(self, session: Session) -> bool:
        """Keep all that this database knows of; whether that could be done: where it only reads it cannot."""
        if not self.outlines:
            return True
        ids = _ids(session, self.outlines)
        rows = [
            {
                "deployment_id": ids[subject][0],
                "measure_id": ids[subject][1],
                "inputs_version": version,
                "rules": RULES,
                "head": head_data(outline),
                "marks": marks_data(outline.marks),
                "sample": {
                    "points": points_data(sampled(outline.points)),
                    "few": None if outline.few is None else fates_data(outline.few),
                },
                "points": points_data(outline.points),
                "fates": fates_data(fates),
            }
            # In one order, so that two who keep the same wait for one another and not in a circle.
            for subject, (version, outline, fates) in sorted(self.outlines.items())
            if subject in ids
        ]
        if not rows:
            return False
        new = insert(KeptReading)
        changed = {name: new.excluded[name] for name in rows[0] if name not in _KEY}
        kept = new.on_conflict_do_update(
            index_elements=_KEY,
            set_=changed,
            where=KeptReading.inputs_version <= new.excluded.inputs_version,
        )
        try:
            with session.begin_nested():
                session.execute(kept, rows)
        except DBAPIError as error:
            log.info("what a reading comes to could not be kept", error=str(error.orig))
            return False
        return True


_KEY = ["deployment_id", "measure_id"]


def _ids(session: Session, subjects: Iterable[Subject]) -> dict[Subject, tuple[int, int]]:
    wanted = set(subjects)
    rows = session.execute(
        select(Deployment.slug, Measure.slug, Deployment.id, Measure.id)
        .join(Measure, Measure.slug.in_({measure for _, measure in wanted}))
        .where(Deployment.slug.in_({slug for slug, _ in wanted}))
    )
    return {
        (slug, measure): (deployment_id, measure_id)
        for slug, measure, deployment_id, measure_id in rows
        if (slug, measure) in wanted
    }
