"""How a source fared, from the ledger: looked up where it is kept, else computed, within bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.answers.glances import read_at_once
from app.answers.holdings import holdings_of
from app.answers.kept import RULES, inputs_of
from app.answers.models import KeptFared
from app.answers.queries import MeasureText
from app.claims.models import Revision
from app.claims.summaries import Subject
from app.claims.tallied import NatureTally, Voice
from app.claims.words import Nature
from app.deployments.models import Deployment
from app.logs import log
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.fared import (
    Fared,
    MeasureFared,
    fared_data,
    fared_from,
    fared_over,
    measure_fared,
    source_fared,
)
from app.sources.models import Source

SHOWN = 40
"""Measures of which the page of a source says how it fared: those in which it gave the most figures."""


def fared_of(session: Session, source: str, choices: Choices) -> Fared:
    """How a source fared wherever it gave a total or a level, at the chosen version of the ledger.

    Deployments in the order in which they came into the ledger. A source that nobody knows, or that gave no
    figure, has nothing to show.
    """
    subjects = session.execute(
        select(Deployment.slug, Measure.slug)
        .join(Revision, Revision.deployment_id == Deployment.id)
        .join(Measure, Measure.id == Revision.measure_id)
        .join(Source, Source.id == Revision.source_id)
        .where(
            Source.slug == source,
            Revision.nature.in_((Nature.TOTAL, Nature.LEVEL)),
            Revision.approved_version.is_not(None),
            Revision.repeat_of_id.is_(None),
        )
        .distinct()
    )
    held = holdings_of(session, [(row[0], row[1]) for row in subjects], version=choices.version)
    return source_fared([one.claims for one in held.values()], source, choices)


@dataclass(frozen=True, slots=True)
class FaredGlance:
    """How a source fared in the measures in which it gave the most totals and levels."""

    fared: Fared  # over those that are known by now
    shown: int  # how many measures it is asked about
    in_all: int  # in how many it gave a figure
    waiting: int  # how many of those shown are still to be computed


def fared_at_a_glance(session: Session, source: str, measures: Mapping[str, MeasureText]) -> FaredGlance:
    """How a source fared under default choices, at the latest version.

    What is not kept is computed as far as FILLED_AT_ONCE claims go; the rest is asked for, and computed in
    the background (app.answers.filling).
    """
    spoken = spoken_of(session, source)
    wanted = spoken[:SHOWN]
    inputs = inputs_of(session, sorted({deployment for deployment, _ in wanted}))
    kept = _kept(session, source)
    parts: dict[Subject, MeasureFared | None] = {}
    missing: list[Subject] = []
    for subject in wanted:
        version, rules, data = kept.get(subject, (None, None, None))
        if data and rules == RULES and version == inputs.of(subject):
            parts[subject] = _part(data, subject, measures)
        else:
            missing.append(subject)
    at_once = read_at_once(missing, _sizes(session, missing)) if missing else []
    if at_once:
        parts |= compute(session, source, at_once)
    waiting = [subject for subject in missing if subject not in parts]
    _ask_for(session, source, [subject for subject in waiting if kept.get(subject, (None,))[0] != 0])
    # By deployment in the order in which they came into the ledger, most figures first.
    order = {deployment: place for place, deployment in enumerate(_in_order(session, wanted))}
    known = [part for part in parts.values() if part is not None]
    known.sort(key=lambda part: (order[part.deployment], -len(part.figures), part.measure))
    return FaredGlance(fared_over(known, source), len(wanted), len(spoken), len(waiting))


def spoken_of(session: Session, source: str) -> list[Subject]:
    """The measures in which a source gives a total or level now, those with most of them first."""
    rows = session.execute(
        select(Deployment.slug, Measure.slug)
        .join(Voice, Voice.deployment_id == Deployment.id)
        .join(Measure, Measure.id == Voice.measure_id)
        .join(Source, Source.id == Voice.source_id)
        .where(Source.slug == source, Voice.standings > 0)
        .order_by(Voice.standings.desc(), Deployment.id, Measure.id)
    )
    return [(slug, measure) for slug, measure in rows]


def compute(session: Session, source: str, subjects: Sequence[Subject]) -> dict[Subject, MeasureFared | None]:
    """Read these measures with and without the family of the source, and keep how it fared."""
    inputs = inputs_of(session, sorted({deployment for deployment, _ in subjects}))
    held = holdings_of(session, subjects, plain=True)
    found: dict[Subject, MeasureFared | None] = {}
    rows: list[dict[str, object]] = []
    ids = _ids(session, source, subjects)
    for subject in sorted(subjects):
        claims = held[subject[0]].claims
        found[subject] = part = measure_fared(claims, subject[1], source)
        version = inputs.of(subject)
        if version is not None and subject in ids:
            data = {"none": True} if part is None else fared_data(part)
            rows.append({**ids[subject], "inputs_version": version, "rules": RULES, "fared": data})
    _keep(session, rows)
    return found


def _part(
    data: dict[str, object], subject: Subject, measures: Mapping[str, MeasureText]
) -> MeasureFared | None:
    return None if "none" in data else fared_from(data, *subject, measures[subject[1]].kind)


def _kept(session: Session, source: str) -> dict[Subject, tuple[int, str, dict[str, object]]]:
    rows = session.execute(
        select(Deployment.slug, Measure.slug, KeptFared.inputs_version, KeptFared.rules, KeptFared.fared)
        .join(Deployment, Deployment.id == KeptFared.deployment_id)
        .join(Measure, Measure.id == KeptFared.measure_id)
        .join(Source, Source.id == KeptFared.source_id)
        .where(Source.slug == source)
    )
    return {(slug, measure): (version, rules, fared) for slug, measure, version, rules, fared in rows}


def _sizes(session: Session, subjects: Sequence[Subject]) -> dict[Subject, int]:
    rows = session.execute(
        select(Deployment.slug, Measure.slug, func.sum(NatureTally.claims))
        .join(Deployment, Deployment.id == NatureTally.deployment_id)
        .join(Measure, Measure.id == NatureTally.measure_id)
        .where(Deployment.slug.in_({deployment for deployment, _ in subjects}))
        .group_by(Deployment.slug, Measure.slug)
    )
    return {(slug, measure): int(claims) for slug, measure, claims in rows}


def _in_order(session: Session, subjects: Sequence[Subject]) -> list[str]:
    slugs = {deployment for deployment, _ in subjects}
    query = select(Deployment.slug).where(Deployment.slug.in_(slugs)).order_by(Deployment.id)
    return list(session.scalars(query))


def _ids(session: Session, source: str, subjects: Sequence[Subject]) -> dict[Subject, dict[str, int]]:
    rows = session.execute(
        select(Deployment.slug, Measure.slug, Deployment.id, Measure.id, Source.id)
        .select_from(Deployment)
        .join(Measure, Measure.slug.in_({measure for _, measure in subjects}))
        .join(Source, Source.slug == source)
        .where(Deployment.slug.in_({deployment for deployment, _ in subjects}))
    )
    return {
        (slug, measure): {"deployment_id": deployment, "measure_id": of, "source_id": source_id}
        for slug, measure, deployment, of, source_id in rows
    }


def _ask_for(session: Session, source: str, subjects: Sequence[Subject]) -> None:
    """Note what is wanted and not there: version 0 counts for nothing, and is computed in the background."""
    if subjects:
        ids = _ids(session, source, subjects)
        wanted: dict[str, object] = {"inputs_version": 0, "rules": RULES, "fared": {}}
        _keep(session, [{**ids[subject], **wanted} for subject in sorted(ids.keys() & set(subjects))])


def _keep(session: Session, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    new = insert(KeptFared)
    kept = new.on_conflict_do_update(
        index_elements=["source_id", "deployment_id", "measure_id"],
        set_={name: new.excluded[name] for name in ("inputs_version", "rules", "fared")},
    )
    try:
        with session.begin_nested():
            session.execute(kept, rows)
    except DBAPIError as error:
        log.info("how a source fared could not be kept", error=str(error.orig))
