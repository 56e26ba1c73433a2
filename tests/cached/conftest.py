"""A site that keeps its answers, over a database of its own in which tests commit."""

import time
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.main import create_app
from app.settings import Settings
from tests.factories import used_in
from tests.visiting import closing_engine, counted_statements


@pytest.fixture
def own_url(server) -> Iterator[str]:
    url = server.make_migrated()
    yield url
    server.drop(url)


@pytest.fixture
def commit(own_url) -> Callable[[Callable[[], object]], object]:
    """Makes rows by the factories and commits them: `commit(lambda: RevisionFactory(approved=True))`."""

    def make(rows):
        with closing_engine(own_url) as engine, Session(engine) as session, session.begin(), used_in(session):
            return rows()

    return make


@pytest.fixture
def kept_site(own_url) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=own_url, log_format="json", page_cache_mb=8))
    with TestClient(app, follow_redirects=False) as client:
        eventually(app.state.watch.known)
        yield client


@pytest.fixture
def kept_statements(kept_site) -> Iterator[list[str]]:
    """What the site's pool is asked, the watch's own connection apart."""
    with counted_statements(kept_site.app.state.engine) as sent:
        yield sent


def eventually(condition: Callable[[], object], seconds: float = 20) -> object:
    """What the condition gives, as soon as that is something."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return found


def how(response) -> str:
    """Whether an answer came from memory."""
    return response.headers.get("cache-status", "made anew")


HIT, MISS = "muster; hit", "muster; fwd=miss; stored"
