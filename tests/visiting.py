"""Pages as a reader's browser gets them, and the rules that every one of them has to keep.

    page = visit("/claims", status=200)     the site over the test's own session
    page = browse("/claims")                the site over the founding ledger, which nobody changes
    page.main.text, page.links, page.soup   what is on it

Both check on the way: status, one h1, a title that begins with it, labelled inputs, unique ids,
references that lead somewhere, markup without an error, nothing that the site's policy forbids.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html import unescape
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.assets import permit_of
from app.database import connect, get_session
from app.ledger.actions import import_ledger
from app.main import create_app
from app.settings import PROJECT, Settings
from tests.database import Databases
from tests.running import muster

IMPORTED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # after the last statement of the founding ledger
FOUNDING = PROJECT / "examples" / "nk-russia"
_NAMED_BY = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"')  # a long page is read ten times faster than as a tree
_CONTROLS = 'input:not([type="hidden"]), select, textarea'


@dataclass(frozen=True)
class Page:
    """One answer, read as HTML."""

    path: str
    response: Response

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def main(self) -> Tag:
        return self.soup.find("main")

    @property
    def text(self) -> str:
        """All that can be read on it, runs of white space as one space."""
        return " ".join(self.main.get_text(" ").split()).replace(" ,", ",").replace(" .", ".")

    @property
    def heading(self) -> str:
        return " ".join(self.soup.h1.get_text().split())

    @property
    def links(self) -> set[str]:
        """The addresses on this site that it leads to, without the parts of pages."""
        addresses = {
            urljoin(f"http://testserver{self.path}", unescape(href))
            for href in _HREF.findall(self.response.text)
        }
        inside = [urlsplit(address) for address in addresses if address.startswith("http://testserver/")]
        return {f"{one.path}?{one.query}" if one.query else one.path for one in inside}


Visit = Callable[..., Page]


@contextmanager
def counted_statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that the engine was given inside, those of transactions apart."""
    statements: list[str] = []

    def note(connection, cursor, statement, parameters, context, many):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def visitor(client: TestClient) -> Visit:
    """A function that fetches a page of this site and holds it against the rules of all pages."""

    def visit(path: str, *, status: int = 200, checked: bool = True) -> Page:
        response = client.get(path)
        assert response.status_code == status, f"{path} answers {response.status_code}"
        page = Page(path, response)
        if checked:  # half a second for a long page: walks through many of one kind leave it out
            check_page(page)
        return page

    return visit


def check_page(page: Page) -> None:
    """The rules of every page of the site."""
    soup = page.soup
    assert page.response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.response.headers["content-security-policy"]
    html5lib.HTMLParser(strict=True).parse(page.response.text)
    assert len(soup.find_all("h1")) == 1, f"{page.path} needs one h1"
    title = " ".join(soup.title.get_text().split())
    assert title.startswith(page.heading), f"{title!r} does not begin with {page.heading!r}"
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    assert not [name for name, times in ids.items() if times > 1], f"{page.path} has an id twice"
    for attribute in _NAMED_BY:
        for tag in soup.find_all(attrs={attribute: True}):
            missing = [name for name in tag[attribute].split() if name not in ids]
            assert not missing, f"{page.path}: {attribute} names {missing}"
    for anchor in soup.find_all("a", href=re.compile("^#")):
        assert anchor["href"][1:] in ids, f"{page.path} leads to no {anchor['href']}"
    labelled = {label["for"] for label in soup.find_all("label", attrs={"for": True})}
    for control in soup.select(_CONTROLS):
        has_label = control.get("id") in labelled or control.find_parent("label") or control.get("aria-label")
        assert has_label, f"{page.path}: {control} has no label"
    for address in soup.find_all(href=True):
        assert urlsplit(address["href"].strip()).scheme.lower() in {"", "http", "https"}, address
    assert not soup.find("style"), "style elements are forbidden by the site's policy"
    for script in soup.find_all("script"):
        is_data = script.get("type") in {"application/json", "application/ld+json"}
        permitted = permit_of(script.string or "") in page.response.headers["content-security-policy"]
        assert script.get("src") or is_data or permitted, "inline scripts are forbidden"
    handlers = [name for tag in soup.select("*") for name in tag.attrs if name.startswith("on")]
    assert not handlers, f"{page.path} has inline handlers {handlers}"


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    """An engine whose connections are closed afterwards, also where something went wrong."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def site_on(url: str) -> Iterator[TestClient]:
    """The whole site on a database; what is unexpected rises in the test that met it."""
    app = create_app(Settings(database_url=url, log_format="json", page_cache_mb=0))
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def site(database_url: str) -> Iterator[TestClient]:
    """The site on this worker's database, in which no test commits."""
    with site_on(database_url) as client:
        yield client


@pytest.fixture
def visit(site: TestClient, session: Session) -> Iterator[Visit]:
    """Fetches pages that show what is in the test's own session."""
    overrides = site.app.dependency_overrides
    overrides[get_session] = lambda: session
    yield visitor(site)
    overrides.pop(get_session)


def make_founding(server: Databases) -> str:
    """A database of one's own that holds the founding ledger, which is imported once; gives its address."""

    def take_in(url: str) -> None:
        with closing_engine(url) as engine, Session(engine) as session, session.begin():
            report = import_ledger(session, FOUNDING, by=COMMAND_LINE, at=IMPORTED_AT)
        assert not report.is_refused

    return server.make_filled("founding", take_in)


@pytest.fixture(scope="session")
def founding_url(server: Databases) -> Iterator[str]:
    """A database that holds the founding ledger; its tests only read."""
    url = make_founding(server)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def founding_site(founding_url: str) -> Iterator[TestClient]:
    """The site over the founding ledger."""
    with site_on(founding_url) as client:
        yield client


@pytest.fixture(scope="session")
def founding_address(founding_url: str) -> Iterator[str]:
    """The address of a site over the founding ledger, in a process of its own."""
    with muster("serve", "--port", "0", environment={"DATABASE_URL": founding_url}) as site:
        yield site.address()


@pytest.fixture
def browse(founding_site: TestClient) -> Visit:
    """Fetches pages of the founding ledger."""
    return visitor(founding_site)


@pytest.fixture
def statements(founding_site: TestClient) -> Iterator[list[str]]:
    """The statements that the pages fetched by `browse` send to the database."""
    with counted_statements(founding_site.app.state.engine) as sent:
        yield sent
