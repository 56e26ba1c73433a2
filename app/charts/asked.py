"""What an address asks of one measure, and the chart that answers it: for pages and downloads alike."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.answers.queries import MeasureText, NothingThere, Question, measure_texts, question
from app.charts.families import family_order
from app.charts.marks import Chart, Subject, chart_marks
from app.claims.approved import ApprovedClaim
from app.claims.summaries import Tally, tallies
from app.deployments.views import known_deployment
from app.errors import Near, NotFound, nearest
from app.pages import in_a_sentence
from app.readings.choices import Choices
from app.readings.results import Reading


def asked_of(session: Session, slug: str, measure: str, choices: Choices) -> Question:
    """The question that an address asks; raises NotFound, which names what is near, and BadParameters."""
    try:
        return question(session, slug, measure, choices)
    except NothingThere as error:
        known_deployment(session, slug)
        measures = measure_texts(session)
        tallied = {subject[1]: tally for subject, tally in tallies(session, slug).items()}
        sentence = f"{str(error)[0].upper()}{str(error)[1:]}."
        raise NotFound(sentence, _near(slug, measure, measures, tallied)) from error


def title_of(asked: Question) -> str:
    """`Sent: North Korean combat troops in Russia`."""
    return f"{asked.measure.label}: {asked.holding.name}"


def subject_of(asked: Question) -> Subject:
    """What the chart of a question is about."""
    deployment = asked.holding.claims.deployment
    return Subject(
        in_a_sentence(asked.measure.label),
        asked.measure.unit,
        asked.measure.kind,
        deployment.starts_on,
        deployment.level_valid_days,
        asked.choices.place,
    )


def chart_of(asked: Question, reading: Reading) -> Chart:
    """The marks of all that had been said of the measure by `known_on`, in the colours of the deployment."""
    held = asked.holding
    return chart_marks(
        said_by(held.about(asked.measure.slug), asked.choices.known_on),
        subject=subject_of(asked),
        families=family_order([claim for about in held.claims.claims.values() for claim in about]),
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
    known = [Near(measures[one].label, f"/deployments/{slug}/{one}") for one in tallied]
    return nearest(measure, known) or known[:5]
