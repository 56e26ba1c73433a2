"""The places that claims are about, as they lie in one another; and the page of one of them."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answers.queries import measure_texts
from app.claims.listing import Asked, list_claims
from app.database import DbSession
from app.deployments.queries import deployment_texts
from app.errors import Near, NotFound, nearest
from app.languages.spoken import _
from app.pages import page
from app.places.history import place_history
from app.places.queries import other_names, place_tree
from app.places.tallies import claimed_about, place_tallies

router = APIRouter(include_in_schema=False)

LISTED = 50
"""Claims that the page of a place lists; the list of all claims has the others."""


@router.get("/places", name="places.index")
def show_all(request: Request, session: DbSession) -> Response:
    """Every place, each below the one in which it lies, with how much is claimed about it."""
    tree = place_tree(session)
    return page(
        request,
        "places/index.html",
        places=list(tree.walk()),
        tallies=place_tallies(session, tree),
    )


@router.get("/places/{slug}", name="places.show")
def show(request: Request, session: DbSession, slug: str) -> Response:
    """One place: where it lies, what lies in it, and what is claimed about both."""
    tree = place_tree(session)
    place = tree.get(slug)
    if place is None:
        known = [Near(one.name, f"/places/{one.slug}") for _depth, one in tree.walk()]
        raise NotFound(_("There is no place “%(slug)s”.", slug=slug), nearest(slug, known))
    return page(
        request,
        "places/show.html",
        place=place,
        wholes=tree.wholes(slug),
        parts=list(tree.walk(slug)),
        tallies=place_tallies(session, tree, slug),
        claimed=claimed_about(session, slug),
        also_known_as=other_names(session).get(slug, []),
        events=place_history(session, slug),
        listed=list_claims(session, Asked(place=slug), rows=LISTED),
        measures=measure_texts(session),
        deployments={one.slug: one.name for one in deployment_texts(session)},
    )
