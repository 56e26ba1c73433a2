"""What an address asks of one measure, and the chart that answers it: for pages and downloads alike."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.answers.queries import (
    MeasureText,
    NothingThere,
    Question,
    measure_texts,
    plain_question,
    question,
)
from app.charts.crowds import foremost
from app.charts.families import Family, family_order, family_order_of
from app.charts.marks import Chart, Subject, chart_marks
from app.claims.approved import ApprovedClaim
from app.claims.summaries import Tally, tallies, voices_of
from app.deployments.views import known_deployment
from app.errors import Near, NotFound, nearest
from app.languages.spoken import known
from app.pages import in_a_sentence
from app.readings.choices import Choices
from app.readings.results import Reading


def asked_of(session: Session, slug: str, measure: str, choices: Choices, *, plain: bool = False) -> Question:
    """The question that an address asks; raises NotFound, which names what is near, and BadParameters.

    `plain` is enough for a reading and its chart: claims without their documents, and only those needed.
    """
    ask = plain_question if plain else question
    try:
        return ask(session, slug, measure, choices)
    except NothingThere as error:
        known_deployment(session, slug)
        measures = measure_texts(session)
        tallied = {subject[1]: tally for subject, tally in tallies(session, slug).items()}
        sentence = f"{str(error)[0].upper()}{str(error)[1:]}."
        raise NotFound(sentence, _near(slug, measure, measures, tallied)) from error


def title_of(asked: Question) -> str:
    """`Sent: North Korean combat troops in Russia`."""
    return f"{known(asked.measure.label)}: {asked.holding.name}"


def subject_of(asked: Question) -> Subject:
    """What the chart of a question is about."""
    deployment = asked.holding.claims.deployment
    return Subject(
        in_a_sentence(known(asked.measure.label)),
        asked.measure.unit,
        asked.measure.kind,
        deployment.starts_on,
        deployment.level_valid_days,
        asked.choices.place,
    )


def families_of(session: Session, slug: str) -> list[Family]:
    """The families of a deployment in the order in which they take colours, as the ledger stands now."""
    return family_order_of(voices_of(session, slug))


def chart_of(asked: Question, reading: Reading, families: Sequence[Family] | None = None) -> Chart:
    """The marks of all that had been said of the measure by `known_on`, in the colours of the deployment.

    `families` are those of the deployment in their order; None takes them from the claims asked for.
    """
    held = asked.holding
    if families is None:
        families = family_order([claim for about in held.claims.claims.values() for claim in about])
    return chart_marks(
        said_by(held.about(asked.measure.slug), asked.choices.known_on),
        subject=subject_of(asked),
        families=families,
        first=foremost(reading),
        contested=[item.claim_ref for item in reading.contested],
        known_on=asked.choices.known_on,
    )


def said_by(claims: Sequence[ApprovedClaim], known_on: date | None) -> list[ApprovedClaim]:
    """The claims that had been said by a day; None: all of them."""
    return [claim for claim in claims if known_on is None or claim.day_said <= known_on]


def _near(
    slug: str, measure: str, measures: Mapping[str, MeasureText], tallied: Mapping[str, Tally]
) -> list[Near]:
    """Measures of the deployment that are spelt alike, else those with the most claims."""
    near = [Near(known(measures[one].label), f"/deployments/{slug}/{one}") for one in tallied]
    return nearest(measure, near) or near[:5]
