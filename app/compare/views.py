"""Several deployments or measures on one chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.holdings import holdings_of
from app.answers.parameters import write_choices
from app.answers.queries import check_known, measure_texts
from app.claims.summaries import Subject, Tally, tallies
from app.claims.words import Nature
from app.compare.parameters import AT_MOST, Asked, By, Counted, read_asked
from app.compare.parts import check_series, compare, wanted_of
from app.compare.series import SENT
from app.database import DbSession
from app.deployments.queries import DeploymentText, deployment_texts
from app.languages.spoken import _
from app.pages import page
from app.readings.choices import Choices

router = APIRouter(include_in_schema=False)

_COUNTED = {Nature.TOTAL, Nature.INCREMENT, Nature.EVENT, Nature.LEVEL}
_ASKED_FOR = ("series", "by", "scale", "known_on", "since", "tolerance", "precedence")


@dataclass(frozen=True, slots=True)
class Choice:
    """A measure of a deployment that can be put on the chart."""

    value: str  # as it stands in the address
    measure: str  # slug
    claims: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A comparison to begin with; of its series the words name the first."""

    words: str
    href: str


@router.get("/compare", name="compare.show")
def show(request: Request, session: DbSession) -> Response:
    """A chart and a table of what was asked for; without anything, the form and where to begin."""
    asked = read_asked(request.query_params.multi_items())
    check_known(session, asked.choices)
    wanted = wanted_of(asked)
    held = holdings_of(session, wanted, version=asked.choices.version) if wanted else {}
    check_series(asked.subjects, held)
    deployments, tallied = deployment_texts(session), tallies(session)
    return page(
        request,
        "compare/show.html",
        canonical=asked.address,
        asked=asked,
        comparison=compare(asked, held) if asked.subjects else None,
        deployments=[(one, choices_of(one, tallied, asked)) for one in deployments],
        measures=measure_texts(session),
        suggestions=suggestions(deployments, tallied),
        kept=[(name, value) for name, value in write_choices(asked.choices) if name not in _ASKED_FOR],
        at_most=AT_MOST,
    )


def choices_of(deployment: DeploymentText, tallied: dict[Subject, Tally], asked: Asked) -> list[Choice]:
    """The measures of a deployment about which anything is claimed that counts, the most claimed first."""
    chosen = [subject for subject in asked.subjects if subject[0] == deployment.slug]
    counting = [
        subject for subject, tally in tallied.items() if subject[0] == deployment.slug and _counts(tally)
    ]
    return [
        Choice("/".join(subject), subject[1], tallied.get(subject, Tally()).claims, subject in chosen)
        for subject in dict.fromkeys([*counting, *chosen])
    ]


def _counts(tally: Tally) -> bool:
    return bool(_COUNTED & tally.by_nature.keys())


def suggestions(deployments: Sequence[DeploymentText], tallied: dict[Subject, Tally]) -> list[Suggestion]:
    """Deployments by their days, and losses per 1,000 sent, where the ledger has the claims for it."""
    counting = [subject for subject, tally in tallied.items() if _counts(tally)]
    sending = [subject for subject in counting if subject[1] == SENT]
    found = []
    if len(sending) > 1:
        asked = Asked(tuple(sending[:AT_MOST]), By.DAYS, Counted.ABSOLUTE, Choices())
        found.append(
            Suggestion(_("The number sent by each deployment, by days since its start"), asked.address)
        )
    for one in deployments:
        losses = [(one.slug, measure) for measure in _LOSSES if (one.slug, measure) in counting]
        if losses and (one.slug, SENT) in sending:
            asked = Asked(tuple(losses), By.DATE, Counted.PER_SENT, Choices())
            found.append(
                Suggestion(_("Losses per 1,000 sent: %(deployment)s", deployment=one.name), asked.address)
            )
            asked = Asked(((one.slug, SENT), *losses), By.DATE, Counted.ABSOLUTE, Choices())
            found.append(Suggestion(_("Sent and lost: %(deployment)s", deployment=one.name), asked.address))
    return found


_LOSSES = ("casualties", "killed", "wounded")
