"""Citing by hand, reading a citation when the ledger has moved on, and printing a certificate."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.ledger.actions import import_ledger
from tests.browser.looks import stands
from tests.browser.test_pages import paper
from tests.database import Databases
from tests.running import muster
from tests.visiting import FOUNDING, IMPORTED_AT, closing_engine, make_founding

SENT = "deployments/nk-troops-russia/sent"
CERTIFICATE = f"{SENT}/certificate?version=1&on=2025-03-27&figure=selected"


@pytest.fixture(scope="module")
def ledger_url(server: Databases) -> Iterator[str]:
    """A database of this module's own: here something is stored, and the ledger moves on."""
    url = make_founding(server)
    yield url
    server.drop(url)


@pytest.fixture(scope="module")
def address(ledger_url: str) -> Iterator[str]:
    with muster("serve", "--port", "0", environment={"DATABASE_URL": ledger_url}) as site:
        yield site.address()


def imported(url, path):
    with closing_engine(url) as engine, Session(engine) as session, session.begin():
        report = import_ledger(session, path, by=COMMAND_LINE, at=IMPORTED_AT)
    assert not report.is_refused


def test_a_view_is_cited_without_scripts_and_its_revision_is_told(
    chromium: Browser, address: str, ledger_url: str, tmp_path
) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}{SENT}?tolerance=10")
        page.get_by_role("link", name="Cite", exact=True).click()
        page.get_by_role("button", name="Make a permanent address").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Citation: Sent: North Korean combat troops in Russia"
        )
        expect(page.get_by_role("note")).to_contain_text("Nothing has been revised since")
        citation, cited = page.url, page.locator(".trio").inner_text()
        written = (FOUNDING / "claims.csv").read_text(encoding="utf-8")
        before = "kbs-15000-20251213,nk-troops-russia,sent,total,,15000"
        assert before in written
        (tmp_path / "claims.csv").write_text(
            written.replace(before, before.replace(",15000", ",18000")), encoding="utf-8"
        )
        imported(ledger_url, tmp_path)
        page.goto(citation)
        expect(page.get_by_role("note")).to_contain_text("The numbers have been revised since")
        expect(page.get_by_role("note")).to_contain_text("selected 15,000 when cited, 18,000 today")
        assert page.locator(".trio").inner_text() == cited
    keeps_the_rules(chromium, citation)


def keeps_the_rules(chromium: Browser, path: str) -> None:
    """Axe and the width of the window, in every look."""
    with chromium.new_page() as page:
        page.goto(path)
        stands(page)


def test_a_certificate_is_printed_light_on_two_sheets_without_controls(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(address + CERTIFICATE)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= printed.count(b"/Type /Page\n") <= 2
    page.emulate_media(media="print")
    assert paper(page) == "rgb(251, 250, 247)"
    expect(page.get_by_role("navigation", name="The figures of the day")).to_be_hidden()
    expect(page.get_by_text("muster verify certificate.json ledger.zip")).to_be_visible()
    expect(page.locator(".address").first).to_be_visible()
