"""Nothing is changed by a page of another site."""

import pytest
from fastapi.routing import iter_route_contexts

from tests.accounts.test_roles import ROWS

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://testserver.elsewhere.example"},
        {"origin": "http://testserver:8080"},
        {"origin": "null"},
        {"origin": "http://[broken"},
    ],
)
def test_a_request_from_another_site_is_refused(desk, headers):
    refused = desk.post("/login", {"name": "ann", "password": "x"}, status=403, **headers)
    assert "from a page of another site" in refused.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_a_request_from_our_own_page_or_none_is_not(desk, headers):
    desk.post("/login", {"name": "ann", "password": "x"}, status=422, **headers)


def test_the_public_address_is_ours_whatever_a_proxy_makes_of_it(desk, monkeypatch):
    monkeypatch.setattr(desk.site.app.state.settings, "base_url", "https://muster.example")
    desk.post("/login", status=422, origin="https://muster.example")
    desk.post("/login", status=403, origin="https://other.example")


def test_looking_is_not_refused(desk):
    assert desk.site.get("/login", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_no_route_that_changes_something_is_left_out(desk):
    """A page of another site gets 403 from each, before anything is asked about its sender."""
    addresses = {row.route: row.address for row in ROWS}
    unsafe = [
        (method, context.path)
        for context in iter_route_contexts(desk.site.app.routes)
        for method in (context.methods or set()) & UNSAFE
    ]
    assert len(unsafe) > 10
    for method, path in unsafe:
        address = addresses.get(f"{method} {path}", path)
        answer = desk.site.request(method, address, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403, (method, path)
