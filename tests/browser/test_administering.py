"""A source looked after in Chromium: regraded by two people, then merged; and the looks of its pages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desks import browser_of, founding_ledger, sign_in
from tests.browser.looks import broken_rules, fits, look
from tests.database import Databases
from tests.running import muster

AGENCY = "south-korea-national-intelligence-service-nis"
CHIEFS = "south-korea-joint-chiefs-of-staff-jcs"
LOOKS = [("light", 1280), ("dark", 390)]
SHOTS = os.environ.get("MUSTER_SHOTS")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@dataclass(frozen=True)
class Place:
    """A site over the founding ledger, and three people who are signed in."""

    address: str
    editor: str
    reviewer: str
    second: str


@pytest.fixture(scope="module")
def place(server: Databases) -> Iterator[Place]:
    with founding_ledger(server) as url:
        editor = sign_in(url, "edda")
        reviewer, second = sign_in(url, "rita", "reviewer"), sign_in(url, "bea", "reviewer")
        with muster("serve", "--port", "0", environment={"DATABASE_URL": url}) as site:
            yield Place(site.address(), editor, reviewer, second)


def in_every_look(page: Page, name: str) -> Iterator[str]:
    """Show the page, as it stands, in every look; gives what it is then."""
    for scheme, width in LOOKS:
        look(page, scheme, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{scheme}-{width}.png", full_page=True)
        yield f"{name}, {scheme}, {width} pixels"
    page.set_viewport_size({"width": 1280, "height": 900})


def fits_always(page: Page, name: str) -> None:
    """The page runs out of no window."""
    for shown in in_every_look(page, name):
        assert fits(page), shown


def is_accessible(page: Page, name: str) -> None:
    """The page keeps the rules of accessibility as well."""
    for shown in in_every_look(page, name):
        assert fits(page), shown
        assert broken_rules(page) == [], shown


def at_the_desk(chromium: Browser, place: Place, secret: str) -> BrowserContext:
    return browser_of(chromium, place.address, secret)


def test_a_source_is_regraded_by_two_people_and_merged_into_another(chromium: Browser, place: Place) -> None:
    with at_the_desk(chromium, place, place.editor) as context, context.new_page() as page:
        page.goto(f"{place.address}desk")
        page.get_by_role("link", name="Administration").click()
        page.get_by_label("Administration").get_by_role("link", name="Sources").click()
        fits_always(page, "sources")
        page.locator(f'a[href="/desk/sources/{AGENCY}"]').click()
        page.get_by_label("Reliability").select_option("D")
        page.get_by_label("Why").fill("Its figures moved with each briefing.")
        fits_always(page, "form")
        page.get_by_role("button", name="See what it changes").click()
        expect(page.get_by_role("heading", name="What it would do to the readings")).to_be_visible()
        is_accessible(page, "preview")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_text("It waits for a second person")).to_be_visible()
    with at_the_desk(chromium, place, place.reviewer) as context, context.new_page() as page:
        page.goto(f"{place.address}desk/administration")
        fits_always(page, "waiting")
        page.get_by_role("link", name="(NIS) described anew").click()
        expect(page.get_by_text("“Its figures moved with each briefing.”")).to_be_visible()
        is_accessible(page, "proposal")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("It was approved by Rita")).to_be_visible()
        page.goto(f"{place.address}sources/{AGENCY}")
        expect(page.locator("#history")).to_be_visible()
        fits_always(page, "source")

        page.goto(f"{place.address}desk/sources/{AGENCY}/names")
        page.get_by_role("textbox", name="Other name").fill("The Service")
        page.get_by_role("button", name="Note it").click()
        expect(page.get_by_role("button", name="Take back The Service")).to_be_visible()
        fits_always(page, "names")
        page.goto(f"{place.address}desk/sources/{AGENCY}/merge")
        page.get_by_label("Into", exact=True).select_option(CHIEFS)
        page.get_by_role("button", name="Look at both").click()
        expect(page.get_by_text("Both as they are described today")).to_be_visible()
        is_accessible(page, "merge")
        page.get_by_label("Why").fill("To be tried.")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_text("It waits for a second person")).to_be_visible()
        merge = page.url
    with at_the_desk(chromium, place, place.second) as context, context.new_page() as page:
        page.goto(merge)
        page.get_by_role("button", name="Approve").click()
        page.goto(f"{place.address}sources/{AGENCY}")
        expect(page).to_have_url(f"{place.address}sources/{CHIEFS}")
        fits_always(page, "merged")
        page.goto(f"{place.address}desk/sources/{AGENCY}/separate")
        fits_always(page, "separate")
