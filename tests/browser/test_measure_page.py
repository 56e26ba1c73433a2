"""The page of a measure in a real browser, on the founding ledger: rules, knowledge dates, reasons."""

import pytest
from playwright.sync_api import Browser, Page, expect

SENT = "deployments/nk-troops-russia/sent"


@pytest.fixture
def messages(page: Page) -> list[str]:
    """All that the page writes to its console or fails with."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda problem: heard.append(str(problem)))
    return heard


def selected(page: Page) -> str:
    return page.locator(".trio-selected dd").inner_text().split()[0]


def test_a_rule_redraws_the_page_in_place_and_stays_a_permalink(
    page: Page, address: str, messages: list[str]
) -> None:
    page.goto(address + SENT)
    expect(page.locator(".chart-ready")).to_be_visible()
    page.evaluate("window.stayed = true")
    page.get_by_text("Your rules, your number").click()
    page.get_by_label("Tolerance").select_option("20")
    expect(page.locator(".trio-bound dd").first).to_have_text("14,000")
    expect(page.locator(".trio-bound dd").last).to_have_text("18,000")
    assert page.url.endswith("/sent?tolerance=20")
    assert page.evaluate("window.stayed") is True
    page.locator("[data-chart]").scroll_into_view_if_needed()
    expect(page.locator(".chart-ready")).to_be_visible()
    page.reload()
    expect(page.locator(".trio-bound dd").last).to_have_text("18,000")
    assert messages == []


def test_the_slider_of_knowledge_dates_works_from_the_keyboard(page: Page, address: str) -> None:
    page.goto(address + "deployments/nk-troops-russia/killed")
    slider = page.get_by_role("slider", name="Known on, by day")
    expect(slider).to_have_attribute("aria-valuetext", "all that is known")
    assert selected(page) == "2,000"
    slider.focus()
    page.keyboard.press("PageDown")
    expect(page.locator(".trio-selected dd")).not_to_contain_text("2,000")
    day = page.get_by_label("As known on").input_value()
    assert f"known_on={day}" in page.url
    assert day < "2026"


def test_a_family_alone_can_be_read_without_script(chromium: Browser, address: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + SENT)
        expect(page.locator("svg.chart-drawing")).to_be_visible()
        page.get_by_text("Your rules, your number").click()
        page.get_by_role("checkbox", name="Ukrainian government").check()
        page.get_by_role("button", name="Read it so").click()
        assert "family=ukrainian-government" in page.url
        expect(page.get_by_role("checkbox", name="Ukrainian government")).to_be_checked()
        expect(page.get_by_text("Your rules, your number: family ukrainian-government")).to_be_visible()


def test_why_leads_from_the_number_to_its_claims(page: Page, address: str, messages: list[str]) -> None:
    page.goto(address + SENT)
    page.get_by_role("link", name="Why these numbers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why this number: Sent, 13 December 2025")
    page.get_by_label("Another day").fill("2025-02-28")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("28 February 2025")
    page.get_by_role("link", name="at least 3,000 more").first.click()
    expect(page).to_have_url(f"{address}claims/jcs-3000-20250327")
    assert messages == []


def test_a_value_that_cannot_be_read_is_said_and_nothing_is_lost(page: Page, address: str) -> None:
    page.goto(f"{address}{SENT}?known_on=2025-04-01")
    page.get_by_text("Your rules, your number").click()
    page.get_by_label("Tolerance").evaluate("select => select.options[1].value = '7'")
    page.get_by_label("Tolerance").select_option("none")
    expect(page.get_by_role("status").filter(has_text="is none of rounding, 0, 5, 10, 20")).to_be_visible()
    assert page.get_by_label("As known on").input_value() == "2025-04-01"
    expect(page.locator(".trio-selected dd")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_is_wider_than_the_screen(chromium: Browser, address: str, width: int) -> None:
    with chromium.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        for path in (SENT, f"{SENT}/why?on=2025-02-28", "deployments/nk-troops-russia/killed?view=knowledge"):
            page.goto(address + path)
            page.get_by_text("Your rules, your number").click() if "why" not in path else None
            assert page.evaluate("document.documentElement.scrollWidth") <= width
