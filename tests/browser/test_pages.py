"""Every kind of page in a real browser: light and dark, wide and narrow, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desks import browser_of, sign_in
from tests.browser.looks import stands

NIS = "south-korea-national-intelligence-service-nis"
KINDS = [
    "",
    "deployments/nk-troops-russia",
    "deployments/nk-troops-russia/sent",
    "deployments/nk-troops-russia/sent/embed",
    "claims",
    "claims?family=ukrainian-government&nature=total&standing=good&sort=-figure",
    "claims/nis-3000-20241023",
    "claims/nis-3000-it-20241023",
    "claims/yonhap-13000-20250902",
    "sources",
    f"sources/{NIS}",
    "places",
    "places/kursk-oblast",
    "deployments/nk-troops-russia/sent/why?on=2025-03-27",
    "deployments/nk-troops-russia/sent/certificate?version=1&on=2025-03-27&figure=selected",
    "cite?of=/deployments/nk-troops-russia/sent",
    "compare?series=nk-troops-russia/killed&series=nk-troops-russia/wounded",
    "changes",
    "feeds",
    "method",
    "api",
    "about",
    "claims/nis-3000-2024102",
    "claims?nature=guess&said_from=2025-13",
    "desk/sheets",
    "desk/claims/new",
    "desk/claims/nis-3000-20241023/correct",
    "desk/claims/nis-3000-20241023/restate",
    "desk/claims/nis-3000-20241023/add-appearance",
    "desk/claims/nis-3000-20241023/note-restart",
    "desk/claims/nis-3000-20241023/merge?into=nis-12000-20241018",
    "desk/places/kursk-oblast",
]
BAD_REQUEST = 400


@pytest.fixture(scope="module")
def secret(founding_url: str) -> str:
    """What the cookie of an editor holds, who only looks."""
    return sign_in(founding_url, "looker")


def settled(page: Page) -> Page:
    """The page once its chart, where it has one, has been drawn by the script."""
    if page.locator("[data-chart]").count():
        page.locator("[data-chart]").first.scroll_into_view_if_needed()
        expect(page.locator(".chart-ready").first).to_be_visible()
    return page


@pytest.fixture(scope="module")
def readers(chromium: Browser, address: str, secret: str) -> Iterator[dict[bool, BrowserContext]]:
    """Two browsers that keep what they fetched: by whether somebody is signed in."""
    with chromium.new_context() as reader, browser_of(chromium, address, secret) as editor:
        yield {False: reader, True: editor}


@pytest.fixture(scope="module")
def plain_readers(chromium: Browser, address: str, secret: str) -> Iterator[dict[bool, BrowserContext]]:
    """The same without scripts."""
    plain = {"java_script_enabled": False}
    with chromium.new_context(**plain) as reader, browser_of(chromium, address, secret, **plain) as editor:
        yield {False: reader, True: editor}


@pytest.mark.parametrize("path", KINDS)
def test_no_page_breaks_a_rule_of_accessibility_writes_to_the_console_or_runs_out_of_its_window(
    readers: dict[bool, BrowserContext], address: str, path: str
) -> None:
    with readers[path.startswith("desk")].new_page() as page:
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda problem: heard.append(str(problem)))
        answer = page.goto(address + path)
        assert answer is not None
        stands(settled(page))
        # The browser itself notes that a page came with an error's status.
        refused = answer.status >= BAD_REQUEST
        assert [text for text in heard if not (refused and text.startswith("Failed to load resource"))] == []


@pytest.mark.parametrize("path", KINDS)
def test_every_page_is_whole_without_scripts(
    plain_readers: dict[bool, BrowserContext], address: str, path: str
) -> None:
    with plain_readers[path.startswith("desk")].new_page() as page:
        page.goto(address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for drawing in page.locator("svg.chart-drawing").all():
            expect(drawing).to_be_visible()


def test_claims_are_filtered_and_paged_without_scripts(chromium: Browser, address: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}claims")
        page.get_by_role("link", name="Further →").click()
        expect(page.get_by_role("link", name="← Back")).to_be_visible()
        page.get_by_text("Filter and sort").click()
        page.get_by_label("Measure").select_option("Killed")
        page.get_by_label("total").check()
        page.get_by_label("Said from").fill("2025-01-01")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("status")).to_have_text("6 claims that match, said last first")
        page.get_by_role("link", name="Remove the filter Nature: total").click()
        expect(page.get_by_role("status")).not_to_have_text("6 claims that match, said last first")
        assert "measure=killed" in page.url


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_reader_chooses_light_or_dark_and_the_next_page_remembers(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address)
    light = paper(page)
    page.get_by_role("radio", name="Dark").check()
    dark = paper(page)
    assert dark != light
    page.get_by_role("link", name="About", exact=True).click()
    page.wait_for_url("**/about")
    assert paper(page) == dark
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="Automatic").check()
    assert paper(page) == light


def test_the_choice_works_on_one_page_without_scripts(chromium: Browser, address: str) -> None:
    with chromium.new_context(java_script_enabled=False, color_scheme="dark") as context:
        page = context.new_page()
        page.goto(address)
        before = page.screenshot()
        page.get_by_role("radio", name="Light").check()
        assert page.screenshot() != before


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}claims")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_what_has_the_focus_is_never_hidden_by_the_head_of_a_table(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{address}claims")
    page.locator("table.claims tbody a").nth(60).focus()
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const focused = document.activeElement.getBoundingClientRect();
              const head = document.querySelector("table.claims thead th").getBoundingClientRect();
              const isInHead = document.activeElement.closest("thead") !== null;
              return !isInHead && focused.bottom <= head.bottom && focused.top >= head.top;
            }"""
        )
        assert not hidden


def test_a_printed_page_has_its_claims_and_no_controls(page: Page, address: str) -> None:
    page.goto(f"{address}deployments/nk-troops-russia/sent")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    expect(page.get_by_role("group", name="Appearance")).to_be_hidden()
    expect(page.locator("svg.chart-drawing")).to_be_visible()
    expect(page.locator("table.claims").first).to_be_visible()
    assert paper(page) == "rgb(251, 250, 247)"  # light, whatever the screen is
