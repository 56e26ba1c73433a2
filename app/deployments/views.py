"""The first page, with every deployment, and the page of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.acts.queries import recent_acts
from app.answers.holdings import holdings_of
from app.answers.parameters import address_of, read_choices, write_choices
from app.answers.queries import Holding, MeasureText, check_known, holding_of, measure_texts
from app.charts import marks
from app.charts.families import Family, family_order
from app.charts.mark import Lane
from app.charts.marks import chart_marks
from app.charts.sparkline import sparkline_svg
from app.claims.approved import ApprovedClaim
from app.claims.summaries import Subject, Tally, last_said, tallies
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import DeploymentText, deployment_text, deployment_texts
from app.discovery.dataset import State, as_ld, deployment_dataset, ledger_dataset, site_of
from app.errors import Near, NotFound, nearest
from app.pages import in_a_sentence, page, path_of
from app.readings.choices import Choices
from app.readings.reading import Readings
from app.readings.results import Reading

router = APIRouter(include_in_schema=False)

FIGURES_SHOWN = 6
"""Measures of each deployment whose latest figure the first page names."""
READ_AT_ONCE = 6_000
"""Claims that the first page reads; of measures beyond, it says how much is claimed and leads to them."""
LATELY = 8
"""Statements and acts that the first page lists."""


@dataclass(frozen=True, slots=True)
class MeasureGlance:
    """One measure of one deployment at a glance."""

    measure: MeasureText
    tally: Tally
    reading: Reading | None  # None: so much is claimed that only its own page reads it
    drawing: Markup | None = None

    @property
    def has_value(self) -> bool:
        """Whether accepted claims say anything of the measure on its headline day."""
        return (
            self.reading is not None and bool(self.reading.accepted) and self.reading.headline.low is not None
        )


@dataclass(frozen=True, slots=True)
class DeploymentGlance:
    """One deployment as the first page shows it."""

    deployment: DeploymentText
    measures: list[MeasureGlance]  # the most claimed first
    drawn: MeasureText | None  # the first of them that is read
    drawing: Markup | None  # of that
    claims: int


@router.get("/", name="deployments.index")
def show_all(request: Request, session: DbSession) -> Response:
    """Deployments by operation, each with its latest figures and a small chart; what changed lately."""
    deployments = deployment_texts(session)
    tallied = tallies(session)
    shown: defaultdict[str, list[Subject]] = defaultdict(list)
    for subject in tallied:
        if len(shown[subject[0]]) < FIGURES_SHOWN:
            shown[subject[0]].append(subject)
    held = holdings_of(session, _read_at_once(shown.values(), tallied))
    measures = next((one.measures for one in held.values()), None) or measure_texts(session)
    glances = [
        _deployment_glance(one, held.get(one.slug), measures, shown[one.slug], tallied) for one in deployments
    ]
    return page(
        request,
        "deployments/index.html",
        operations=[
            (operation, list(grouped))
            for operation, grouped in groupby(glances, key=lambda glance: glance.deployment.operation)
        ],
        dataset=_whole(request, deployments, held, glances) if held else None,
        measures=measures,
        names={one.slug: one.name for one in deployments},
        last_said=last_said(session, limit=LATELY),
        acts=recent_acts(session, LATELY),
        changed_at=max((one.changed_at for one in held.values() if one.changed_at), default=None),
        claims=sum(tally.claims for tally in tallied.values()),
    )


def _whole(
    request: Request,
    deployments: Sequence[DeploymentText],
    held: Mapping[str, Holding],
    glances: Iterable[DeploymentGlance],
) -> Markup:
    """The whole ledger as a data set; `held` is what was read of it, all at one version."""
    newest = next(iter(held.values()))
    readings = [one.reading for glance in glances for one in glance.measures if one.reading is not None]
    state = State(newest.version, newest.changed_at)
    return as_ld(ledger_dataset(site_of(request), state, deployments, readings))


def _read_at_once(shown: Iterable[Sequence[Subject]], tallied: Mapping[Subject, Tally]) -> list[Subject]:
    """Of the measures that are shown those that are read: the first of each deployment before the second."""
    ranked = [subject for rank in zip_longest(*shown) for subject in rank if subject is not None]
    chosen: list[Subject] = []
    left = READ_AT_ONCE
    for subject in ranked:
        if tallied[subject].claims <= left:
            chosen.append(subject)
            left -= tallied[subject].claims
    return chosen


def _deployment_glance(
    deployment: DeploymentText,
    held: Holding | None,
    measures: Mapping[str, MeasureText],
    subjects: Sequence[Subject],
    tallied: Mapping[Subject, Tally],
) -> DeploymentGlance:
    """A deployment with the readings of the measures that are shown of it; `held` has what is read."""
    readings = Readings(held.claims, Choices()) if held else None
    glances = [
        MeasureGlance(
            measures[measure],
            tallied[slug, measure],
            readings.reading(measure) if readings and held and held.about(measure) else None,
        )
        for slug, measure in subjects
    ]
    first = next((glance for glance in glances if glance.reading), None)
    return DeploymentGlance(
        deployment,
        glances,
        first.measure if first else None,
        small_drawing(deployment, first.measure, held.about(first.measure.slug), reading=first.reading)
        if first and held
        else None,
        sum(tally.claims for (slug, _), tally in tallied.items() if slug == deployment.slug),
    )


@router.get("/deployments/{slug}", name="deployments.show")
def show(request: Request, session: DbSession, slug: str) -> Response:
    """One deployment: all its measures at a glance, what does not fit, plans, a timeline."""
    choices = read_choices(request.query_params.multi_items())
    deployment = known_deployment(session, slug)
    check_known(session, choices)
    held = holding_of(session, slug, version=choices.version)
    if held is None:
        raise NotFound(f"At ledger version {choices.version} there was no deployment “{slug}”.")
    readings = Readings(held.claims, choices)
    tallied = {subject[1]: tally for subject, tally in tallies(session, slug).items()}
    claims = sorted(
        (
            claim
            for measure in held.measures
            for claim in held.about(measure)
            if choices.known_on is None or claim.day_said <= choices.known_on
        ),
        key=lambda claim: (claim.day_said, claim.ref),
    )
    families = family_order(claims)
    glances = [
        MeasureGlance(
            held.measures[measure],
            tally,
            reading := readings.reading(measure),
            small_drawing(
                deployment,
                held.measures[measure],
                [claim for claim in claims if claim.measure == measure],
                families,
                reading,
            ),
        )
        for measure, tally in tallied.items()
    ]
    return page(
        request,
        "deployments/show.html",
        canonical=address_of(path_of(request), choices),
        deployment=deployment,
        dataset=None if choices != Choices() else _dataset(request, deployment, held, glances),
        choices=choices,
        asked=write_choices(choices),
        held=held,
        measures=held.measures,
        glances=glances,
        contested=[
            (glance, item) for glance in glances if glance.reading for item in glance.reading.contested
        ],
        checks=list(
            dict.fromkeys(check for glance in glances if glance.reading for check in glance.reading.checks)
        ),
        plans=of_natures(claims, Nature.PLAN),
        months=months(of_natures(claims, Nature.STANCE, Nature.EVENT, Nature.INCREMENT)),
        claims=claims,
        natures=[nature for nature in Nature if any(nature in tally.by_nature for tally in tallied.values())],
        sources=len({claim.source.slug for claim in claims}),
        families=len(families),
    )


def _dataset(
    request: Request, deployment: DeploymentText, held: Holding, glances: Sequence[MeasureGlance]
) -> Markup:
    read = [(glance.measure, glance.reading) for glance in glances if glance.reading is not None]
    state = State(held.version, held.changed_at)
    return as_ld(deployment_dataset(site_of(request), state, deployment, read))


def known_deployment(session: Session, slug: str) -> DeploymentText:
    """The deployment of that slug; raises NotFound, which names those that are near."""
    deployment = deployment_text(session, slug) if slug.isprintable() else None
    if deployment is None:
        known = [Near(one.name, f"/deployments/{one.slug}") for one in deployment_texts(session)]
        raise NotFound(f"There is no deployment “{slug}”.", nearest(slug, known) or known[:5])
    return deployment


def chart_subject(deployment: DeploymentText, measure: MeasureText) -> marks.Subject:
    """What a chart of one measure of one deployment is about."""
    return marks.Subject(
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
    reading: Reading | None = None,
) -> Markup | None:
    """A chart the size of a word; None where nothing stands on the axis."""
    chart = chart_marks(
        claims,
        subject=chart_subject(deployment, measure),
        families=families,
        contested=[item.claim_ref for item in reading.contested] if reading else (),
    )
    if not chart.on_lane(Lane.AXIS):
        return None
    return sparkline_svg(
        chart,
        title=f"{measure.label}: {deployment.name}",
        name=f"small-{deployment.slug}-{measure.slug}",
        reading=reading,
    )


def of_natures(claims: Sequence[ApprovedClaim], *natures: Nature) -> list[ApprovedClaim]:
    """Those of these natures in good standing, in the order they come in."""
    return [claim for claim in claims if claim.nature in natures and claim.standing is Standing.GOOD]


def months(claims: Sequence[ApprovedClaim]) -> list[tuple[str, list[ApprovedClaim]]]:
    """Claims by the month in which they were said (`2025-03`), in the order they come in."""
    return [
        (month, list(said)) for month, said in groupby(claims, key=lambda claim: f"{claim.day_said:%Y-%m}")
    ]
