"""A chart in a real browser, under the site's own Content-Security-Policy.

The page is handed to the browser without a server: what is tested is the component, its style sheets
and its script.
"""

from functools import cache
from pathlib import Path

import plotly
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import expect

from app.assets import ensure_assets
from app.charts.figures import figure_json, running_total_figure
from app.charts.parts import chart_parts
from app.headers import CONTENT_SECURITY_POLICY
from app.languages.spoken import count, speaking
from app.languages.templates import translate
from app.readings.choices import Choices
from app.readings.reading import read_measure
from app.settings import PROJECT
from tests.charts.pictures import founding_chart
from tests.readings.founding import deployment

SITE = "http://127.0.0.1"
FIGURE = "/figures/"
TITLE = "Sent: North Korean combat troops"
HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
FULL_BUNDLE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TYPES = {".css": "text/css", ".js": "text/javascript"}
PAGE = """<!doctype html><html lang="{{ language }}" data-prefix="{{ prefix }}"><head>
<meta charset="utf-8"><title>Sent</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" id="plotly.js-style-global" class="no-inline-styles" href="/static/bundles/charts.css">
<script type="module" src="/static/bundles/charts.js"></script>
{% from "components/chart.html" import chart with context %}</head>
<body><main><h1>Sent</h1>{{ chart(parts) }}</main></body></html>"""


@pytest.fixture(scope="module")
def html():
    """The chart of those sent, with its reading."""
    return page_in("en")


def page_in(language, prefix=""):
    with speaking(language):
        return written(language, prefix)


def written(language, prefix):
    environment = Environment(
        loader=FileSystemLoader(PROJECT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    translate(environment)
    environment.filters["count"] = count
    environment.globals["asset_url"] = lambda name: f"/static/{name}"
    chart, reading = drawn()
    parts = chart_parts(chart, title=TITLE, figure=f"{FIGURE}{language}", reading=reading)
    return environment.from_string(PAGE).render(parts=parts, language=language, prefix=prefix)


@cache
def figure_in(language):
    with speaking(language):
        chart, reading = drawn()
        return str(figure_json(running_total_figure(chart, title=TITLE, reading=reading)))


def drawn():
    """The chart and its reading."""
    reading = read_measure(deployment("nk-troops-russia"), "sent", Choices())
    return founding_chart(contested={item.claim_ref for item in reading.contested}), reading


@pytest.fixture
def messages():
    """Everything that a page writes to its console."""
    return []


@pytest.fixture
def visit(chromium, html, messages):
    """Opens the page; further settings are those of a browser context."""
    contexts = []

    def open_page(*, library=None, html=html, **settings):
        context = chromium.new_context(**{"viewport": {"width": 1100, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.route("**/*", lambda route: answer(route, html, library or served_library()))
        page.goto(f"{SITE}/deployments/nk-troops-russia/sent")
        return page

    yield open_page
    for context in contexts:
        context.close()


def served_library():
    manifest = ensure_assets()
    return manifest.folder / manifest.names["js/plotly.js"]


def answer(route, html, library):
    path = route.request.url.removeprefix(SITE).removeprefix("/static/")
    if path == "js/plotly.js":
        route.fulfill(path=library, headers=HEADERS) if library.exists() else route.abort()
    elif path.endswith(tuple(TYPES)):
        kind = TYPES[path[path.rindex(".") :]]
        body = (PROJECT / "static" / path).read_text(encoding="utf-8")
        route.fulfill(body=body, headers={**HEADERS, "Content-Type": kind})
    elif path.startswith(FIGURE):
        body = figure_in(path.removeprefix(FIGURE))
        route.fulfill(body=body, headers={**HEADERS, "Content-Type": "application/json"})
    else:
        route.fulfill(body=html, headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"})


def started(page):
    page.wait_for_selector(".chart-ready")
    return page


def pressed(page, group):
    return page.get_by_role("group", name=group).get_by_role("button", pressed=True).all_inner_texts()


def y_range(page):
    return page.evaluate("document.querySelector('.chart-live').layout.yaxis.range")


def shown_families(page):
    return set(
        page.evaluate(
            "document.querySelector('.chart-live').data.map((trace) => trace.meta.family).filter(Boolean)"
        )
    )


def last_mark(page):
    """Where the last symbol of the last trace stands on the screen."""
    mark = page.locator(".chart-live .scatterlayer .points path").last
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("library", [None, FULL_BUNDLE], ids=["as served", "full bundle"])
def test_the_figure_takes_the_place_of_the_drawing_without_a_word_to_the_console(visit, messages, library):
    page = visit(library=library)
    before = page.locator(".chart-canvas").bounding_box()
    started(page)
    assert page.locator(".chart-canvas").bounding_box() == before
    assert page.locator(".chart-live").bounding_box()["height"] == before["height"]
    assert page.locator("style").count() == 0
    assert messages == []


def test_the_drawing_stays_where_the_library_does_not_come(visit):
    page = visit(library=PROJECT / "no such file")
    page.wait_for_selector(".chart-still")
    assert page.locator(".chart-drawing").is_visible()
    assert page.get_by_role("button").count() == 0


def test_without_scripts_there_is_the_drawing_and_nothing_to_press(visit):
    page = visit(java_script_enabled=False)
    assert page.get_by_role("img", name="Sent: North Korean combat troops").first.is_visible()
    assert page.get_by_role("button").count() == 0


def test_a_click_leads_to_the_claim(visit):
    page = started(visit())
    page.mouse.move(*last_mark(page))
    page.wait_for_selector(".chart-pointing")
    assert "said on" in page.locator(".hoverlayer").text_content()
    page.mouse.click(*last_mark(page))
    page.wait_for_url("**/claims/*")


def test_a_finger_reads_first_and_then_follows_a_link(visit):
    page = started(visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    page.touchscreen.tap(*last_mark(page))
    page.wait_for_selector("[data-chart-readout] a")
    assert page.locator("[data-chart-readout] a").get_attribute("href").startswith("/claims/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_in_italian_months_numbers_and_addresses_are_italian(visit, messages):
    page = started(visit(html=page_in("it", "/it"), has_touch=True, is_mobile=True))
    axes = page.locator(".chart-live").text_content()
    assert "nov2024gen2025mar" in axes
    assert "15.000" in axes
    page.touchscreen.tap(*last_mark(page))
    page.wait_for_selector("[data-chart-readout] a")
    link = page.locator("[data-chart-readout] a")
    assert link.get_attribute("href").startswith("/it/claims/")
    assert "dichiarazione del " in link.text_content()
    assert messages == []


def test_families_are_isolated_from_the_keyboard(visit):
    page = started(visit())
    every = shown_families(page)
    button = page.get_by_role("button", name="South Korean government")
    button.press("Enter")
    assert shown_families(page) == {"south-korean-government"} < every
    assert button.get_attribute("aria-pressed") == "true"
    button.press(" ")
    assert shown_families(page) == every


def test_range_buttons_and_dragging_show_a_part_and_a_double_click_shows_all(visit):
    page = started(visit())
    assert pressed(page, "Days shown") == ["All"]
    page.get_by_role("button", name="1 y").click()
    assert pressed(page, "Days shown") == ["1 y"]
    page.get_by_role("button", name="All", exact=True).click()
    whole = y_range(page)
    plot = page.locator(".nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + 8, plot["y"] + 80)
    page.mouse.down()
    page.mouse.move(plot["x"] + 55, plot["y"] + 90, steps=4)
    page.mouse.up()
    expect(page.locator("[data-months][aria-pressed=true]")).to_have_count(0)
    assert y_range(page)[1] < whole[1]  # the axis reaches as high as what is shown
    page.mouse.dblclick(plot["x"] + 300, plot["y"] + 200)
    expect(page.get_by_role("button", name="All", exact=True, pressed=True)).to_be_visible()
    assert y_range(page) == whole


def test_the_logarithmic_scale_has_its_own_band(visit, messages):
    page = started(visit())
    page.get_by_role("button", name="Logarithmic").click()
    scales = "document.querySelector('.chart-live').data.map((trace) => trace.meta.scale)"
    assert set(page.evaluate(scales)) - {None} == {"log"}
    assert y_range(page)[0] > 0
    assert messages == []


def test_the_colours_follow_the_theme(visit):
    page = started(visit(color_scheme="light"))
    label = page.locator(".chart-live .xtick text").first
    root = "document.documentElement.dataset.theme"
    for theme, colour in (("dark", "rgb(185, 188, 190)"), ("light", "rgb(74, 79, 84)")):
        page.evaluate(f"{root} = '{theme}'")
        expect(label).to_have_css("fill", colour)
    page.emulate_media(color_scheme="dark")  # the reader's own choice stands
    expect(label).to_have_css("fill", "rgb(74, 79, 84)")
    page.evaluate(f"delete {root}")
    expect(label).to_have_css("fill", "rgb(185, 188, 190)")


@pytest.mark.parametrize("form", ["PNG", "SVG"])
def test_the_view_can_be_saved_as_a_picture(visit, messages, form):
    page = started(visit())
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {form}").click()
    assert download.value.suggested_filename == f"sent-north-korean-combat-troops.{form.lower()}"
    begins = download.value.path().read_bytes()[:4]
    assert begins == {"PNG": b"\x89PNG", "SVG": b"<svg"}[form]
    assert messages == []


def test_paper_gets_the_drawing(visit):
    page = started(visit())
    page.emulate_media(media="print")
    assert page.locator(".chart-drawing").is_visible()
    assert not page.locator(".chart-live").is_visible()
