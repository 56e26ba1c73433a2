"""A chart in a page of another origin, in a real browser."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.looks import broken_rules, look, unfold

EMBED = "embed/nk-troops-russia/sent"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Newspaper(BaseHTTPRequestHandler):
    """A page of somebody else, which holds one frame: `/?sandbox#address`."""

    def __init__(self, framed: str, *given: object) -> None:
        self.framed = framed
        super().__init__(*given)

    def do_GET(self) -> None:
        path, _, sandbox = self.path[1:].partition("?")
        attribute = ' sandbox="allow-scripts allow-popups"' if sandbox else ""
        body = f"""<!doctype html><html lang="en"><title>News</title><h1>News</h1>
            <iframe src="{self.framed}{path}" title="Chart" width="640" height="1000"{attribute}></iframe>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def newspaper(address: str) -> Iterator[str]:
    """The address of a site whose pages hold one of ours: what stands behind the first slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Newspaper, address))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def framed(page: Page, address: str) -> Frame:
    """The frame of a page that holds one."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page.frames[1]


def test_a_page_of_another_origin_shows_the_chart(page: Page, newspaper: str) -> None:
    frame = framed(page, newspaper + EMBED)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Sent: North Korean combat troops in Russia")
    expect(frame.locator("svg.chart-drawing")).to_be_visible()


@pytest.mark.parametrize("path", ["", "deployments/nk-troops-russia/sent", "claims", "login"])
def test_no_other_page_is_shown_in_a_frame(page: Page, newspaper: str, path: str) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    frame = framed(page, newspaper + path)
    assert frame.get_by_role("heading").count() == 0
    assert "frame-ancestors 'none'" in " ".join(heard)


def test_what_cannot_be_shown_is_said_in_the_frame(page: Page, newspaper: str) -> None:
    frame = framed(page, f"{newspaper}embed/nk-troops-russia/snet")
    expect(frame.get_by_role("main")).to_contain_text("There is no measure “snet”.")


@pytest.mark.parametrize("sandbox", ["", "?sandbox"])
def test_plotly_comes_once_a_reader_points_at_the_chart(page: Page, newspaper: str, sandbox: str) -> None:
    asked: list[str] = []
    heard: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    frame = framed(page, newspaper + EMBED + sandbox)
    assert not [url for url in asked if "plotly" in url or "figure" in url]
    frame.locator(".chart-canvas").hover()
    expect(frame.locator(".chart-ready")).to_be_visible()
    expect(frame.get_by_role("button", name="South Korean government 19")).to_be_visible()
    assert heard == []


def test_a_mark_leads_to_its_claim_beside_the_page_that_embeds(page: Page, newspaper: str) -> None:
    frame = framed(page, newspaper + EMBED)
    frame.locator(".chart-canvas").hover()
    expect(frame.locator(".chart-ready")).to_be_visible()
    with page.expect_popup() as opened:
        frame.evaluate(
            """document.querySelector(".chart-live").emit("plotly_click",
              { points: [{ customdata: ["/claims/nis-3000-20241023", ""] }] })"""
        )
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("3,000")
    assert page.url == newspaper + EMBED


def test_without_scripts_the_drawing_and_the_way_on_are_there(chromium: Browser, newspaper: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        frame = framed(context.new_page(), newspaper + EMBED)
        expect(frame.locator("svg.chart-drawing")).to_be_visible()
        frame.get_by_text("How to read the chart").click()
        expect(frame.get_by_text("contested: cannot be true")).to_be_visible()
        expect(frame.get_by_role("link", name="Every claim with its source")).to_be_visible()


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_its_colours_are_the_systems_or_those_asked_for(page: Page, address: str) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for theme in ("auto", "light", "dark"):
            page.goto(f"{address}{EMBED}?theme={theme}")
            seen[scheme, theme] = paper(page)
    light, dark = seen["light", "auto"], seen["dark", "auto"]
    assert light != dark
    assert {seen["light", "light"], seen["dark", "light"]} == {light}
    assert {seen["light", "dark"], seen["dark", "dark"]} == {dark}


@pytest.mark.parametrize("path", [EMBED, f"{EMBED}?theme=dark&known_on=2025-04-01", f"{EMBED}?version=x"])
def test_it_fits_every_width_and_breaks_no_rule_of_accessibility(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    unfold(page)
    for width in (280, 390, 640, 1440):
        look(page, "light", width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        if width in {280, 1440}:
            assert broken_rules(page, RULES) == [], width


def test_the_height_offered_shows_the_whole_chart(page: Page, address: str) -> None:
    for measure in ("sent", "killed", "present"):
        page.set_viewport_size({"width": 640, "height": 400})
        page.goto(f"{address}deployments/nk-troops-russia/{measure}/embed")
        offered = int(page.get_by_label("Height in pixels").input_value())
        page.goto(f"{address}embed/nk-troops-russia/{measure}")
        assert page.evaluate("document.body.scrollHeight") <= offered


def test_the_preview_is_the_embed(page: Page, address: str) -> None:
    page.goto(f"{address}deployments/nk-troops-russia/sent/embed?theme=dark&height=500")
    page.get_by_title("Preview of the embed").scroll_into_view_if_needed()
    preview = page.frame_locator("iframe")
    expect(preview.get_by_role("heading", level=1)).to_have_text("Sent: North Korean combat troops in Russia")
