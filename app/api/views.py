"""What the ledger holds, for other programs: deployments, measures, sources and claims, listed and in full.

Readings are answered in app/answers/views.py, the log of changes in app/changes/views.py.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.queries import measure_texts
from app.answers.views import json_answer
from app.api.answers import (
    claim_in_full,
    deployment_answer,
    deployment_in_full,
    measure_answer,
    source_answer,
    source_in_full,
)
from app.api.asked import Given, cursor_after, first_day, last_day, one_of, search_words, slug
from app.api.limits import Asking, limited
from app.api.queries import (
    Items,
    deployed,
    list_claims,
    list_deployments,
    list_measures,
    list_sources,
    relatives_of,
    source_of_slug,
    surroundings,
)
from app.claims.answer import claim_answer
from app.claims.history import claim_history
from app.claims.listing import KINDS, Asked
from app.claims.views import known_claim, names_of
from app.claims.words import Nature, Standing
from app.database import DbSession
from app.deployments.queries import deployment_text, deployment_texts
from app.errors import NotFound
from app.search.asked import read_words
from app.sources.queries import SourceTally, other_names, source_tallies

router = APIRouter(prefix="/api/v1", include_in_schema=False, dependencies=[limited(Asking.READING)])

T = TypeVar("T")


@router.get("/deployments", name="api.deployments")
def show_deployments(request: Request, session: DbSession) -> Response:
    """Every deployment, by slug."""
    given = Given(request)
    place = given.place_in_list()
    given.refuse()
    return _list_answer(request, list_deployments(session, place), deployment_answer)


@router.get("/deployments/{slug}", name="api.deployment")
def show_deployment(request: Request, session: DbSession, slug: str) -> Response:
    """One deployment, with the measures that are claimed of it."""
    Given(request).refuse()
    text = deployment_text(session, slug) if slug.isprintable() else None
    if text is None:
        raise NotFound(f"There is no deployment “{slug}”.")
    return json_answer(request, deployment_in_full(deployed(session, text)))


@router.get("/measures", name="api.measures")
def show_measures(request: Request, session: DbSession) -> Response:
    """Every measure, by slug."""
    given = Given(request)
    place = given.place_in_list()
    given.refuse()
    return _list_answer(request, list_measures(session, place), measure_answer)


@router.get("/sources", name="api.sources")
def show_sources(request: Request, session: DbSession) -> Response:
    """Every source, by slug."""
    given = Given(request)
    place = given.place_in_list()
    given.refuse()
    return _list_answer(request, list_sources(session, place), lambda one: source_answer(*one))


@router.get("/sources/{slug}", name="api.source")
def show_source(request: Request, session: DbSession, slug: str) -> Response:
    """One source, with the others of its family."""
    Given(request).refuse()
    text = source_of_slug(session, slug) if slug.isprintable() else None
    if text is None:
        raise NotFound(f"There is no source “{slug}”.")
    tally = source_tallies(session, [slug]).get(slug, SourceTally())
    names = other_names(session, [slug]).get(slug, [])
    return json_answer(request, source_in_full(text, tally, relatives_of(session, text), names))


@router.get("/claims", name="api.claims")
def show_claims(request: Request, session: DbSession) -> Response:
    """The claims that an address asks for, by claim_ref."""
    given = Given(request)
    asked = Asked(
        kind=given.one("kind", one_of(KINDS)) or "claim",
        deployment=given.one("deployment", slug("deployment")),
        measure=given.one("measure", slug("measure")),
        source=given.one("source", slug("source")),
        family=given.one("family", slug("family")),
        nature=given.many("nature", one_of(Nature)),
        standing=given.many("standing", one_of(Standing)),
        place=given.one("place", slug("place")),
        said_from=given.one("said_from", first_day),
        said_to=given.one("said_to", last_day),
    )
    words = given.one("q", search_words) or read_words("")
    place = given.place_in_list()
    given.refuse()
    units = {text.slug: text.unit for text in measure_texts(session).values()}
    found = list_claims(session, asked, words, place)
    return _list_answer(request, found, lambda claim: claim_answer(claim, units))


@router.get("/claims/{claim_ref}", name="api.claim")
def show_claim(request: Request, session: DbSession, claim_ref: str) -> Response:
    """One claim or appearance, with its appearances, its history and the contradictions it is part of."""
    Given(request).refuse()
    claim = known_claim(session, claim_ref)
    measures = measure_texts(session)
    names = names_of(measures.values(), deployment_texts(session))
    history = claim_history(session, claim.ref, names)
    return json_answer(request, claim_in_full(claim, surroundings(session, claim), history, names.units))


def _list_answer(request: Request, found: Items[T], answer: Callable[[T], object]) -> Response:
    items: Sequence[object] = [answer(one) for one in found.items]
    further = None if found.further is None else cursor_after(found.further)
    return json_answer(request, {"items": items, "next": further})
