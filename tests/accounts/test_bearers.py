"""API tokens: what they open, and how an address of the API refuses."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.accounts.guards import SubmitsClaims, SubmitsImports
from app.accounts.models import Scope
from app.clock import present
from app.database import get_session
from app.errors import add_error_pages
from app.settings import Settings
from tests.accounts.people import Desk
from tests.factories import NOW, ApiTokenFactory, PersonFactory, SignInFactory

SECRET = "muster_secret"
TAKE_A_TOKEN = {"/api/v1/claims": Scope.CLAIMS, "/api/v1/imports": Scope.IMPORTS}
"""Every address of the site that takes a token, and the scope that opens it."""


@pytest.fixture
def api(session):
    """A site of two addresses that take tokens; gives a browser on it."""
    app = FastAPI()
    app.state.settings = Settings(database_url=None)
    add_error_pages(app)

    @app.post("/api/v1/claims")
    def post_claim(request_by: SubmitsClaims) -> str:
        return request_by.name

    @app.post("/api/v1/imports")
    def post_import(request_by: SubmitsImports) -> str:
        return request_by.name

    desk = Desk(TestClient(app), session)
    app.dependency_overrides[get_session] = desk.transaction
    app.dependency_overrides[present] = lambda: desk.now
    return desk


def ask(api, authorization=f"Bearer {SECRET}", *, of="claims"):
    headers = {"authorization": authorization} if authorization else {}
    return api.site.post(f"/api/v1/{of}", headers=headers)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_speaks_for_its_owner(api, scheme):
    ApiTokenFactory(secret=SECRET, person_id=PersonFactory(name="ann").id)
    answer = ask(api, f"{scheme} {SECRET}")
    assert (answer.status_code, answer.json()) == (200, "ann")


def refused(answer, status, challenge):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == f'Bearer realm="Muster"{challenge}'
    assert answer.json()["status"] == status
    return answer.json()["detail"]


@pytest.mark.parametrize("authorization", ["", "Basic YW5uOng=", "Bearer", "Bearer  ", SECRET])
def test_without_a_token_the_api_asks_for_one(api, authorization):
    assert "takes an API token" in refused(ask(api, authorization), 401, "")


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "muster_other"},
        {"revoked_at": NOW},
        {"created_at": NOW - timedelta(days=90)},  # it expires at this moment
    ],
)
def test_a_token_that_is_good_no_more_is_refused(api, change):
    ApiTokenFactory(**{"secret": SECRET} | change)
    assert "not known, has expired or was revoked" in refused(ask(api), 401, ', error="invalid_token"')


def test_the_token_of_a_disabled_person_is_refused_until_they_are_enabled(api):
    ann = PersonFactory(disabled_at=NOW)
    ApiTokenFactory(secret=SECRET, person_id=ann.id)
    refused(ask(api), 401, ', error="invalid_token"')
    ann.disabled_at = None
    assert ask(api).status_code == 200


def test_a_token_opens_what_its_scopes_say_and_no_more(api):
    ApiTokenFactory(secret=SECRET, scopes=["claims"])
    assert ask(api).status_code == 200
    challenge = ', error="insufficient_scope", scope="imports"'
    assert "takes a token with the scope “imports”" in refused(ask(api, of="imports"), 403, challenge)
    ApiTokenFactory(secret="muster_both", scopes=["claims", "imports"])
    assert ask(api, "Bearer muster_both", of="imports").status_code == 200


def test_when_a_token_was_last_used_is_noted_once_a_minute(api, session):
    token = ApiTokenFactory(secret=SECRET)
    for seconds, used in ((0, 0), (59, 0), (1, 60)):
        api.later(seconds=seconds)
        ask(api)
        session.refresh(token)
        assert token.last_used_at == NOW + timedelta(seconds=used)


def test_the_cookie_of_a_sign_in_opens_nothing_of_the_api(api):
    SignInFactory(secret=SECRET)
    api.hold("muster", SECRET)
    refused(ask(api, ""), 401, "")


def test_a_bearer_is_not_asked_for_its_origin(desk):
    """No page of another site can add the header, and the cookie that it might lend opens nothing here."""
    headers = {"authorization": f"Bearer {SECRET}", "sec-fetch-site": "cross-site"}
    assert desk.site.post("/login", headers=headers).status_code == 422


@pytest.mark.parametrize(("address", "scope"), TAKE_A_TOKEN.items())
def test_an_address_that_takes_a_token_takes_no_other_and_no_sign_in(desk, signed_in, address, scope):
    signed_in("administrator")
    refused(desk.site.post(address), 401, "")
    others = [one for one in Scope if one is not scope]
    ApiTokenFactory(secret=SECRET, scopes=others)
    headers = {"authorization": f"Bearer {SECRET}"}
    refused(desk.site.post(address, headers=headers), 403, f', error="insufficient_scope", scope="{scope}"')
    ApiTokenFactory(secret="muster_right", scopes=[scope])
    assert desk.site.post(address, headers={"authorization": "Bearer muster_right"}).status_code == 415
