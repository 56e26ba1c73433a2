"""The site over the test's own session, visited by readers and by people who are signed in."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.cookies import SIGN_IN
from app.accounts.tokens import new_secret
from app.clock import present
from app.database import get_session
from tests.accounts.people import Desk
from tests.factories import NOW, PersonFactory, SignInFactory


@pytest.fixture
def desk(site: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The site at a time that the test sets, with nobody signed in, and passwords hashed quickly."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    desk = Desk(site, session)
    overrides = site.app.dependency_overrides
    overrides[get_session] = desk.transaction
    overrides[present] = lambda: desk.now
    site.cookies.clear()
    yield desk
    site.cookies.clear()
    overrides.clear()


@pytest.fixture
def signed_in(desk: Desk) -> Callable[..., object]:
    """Signs the visiting browser in as a new person, whom it gives: `signed_in("reviewer", name="ann")`."""

    def sign_in(role: str = "editor", **values):
        person = PersonFactory(role=role, **values)
        secret = new_secret()
        SignInFactory(secret=secret, person_id=person.id, signed_in_at=NOW)
        desk.hold(SIGN_IN, secret)
        return person

    return sign_in
