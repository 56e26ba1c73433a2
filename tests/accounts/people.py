"""A browser on the site: it keeps its cookies, and the test sets the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.passwords import hash_password
from tests.factories import NOW, PersonFactory
from tests.visiting import Page, check_page

PASSWORD = "four unrelated words"


@dataclass
class Desk:
    """The site as one browser uses it; `now` is what it takes for the present."""

    site: TestClient
    session: Session
    now: datetime = NOW

    def transaction(self) -> Iterator[Session]:
        """What a request gets for its session: an answer commits, an error rolls back, as on the site."""
        self.session.commit()
        try:
            yield self.session
        except BaseException:
            self.session.rollback()
            raise
        self.session.commit()

    def hold(self, cookie: str, value: str) -> None:
        """Put a cookie into the browser, in place of the one it has."""
        self.site.cookies.set(cookie, value, domain="testserver.local")

    def later(self, **by: float) -> None:
        """Let time pass: `later(minutes=5)`."""
        self.now += timedelta(**by)

    def get(self, path: str, *, status: int = 200) -> Page:
        """A page, held against the rules of all pages."""
        return self._read(path, self.site.get(path), status)

    def post(self, path: str, data: dict | None = None, *, status: int = 303, **headers: str) -> Page:
        """The answer to a form; where it is a page, it is held against the rules of all pages."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._read(path, self.site.post(path, data=data or {}, headers=named), status)

    def sign_in(self, person: Person, password: str = PASSWORD, *, status: int = 303, **more: str) -> Page:
        """Sign in by the form."""
        return self.post("/login", {"name": person.name, "password": password, **more}, status=status)

    def _read(self, path: str, response: Response, status: int) -> Page:
        assert response.status_code == status, (
            f"{path} answers {response.status_code}: {response.text[:2000]}"
        )
        page = Page(path, response)
        if response.headers.get("content-type", "").startswith("text/html") and response.content:
            check_page(page)
        return page


def somebody(password: str = PASSWORD, **values) -> Person:
    """A person who can sign in with this password."""
    return PersonFactory(password_hash=hash_password(password), **values)
