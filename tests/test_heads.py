"""HEAD, answered as GET without its body."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.heads import HeadAsGet


class Ledger:
    """Something long that is given out piece by piece."""

    def __init__(self) -> None:
        self.given = 0

    async def pieces(self):
        for _ in range(1000):
            self.given += 1
            yield b"a piece of it"


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def browser(ledger):
    async def whole(request):
        return PlainTextResponse("the whole", headers={"ETag": '"1"'})

    async def streamed(request):
        return StreamingResponse(ledger.pieces(), headers={"ETag": '"2"'})

    async def broken(request):
        raise ZeroDivisionError

    routes = [
        Route("/whole", whole, methods=["GET"]),
        Route("/streamed", streamed, methods=["GET"]),
        Route("/broken", broken, methods=["GET"]),
        Route("/handed-in", whole, methods=["POST"]),
    ]
    return TestClient(HeadAsGet(Starlette(routes=routes)))


def test_the_headers_are_those_of_the_whole_answer(browser):
    head, whole = browser.head("/whole"), browser.get("/whole")
    assert (head.status_code, head.content, whole.text) == (200, b"", "the whole")
    assert dict(head.headers) == dict(whole.headers)


def test_what_is_streamed_is_stopped_at_its_first_piece(browser, ledger):
    head = browser.head("/streamed")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", '"2"')
    assert ledger.given == 1
    assert len(browser.get("/streamed").content) == 13_000


def test_what_takes_no_get_takes_no_head(browser):
    assert browser.head("/handed-in").status_code == 405


def test_a_mistake_is_still_one(browser):
    with pytest.raises(ZeroDivisionError):
        browser.head("/broken")


@pytest.mark.parametrize("address", ["/", "/claims", "/ledger.zip", "/feeds/changes.atom", "/healthz"])
def test_the_whole_site_answers_head(founding_site, address):
    head, whole = founding_site.head(address), founding_site.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
