"""Every route and who may ask for it: one row each, tried as a reader and in every role."""

from dataclasses import dataclass

import pytest
from fastapi.routing import iter_route_contexts

from app.accounts.models import Role
from tests.accounts.test_bearers import TAKE_A_TOKEN
from tests.factories import (
    CitationFactory,
    ClaimFactory,
    DeploymentFactory,
    MeasureFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
    SourceFactory,
)

READER = None
EVERYBODY = (READER, *Role)
SIGNED_IN = tuple(Role)
REVIEWERS = (Role.REVIEWER, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)


@dataclass(frozen=True)
class Row:
    """A route, an address of it, who may ask for it, and what those are answered (their form is empty)."""

    route: str
    address: str
    who: tuple[Role | None, ...]
    answer: int = 200

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]


SERIES = "?series=troops/sent"
LISTED = ("csv", "json")
PICTURED = (*LISTED, "svg", "png", "zip")
DOWNLOADS = (
    ("/deployments/{slug}/{measure}", "/deployments/troops/sent", PICTURED),
    ("/compare", "/compare", PICTURED),
    ("/claims", "/claims", LISTED),
    ("/sources", "/sources", LISTED),
    ("/sources/{slug}", "/sources/source", LISTED),
)
"""Routes of files without their ending, an address, and the endings."""

ROWS = [
    Row("GET /", "/", EVERYBODY),
    Row("GET /about", "/about", EVERYBODY),
    Row("GET /api", "/api", EVERYBODY),
    Row("GET /api/v1/changes", "/api/v1/changes", EVERYBODY),
    Row("GET /api/v1/changes/{version}", "/api/v1/changes/1", EVERYBODY),
    Row("GET /api/v1/claims", "/api/v1/claims", EVERYBODY),
    Row("GET /api/v1/claims/{claim_ref}", "/api/v1/claims/claim", EVERYBODY),
    Row("GET /api/v1/deployments", "/api/v1/deployments", EVERYBODY),
    Row("GET /api/v1/deployments/{slug}", "/api/v1/deployments/troops", EVERYBODY),
    Row("GET /api/v1/deployments/{slug}/readings/{measure}",
        "/api/v1/deployments/troops/readings/sent", EVERYBODY),
    Row("GET /api/v1/deployments/{slug}/readings/{measure}/why",
        "/api/v1/deployments/troops/readings/sent/why?on=2025-03-27", EVERYBODY),
    Row("GET /api/v1/measures", "/api/v1/measures", EVERYBODY),
    Row("GET /api/v1/openapi.json", "/api/v1/openapi.json", EVERYBODY),
    Row("GET /api/v1/sources", "/api/v1/sources", EVERYBODY),
    Row("GET /api/v1/sources/{slug}", "/api/v1/sources/source", EVERYBODY),
    Row("GET /changes", "/changes", EVERYBODY),
    Row("GET /changes/{version}", "/changes/1", EVERYBODY),
    Row("GET /citations/{key}", "/citations/abcdefghijklmnop", EVERYBODY),
    Row("GET /citations/{key}.bib", "/citations/abcdefghijklmnop.bib", EVERYBODY),
    Row("GET /citations/{key}.json", "/citations/abcdefghijklmnop.json", EVERYBODY),
    Row("GET /citations/{key}.ris", "/citations/abcdefghijklmnop.ris", EVERYBODY),
    Row("GET /citations/{key}.txt", "/citations/abcdefghijklmnop.txt", EVERYBODY),
    Row("GET /citations/{key}/result.json", "/citations/abcdefghijklmnop/result.json", EVERYBODY),
    Row("POST /citations", "/citations", EVERYBODY, 422),
    Row("GET /cite", "/cite?of=/claims", EVERYBODY),
    Row("GET /claims", "/claims", EVERYBODY),
    Row("GET /claims/{claim_ref}", "/claims/claim", EVERYBODY),
    Row("GET /compare", "/compare", EVERYBODY),
    Row("GET /deployments/{slug}", "/deployments/troops", EVERYBODY),
    Row("GET /deployments/{slug}/{measure}", "/deployments/troops/sent", EVERYBODY),
    Row("GET /deployments/{slug}/{measure}/certificate",
        "/deployments/troops/sent/certificate", EVERYBODY, 307),
    Row("GET /deployments/{slug}/{measure}/certificate.json",
        "/deployments/troops/sent/certificate.json", EVERYBODY),
    Row("GET /deployments/{slug}/{measure}/why", "/deployments/troops/sent/why?on=2025-03-27", EVERYBODY),
    *(
        Row(f"GET {route}.{ending}", f"{address}.{ending}{SERIES if route == '/compare' else ''}", EVERYBODY)
        for route, address, endings in DOWNLOADS
        for ending in endings
    ),
    Row("GET /deployments/{slug}/{measure}/embed", "/deployments/troops/sent/embed", EVERYBODY),
    Row("GET /embed/{slug}/{measure}", "/embed/troops/sent", EVERYBODY),
    Row("GET /embed/{slug}/{measure}/figure", "/embed/troops/sent/figure", EVERYBODY),
    Row("GET /feeds", "/feeds", EVERYBODY),
    Row("GET /feeds/claims/{claim_ref}.atom", "/feeds/claims/claim.atom", EVERYBODY),
    Row("GET /feeds/deployments/{slug}.atom", "/feeds/deployments/troops.atom", EVERYBODY),
    Row("GET /feeds/deployments/{slug}/{measure}.atom", "/feeds/deployments/troops/sent.atom", EVERYBODY),
    Row("GET /feeds/sources/{slug}.atom", "/feeds/sources/source.atom", EVERYBODY),
    Row("GET /feeds/changes.atom", "/feeds/changes.atom", EVERYBODY),
    Row("GET /healthz", "/healthz", EVERYBODY),
    Row("GET /ledger.zip", "/ledger.zip", EVERYBODY),
    Row("GET /method", "/method", EVERYBODY),
    Row("GET /readyz", "/readyz", EVERYBODY),
    Row("GET /report", "/report?about=/claims/claim", EVERYBODY),
    Row("POST /report", "/report", EVERYBODY, 422),
    Row("GET /report/sent", "/report/sent?about=/claims/claim", EVERYBODY),
    Row("GET /search", "/search?q=claim", EVERYBODY),
    Row("GET /search/names", "/search/names?q=claim", EVERYBODY),
    Row("GET /robots.txt", "/robots.txt", EVERYBODY),
    Row("GET /sitemap.xml", "/sitemap.xml", EVERYBODY),
    Row("GET /sitemaps/{name}-{part}.xml", "/sitemaps/pages-1.xml", EVERYBODY),
    Row("GET /sources", "/sources", EVERYBODY),
    Row("GET /sources/{slug}", "/sources/source", EVERYBODY),
    # A reader is shown the form, and somebody who is signed in goes on: see test_views.py.
    Row("GET /login", "/login", (READER,)),
    Row("POST /login", "/login", EVERYBODY, 422),
    Row("POST /sign-out", "/sign-out", EVERYBODY, 303),
    Row("GET /welcome/{secret}", "/welcome/x", EVERYBODY, 410),
    Row("POST /welcome/{secret}", "/welcome/x", EVERYBODY, 410),
    Row("GET /desk/account", "/desk/account", SIGNED_IN),
    Row("POST /desk/account/name", "/desk/account/name", SIGNED_IN, 422),
    Row("POST /desk/account/password", "/desk/account/password", SIGNED_IN, 422),
    Row("POST /desk/account/sign-ins/end-all", "/desk/account/sign-ins/end-all", SIGNED_IN, 303),
    Row("POST /desk/account/sign-ins/{sign_in_id}/end", "/desk/account/sign-ins/0/end", SIGNED_IN, 422),
    Row("POST /desk/account/tokens", "/desk/account/tokens", SIGNED_IN, 422),
    Row("POST /desk/account/tokens/{token_id}/revoke", "/desk/account/tokens/1/revoke", SIGNED_IN, 404),
    Row("GET /desk/claims/new", "/desk/claims/new", SIGNED_IN),
    Row("POST /desk/claims/new", "/desk/claims/new", SIGNED_IN, 422),
    Row("GET /desk/claims/{claim_ref}/{act:act_of_claims}", "/desk/claims/claim/correct", SIGNED_IN),
    Row("POST /desk/claims/{claim_ref}/{act:act_of_claims}", "/desk/claims/claim/restate", SIGNED_IN, 422),
    Row("POST /desk/weigh", "/desk/weigh", SIGNED_IN, 422),
    Row("GET /desk/handed-in/{key}", "/desk/handed-in/x", SIGNED_IN, 404),
    Row("GET /desk/drafts/{key}", "/desk/drafts/x", SIGNED_IN, 404),
    Row("POST /desk/drafts/{key}", "/desk/drafts/x", SIGNED_IN, 422),
    Row("POST /desk/drafts/{key}/discard", "/desk/drafts/x/discard", SIGNED_IN, 303),
    Row("GET /desk", "/desk", SIGNED_IN),
    Row("GET /desk/checks", "/desk/checks", SIGNED_IN),
    Row("POST /desk/checks", "/desk/checks", SIGNED_IN, 422),
    Row("GET /desk/claims/{claim_ref}", "/desk/claims/claim", SIGNED_IN),
    Row("GET /desk/claims/{claim_ref}/{act:judgement}", "/desk/claims/claim/set-aside", SIGNED_IN),
    Row("POST /desk/claims/{claim_ref}/{act:judgement}", "/desk/claims/claim/set-aside", SIGNED_IN, 422),
    Row("GET /desk/documents/{document_id}", "/desk/documents/1", SIGNED_IN, 404),
    Row("POST /desk/documents/{document_id}", "/desk/documents/1", SIGNED_IN, 404),
    Row("GET /desk/sheets", "/desk/sheets", SIGNED_IN),
    Row("POST /desk/sheets", "/desk/sheets", SIGNED_IN, 422),
    Row("GET /desk/sheets/{key}", "/desk/sheets/x", SIGNED_IN, 404),
    Row("GET /desk/sheets/{key}/columns", "/desk/sheets/x/columns", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/columns", "/desk/sheets/x/columns", SIGNED_IN, 404),
    Row("GET /desk/sheets/{key}/names", "/desk/sheets/x/names", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/names", "/desk/sheets/x/names", SIGNED_IN, 404),
    Row("GET /desk/sheets/{key}/preview", "/desk/sheets/x/preview", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/preview", "/desk/sheets/x/preview", SIGNED_IN, 404),
    Row("GET /desk/sheets/{key}/refused.csv", "/desk/sheets/x/refused.csv", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/table", "/desk/sheets/x/table", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/hand-in", "/desk/sheets/x/hand-in", SIGNED_IN, 404),
    Row("POST /desk/sheets/{key}/discard", "/desk/sheets/x/discard", SIGNED_IN, 303),
    Row("GET /desk/queue", "/desk/queue", SIGNED_IN),
    Row("GET /desk/queue/batches/{batch_id}", "/desk/queue/batches/1", SIGNED_IN, 404),
    Row("POST /desk/queue/batches/{batch_id}", "/desk/queue/batches/1", SIGNED_IN, 404),
    Row("GET /desk/queue/{claim_ref}/{kind}/{number}", "/desk/queue/claim/revisions/1", SIGNED_IN),
    # Who may not decide is told so on the page, as is whoever comes too late: see tests/review/test_views.py.
    Row("POST /desk/queue/{claim_ref}/{kind}/{number}", "/desk/queue/claim/revisions/1", SIGNED_IN, 422),
    Row("GET /desk/reports", "/desk/reports", SIGNED_IN),
    Row("GET /desk/reports/{report_id}", "/desk/reports/1", SIGNED_IN, 404),
    Row("POST /desk/reports/{report_id}", "/desk/reports/1", SIGNED_IN, 404),
    Row("GET /desk/administration", "/desk/administration", SIGNED_IN),
    Row("GET /desk/deployments", "/desk/deployments", SIGNED_IN),
    Row("GET /desk/deployments/new", "/desk/deployments/new", SIGNED_IN),
    Row("POST /desk/deployments/new", "/desk/deployments/new", SIGNED_IN, 422),
    Row("GET /desk/deployments/{slug}", "/desk/deployments/troops", SIGNED_IN),
    Row("POST /desk/deployments/{slug}", "/desk/deployments/troops", SIGNED_IN, 422),
    Row("GET /desk/measures", "/desk/measures", SIGNED_IN),
    Row("GET /desk/measures/new", "/desk/measures/new", SIGNED_IN),
    Row("POST /desk/measures/new", "/desk/measures/new", SIGNED_IN, 422),
    Row("GET /desk/measures/{slug}", "/desk/measures/sent", SIGNED_IN),
    Row("POST /desk/measures/{slug}", "/desk/measures/sent", SIGNED_IN, 422),
    Row("GET /desk/sources", "/desk/sources", SIGNED_IN),
    Row("GET /desk/sources/new", "/desk/sources/new", SIGNED_IN),
    Row("POST /desk/sources/new", "/desk/sources/new", SIGNED_IN, 422),
    Row("GET /desk/sources/{slug}", "/desk/sources/source", SIGNED_IN),
    Row("POST /desk/sources/{slug}", "/desk/sources/source", SIGNED_IN, 422),
    Row("GET /desk/sources/{slug}/names", "/desk/sources/source/names", SIGNED_IN),
    Row("POST /desk/sources/{slug}/names", "/desk/sources/source/names", SIGNED_IN, 422),
    Row("GET /desk/sources/{slug}/merge", "/desk/sources/source/merge", SIGNED_IN),
    Row("POST /desk/sources/{slug}/merge", "/desk/sources/source/merge", SIGNED_IN, 422),
    Row("GET /desk/sources/{slug}/separate", "/desk/sources/source/separate", SIGNED_IN),
    Row("POST /desk/sources/{slug}/separate", "/desk/sources/source/separate", SIGNED_IN, 422),
    Row("GET /desk/proposals/{proposal_id}", "/desk/proposals/1", SIGNED_IN, 404),
    # Who may not decide is told so on the page: see tests/administration/test_views.py.
    Row("POST /desk/proposals/{proposal_id}", "/desk/proposals/1", SIGNED_IN, 404),
    Row("GET /desk/places", "/desk/places", SIGNED_IN),
    Row("POST /desk/places", "/desk/places", SIGNED_IN, 422),
    Row("GET /desk/places/{slug}", "/desk/places/place", SIGNED_IN),
    Row("POST /desk/places/{slug}", "/desk/places/place", REVIEWERS, 422),
    Row("GET /desk/places/{slug}/names", "/desk/places/place/names", SIGNED_IN),
    Row("POST /desk/places/{slug}/names", "/desk/places/place/names", SIGNED_IN, 422),
    Row("GET /desk/places/{slug}/merge", "/desk/places/place/merge", SIGNED_IN),
    Row("POST /desk/places/{slug}/merge", "/desk/places/place/merge", SIGNED_IN, 422),
    Row("GET /desk/places/{slug}/separate", "/desk/places/place/separate", SIGNED_IN),
    Row("POST /desk/places/{slug}/separate", "/desk/places/place/separate", SIGNED_IN, 422),
    Row("GET /places", "/places", EVERYBODY),
    Row("GET /places/{slug}", "/places/place", EVERYBODY),
    Row("GET /desk/claims/{claim_ref}/merge", "/desk/claims/claim/merge", SIGNED_IN),
    Row("POST /desk/claims/{claim_ref}/merge", "/desk/claims/claim/merge", SIGNED_IN, 422),
    Row("GET /desk/claims/{claim_ref}/separate", "/desk/claims/claim/separate", SIGNED_IN, 409),
    Row("POST /desk/claims/{claim_ref}/separate", "/desk/claims/claim/separate", SIGNED_IN, 409),
    Row("GET /desk/claims/{claim_ref}/apart", "/desk/claims/claim/apart", SIGNED_IN),
    Row("POST /desk/claims/{claim_ref}/apart", "/desk/claims/claim/apart", SIGNED_IN, 422),
    Row("GET /desk/duplicates", "/desk/duplicates", SIGNED_IN),
    Row("GET /desk/duplicates/apart", "/desk/duplicates/apart", SIGNED_IN),
    Row("GET /desk/people", "/desk/people", ADMINISTRATORS),
    Row("POST /desk/people", "/desk/people", ADMINISTRATORS, 422),
    Row("GET /desk/people/{person_name}", "/desk/people/somebody", ADMINISTRATORS),
    Row("POST /desk/people/{person_name}/role", "/desk/people/somebody/role", ADMINISTRATORS, 422),
    Row("POST /desk/people/{person_name}/disable", "/desk/people/somebody/disable", ADMINISTRATORS, 422),
    Row("POST /desk/people/{person_name}/enable", "/desk/people/somebody/enable", ADMINISTRATORS, 422),
    Row(
        "POST /desk/people/{person_name}/sign-ins/end",
        "/desk/people/somebody/sign-ins/end",
        ADMINISTRATORS,
        303,
    ),
    Row(
        "POST /desk/people/{person_name}/sign-ins/{sign_in_id}/end",
        "/desk/people/somebody/sign-ins/1/end",
        ADMINISTRATORS,
        404,
    ),
    Row(
        "POST /desk/people/{person_name}/tokens/{token_id}/revoke",
        "/desk/people/somebody/tokens/1/revoke",
        ADMINISTRATORS,
        404,
    ),
    Row("POST /desk/people/{person_name}/link", "/desk/people/somebody/link", ADMINISTRATORS),
]  # fmt: skip
"""A route of the API that takes a token has its rows in test_bearers.py."""


@pytest.fixture
def something_to_see(session):
    RevisionFactory(
        claim=ClaimFactory(ref="claim"),
        deployment=DeploymentFactory(slug="troops"),
        measure=MeasureFactory(slug="sent"),
        source=SourceFactory(slug="source"),
        approved=True,
    )
    PersonFactory(name="somebody")
    PlaceFactory(slug="place")
    CitationFactory(key="abcdefghijklmnop")


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "reader")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_a_page_is_for_those_who_may_see_it(desk, signed_in, something_to_see, row, role):
    if role is not READER:
        signed_in(role)
    answer = desk.site.request(row.method, row.address)
    if role in row.who:
        assert answer.status_code == row.answer
    elif row.route == "GET /login":
        assert answer.status_code == 303
    elif role is not READER:
        assert answer.status_code == 403
        assert f"This takes the role {row.who[0]}, and yours is {role}." in answer.text
    elif row.method == "GET":
        assert (answer.status_code, answer.headers["location"][:12]) == (303, "/login?next=")
    else:
        assert answer.status_code == 401


def test_every_route_has_its_row(desk):
    routes = {
        f"{method} {context.path}"
        for context in iter_route_contexts(desk.site.app.routes)
        for method in context.methods or ()
    }
    assert routes == {row.route for row in ROWS} | {f"POST {address}" for address in TAKE_A_TOKEN}


def test_every_address_is_one_of_its_route(desk):
    """A row that asked for another route than it says would prove nothing."""
    for row in ROWS:
        parts, asked = (text.partition("?")[0].split("/") for text in (row.route.split(" ")[1], row.address))
        assert len(parts) == len(asked)
        for part, given in zip(parts, asked, strict=True):
            assert part == given or part.startswith("{")
