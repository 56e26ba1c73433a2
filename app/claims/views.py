"""All claims, filtered, sorted and paged; and the page of one claim."""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.answers.glances import READ_AT_ONCE, facts_of
from app.answers.holdings import holdings_of
from app.answers.kept import Computed, Inputs, inputs_of, kept_fates
from app.answers.queries import MeasureText, measure_texts
from app.answers.ruled import told_again
from app.charts.findings import OTHERS_TOLD, Part, part_as_kept
from app.claims.approved import ApprovedClaim
from app.claims.differences import Names
from app.claims.document_notes import states_of
from app.claims.drift import drift
from app.claims.history import claim_history
from app.claims.kin import kin_of
from app.claims.listing import KINDS, ORDERS, Known, list_claims, place_names, read_asked
from app.claims.models import Claim
from app.claims.plain import is_superseded
from app.claims.queries import approved_claims
from app.claims.summaries import Subject, tallies
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import DeploymentText, deployment_text, deployment_texts
from app.errors import Near, NotFound, nearest
from app.headers import unfinished
from app.languages.spoken import _, known
from app.pages import in_words, page, path_of, with_query
from app.readings.choices import Choices
from app.readings.outlines import Data, fates_about, fates_data, fates_of
from app.readings.reading import read_measure
from app.readings.rules import NATURES
from app.sources.queries import SourceText, source_texts

router = APIRouter(include_in_schema=False)


@router.get("/claims", name="claims.index")
def show_all(request: Request, session: DbSession) -> Response:
    """The list of claims that an address asks for."""
    measures = measure_texts(session)
    known = known_filters(session, deployment_texts(session), list(measures.values()), source_texts(session))
    asked = read_asked(request.query_params.multi_items(), known)
    listed = list_claims(session, asked)
    return page(
        request,
        "claims/index.html",
        canonical=with_query(path_of(request), asked.query()),
        asked=asked,
        listed=listed,
        known=known,
        measures=measures,
        kinds=KINDS,
        orders=ORDERS,
        natures={str(word): in_words(word) for word in Nature},
        standings={str(word): in_words(word) for word in Standing},
    )


@router.get("/claims/{claim_ref}", name="claims.show")
def show(request: Request, session: DbSession, claim_ref: str) -> Response:
    """One claim or appearance: what was said, by whom, where it was printed, and what became of it."""
    claim = known_claim(session, claim_ref)
    measures = measure_texts(session)
    deployments = {one.slug: one for one in deployment_texts(session)}
    names = names_of(measures.values(), deployments.values())
    kin = kin_of(session, claim)
    repeats = approved_claims(session, repeat_of=claim.ref)
    part, is_waiting = None, False
    try:
        part = part_in_the_reading(session, claim, measures, at_once=READ_AT_ONCE)
    except TooMuchAtOnce:
        is_waiting = True
    answer = page(
        request,
        "claims/show.html",
        claim=claim,
        measure=measures[claim.measure],
        measures=measures,
        deployments=deployments,
        kin=kin,
        appearances=[(repeat, drift(claim, repeat, names.measures)) for repeat in repeats],
        drift=drift(kin.root, claim, names.measures) if kin.root is not None else [],
        history=claim_history(session, claim.ref, names),
        rules={rule.nature: rule for rule in NATURES},
        part=part,
        is_waiting=is_waiting,
        noted=states_of(session, [claim.ref, *(repeat.ref for repeat in repeats)]),
    )
    return unfinished(request, answer) if is_waiting else answer


class TooMuchAtOnce(Exception):
    """A reading that is not kept yet takes more claims than a page has time for."""


def part_in_the_reading(
    session: Session,
    claim: ApprovedClaim,
    measures: dict[str, MeasureText] | None = None,
    *,
    at_once: int | None = None,
) -> Part | None:
    """What the claim did in the reading of its measure under default choices; None where it takes no part.

    `measures` are those of today, where they were read already. Where the reading is not kept yet it is made
    now; raises TooMuchAtOnce where that takes more than `at_once` claims.
    """
    counts = claim.standing is Standing.GOOD and claim.repeat_of is None
    if not counts or claim.nature in (Nature.PLAN, Nature.SHARE, Nature.STANCE):
        return None
    subject = (claim.deployment, claim.measure)
    texts = measure_texts(session) if measures is None else measures
    deployment = deployment_text(session, claim.deployment)
    if deployment is None:
        return None
    facts = facts_of([deployment], texts)
    inputs = inputs_of(session, [claim.deployment])
    found = kept_fates(session, inputs, subject, claim.ref, OTHERS_TOLD)
    if found is None:
        if at_once is not None and tallies(session, claim.deployment)[subject].claims > at_once:
            raise TooMuchAtOnce
        found = fates_about(_read_now(session, inputs, subject, texts), claim.ref, OTHERS_TOLD)
    fates, others_in_all = found
    told, candidates = told_again(session, facts, {subject: (fates, list(fates.contested))})[subject]
    return part_as_kept(
        claim,
        fates,
        facts.measures[claim.measure],
        told,
        candidates,
        others_in_all=others_in_all,
        is_superseded=is_superseded(session, claim.ref),
    )


def _read_now(session: Session, inputs: Inputs, subject: Subject, measures: dict[str, MeasureText]) -> Data:
    """Read a measure that is not kept yet, and keep what it comes to; its fates."""
    held = holdings_of(session, [subject], texts=measures, plain=True)[subject[0]]
    reading = read_measure(held.claims, subject[1], Choices())
    computed = Computed()
    computed.add(inputs, reading, held.about(subject[1]))
    computed.keep(session)
    return fates_data(fates_of(reading))


def names_of(measures: Iterable[MeasureText], deployments: Iterable[DeploymentText]) -> Names:
    """How the differences between revisions call what they name."""
    of_measures = list(measures)
    return Names(
        deployments={one.slug: one.name for one in deployments},
        measures={one.slug: known(one.label) for one in of_measures},
        units={one.slug: known(one.unit) for one in of_measures},
    )


def known_filters(
    session: Session,
    deployments: Sequence[DeploymentText],
    measures: Sequence[MeasureText],
    sources: Sequence[SourceText],
) -> Known:
    """What the filters of the list can name."""
    return Known(
        deployment={one.slug: one.name for one in deployments},
        measure={one.slug: known(one.label) for one in measures},
        source={one.slug: one.name for one in sorted(sources, key=lambda one: one.name.lower())},
        family={one.family: one.family_name for one in sources},
        place=place_names(session),
    )


def known_claim(session: Session, claim_ref: str) -> ApprovedClaim:
    """The claim as it counts now; raises NotFound, which names claims that are spelt alike."""
    found = approved_claims(session, refs=[claim_ref]) if claim_ref.isprintable() else []
    if not found:
        near = [Near(ref, f"/claims/{ref}") for ref in _refs_like(session, claim_ref)]
        raise NotFound(
            _("There is no claim “%(claim)s” in the ledger.", claim=claim_ref), nearest(claim_ref, near)
        )
    return found[0]


def _refs_like(session: Session, claim_ref: str) -> list[str]:
    """Refs that begin as the one asked for: with its first part, or its first letters."""
    for beginning in (claim_ref.rpartition("-")[0], claim_ref.partition("-")[0], claim_ref[:3]):
        if beginning.isprintable() and beginning:
            query = select(Claim.ref).where(Claim.ref.startswith(beginning, autoescape=True)).limit(200)
            if refs := list(session.scalars(query)):
                return refs
    return []
