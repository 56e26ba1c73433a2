"""What has to be at hand to say what a change does: few claims, loaded once, and what readings came to.

A change is told of the measures whose claims it changes, and of casualties where these are drawn from them.
Of other measures only the bands are needed, which are kept (app.answers.kept). Of a measure that takes more
claims than a page reads at once nothing is told beforehand: the page of the change tells it once it is in
force.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.answers.glances import READ_AT_ONCE
from app.answers.holdings import holdings_of
from app.answers.kept import RULES, Inputs, Known, inputs_of, whole
from app.answers.models import KeptReading
from app.answers.queries import MeasureText, drawn_on, measure_texts
from app.claims.summaries import Subject
from app.claims.tallied import NatureTally
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.readings.checks import compared_with
from app.readings.derived import CASUALTIES, KILLED, WOUNDED
from app.readings.facts import DeploymentClaims
from app.readings.outlines import Fates, Outline, fates_from
from app.readings.results import Point


@dataclass(slots=True)
class Room:
    """How many claims may still be read: of one reading, and of all together."""

    left: int | None = READ_AT_ONCE  # None: of all together as many as there are

    def take(self, claims: int) -> bool:
        """Whether there is room for so many claims that one reading takes; then it is taken."""
        if claims > READ_AT_ONCE or (self.left is not None and claims > self.left):
            return False
        if self.left is not None:
            self.left -= claims
        return True


@dataclass(frozen=True, slots=True)
class AtHand:
    """What is known of a deployment to tell of a change to it."""

    claims: DeploymentClaims  # as it is now, plain; only of the measures that are loaded
    loaded: frozenset[str]  # measures whose claims are all among them
    moving: tuple[
        str, ...
    ]  # measures whose readings the change can move, in the order in which they are told
    told: tuple[str, ...]  # those of them for which there was room
    inputs: Inputs
    outlines: Mapping[str, Outline] = field(
        default_factory=dict
    )  # with all points, as far as kept and needed
    fates: Mapping[str, Fates] = field(default_factory=dict)  # of the measures told, as far as kept

    def can_read(self, measure: str) -> bool:
        """Whether all claims are loaded that a reading of the measure takes."""
        return drawn_on(measure) & self.claims.measures.keys() <= self.loaded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one deployment, by slugs of measures."""

    changed: Sequence[str] = ()  # whose claims change: their effect is to be told
    beside: Collection[str] = ()  # whose claims are wanted where their readings are not kept
    anew: Collection[str] = ()  # whose claims are wanted in any case


def at_hand(
    session: Session,
    wanted: Mapping[str, Wanted],
    room: Room,
    texts: dict[str, MeasureText] | None = None,
) -> dict[str, AtHand]:
    """By slug, what is at hand of these deployments; those that the ledger does not know left out.

    Twelve statements at most, however many deployments and claims there are; `texts` are the measures, where
    they were read already. Claims are loaded as far as there is room, first for what is told.
    """
    texts = measure_texts(session) if texts is None else texts
    # Asked before the claims are: what is kept is then of these claims, or of older ones.
    inputs = inputs_of(session, list(wanted))
    kept = kept_now(session, inputs, list(wanted))
    sizes = sizes_of(session, list(wanted))
    plans = {slug: _plan(slug, one, texts, kept, sizes, room) for slug, one in wanted.items()}
    loaded = [(slug, measure) for slug, plan in plans.items() for measure in plan.loaded]
    # A deployment of which nothing is loaded is described all the same.
    described = [(slug, "") for slug in wanted]
    held = holdings_of(session, [*loaded, *described], texts=texts, plain=True)
    known = Known(
        {slug: one.claims.deployment for slug, one in held.items()},
        next((one.claims.measures for one in held.values()), {}),
    )
    needed = [
        subject
        for slug, plan in plans.items()
        for measure in plan.told
        for subject in {(slug, one) for one in {measure} | compared_with(measure)}
        if subject in kept and slug in held
    ]
    outlines = whole(session, inputs, known, list(dict.fromkeys(needed)))
    told = [(slug, measure) for slug, plan in plans.items() for measure in plan.told]
    fates = _fates(session, inputs, [subject for subject in told if subject in outlines])
    return {
        slug: AtHand(
            one.claims,
            frozenset(plans[slug].loaded),
            tuple(plans[slug].moving),
            tuple(plans[slug].told),
            inputs,
            {measure: outline for (owner, measure), outline in outlines.items() if owner == slug},
            {measure: found for (owner, measure), found in fates.items() if owner == slug},
        )
        for slug, one in held.items()
    }


@dataclass(slots=True)
class _Plan:
    moving: list[str]
    told: list[str] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)


def _plan(
    deployment: str,
    wanted: Wanted,
    texts: Mapping[str, MeasureText],
    kept: Collection[Subject],
    sizes: Mapping[Subject, int],
    room: Room,
) -> _Plan:
    """Which measures are told of, and whose claims that takes, as far as there is room."""
    moving = [measure for measure in dict.fromkeys(wanted.changed) if measure in texts]
    if {KILLED, WOUNDED} & set(moving) and CASUALTIES not in moving and CASUALTIES in texts:
        moving.append(CASUALTIES)
    plan = _Plan(moving)

    def load(measures: Iterable[str]) -> bool:
        new = {part for one in measures for part in drawn_on(one) if part in texts} - plan.loaded
        if not room.take(sum(sizes.get((deployment, one), 0) for one in new)):
            return False
        plan.loaded |= new
        return True

    for measure in moving:
        # The band of another measure that moves, too, is not the one that is kept.
        others = [one for one in compared_with(measure) if one in moving or (deployment, one) not in kept]
        if load([measure, *others]):
            plan.told.append(measure)
    for measure in sorted(wanted.anew):
        load([measure])
    for measure in sorted(wanted.beside):
        if (deployment, measure) not in kept:
            load([measure])
    return plan


def kept_now(session: Session, inputs: Inputs, deployments: Collection[str]) -> set[Subject]:
    """The measures of these deployments whose readings are kept as they are now."""
    rows = session.execute(
        select(Deployment.slug, Measure.slug, KeptReading.inputs_version)
        .join(Deployment, Deployment.id == KeptReading.deployment_id)
        .join(Measure, Measure.id == KeptReading.measure_id)
        .where(KeptReading.rules == RULES, Deployment.slug.in_(deployments))
    )
    return {(slug, measure) for slug, measure, version in rows if version == inputs.of((slug, measure))}


def sizes_of(session: Session, deployments: Collection[str]) -> dict[Subject, int]:
    """How many claims there are of each measure of these deployments, whatever their standing."""
    rows = session.execute(
        select(Deployment.slug, Measure.slug, func.sum(NatureTally.claims))
        .join(Deployment, Deployment.id == NatureTally.deployment_id)
        .join(Measure, Measure.id == NatureTally.measure_id)
        .where(Deployment.slug.in_(deployments))
        .group_by(Deployment.slug, Measure.slug)
    )
    return {(slug, measure): int(claims) for slug, measure, claims in rows}


def _fates(session: Session, inputs: Inputs, subjects: Sequence[Subject]) -> dict[Subject, Fates]:
    """What became of every candidate of these measures, as far as it is kept as it is now."""
    if not subjects:
        return {}
    rows = session.execute(
        select(Deployment.slug, Measure.slug, KeptReading.inputs_version, KeptReading.fates)
        .join(Deployment, Deployment.id == KeptReading.deployment_id)
        .join(Measure, Measure.id == KeptReading.measure_id)
        .where(KeptReading.rules == RULES, tuple_(Deployment.slug, Measure.slug).in_(subjects))
    )
    return {
        (slug, measure): fates_from(data)
        for slug, measure, version, data in rows
        if version == inputs.of((slug, measure))
    }


def points_kept(
    session: Session, asked: Collection[tuple[Subject, date]]
) -> dict[tuple[Subject, date], Point]:
    """What readings come to on these days, as far as they are kept as they are now. Two statements.

    Left out is also a day on which nothing was read yet.
    """
    subjects = {subject for subject, _day in asked}
    if not subjects:
        return {}
    inputs = inputs_of(session, sorted({deployment for deployment, _measure in subjects}))
    rows = session.execute(
        select(Deployment.slug, Measure.slug, KeptReading.inputs_version, KeptReading.points)
        .join(Deployment, Deployment.id == KeptReading.deployment_id)
        .join(Measure, Measure.id == KeptReading.measure_id)
        .where(KeptReading.rules == RULES, tuple_(Deployment.slug, Measure.slug).in_(subjects))
    )
    points = {
        (slug, measure): data
        for slug, measure, version, data in rows
        if version == inputs.of((slug, measure))
    }
    found: dict[tuple[Subject, date], Point] = {}
    for subject, day in asked:
        # Days are written so that they sort as they follow one another.
        place = bisect_right(points.get(subject, ()), day.isoformat(), key=lambda row: row[0])
        if place:
            _on, low, selected, high, flags = points[subject][place - 1]
            found[subject, day] = Point(day, low, selected, high, bool(flags & 1), bool(flags & 2))
    return found
