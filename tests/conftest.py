"""What every test may ask for: a database built by the migrations, a session, a fixed clock.

One server serves all: with pytest-xdist the controller prepares it and hands its address to the
workers; otherwise it is prepared when the first test asks. A run without such a test starts none.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.database import connect
from tests import factories
from tests.database import Databases, databases

settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False, max_examples=2000)

LONGEST = ("browser", "guide", "keeping", "embedded", "ledger", "review", "readings", "desk", "api")

pytest_plugins = ["tests.visiting"]

HELD = pytest.StashKey[ExitStack]()
PREPARED = pytest.StashKey[Databases]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HELD] = ExitStack()
    given = getattr(config, "workerinput", {}).get("databases")
    if given is not None:
        config.stash[PREPARED] = Databases(*given)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Before a worker of pytest-xdist starts, in the controller."""
    ready = prepared(node.config)
    node.workerinput["databases"] = (ready.server, ready.run)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rooms that take longest come first: at the end no worker is left alone with one of them."""
    items.sort(key=lambda item: _turn(item.path.relative_to(item.config.rootpath).parts[1]))


def _turn(room: str) -> int:
    """When a room of tests has its turn: the longest first, then all others as they stand."""
    return LONGEST.index(room) if room in LONGEST else len(LONGEST)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[HELD].close()


def prepared(config: pytest.Config) -> Databases:
    """The databases of this run, made ready by whoever asks first."""
    if PREPARED not in config.stash:
        config.stash[PREPARED] = config.stash[HELD].enter_context(databases())
    return config.stash[PREPARED]


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Databases:
    """Where databases can be made: for tests of migrations and of starting up."""
    return prepared(request.config)


@pytest.fixture(scope="session")
def database_url(server: Databases) -> Iterator[str]:
    """The migrated database of one worker, in which no test commits."""
    url = server.make_migrated()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in an outer transaction: what a test commits in it is rolled back all the same."""
    with engine.connect() as connection:
        outer = connection.begin()
        with (
            Session(connection, join_transaction_mode="create_savepoint") as session,
            factories.used_in(session),
        ):
            yield session
        outer.rollback()


@pytest.fixture
def empty_database(server: Databases) -> Iterator[str]:
    """A migrated database of the test's own, for what has to commit; gives its address."""
    url = server.make_migrated()
    yield url
    server.drop(url)


@pytest.fixture
def now() -> datetime:
    """The present, as far as tests are concerned."""
    return factories.NOW
