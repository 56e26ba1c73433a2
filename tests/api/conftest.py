"""A site over the founding ledger that programs may write to."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.clock import present
from app.ledger.actions import import_ledger
from app.main import create_app
from app.settings import Settings
from tests.database import Databases
from tests.factories import ApiTokenFactory, PersonFactory, used_in
from tests.visiting import FOUNDING, IMPORTED_AT, closing_engine

SECRET = "muster_described"


@pytest.fixture(scope="module")
def playground(server: Databases) -> Iterator[FastAPI]:
    """The site of one module, over a database of its own, where the token SECRET hands in everything."""
    url = server.make_migrated()
    with closing_engine(url) as engine, Session(engine) as session, session.begin(), used_in(session):
        import_ledger(session, FOUNDING, by=COMMAND_LINE, at=IMPORTED_AT)
        person, scopes = PersonFactory(name="program"), ["claims", "imports"]
        ApiTokenFactory(secret=SECRET, person_id=person.id, scopes=scopes, created_at=IMPORTED_AT)
    app = create_app(Settings(database_url=url, log_format="json"))
    app.dependency_overrides[present] = lambda: IMPORTED_AT
    yield app
    app.state.engine.dispose()
    server.drop(url)
