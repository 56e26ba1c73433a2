"""The first page, with every deployment, and the page of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.acts.queries import last_changed_at, recent_acts
from app.answers.queries import MeasureText, measure_texts
from app.charts.families import Family, family_order
from app.charts.mark import Lane
from app.charts.marks import Subject, chart_marks
from app.charts.sparkline import sparkline_svg
from app.claims.approved import ApprovedClaim
from app.claims.queries import approved_claims
from app.claims.summaries import Tally, claims_about, last_said, latest_figures, tallies
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import DeploymentText, deployment_text, deployment_texts
from app.errors import Near, NotFound, nearest
from app.pages import in_a_sentence, page

router = APIRouter(include_in_schema=False)

FIGURES_SHOWN = 6
"""Measures of each deployment whose latest figure the first page names."""
LATELY = 8
"""Statements and acts that the first page lists."""


@dataclass(frozen=True, slots=True)
class MeasureGlance:
    """One measure of one deployment at a glance."""

    measure: MeasureText
    tally: Tally
    latest: ApprovedClaim | None  # None: no total or level of the whole theatre
    drawing: Markup | None = None


@dataclass(frozen=True, slots=True)
class DeploymentGlance:
    """One deployment as the first page shows it."""

    deployment: DeploymentText
    measures: list[MeasureGlance]  # the most claimed first
    drawing: Markup | None  # of the first of them
    claims: int


@router.get("/", name="deployments.index")
def show_all(request: Request, session: DbSession) -> Response:
    """Deployments by operation, each with its latest figures and a small chart; what changed lately."""
    deployments = deployment_texts(session)
    measures = measure_texts(session)
    tallied, latest = tallies(session), latest_figures(session)
    by_deployment = {
        slug: [subject for subject in tallied if subject[0] == slug]
        for slug in {one.slug for one in deployments}
    }
    about = claims_about(session, [subjects[0] for subjects in by_deployment.values() if subjects])
    glances = []
    for one in deployments:
        subjects = by_deployment[one.slug]
        first = subjects[0] if subjects else None
        glances.append(
            DeploymentGlance(
                one,
                [MeasureGlance(measures[s[1]], tallied[s], latest.get(s)) for s in subjects[:FIGURES_SHOWN]],
                small_drawing(one, measures[first[1]], about[first]) if first else None,
                sum(tallied[subject].claims for subject in subjects),
            )
        )
    return page(
        request,
        "deployments/index.html",
        operations=[
            (operation, list(grouped))
            for operation, grouped in groupby(glances, key=lambda glance: glance.deployment.operation)
        ],
        measures=measures,
        names={one.slug: one.name for one in deployments},
        last_said=last_said(session, limit=LATELY),
        acts=recent_acts(session, LATELY),
        changed_at=last_changed_at(session),
        claims=sum(tally.claims for tally in tallied.values()),
    )


@router.get("/deployments/{slug}", name="deployments.show")
def show(request: Request, session: DbSession, slug: str) -> Response:
    """One deployment: all its measures at a glance, plans, a timeline, and how much is claimed of what."""
    deployment = known_deployment(session, slug)
    measures = measure_texts(session)
    claims = approved_claims(session, deployment=slug)
    tallied = {subject[1]: tally for subject, tally in tallies(session, slug).items()}
    latest = latest_figures(session, slug)
    families = family_order(claims)
    return page(
        request,
        "deployments/show.html",
        deployment=deployment,
        measures=measures,
        glances=[
            MeasureGlance(
                measures[measure],
                tally,
                latest.get((slug, measure)),
                small_drawing(
                    deployment, measures[measure], [c for c in claims if c.measure == measure], families
                ),
            )
            for measure, tally in tallied.items()
        ],
        plans=of_natures(claims, Nature.PLAN),
        months=months(of_natures(claims, Nature.STANCE, Nature.EVENT, Nature.INCREMENT)),
        claims=claims,
        natures=[nature for nature in Nature if any(nature in tally.by_nature for tally in tallied.values())],
        sources=len({claim.source.slug for claim in claims}),
        families=len(families),
    )


def known_deployment(session: Session, slug: str) -> DeploymentText:
    """The deployment of that slug; raises NotFound, which names those that are near."""
    deployment = deployment_text(session, slug) if slug.isprintable() else None
    if deployment is None:
        known = [Near(one.name, f"/deployments/{one.slug}") for one in deployment_texts(session)]
        raise NotFound(f"There is no deployment “{slug}”.", nearest(slug, known) or known[:5])
    return deployment


def chart_subject(deployment: DeploymentText, measure: MeasureText) -> Subject:
    """What a chart of one measure of one deployment is about."""
    return Subject(
        in_a_sentence(measure.label),
        measure.unit,
        measure.kind,
        deployment.starts_on,
        deployment.level_valid_days,
    )


def small_drawing(
    deployment: DeploymentText,
    measure: MeasureText,
    claims: Sequence[ApprovedClaim],
    families: Sequence[Family] | None = None,
) -> Markup | None:
    """A chart the size of a word; None where nothing stands on the axis."""
    chart = chart_marks(claims, subject=chart_subject(deployment, measure), families=families)
    if not chart.on_lane(Lane.AXIS):
        return None
    return sparkline_svg(
        chart, title=f"{measure.label}: {deployment.name}", name=f"small-{deployment.slug}-{measure.slug}"
    )


def of_natures(claims: Sequence[ApprovedClaim], *natures: Nature) -> list[ApprovedClaim]:
    """Those of these natures in good standing, in the order they come in."""
    return [claim for claim in claims if claim.nature in natures and claim.standing is Standing.GOOD]


def months(claims: Sequence[ApprovedClaim]) -> list[tuple[str, list[ApprovedClaim]]]:
    """Claims by the month in which they were said (`2025-03`), in the order they come in."""
    return [
        (month, list(said)) for month, said in groupby(claims, key=lambda claim: f"{claim.day_said:%Y-%m}")
    ]
