"""The first page, with every deployment, and the page of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.acts.queries import last_changed_at, ledger_version, recent_acts
from app.answers.glances import READ_AT_ONCE, Glances, facts_of, glances_of
from app.answers.holdings import holdings_of
from app.answers.parameters import address_of, read_choices, write_choices
from app.answers.queries import MeasureText, check_known, ledger_at, measure_texts
from app.answers.ruled import told_again
from app.charts import marks
from app.charts.families import Family, family_order_of, family_styles
from app.charts.sparkline import sparkline_svg
from app.claims.approved import ApprovedClaim
from app.claims.summaries import Subject, Tally, last_said, said_of, tallies, voices_of
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import DeploymentText, deployment_text, deployment_texts
from app.discovery.dataset import State, as_ld, deployment_dataset, ledger_dataset, site_of
from app.errors import Near, NotFound, nearest
from app.headers import unfinished
from app.languages.spoken import _, known
from app.pages import in_a_sentence, page, path_of
from app.readings.checks import LEVELS, RULES, check_measures
from app.readings.choices import Choices
from app.readings.facts import Kind
from app.readings.outlines import FEW, Outline, outline_of
from app.readings.reading import Readings
from app.readings.results import Check, Contested

router = APIRouter(include_in_schema=False)

FIGURES_SHOWN = 6
"""Measures of each deployment whose latest figure the first page names."""
LATELY = 8
"""Statements and acts that the first page lists."""
PLANS, TOLD = 100, 200
"""Plans, and statements of a timeline, that the page of a deployment lists: those said last."""


@dataclass(frozen=True, slots=True)
class MeasureGlance:
    """One measure of one deployment at a glance."""

    measure: MeasureText
    tally: Tally
    reading: Outline | None  # None: not read here
    is_waiting: bool = False  # its reading is still to be computed
    drawing: Markup | None = None

    @property
    def has_value(self) -> bool:
        """Whether accepted claims say anything of the measure on its headline day."""
        return self.reading is not None and self.reading.has_value


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
    version = ledger_version(session)
    changed_at = last_changed_at(session)
    deployments, measures = deployment_texts(session), measure_texts(session)
    tallied = tallies(session)
    shown: defaultdict[str, list[Subject]] = defaultdict(list)
    claims: defaultdict[str, int] = defaultdict(int)
    for subject, tally in tallied.items():
        claims[subject[0]] += tally.claims
        if len(shown[subject[0]]) < FIGURES_SHOWN:
            shown[subject[0]].append(subject)
    # The first measure of each deployment is read before the second of any.
    subjects = [subject for rank in zip_longest(*shown.values()) for subject in rank if subject is not None]
    found = glances_of(
        session,
        facts_of(deployments, measures),
        measures,
        subjects,
        tallied,
        drawn=shown.values(),
    )
    glances = [
        _deployment_glance(one, found, measures, shown[one.slug], tallied, claims[one.slug])
        for one in deployments
    ]
    answer = page(
        request,
        "deployments/index.html",
        operations=[
            (operation, list(grouped))
            for operation, grouped in groupby(glances, key=lambda glance: glance.deployment.operation)
        ],
        dataset=as_ld(
            ledger_dataset(
                site_of(request), State(version, changed_at), deployments, list(found.outlines.values())
            )
        )
        if tallied
        else None,
        measures=measures,
        names={one.slug: one.name for one in deployments},
        last_said=last_said(session, limit=LATELY),
        acts=recent_acts(session, LATELY),
        changed_at=changed_at,
        claims=sum(claims.values()),
        waiting=len(found.waiting),
    )
    return unfinished(request, answer) if found.waiting else answer


def _deployment_glance(
    deployment: DeploymentText,
    found: Glances,
    measures: Mapping[str, MeasureText],
    subjects: Sequence[Subject],
    tallied: Mapping[Subject, Tally],
    claims: int,
) -> DeploymentGlance:
    """A deployment with the readings of the measures that are shown of it."""
    glances = [
        MeasureGlance(
            measures[subject[1]], tallied[subject], found.outlines.get(subject), subject in found.waiting
        )
        for subject in subjects
    ]
    first = next((glance for glance in glances if glance.reading and glance.reading.marks), None)
    return DeploymentGlance(
        deployment,
        glances,
        first.measure if first else None,
        small_drawing(deployment, first.measure, first.reading) if first and first.reading else None,
        claims,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What the page of a deployment shows of its readings."""

    found: Glances
    contested: list[tuple[str, Contested]]  # with the measure; the first of each
    checks: list[Check]
    version: int


@router.get("/deployments/{slug}", name="deployments.show")
def show(request: Request, session: DbSession, slug: str) -> Response:
    """One deployment: all its measures at a glance, what does not fit, plans, a timeline."""
    choices = read_choices(request.query_params.multi_items())
    deployment = known_deployment(session, slug)
    check_known(session, choices)
    measures = measure_texts(session, choices.version)
    tallied = tallies(session, slug)
    voices = voices_of(session, slug)
    families = family_order_of(voices)
    version, changed_at = ledger_at(session, choices.version)
    if choices == Choices():
        read = _looked_up(session, deployment, measures, tallied, version)
    else:
        read = _read_so(session, deployment, measures, tallied, choices, version)
    found = read.found
    glances = [
        MeasureGlance(
            measures[subject[1]],
            tally,
            outline := found.outlines.get(subject),
            subject in found.waiting,
            small_drawing(deployment, measures[subject[1]], outline, families) if outline else None,
        )
        for subject, tally in tallied.items()
        if subject[1] in measures
    ]
    plans, said = (
        said_of(session, slug, natures, limit=limit, known_on=choices.known_on, version=choices.version)
        for natures, limit in (((Nature.PLAN,), PLANS), (_TIMELINE, TOLD))
    )
    in_all = {nature: sum(tally.by_nature.get(nature, 0) for tally in tallied.values()) for nature in Nature}
    answer = page(
        request,
        "deployments/show.html",
        canonical=address_of(path_of(request), choices),
        deployment=deployment,
        dataset=None
        if choices != Choices()
        else as_ld(
            deployment_dataset(
                site_of(request),
                State(version, changed_at),
                deployment,
                [(glance.measure, glance.reading) for glance in glances if glance.reading is not None],
            )
        ),
        choices=choices,
        asked=write_choices(choices),
        measures=measures,
        glances=glances,
        contested=[(measures[measure], item) for measure, item in read.contested],
        contested_in_all=sum(outline.contested for outline in found.outlines.values()),
        checks=read.checks,
        plans=plans,
        plans_in_all=in_all[Nature.PLAN],
        months=months(said),
        said=len(said),
        said_in_all=sum(in_all[nature] for nature in _TIMELINE),
        claims=sum(tally.claims for tally in tallied.values()),
        last_said=max((voice.last_said for voice in voices), default=None),
        natures=[nature for nature in Nature if in_all[nature]],
        sources=len(voices),
        families=len(families),
        waiting=len(found.waiting),
    )
    return unfinished(request, answer) if found.waiting and choices == Choices() else answer


_TIMELINE = (Nature.STANCE, Nature.EVENT, Nature.INCREMENT)


def _looked_up(
    session: Session,
    deployment: DeploymentText,
    measures: dict[str, MeasureText],
    tallied: Mapping[Subject, Tally],
    version: int,
) -> _Read:
    """Under default choices: what is kept, or computed now."""
    facts = facts_of([deployment], measures)
    compared = {measure for rule in RULES for measure in rule.measures}
    found = glances_of(
        session,
        facts,
        measures,
        list(tallied),
        tallied,
        drawn=[[subject] for subject in tallied],
        pointed=[subject for subject in tallied if subject[1] in compared],
    )
    wanted = {
        subject: (outline.few, list(outline.few.contested))
        for subject, outline in found.outlines.items()
        if outline.few is not None and outline.few.contested
    }
    told = told_again(session, facts, wanted)
    return _Read(
        found,
        [(measure, item) for (_slug, measure), (items, _named) in told.items() for item in items.values()],
        _checks(found.outlines.values(), Choices()),
        version,
    )


def _read_so(
    session: Session,
    deployment: DeploymentText,
    measures: dict[str, MeasureText],
    tallied: Mapping[Subject, Tally],
    choices: Choices,
    version: int,
) -> _Read:
    """Under other choices, which nobody has computed yet: as many measures as there is time for."""
    chosen: list[Subject] = []
    left = READ_AT_ONCE
    for subject, tally in tallied.items():
        if tally.claims <= left:
            chosen.append(subject)
            left -= tally.claims
    held = holdings_of(
        session, chosen or [(deployment.slug, "")], version=choices.version, texts=measures, plain=True
    ).get(deployment.slug)
    if held is None:
        raise NotFound(
            _(
                "At ledger version %(version)s there was no deployment “%(slug)s”.",
                version=choices.version,
                slug=deployment.slug,
            )
        )
    readings = Readings(held.claims, choices)
    read = {subject: readings.reading(subject[1]) for subject in chosen if subject[1] in held.claims.measures}
    outlines = {subject: outline_of(reading, held.about(subject[1])) for subject, reading in read.items()}
    checks = [check for reading in read.values() for check in reading.checks]
    return _Read(
        Glances(outlines, tuple(subject for subject in tallied if subject not in read)),
        [(subject[1], item) for subject, reading in read.items() for item in reading.contested[:FEW]],
        list(dict.fromkeys(checks)),
        version,
    )


def _checks(outlines: Iterable[Outline], choices: Choices) -> list[Check]:
    """The runs of days on which two of these measures cannot both be right."""
    read = [one for one in outlines if one.points]
    bounds = {
        one.measure.slug: one.bounds
        for one in read
        if (one.measure.kind is Kind.LEVEL) == (one.measure.slug in LEVELS)
    }
    if not read:
        return []
    return list(check_measures(RULES, bounds, read[0].deployment.starts_on, choices.known_on))


def known_deployment(session: Session, slug: str) -> DeploymentText:
    """The deployment of that slug; raises NotFound, which names those that are near."""
    deployment = deployment_text(session, slug) if slug.isprintable() else None
    if deployment is None:
        near = [Near(one.name, f"/deployments/{one.slug}") for one in deployment_texts(session)]
        raise NotFound(_("There is no deployment “%(slug)s”.", slug=slug), nearest(slug, near) or near[:5])
    return deployment


def chart_subject(deployment: DeploymentText, measure: MeasureText) -> marks.Subject:
    """What a chart of one measure of one deployment is about."""
    return marks.Subject(
        in_a_sentence(known(measure.label)),
        known(measure.unit),
        measure.kind,
        deployment.starts_on,
        deployment.level_valid_days,
    )


def small_drawing(
    deployment: DeploymentText,
    measure: MeasureText,
    outline: Outline,
    families: Sequence[Family] | None = None,
) -> Markup | None:
    """A chart the size of a word; None where nothing stands on the axis.

    `families` is the order of all families of the deployment; None takes that of this chart alone.
    """
    if families is None:
        said = Counter(mark.family for mark in outline.marks)
        families = [Family(slug, slug) for slug, _number in said.most_common()]
    return sparkline_svg(
        outline,
        title=f"{known(measure.label)}: {deployment.name}",
        name=f"small-{deployment.slug}-{measure.slug}",
        styles=family_styles(families),
    )


def of_natures(claims: Sequence[ApprovedClaim], *natures: Nature) -> list[ApprovedClaim]:
    """Those of these natures in good standing, in the order they come in."""
    return [claim for claim in claims if claim.nature in natures and claim.standing is Standing.GOOD]


def months(claims: Sequence[ApprovedClaim]) -> list[tuple[str, list[ApprovedClaim]]]:
    """Claims by the month in which they were said (`2025-03`), in the order they come in."""
    return [
        (month, list(said)) for month, said in groupby(claims, key=lambda claim: f"{claim.day_said:%Y-%m}")
    ]
