"""The page of one measure of one deployment: the chart, and the table of what it is drawn from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.parameters import BadParameter, BadParameters
from app.answers.queries import MeasureText, measure_texts
from app.charts.marks import chart_marks
from app.charts.parts import chart_parts
from app.charts.queries import families_of
from app.claims.approved import ApprovedClaim
from app.claims.queries import approved_claims
from app.claims.summaries import Tally, latest_figures, tallies
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.views import chart_subject, known_deployment, of_natures
from app.errors import Near, NotFound, nearest
from app.pages import page, with_query

router = APIRouter(include_in_schema=False)

LISTED = 200
"""Claims that the table of the page holds; the list of all claims has the others."""

COUNTED = (Nature.TOTAL, Nature.INCREMENT, Nature.EVENT, Nature.LEVEL)
"""The natures that say how many there were, and not what is to come, a share, or no number."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort the table, in words and by a key."""

    words: str
    key: Callable[[ApprovedClaim], Any]
    falling: bool


def last_day(claim: ApprovedClaim) -> date:
    """The last day that the figure covers; where it covers none, the day it was said."""
    days = claim.as_of or claim.period
    return claim.day_said if days is None else days.last


def _figure(claim: ApprovedClaim) -> Any:
    stated = (claim.point, claim.low, claim.high)
    return next((value for value in stated if value is not None), -1)


ORDERS: Mapping[str, Order] = {
    "-day": Order("latest day covered first", last_day, falling=True),
    "day": Order("earliest day covered first", last_day, falling=False),
    "-figure": Order("largest figure first", _figure, falling=True),
    "figure": Order("smallest figure first", _figure, falling=False),
    "-said": Order("said last first", lambda claim: claim.day_said, falling=True),
    "said": Order("said first first", lambda claim: claim.day_said, falling=False),
    "source": Order("source, A to Z", lambda claim: claim.source.name.lower(), falling=False),
    "-source": Order("source, Z to A", lambda claim: claim.source.name.lower(), falling=True),
}
"""By what an address calls them; the first is the default."""


@router.get("/deployments/{slug}/{measure}", name="charts.show")
def show(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """What is claimed of one measure: the latest figure in a sentence, the chart, the claims."""
    deployment = known_deployment(session, slug)
    measures = measure_texts(session)
    tallied = {subject[1]: tally for subject, tally in tallies(session, slug).items()}
    text = measures.get(measure)
    if text is None:
        raise NotFound(f"There is no measure “{measure}”.", _near(slug, measure, measures, tallied))
    sort = read_sort(request.query_params.getlist("sort"))
    claims = approved_claims(session, deployment=slug, measures=[measure])
    title = f"{text.label}: {deployment.name}"
    chart = chart_marks(claims, subject=chart_subject(deployment, text), families=families_of(session, slug))
    rows = sorted_claims(of_natures(claims, *COUNTED), sort)
    return page(
        request,
        "charts/show.html",
        canonical=with_query(request.url.path, {} if sort == next(iter(ORDERS)) else {"sort": sort}),
        deployment=deployment,
        measure=text,
        measures=measures,
        tallied=tallied,
        title=title,
        parts=chart_parts(chart, title=title),
        slots={style.slug: style.slot for style in chart.families},
        claims=claims,
        latest=latest_figures(session, slug).get((slug, measure)),
        rows=rows[:LISTED],
        rows_in_all=len(rows),
        sort=sort,
        orders=ORDERS,
        plans=of_natures(claims, Nature.PLAN),
        stances=of_natures(claims, Nature.STANCE),
        shares=of_natures(claims, Nature.SHARE),
        not_good=[claim for claim in claims if claim.standing is not Standing.GOOD],
        appearances=sum(claim.appearances for claim in claims),
        sources=len({claim.source.slug for claim in claims}),
        families=len({claim.source.family for claim in claims}),
    )


def read_sort(given: Sequence[str]) -> str:
    """The order that an address asks for; raises BadParameters for one that there is not."""
    asked = [word for word in given if word.strip()]
    if len(asked) > 1:
        raise BadParameters([BadParameter("sort", f"is given {len(asked)} times; one value is taken")])
    if asked and asked[0] not in ORDERS:
        raise BadParameters([BadParameter("sort", f"“{asked[0]}” is none of {', '.join(ORDERS)}")])
    return asked[0] if asked else next(iter(ORDERS))


def sorted_claims(claims: Iterable[ApprovedClaim], sort: str) -> list[ApprovedClaim]:
    """Claims in one of the ORDERS; equal ones by the day said, then by claim_ref."""
    order = ORDERS[sort]
    return sorted(claims, key=order.key, reverse=order.falling)


def _near(
    slug: str, measure: str, measures: Mapping[str, MeasureText], tallied: Mapping[str, Tally]
) -> list[Near]:
    """Measures of the deployment that are spelt alike, else those with the most claims."""
    known = [Near(measures[one].label, f"/deployments/{slug}/{one}") for one in tallied]
    return nearest(measure, known) or known[:5]
