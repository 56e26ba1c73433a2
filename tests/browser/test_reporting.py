"""Reporting an error in Chromium: from a day's numbers to an editor's answer, and every page in its looks."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desks import browser_of, founding_ledger, sign_in
from tests.browser.looks import stands
from tests.database import Databases
from tests.running import muster

CLAIM = "nis-3000-20241023"
WHY = "deployments/nk-troops-russia/sent/why?on=2025-03-27&tolerance=10"
LONG = "https://archive.example/" + "a-very-long-part-of-an-address/" * 8


@dataclass(frozen=True)
class Place:
    """A site with the founding ledger, and an editor who is signed in."""

    address: str
    editor: str


@pytest.fixture(scope="module")
def place(server: Databases) -> Iterator[Place]:
    with founding_ledger(server) as url:
        editor = sign_in(url, "edda")
        with muster("serve", "--port", "0", environment={"DATABASE_URL": url}) as site:
            yield Place(site.address(), editor)


def report(page: Page, words: str, url: str = "") -> None:
    page.get_by_label("A date is wrong").check()
    page.get_by_label("In your words").fill(words)
    page.get_by_label("A document that shows it").fill(url)
    page.get_by_role("button", name="Send the report").click()


def test_every_page_of_a_report_can_be_read_by_everybody(chromium: Browser, place: Place) -> None:
    with browser_of(chromium, place.address, place.editor) as context:
        page = context.new_page()
        page.goto(f"{place.address}report")
        stands(page)
        page.goto(f"{place.address}report?about=/claims/{CLAIM}")
        stands(page)
        report(page, "", "example.org")
        expect(page.get_by_role("alert")).to_be_visible()
        stands(page)
        report(page, "It was said a day before.\n" + "x" * 300, LONG)
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: the report has arrived")
        stands(page)
        page.goto(f"{place.address}desk/reports")
        page.get_by_text("Filter", exact=True).click()
        stands(page)
        page.locator(".desk-list a").first.click()
        stands(page)
        page.get_by_label("No error").check()
        page.get_by_label("In words").fill("The document has the day that the ledger has.")
        page.get_by_role("button", name="Answer").click()
        expect(page.get_by_role("heading", name="No error")).to_be_visible()
        stands(page)
        page.goto(f"{place.address}desk/reports?state=answered")
        expect(page.get_by_text("1 answered report")).to_be_visible()
        stands(page)


def test_a_reader_reports_the_numbers_of_a_day_and_an_editor_answers_without_scripts(
    chromium: Browser, place: Place
) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(place.address + WHY)
        page.get_by_role("link", name="Report an error").click()
        expect(page.locator("form.entry")).to_contain_text("27 March 2025")
        expect(page.get_by_text("with tolerance 10")).to_be_visible()
        report(page, "One claim is of the day before.")
        expect(page.get_by_text("What happens next")).to_be_visible()
        page.get_by_role("link", name="Back to Why this number").click()
        expect(page.get_by_label("Another day")).to_have_value("2025-03-27")
        assert context.cookies() == []
    with browser_of(chromium, place.address, place.editor, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{place.address}desk")
        page.get_by_role("link", name="1 open report").click()
        page.locator(".desk-list a").first.click()
        expect(page.get_by_text("One claim is of the day before.")).to_be_visible()
        page.get_by_label("Acted on", exact=True).check()
        page.get_by_label("In words").fill("Handed in as a correction.")
        page.get_by_label("The claim that was acted on").fill(CLAIM)
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("link", name=CLAIM).click()
        assert page.url == f"{place.address}desk/claims/{CLAIM}"
