"""Totals that a source gave already and that another total of it contradicts, found for many at once.

A batch of a thousand rows has the totals of a thousand series held against it, of which few say otherwise. So
the database reads the days and figures of a series from an index that holds them, and only what contradicts
one of the totals asked about is read as a claim.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.claims.approved import ApprovedClaim
from app.claims.compact import SubjectIds
from app.claims.models import Revision
from app.claims.plain import claims_numbered
from app.claims.queries import holding
from app.claims.summaries import Subject
from app.claims.words import Nature, Standing
from app.deployments.models import Deployment
from app.measures.models import Measure
from app.places.models import Place
from app.review.models import Judgement
from app.sources.models import Source

ENOUGH = 3
"""Contradicting totals of each side: of the three worst one may be the claim itself, one what it restates."""

Voiced = tuple[str, str, str]
"""The slugs of a deployment, of a measure of it, and of a source that claims something of it."""

_Asked = tuple[int, float, str]
"""A day, a figure, and the claim_ref of who asks."""

_Given = tuple[int, float, int]
"""A day, a figure, and the number of the claim that gives it."""


def totals_contradicting(
    session: Session, totals: Collection[ApprovedClaim]
) -> dict[str, list[ApprovedClaim]]:
    """By claim_ref, of each of these totals from the start on, what its source says otherwise now.

    Of the totals in good standing of the same deployment, measure, source and place: as of an earlier day the
    highest whose least figure is above all that this one says, as of a later day the lowest whose greatest is
    below; ENOUGH of each side where there are as many, and all that are as high or low as the last of them.
    As `plain_claims` gives them, by the day said, then by claim_ref. One statement, and four more where
    there are any.
    """
    asked: defaultdict[Voiced, list[ApprovedClaim]] = defaultdict(list)
    for claim in totals:
        asked[claim.deployment, claim.measure, claim.source.slug].append(claim)
    if not asked:
        return {}
    named, given = _given(session, asked)
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for (voice, place), (earlier, later) in given.items():
        here = [claim for claim in asked[voice] if claim.place == place]
        for ref, number in (*_outdone(_ends(here), earlier), *_outdone(_begins(here), later)):
            numbers[ref].add(number)
    claims = claims_numbered(session, named, {number for found in numbers.values() for number in found})
    return {
        ref: [claim for number, claim in claims.items() if number in found] for ref, found in numbers.items()
    }


def _ends(claims: Iterable[ApprovedClaim]) -> Iterator[_Asked]:
    """What no earlier total may be above."""
    for claim in claims:
        ceiling = claim.high if claim.high is not None else claim.point
        if claim.as_of is not None and ceiling is not None:
            yield claim.as_of.first.toordinal(), float(ceiling), claim.ref


def _begins(claims: Iterable[ApprovedClaim]) -> Iterator[_Asked]:
    """What no later total may be below: days and figures the other way round, so that the question is one."""
    for claim in claims:
        floor = claim.low if claim.low is not None else claim.point
        if claim.as_of is not None and floor is not None:
            yield -claim.as_of.last.toordinal(), -float(floor), claim.ref


def _outdone(asked: Iterable[_Asked], given: Iterable[_Given]) -> Iterator[tuple[str, int]]:
    """For each who asks the ENOUGH highest that are given before its day and are above its figure.

    With all that are as high as the last of them. Each of `given` is passed once.
    """
    figure_of = itemgetter(0)
    waiting = sorted(given, reverse=True)
    heights: list[tuple[float, int]] = []
    for day, figure, ref in sorted(asked):
        while waiting and waiting[-1][0] < day:
            _, height, number = waiting.pop()
            insort(heights, (height, number))
        begin = bisect_right(heights, figure, key=figure_of)
        if len(heights) >= ENOUGH:
            begin = max(begin, bisect_left(heights, heights[-ENOUGH][0], key=figure_of))
        for _, number in heights[begin:]:
            yield ref, number


_Bounds = tuple[date | None, float | None, date | None, float | None]
"""Of many totals the latest first day and the least ceiling, the earliest last day and the greatest floor."""

_BOUNDS: Mapping[str, TypeEngine[Any]] = {
    "first": Date(),
    "ceiling": Float(53),
    "last": Date(),
    "floor": Float(53),
}


def _bounds(claims: Collection[ApprovedClaim]) -> _Bounds:
    ends, begins = list(_ends(claims)), list(_begins(claims))
    return (
        max((date.fromordinal(day) for day, _, _ in ends), default=None),
        min((figure for _, figure, _ in ends), default=None),
        min((date.fromordinal(-day) for day, _, _ in begins), default=None),
        max((-figure for _, figure, _ in begins), default=None),
    )


_Sides = tuple[list[_Given], list[_Given]]
"""What is given on earlier days, and what on later ones, the other way round as `_begins` asks for it."""


def _given(
    session: Session, asked: Mapping[Voiced, Collection[ApprovedClaim]]
) -> tuple[dict[SubjectIds, Subject], dict[tuple[Voiced, str | None], _Sides]]:
    """Subjects by their numbers; by voice and place what may contradict one of these totals. One statement.

    All that it reads of a total is in the index claim_revisions_by_voice.
    """
    voices = list(asked)
    bounds = [_bounds(asked[voice]) for voice in voices]
    one = (
        func.unnest(
            *(literal([voice[part] for voice in voices], ARRAY(Text)) for part in range(3)),
            *(
                literal([bound[part] for bound in bounds], ARRAY(kind))
                for part, kind in enumerate(_BOUNDS.values())
            ),
        )
        .table_valued("deployment", "measure", "source", *_BOUNDS, with_ordinality="nr", name="asked")
        .render_derived()
    )
    first, last = func.lower(Revision.as_of_days), func.upper(Revision.as_of_days) - literal_column("1")
    floor = cast(func.coalesce(Revision.low, Revision.point), Float(53))
    ceiling = cast(func.coalesce(Revision.high, Revision.point), Float(53))
    rows = session.execute(
        select(
            one.c.nr, Deployment.id, Measure.id, Place.slug, Revision.claim_id, first, last, floor, ceiling
        )
        .select_from(one)
        .join(Deployment, Deployment.slug == one.c.deployment)
        .join(Measure, Measure.slug == one.c.measure)
        .join(Source, Source.slug == one.c.source)
        .join(
            Revision,
            and_(
                Revision.deployment_id == Deployment.id,
                Revision.measure_id == Measure.id,
                Revision.source_id == Source.id,
            ),
        )
        .outerjoin(Place, Place.id == Revision.place_id)
        .where(
            or_(
                and_(last < one.c.first, floor > one.c.ceiling),
                and_(first > one.c.last, ceiling < one.c.floor),
            ),
            *_IS_VOICED,
            ~_is_not_good(),
        )
    )
    named: dict[SubjectIds, Subject] = {}
    given: defaultdict[tuple[Voiced, str | None], _Sides] = defaultdict(lambda: ([], []))
    for nr, deployment, measure, place, number, begins, ends, least, most in rows:
        voice = voices[nr - 1]
        named[deployment, measure] = voice[:2]
        earlier, later = given[voice, place]
        if least is not None:
            earlier.append((ends.toordinal(), least, number))
        if most is not None:
            later.append((-begins.toordinal(), -most, number))
    return named, given


_IS_VOICED = (
    # As the index says it: a value that is sent apart would not be known to be this one.
    Revision.nature == literal_column(f"'{Nature.TOTAL}'"),
    Revision.counts_from.is_(None),
    Revision.repeat_of_id.is_(None),
    holding(Revision.approved_version, Revision.replaced_version, None),
)


def _is_not_good() -> ColumnElement[bool]:
    return (
        select(Judgement.id)
        .where(
            Judgement.claim_id == Revision.claim_id,
            Judgement.standing != Standing.GOOD,
            holding(Judgement.approved_version, Judgement.replaced_version, None),
        )
        .exists()
    )
