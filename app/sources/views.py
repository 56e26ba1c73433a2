"""Sources by family; and the page of one source, with its claims."""

from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.fared import fared_at_a_glance
from app.answers.queries import measure_texts
from app.claims.listing import Asked, list_claims
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Near, NotFound, nearest
from app.headers import unfinished
from app.languages.spoken import _
from app.pages import page
from app.sources.fared import fared_parts
from app.sources.history import source_history
from app.sources.queries import SourceTally, other_names, source_tallies, source_texts

router = APIRouter(include_in_schema=False)

LISTED = 100
"""Claims that the page of a source lists; the list of all claims has the others."""


@router.get("/sources", name="sources.index")
def show_all(request: Request, session: DbSession) -> Response:
    """Every source with its grade, by family."""
    sources, tallies = source_texts(session), source_tallies(session)
    none = SourceTally()
    grouped = [list(group) for _family, group in groupby(sources, key=lambda one: one.family)]
    # Sorting keeps the order of the names among families with equally many claims.
    grouped.sort(key=lambda group: -sum(tallies.get(one.slug, none).claims for one in group))
    return page(
        request,
        "sources/index.html",
        families=[(group[0].family_name, group) for group in grouped],
        tallies=tallies,
        number=len(sources),
    )


@router.get("/sources/{slug}", name="sources.show")
def show(request: Request, session: DbSession, slug: str) -> Response:
    """One source: who it is, how it is graded and why, and what it claimed."""
    sources = source_texts(session)
    source = next((one for one in sources if one.slug == slug), None)
    if source is None:
        known = [Near(one.name, f"/sources/{one.slug}") for one in sources]
        raise NotFound(_("There is no source “%(slug)s”.", slug=slug), nearest(slug, known))
    measures = measure_texts(session)
    deployments = {one.slug: one.name for one in deployment_texts(session)}
    glance = fared_at_a_glance(session, slug, measures)
    answer = page(
        request,
        "sources/show.html",
        source=source,
        also_known_as=other_names(session, [slug]).get(slug, []),
        events=source_history(session, slug),
        relatives=[one for one in sources if one.family == source.family and one.slug != slug],
        tally=source_tallies(session, [slug]).get(slug, SourceTally()),
        listed=list_claims(session, Asked(source=slug), rows=LISTED),
        repeated=list_claims(session, Asked(source=slug, kind="appearance"), rows=LISTED),
        measures=measures,
        deployments=deployments,
        fared_in=glance,
        fared=fared_parts(
            glance.fared,
            name=source.name,
            family=source.family_name,
            measures=measures,
            deployments=deployments,
        ),
    )
    return unfinished(request, answer) if glance.waiting else answer
