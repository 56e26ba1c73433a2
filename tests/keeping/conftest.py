"""A lived-in database, and its backup: made once, read by all tests of this room."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.keeping.backup import back_up
from app.ledger.command import ProgressBar
from tests.database import Databases
from tests.keeping.lived_in import live_in
from tests.visiting import closing_engine

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def lived_in(server: Databases) -> Iterator[str]:
    """The address of a lived-in database; nobody changes it."""
    url = server.make_migrated()
    with closing_engine(url) as engine:
        live_in(engine)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def a_backup(lived_in: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup; nobody changes it."""
    path = tmp_path_factory.mktemp("backups") / "muster.backup"
    back_up(lived_in, path, at=AT, force=False, progress=ProgressBar())
    return path


@pytest.fixture
def new_database(server: Databases) -> Iterator[str]:
    """A database without any table."""
    url = server.make_empty()
    yield url
    server.drop(url)
