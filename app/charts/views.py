"""The page of one measure of one deployment: the chart, and the table of what it is drawn from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.background import BackgroundTask

from app.answers.parameters import BadParameters, address_of, given_too_often, none_of, read_choices
from app.answers.queries import Question, keep_afterwards
from app.charts.asked import asked_of, chart_of, families_of, said_by, subject_of, title_of
from app.charts.findings import (
    chains,
    contradictions_of,
    family_statements,
    fates,
    later_parts,
    quarrels,
    suspect_claims,
)
from app.charts.here import Here, figure_address, options, rules_chosen
from app.charts.overlay import Overlay, knowledge_overlay
from app.charts.parts import chart_parts
from app.charts.plan import axis_title
from app.charts.strip import Strip, robustness_strip
from app.claims.approved import ApprovedClaim
from app.claims.plain import appearances_of, listed_claims
from app.claims.summaries import tallies
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import DeploymentText
from app.deployments.views import known_deployment, of_natures
from app.discovery.dataset import State, as_ld, measure_dataset, site_of
from app.languages.spoken import N_
from app.pages import page, path_of
from app.readings.knowledge import knowledge
from app.readings.results import Reading
from app.readings.robustness import is_quick, robustness

router = APIRouter(include_in_schema=False)

LISTED = 200
"""Claims that the table of the page holds; the list of all claims has the others."""

LISTED_ASIDE = 100
"""Plans, and likewise shares, statements without a number and claims set aside that it lists, the latest."""

TOLD = 100
"""Contradictions that it words; the JSON beside it has all."""

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


VIEWS = ("methods", "knowledge")
"""Further views of the page that are computed where they are asked for."""

ORDERS: Mapping[str, Order] = {
    "-day": Order(N_("latest day covered first"), last_day, falling=True),
    "day": Order(N_("earliest day covered first"), last_day, falling=False),
    "-figure": Order(N_("largest figure first"), _figure, falling=True),
    "figure": Order(N_("smallest figure first"), _figure, falling=False),
    "-said": Order(N_("said last first"), lambda claim: claim.day_said, falling=True),
    "said": Order(N_("said first first"), lambda claim: claim.day_said, falling=False),
    "source": Order(N_("source, A to Z"), lambda claim: claim.source.name.lower(), falling=False),
    "-source": Order(N_("source, Z to A"), lambda claim: claim.source.name.lower(), falling=True),
}
"""By what an address calls them; the first is the default."""


@router.get("/deployments/{slug}/{measure}", name="charts.show")
def show(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """What can be known of one measure under the reader's choices: in a sentence, a chart, and its claims."""
    choices = read_choices(request.query_params.multi_items())
    sort, view = (
        read_sort(request.query_params.getlist("sort")),
        read_view(request.query_params.getlist("view")),
    )
    asked = asked_of(session, slug, measure, choices, plain=True)
    deployment = known_deployment(session, slug)
    text, held = asked.measure, asked.holding
    reading = asked.reading()
    title = title_of(asked)
    about = held.about(measure)
    claims = said_by(about, choices.known_on)
    chart = chart_of(asked, reading, families_of(session, slug))
    here = Here(path_of(request), choices, sort if sort != next(iter(ORDERS)) else None)
    rows = sorted_claims(of_natures(claims, *COUNTED), sort)
    aside = {
        "plans": of_natures(claims, Nature.PLAN),
        "stances": of_natures(claims, Nature.STANCE),
        "shares": of_natures(claims, Nature.SHARE),
        "not_good": [claim for claim in claims if claim.standing is not Standing.GOOD],
    }
    listed = {name: others[-LISTED_ASIDE:] for name, others in aside.items()} | {"rows": rows[:LISTED]}
    whole = listed_claims(
        session, (claim for others in listed.values() for claim in others), version=choices.version
    )
    shown = {name: [whole.get(claim.ref, claim) for claim in others] for name, others in listed.items()}
    answer = page(
        request,
        "charts/show.html",
        canonical=here.canonical(view),
        deployment=deployment,
        measure=text,
        measures=held.measures,
        tallied={subject[1]: tally for subject, tally in tallies(session, slug).items()},
        title=title,
        dataset=_dataset(request, asked, deployment, reading) if here.canonical(view) == here.path else None,
        parts=chart_parts(
            chart,
            title=title,
            figure=figure_address(
                request.app.url_path_for("embeds.figure", slug=slug, measure=measure), choices, held.version
            ),
            reading=reading,
        ),
        slots={style.slug: style.slot for style in chart.families},
        claims=claims,
        reading=reading,
        question=asked,
        here=here,
        rules_chosen=rules_chosen(choices),
        fates=fates(about, reading, listed["rows"]),
        quarrels=quarrels(reading, TOLD),
        told_at_most=TOLD,
        suspects=suspect_claims(reading, TOLD),
        statements=family_statements(reading),
        later_parts=later_parts(reading, of_natures(claims, *COUNTED)),
        options=options(about),
        strip=_strip(asked, here, title) if view == "methods" or is_quick(held.claims, measure) else None,
        strip_address=here.seen_as("methods"),
        overlay=_overlay(asked, here, title, axis_title(subject_of(asked))) if view == "knowledge" else None,
        view=view,
        rows_in_all=len(rows),
        in_all={name: len(others) for name, others in aside.items()},
        sort=sort,
        orders=ORDERS,
        appearances=appearances_of(
            session, slug, measure, known_on=choices.known_on, version=choices.version
        ),
        sources=len({claim.source.slug for claim in claims}),
        families=len({claim.source.family for claim in claims}),
        rows=shown["rows"],
        plans=shown["plans"],
        stances=shown["stances"],
        shares=shown["shares"],
        not_good=shown["not_good"],
    )
    answer.background = BackgroundTask(keep_afterwards, request.app.state.new_session, asked, reading)
    return answer


@router.get("/deployments/{slug}/{measure}/why", name="charts.why")
def show_why(request: Request, session: DbSession, slug: str, measure: str) -> Response:
    """Why the numbers of a day are what they are: the claims in a chain, the arithmetic written out."""
    choices = read_choices(request.query_params.multi_items())
    asked = asked_of(session, slug, measure, choices, plain=True)
    deployment = known_deployment(session, slug)
    answer = asked.why_on(choices.on)
    return page(
        request,
        "charts/why.html",
        canonical=address_of(path_of(request), replace(choices, on=answer.on)),
        deployment=deployment,
        measure=asked.measure,
        question=asked,
        why=answer,
        reading=answer.reading,
        chains=chains(answer),
        contradictions=contradictions_of(answer),
        here=Here(path_of(request).removesuffix("/why"), choices, None),
        api=address_of(f"/api/v1/deployments/{slug}/readings/{measure}/why", replace(choices, on=answer.on)),
    )


def _dataset(request: Request, asked: Question, deployment: DeploymentText, reading: Reading) -> Markup:
    state = State(asked.holding.version, asked.changed_at or asked.holding.changed_at)
    return as_ld(measure_dataset(site_of(request), state, deployment, asked.measure, reading))


def _strip(asked: Question, here: Here, title: str) -> Strip:
    robust = robustness(asked.holding.claims, asked.measure.slug, asked.choices)
    return robustness_strip(robust, title=title, address=here.under)


def _overlay(asked: Question, here: Here, title: str, counts: str) -> Overlay | None:
    known = knowledge(asked.holding.claims, asked.measure.slug, asked.choices)
    return knowledge_overlay(
        known,
        title=title,
        axis_title=counts,
        address=here.under,
    )


def read_view(given: Sequence[str]) -> str | None:
    """The further view that an address asks for, None for none; raises BadParameters."""
    asked = [word for word in given if word.strip()]
    if len(asked) > 1:
        raise BadParameters([given_too_often("view", len(asked))])
    if asked and asked[0] not in VIEWS:
        raise BadParameters([none_of("view", asked[0], VIEWS)])
    return asked[0] if asked else None


def read_sort(given: Sequence[str]) -> str:
    """The order that an address asks for; raises BadParameters for one that there is not."""
    asked = [word for word in given if word.strip()]
    if len(asked) > 1:
        raise BadParameters([given_too_often("sort", len(asked))])
    if asked and asked[0] not in ORDERS:
        raise BadParameters([none_of("sort", asked[0], ORDERS)])
    return asked[0] if asked else next(iter(ORDERS))


def sorted_claims(claims: Iterable[ApprovedClaim], sort: str) -> list[ApprovedClaim]:
    """Claims in one of the ORDERS; equal ones by the day said, then by claim_ref."""
    order = ORDERS[sort]
    return sorted(claims, key=order.key, reverse=order.falling)
