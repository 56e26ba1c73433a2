"""How often one address may ask."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.api.limits import Asking, Limits, limited
from app.errors import add_error_pages
from app.settings import Settings
from tests.api.changed import changed


def site(address="192.0.2.1", **limits):
    """A browser at this address, on a site whose limits are given by kind."""
    app = FastAPI()
    app.state.settings = Settings(database_url=None)
    given = {f"limit_{asking}": "" for asking in Asking} | limits
    app.state.limits = Limits(Settings(database_url=None, **given))
    add_error_pages(app)

    @app.get("/api/v1/read", dependencies=[limited(Asking.READING)])
    def read() -> str:
        return "read"

    reading_and_drawing = [limited(Asking.READING), limited(Asking.PICTURE)]

    @app.get("/api/v1/picture", dependencies=reading_and_drawing)
    def picture() -> str:
        return "drawn"

    return TestClient(app, client=(address, 50000))


def statuses(browser, address, times):
    return [browser.get(f"/api/v1/{address}").status_code for _ in range(times)]


def test_beyond_its_limit_an_address_is_told_when_it_goes_on():
    browser = site(limit_reading="3/hour")
    assert statuses(browser, "read", 3) == [200] * 3
    refused = browser.get("/api/v1/read")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["status"], problem["title"]) == (429, "Too many questions at once")
    assert "3 per 1 hour" in problem["detail"]


def test_a_refused_question_is_not_counted():
    """Who asks again too early does not have to wait for longer."""
    browser = site(limit_reading="2/hour")
    assert statuses(browser, "read", 6) == [200, 200, 429, 429, 429, 429]
    limits = browser.app.state.limits
    [item] = limits.items[Asking.READING]
    assert limits.windows.get_window_stats(item, Asking.READING, "192.0.2.1").remaining == 0


def test_every_address_has_a_count_of_its_own():
    browser = site(limit_reading="1/hour")
    assert statuses(browser, "read", 2) == [200, 429]
    other = TestClient(browser.app, client=("192.0.2.2", 50000))
    assert statuses(other, "read", 1) == [200]


def test_whoever_has_one_address_of_a_network_has_all_of_it():
    browser = site("2001:db8:1:2::1", limit_reading="1/hour")
    assert statuses(browser, "read", 1) == [200]
    neighbour = TestClient(browser.app, client=("2001:db8:1:2:ffff::9", 50000))
    assert statuses(neighbour, "read", 1) == [429]
    elsewhere = TestClient(browser.app, client=("2001:db8:1:3::1", 50000))
    assert statuses(elsewhere, "read", 1) == [200]


def test_a_costly_kind_has_a_limit_of_its_own_and_counts_as_a_question_too():
    browser = site(limit_reading="5/hour", limit_picture="2/hour")
    assert statuses(browser, "picture", 3) == [200, 200, 429]
    assert statuses(browser, "read", 3) == [200, 200, 429]


def test_several_limits_of_one_kind_hold_together():
    browser = site(limit_reading="4/minute; 3/hour")
    assert statuses(browser, "read", 4) == [200, 200, 200, 429]


def test_who_has_no_address_is_not_counted():
    assert statuses(site("testclient", limit_reading="1/hour"), "read", 3) == [200] * 3


def test_an_empty_setting_is_no_limit():
    assert statuses(site(), "picture", 5) == [200] * 5


@pytest.mark.parametrize("written", ["often", "10", "-1/minute", "3/fortnight"])
def test_a_limit_that_cannot_be_read_stops_the_start(monkeypatch, written):
    monkeypatch.setenv("MUSTER_LIMIT_LEDGER", written)
    with pytest.raises(ValidationError, match="MUSTER_LIMIT_LEDGER"):
        Settings()


@pytest.mark.parametrize("address", ["changes", "claims", "deployments/nk-troops-russia/readings/sent"])
def test_the_api_of_the_site_is_limited(founding_site, address):
    reader = TestClient(founding_site.app, client=("192.0.2.7", 50000))
    with changed(founding_site.app, limits=Limits(Settings(limit_reading="1/hour"))):
        assert [reader.get(f"/api/v1/{address}").status_code for _ in range(2)] == [200, 429]


def test_handing_in_is_limited_before_anybody_is_asked_for_a_token(founding_site):
    program = TestClient(founding_site.app, client=("192.0.2.8", 50000))
    limits = Limits(Settings(limit_writing="1/hour", limit_ledger="1/hour"))
    with changed(founding_site.app, limits=limits):
        for address in ("claims", "imports"):
            assert [program.post(f"/api/v1/{address}").status_code for _ in range(2)] == [401, 429]
