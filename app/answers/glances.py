"""The readings of many measures at a glance: looked up where they are kept, else computed, within bounds.

After a change only what it touched is missing, and is computed by who asks first. After an import everything
may be: then as much is computed as a page has time for, the rest by `muster serve` in the background, and
pages say meanwhile which measures they wait for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app.answers.holdings import holdings_of
from app.answers.kept import Computed, Inputs, Known, heads, inputs_of, small, whole
from app.answers.queries import MeasureText, drawn_on
from app.claims.summaries import Subject, Tally
from app.deployments.queries import DeploymentText
from app.readings.choices import Choices
from app.readings.facts import DeploymentFacts, MeasureFacts
from app.readings.outlines import Outline
from app.readings.reading import Readings

READ_AT_ONCE = 6_000
"""Claims that a page reads at most for one thing that is not kept yet: about a second."""

FILLED_AT_ONCE = 4_000
"""Claims that a page of many readings reads at most for those that are not kept yet, and keeps them."""


@dataclass(slots=True)
class Glances:
    """The outlines of measures; those that are drawn have marks and points, the others may have none."""

    outlines: dict[Subject, Outline] = field(default_factory=dict)
    waiting: tuple[Subject, ...] = ()  # asked for, but neither kept nor few enough to be computed at once


def facts_of(deployments: Iterable[DeploymentText], measures: Mapping[str, MeasureText]) -> Known:
    """What the arithmetic needs to know of deployments and measures."""
    return Known(
        {one.slug: DeploymentFacts(one.slug, one.starts_on, one.level_valid_days) for one in deployments},
        {one.slug: MeasureFacts(one.slug, one.kind, one.unit) for one in measures.values()},
    )


def glances_of(
    session: Session,
    known: Known,
    measures: dict[str, MeasureText],
    subjects: Sequence[Subject],
    tallied: Mapping[Subject, Tally],
    *,
    drawn: Iterable[Sequence[Subject]] = (),
    pointed: Iterable[Subject] = (),
) -> Glances:
    """The outlines of these subjects under default choices, at the latest version.

    Of each row in `drawn` the first that a small chart can show has marks and a sample of points; those
    `pointed` have all points. What is missing is computed in the order given, as far as FILLED_AT_ONCE
    allows, and kept.
    """
    inputs = inputs_of(session, None if len(known.deployments) > 1 else list(known.deployments))
    found = Glances()
    kept = heads(session, inputs, known)
    missing = [subject for subject in subjects if subject not in kept]
    found.outlines = {subject: kept[subject] for subject in subjects if subject in kept}
    at_once = _within_bounds(missing, tallied)
    found.outlines |= _compute(session, inputs, measures, at_once)
    first = (next((one for one in row if _is_drawn(found.outlines.get(one))), None) for row in drawn)
    marked = [subject for subject in first if subject is not None and subject in kept]
    found.outlines |= small(session, inputs, known, marked)
    pointed_at = [subject for subject in pointed if subject in kept]
    for subject, outline in whole(session, inputs, known, pointed_at).items():
        # What is wanted with all points is drawn with all points.
        found.outlines[subject] = replace(found.outlines[subject], points=outline.points)
    found.waiting = tuple(subject for subject in missing if subject not in at_once)
    return found


def _is_drawn(outline: Outline | None) -> bool:
    return outline is not None and outline.stated > 0


def _within_bounds(missing: Sequence[Subject], tallied: Mapping[Subject, Tally]) -> list[Subject]:
    return read_at_once(missing, {subject: tally.claims for subject, tally in tallied.items()})


def read_at_once(missing: Iterable[Subject], claims: Mapping[Subject, int]) -> list[Subject]:
    """Those of these subjects that FILLED_AT_ONCE claims are enough for, in their order.

    `claims` of each subject, also of those that casualties are drawn from: these are read as well, once.
    The first is read even where these are too many, so that whoever asks again finds one more.
    """
    chosen: list[Subject] = []
    read: set[Subject] = set()
    left = FILLED_AT_ONCE
    for deployment, measure in missing:
        drawn = {(deployment, part) for part in drawn_on(measure)} - read
        cost = sum(claims.get(subject, 0) for subject in drawn)
        if cost <= left or (not chosen and claims.get((deployment, measure), 0) <= left):
            chosen.append((deployment, measure))
            read |= drawn
            left -= cost
    return chosen


def _compute(
    session: Session, inputs: Inputs, measures: dict[str, MeasureText], subjects: Sequence[Subject]
) -> dict[Subject, Outline]:
    """Read these subjects, each deployment once, and keep what comes of it."""
    if not subjects:
        return {}
    held = holdings_of(session, subjects, texts=measures, plain=True)
    readings = {slug: Readings(one.claims, Choices()) for slug, one in held.items()}
    computed = Computed()
    outlines = {
        (slug, measure): computed.add(inputs, readings[slug].reading(measure), held[slug].about(measure))
        for slug, measure in subjects
        if slug in held
    }
    computed.keep(session)
    return outlines
