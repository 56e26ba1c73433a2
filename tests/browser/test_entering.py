"""Entering claims in Chromium, with and without scripts: live, refused, in two windows, signed out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desks import browser_of, founding_ledger, sign_in
from tests.browser.looks import broken_rules
from tests.database import Databases
from tests.running import muster

NIS = "South Korea National Intelligence Service (NIS)"


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
def window(chromium: Browser, address: str, secret: str) -> Iterator[BrowserContext]:
    """A browser in which an editor is signed in."""
    with browser_of(chromium, address, secret) as context:
        yield context


@pytest.fixture
def page(window: BrowserContext, address: str) -> Page:
    """An empty form."""
    page = window.new_page()
    page.goto(f"{address}desk/claims/new")
    return page


def fill(page: Page, *, figure: str = "nearly 15,400", day: str = "2026-01-20", url: str = "") -> None:
    """A total of troops sent, everything but handing it in."""
    page.get_by_label("Web address").fill(url)
    page.get_by_label("Source", exact=True).fill(NIS)
    page.get_by_label("Said on", exact=True).fill(day)
    page.get_by_label("Deployment").select_option("nk-troops-russia")
    page.get_by_label("Measure").select_option("sent")
    page.get_by_label("So many in total").check()
    page.get_by_label("Figure as printed").fill(figure)
    page.get_by_label("As of").fill(day)


def effect(page: Page):
    return page.get_by_role("complementary", name="If this counted")


def test_the_effect_stands_beside_the_form_as_it_is_typed(page: Page) -> None:
    fill(page, figure="about 16,000")
    expect(effect(page).get_by_role("table").first).to_contain_text("At the end of 20 January 2026")
    expect(effect(page)).to_contain_text(f"{NIS}: about 16,000 sent, as of 20 January 2026")
    expect(page.get_by_text("Read as about, figure 16,000.")).to_be_visible()
    expect(page.get_by_label("As of")).to_be_focused()
    page.get_by_label("Figure as printed").fill("exactly 100")
    expect(effect(page)).to_contain_text("It would be contested")
    expect(page.get_by_text("Look once more")).to_be_visible()
    page.get_by_label("Figure as printed").fill("about 16,000")
    expect(page.get_by_text("Look once more")).to_be_hidden()


def test_fields_that_a_kind_of_statement_does_not_use_are_out_of_sight(page: Page) -> None:
    page.get_by_label("Measure").select_option("sent")
    page.get_by_label("So many in total").check()
    expect(page.get_by_label("As of")).to_be_visible()
    expect(page.get_by_label("From", exact=True)).to_be_hidden()
    page.get_by_label("So many more, over a period").check()
    expect(page.get_by_label("As of")).to_be_hidden()
    expect(page.get_by_label("From", exact=True)).to_be_visible()
    page.get_by_label("A statement without a number").check()
    expect(page.get_by_label("Figure as printed")).to_be_hidden()
    expect(page.get_by_label("So many there, on a day")).to_be_hidden()
    page.get_by_label("Measure").select_option("present")
    expect(page.get_by_label("So many there, on a day")).to_be_visible()
    expect(page.get_by_label("So many in total")).to_be_hidden()


def test_figures_by_hand_are_not_filled_over(page: Page) -> None:
    fill(page)
    expect(page.get_by_text("Read as nearly, at most 15,400.")).to_be_visible()
    page.get_by_text("How it is stored").click()
    expect(page.get_by_label("At most")).to_have_value("15400")
    page.get_by_label("At most").fill("15399")
    expect(page.get_by_text("The figures that you entered by hand are kept.")).to_be_visible()
    page.get_by_label("Figure as printed").fill("about 12,000")
    expect(page.get_by_text("would be read otherwise")).to_contain_text("about 12,000")
    expect(page.get_by_label("At most")).to_have_value("15399")


def test_a_draft_saves_itself_and_is_there_after_a_reload(page: Page) -> None:
    fill(page, figure="nearly 15,300")
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    assert "/desk/drafts/" in page.url
    page.reload()
    expect(page.get_by_label("Figure as printed")).to_have_value("nearly 15,300")
    expect(page.get_by_label("At most")).to_have_value("15300")
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("New claim")


def test_two_windows_never_overwrite_each_other(page: Page, window: BrowserContext) -> None:
    fill(page, figure="nearly 15,200")
    expect(page.get_by_text("Read as nearly, at most 15,200.")).to_be_visible()
    with page.expect_response("**/desk/drafts/*"):
        page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    other = window.new_page()
    other.goto(page.url)
    shown = other.locator("[name=saves]").input_value()
    other.get_by_label("Wording").fill("typed in the other window")
    expect(other.locator("[name=saves]")).not_to_have_value(shown)
    page.get_by_label("Wording").fill("typed in this window")
    expect(page.get_by_text("was saved from another window since")).to_be_visible()
    page.get_by_role("button", name="Show both versions").click()
    row = page.get_by_role("row", name="Wording")
    expect(row).to_contain_text("typed in this window")
    expect(row).to_contain_text("typed in the other window")
    expect(page.get_by_label("Wording")).to_have_value("typed in this window")


def test_a_lost_session_loses_nothing(page: Page, window: BrowserContext, address: str, secret: str) -> None:
    fill(page)
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    window.clear_cookies()
    page.get_by_label("Wording").fill("typed after the session was lost")
    expect(page.get_by_text("You are not signed in any more.")).to_be_visible()
    expect(page.get_by_label("Wording")).to_have_value("typed after the session was lost")
    draft, saves = page.url, page.locator("[name=saves]").input_value()
    window.add_cookies([{"name": "muster", "value": secret, "url": address}])
    page.goto(draft)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Wording")).to_have_value("typed after the session was lost")
    expect(page.locator("[name=saves]")).not_to_have_value(saves)


def test_enter_goes_on_to_what_is_still_to_be_written(page: Page) -> None:
    page.get_by_label("Web address").fill("https://example.org/enter")
    page.get_by_label("Web address").press("Enter")
    expect(page.get_by_label("Source", exact=True)).to_be_focused()
    page.keyboard.type(NIS)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Said on", exact=True)).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a field has the focus: what is said beside the form may bring buttons between."""
    wanted = page.locator(f"[name={name}]")
    for _ in range(8):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    expect(wanted).to_be_focused()


def choose(page: Page, name: str, value: str) -> None:
    """Go down a list until a value is chosen, with the arrow key."""
    tab_to(page, name)
    for _ in range(40):
        if page.locator(f"[name={name}]").input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"[name={name}]")).to_have_value(value)


def test_a_first_claim_is_entered_by_the_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    expect(page.get_by_label("Web address")).to_be_focused()
    keys.type("https://example.org/by-keyboard")
    for name, fact in (
        ("publisher", "Example Post"),
        ("published_on", "2026-02-03"),
        ("title", "A report"),
        ("source", NIS),
        ("said_on", "2026-02-02"),
    ):
        tab_to(page, name)
        keys.type(fact)
    choose(page, "deployment", "nk-troops-russia")
    choose(page, "measure", "sent")
    keys.press("Tab")
    keys.press("Space")
    tab_to(page, "figure")
    keys.type("about 15,250")
    tab_to(page, "as_of")
    keys.type("2026-02-02")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
    expect(page.locator(".deck")).to_contain_text("about 15,250 persons")


def test_a_double_click_hands_in_once(page: Page) -> None:
    fill(page, figure="nearly 15,450", url="https://example.org/double")
    page.get_by_role("button", name="Hand in for review").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
    page.get_by_role("link", name="Another claim from the same document").click()
    expect(page.get_by_text("1 claim read in it")).to_be_visible()


def test_a_claim_is_refused_put_right_and_handed_in_without_scripts(
    chromium: Browser, address: str, secret: str
) -> None:
    with browser_of(chromium, address, secret, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}desk/claims/new")
        fill(page, figure="many", day="2026-01-21", url="https://example.org/plain?utm_source=x")
        page.get_by_label("Figure as printed").press("Enter")
        expect(page.get_by_text("“many” names no number").first).to_be_visible()
        page.get_by_role("button", name="Hand in for review").click()
        expect(page.get_by_role("alert")).to_contain_text("Figure as printed: “many” names no number")
        expect(page.get_by_label("Web address")).to_have_value("https://example.org/plain")
        page.get_by_label("Figure as printed").fill("about 15,100")
        page.get_by_role("button", name="Preview").last.click()
        expect(effect(page).get_by_role("table").first).to_contain_text("At the end of 21 January 2026")
        page.get_by_role("button", name="Hand in for review").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")


def test_what_comes_after_the_form_breaks_no_rule_of_accessibility(
    chromium: Browser, address: str, secret: str
) -> None:
    with browser_of(chromium, address, secret) as context:
        page = context.new_page()
        page.goto(f"{address}desk/claims/new")
        fill(page, figure="about 300,000", day="2026-01-23", url="https://example.org/after")
        page.get_by_role("button", name="Hand in for review").click()
        expect(page.get_by_role("alert")).to_contain_text("Write why it is right all the same")
        assert broken_rules(page) == []
        page.get_by_label("Figure as printed").fill("about 15,000")
        expect(page.get_by_text("Look once more")).to_be_hidden()
        page.get_by_role("button", name="Hand in for review").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
        assert broken_rules(page) == []


def test_the_form_is_used_on_a_phone(chromium: Browser, address: str, secret: str) -> None:
    size = {"width": 390, "height": 800}
    with browser_of(chromium, address, secret, viewport=size, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{address}desk/claims/new")
        fill(page, figure="about 16,000", day="2026-01-22")
        glance = page.locator(".glance")
        expect(glance).to_contain_text("Sent: low")
        assert glance.bounding_box()["y"] + glance.bounding_box()["height"] <= size["height"] + 1
        page.get_by_role("link", name="If this counted").tap()
        expect(effect(page)).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
