"""How much an editor does besides typing facts, for a second claim from the same document."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import browser_of, founding_ledger, sign_in
from tests.database import Databases
from tests.running import muster

AT_MOST = 12


class Hands:
    """An editor's hands: facts are typed; every other key and every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.count += 1

    def click(self, name: str, role: str = "link") -> None:
        self.page.get_by_role(role, name=name).click()
        self.count += 1

    def types(self, fact: str, into: str) -> None:
        """A fact, typed where the focus is; which has to be in the field it belongs to."""
        expect(self.page.get_by_label(into, exact=True)).to_be_focused()
        self.page.keyboard.type(fact)


@pytest.fixture(scope="module")
def ledger(server: Databases) -> Iterator[str]:
    with founding_ledger(server) as url:
        yield url


@pytest.fixture(scope="module")
def address(ledger: str) -> Iterator[str]:
    with muster("serve", "--port", "0", environment={"DATABASE_URL": ledger}) as site:
        yield site.address()


@pytest.fixture(scope="module")
def secret(ledger: str) -> str:
    return sign_in(ledger, "edda")


@pytest.fixture
def page(chromium: Browser, address: str, secret: str) -> Iterator[Page]:
    """A window in which the first claim from a document was just handed in."""
    with browser_of(chromium, address, secret) as context:
        page = context.new_page()
        page.goto(f"{address}desk/claims/new")
        page.get_by_label("Web address").fill("https://example.org/an-article")
        page.get_by_label("Published by").fill("Example Post")
        page.get_by_label("Source", exact=True).fill("South Korea Joint Chiefs of Staff (JCS)")
        page.get_by_label("Said on", exact=True).fill("2026-02-28")
        page.get_by_label("Deployment").select_option("nk-troops-russia")
        page.get_by_label("Measure").select_option("sent")
        page.get_by_label("So many are to come").check()
        page.get_by_label("Figure as printed").fill("up to 3,000")
        page.get_by_label("Figure as printed").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
        yield page


def opened(page: Page) -> None:
    """Waits, as eyes do, until the form is there and the first thing to be said has the focus."""
    expect(page.get_by_role("heading", level=1)).to_have_text("New claim")
    expect(page.locator("[name=nature]").first).to_be_focused()


def handed_in(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
    return page.locator(".deck").inner_text()


def test_a_total_takes_at_most_twelve_keystrokes_and_clicks_beyond_its_facts(page: Page) -> None:
    hands = Hands(page)
    hands.click("Another claim from the same document")
    opened(page)
    hands.press("Space")  # the first kind of statement: so many in total
    hands.press("Tab")
    hands.types("nearly 15,500", "Figure as printed")
    hands.press("Tab", 2)  # past how it is stored
    hands.types("2026-02-27", "As of")
    hands.press("Enter")
    assert "nearly 15,500 persons" in handed_in(page)
    assert "as of 27 February 2026" in handed_in(page)
    assert hands.count <= AT_MOST


def test_an_increment_with_its_wording_takes_at_most_twelve_by_the_keyboard_alone(page: Page) -> None:
    hands = Hands(page)
    hands.press("Enter")  # the focus is on “Another claim from the same document”
    opened(page)
    hands.press("ArrowDown")
    hands.press("Tab")
    hands.types("another 40", "Figure as printed")
    hands.press("Tab", 2)
    hands.types("2026-01", "From")
    hands.press("Tab")
    hands.types("2026-02", "To")
    hands.press("Tab")
    page.keyboard.type("another 40 in January and February")
    hands.press("Tab")
    hands.press("Enter")
    assert "40 persons" in handed_in(page)
    assert "over the time from January 2026 to February 2026" in handed_in(page)
    assert hands.count <= AT_MOST
