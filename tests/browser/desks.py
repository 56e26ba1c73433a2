"""A desk in a browser: a database with the founding ledger in it, and people who are signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, BrowserContext
from sqlalchemy.orm import Session

from app.accounts.cookies import SIGN_IN
from app.accounts.models import Person, SignIn
from app.accounts.tokens import hash_secret, new_secret
from tests.database import Databases
from tests.visiting import closing_engine, make_founding


@contextmanager
def founding_ledger(server: Databases) -> Iterator[str]:
    """The address of a database of one's own that holds the founding ledger."""
    url = make_founding(server)
    yield url
    server.drop(url)


def sign_in(url: str, name: str, role: str = "editor") -> str:
    """What the cookie of somebody new holds, who is signed in already."""
    now, secret = datetime.now(UTC), new_secret()
    with closing_engine(url) as engine, Session(engine) as session, session.begin():
        person = Person(
            name=name,
            display_name=name.capitalize(),
            role=role,
            pseudonym=f"pseudonym-of-{name}",
            created_at=now,
        )
        session.add(person)
        session.flush()  # the sign-in names the person
        session.add(
            SignIn(
                token_hash=hash_secret(secret),
                person_id=person.id,
                signed_in_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    return secret


@contextmanager
def browser_of(chromium: Browser, address: str, secret: str, **options) -> Iterator[BrowserContext]:
    """A browser in which somebody is signed in."""
    with chromium.new_context(**options) as context:
        context.add_cookies([{"name": SIGN_IN, "value": secret, "url": address}])
        yield context
