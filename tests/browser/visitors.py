"""Visitors of a served desk in Chromium: people with passwords, and windows whose console is watched."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, set_password
from app.accounts.cookies import SIGN_IN
from app.accounts.models import COMMAND_LINE, Person, Role
from app.accounts.sessions import end_sign_ins, open_sign_in
from app.accounts.visits import Visit
from app.claims.models import Revision
from tests.browser.desks import founding_ledger
from tests.database import Databases
from tests.running import muster
from tests.visiting import closing_engine

T = TypeVar("T")

PASSWORD = "seven herons wade at low tide"
PATIENCE = 60_000
"""Milliseconds after which what should be seen and is not is a failure; a busy machine takes its time."""

PEOPLE = {"edda": Role.EDITOR, "emil": Role.EDITOR, "rita": Role.REVIEWER, "rolf": Role.REVIEWER}

_REFUSED_IN_ORDER = re.compile(
    r"Failed to load resource: .* status of (401|409|422) |^info: Autofocus processing was blocked"
)
"""What the browser itself notes: of an answer that says no, which the journeys look at, and of a field that
was typed in before the page had given the focus away."""


@dataclass(frozen=True)
class Desk:
    """A served site over the founding ledger, and a browser to visit it with."""

    chromium: Browser
    address: str
    database: str

    @contextmanager
    def window(self, name: str | None = None, *, scripts: bool = True, **options: Any) -> Iterator[Page]:
        """A browser of somebody who is signed in, or of a reader. What it writes to its console fails."""
        with self.chromium.new_context(
            base_url=self.address, java_script_enabled=scripts, reduced_motion="reduce", **options
        ) as context:
            context.set_default_timeout(PATIENCE)
            heard: list[str] = []
            context.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
            context.on("weberror", lambda problem: heard.append(f"error: {problem.error}"))
            if name is not None:
                secret = self._done(lambda session: _signed_in(session, name))
                context.add_cookies([{"name": SIGN_IN, "value": secret, "url": self.address}])
            yield context.new_page()
        unexpected = [one for one in heard if not _REFUSED_IN_ORDER.search(one)]
        assert not unexpected, unexpected

    def end_sign_ins(self, name: str) -> None:
        """End every sign-in of somebody on the server, as an administrator or the time would."""
        self._done(lambda session: end_sign_ins(session, _person(session, name)))

    def handed_in(self, wording: str) -> int:
        """How many revisions were handed in with this wording."""
        counted = select(func.count()).select_from(Revision).where(Revision.wording == wording)
        return self._done(lambda session: session.scalars(counted).one())

    def _done(self, what: Callable[[Session], T]) -> T:
        with closing_engine(self.database) as engine, Session(engine) as session, session.begin():
            return what(session)


@contextmanager
def served_desk(server: Databases, chromium: Browser) -> Iterator[Desk]:
    """A site over a ledger of its own, with two editors and two reviewers."""
    with founding_ledger(server) as url:
        with closing_engine(url) as engine, Session(engine) as session, session.begin():
            _add_people(session)
        with muster("serve", "--port", "0", environment={"DATABASE_URL": url}) as site:
            yield Desk(chromium, site.address(), url)


def sign_in(page: Page, name: str) -> None:
    """Sign in by the form that is on the page."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def type_in(page: Page, facts: Mapping[str, str]) -> None:
    """Type facts into the form of the desk, by the names of its fields."""
    for name, fact in facts.items():
        if name in {"nature", "reason"}:
            page.locator(f"[name={name}][value={fact}]").check()
        elif name in {"deployment", "measure", "language"}:
            page.locator(f"#{name}").select_option(fact)
        else:
            page.locator(f"#{name}").fill(fact)


def typed(page: Page) -> dict[str, str]:
    """Everything that stands in the form of the desk, by the names of its fields."""
    return page.locator("[data-entry]").evaluate("form => Object.fromEntries(new FormData(form))")


def hand_in(page: Page) -> None:
    """Press the button that hands in, whatever the act calls it."""
    page.locator("button[value=hand_in]").click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def handed_in(page: Page) -> str:
    """The reference of what was handed in, once the page says so."""
    expect(heading(page)).to_have_text("Handed in")
    return page.locator(".lead .facts a").inner_text()


def _add_people(session: Session) -> None:
    now = datetime.now(UTC)
    by = session.scalars(select(Person).where(Person.name == COMMAND_LINE)).one()
    done: dict[str, Any] = {"by": by, "at": now, "origin": "command_line"}
    for name, role in PEOPLE.items():
        person = add_person(session, name=name, display_name=name.capitalize(), role=role, **done)
        set_password(session, person, PASSWORD, **done)


def _signed_in(session: Session, name: str) -> str:
    lifetime = timedelta(days=1)
    return open_sign_in(
        session, _person(session, name), Visit(), at=datetime.now(UTC), lifetime=lifetime
    ).token


def _person(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()
