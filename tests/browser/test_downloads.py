"""Pictures of charts in a real browser, alone and in a page; and the part of the page that leads to them."""

import pytest
from playwright.sync_api import Page, expect

from app.charts.palette import DARK, LIGHT

SENT = "deployments/nk-troops-russia/sent"
PICTURES = [
    f"{SENT}.svg",
    f"{SENT}.svg?theme=dark&width=640",
    f"{SENT}.svg?size=card",
    "deployments/nk-troops-russia/casualties.svg?known_on=2025-04-01",
    "compare.svg?series=nk-troops-russia/casualties&series=nk-troops-russia/killed&scale=per_sent",
]


def rgb(colour: str) -> str:
    """`#fbfaf7` as a browser tells it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_opened_alone_has_its_style_and_keeps_within_its_edges(
    page: Page, address: str, picture: str
) -> None:
    """The policy of its answer lets the style in; lines fit, whichever fonts this machine has."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}{picture}")
    paper = page.locator(".paper").evaluate("one => getComputedStyle(one).fill")
    assert paper == rgb((DARK if "dark" in picture else LIGHT).paper)
    beyond = page.evaluate(
        """() => {
            const edge = document.documentElement.width.baseVal.value;
            return [...document.querySelectorAll("text")]
                .filter((one) => getComputedStyle(one).display !== "none")
                .filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.left < 0 || box.right > edge;
                })
                .map((one) => one.textContent);
        }"""
    )
    assert beyond == []
    assert said == []


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_can_be_put_into_a_page(page: Page, address: str, ending: str) -> None:
    page.goto(f"{address}about")
    wide = page.evaluate(
        """async (source) => {
            const picture = new Image();
            picture.src = source;
            await picture.decode();
            return picture.naturalWidth;
        }""",
        f"/{SENT}.{ending}",
    )
    assert wide == {"svg": 1000, "png": 1500}[ending]


def test_every_file_of_the_page_is_reached_by_the_keyboard_and_there(page: Page, address: str) -> None:
    page.goto(f"{address}{SENT}?known_on=2025-04-01")
    section = page.get_by_role("region", name="Take it away")
    links = section.get_by_role("link")
    for name in ("CSV", "JSON", "SVG", "PNG", "ZIP"):
        link = section.get_by_role("link", name=name, exact=True)
        link.focus()
        expect(link).to_be_focused()
        answer = page.request.get(link.evaluate("one => one.href"))
        assert answer.ok
        assert "2025-04-01" in answer.headers["content-disposition"]
    assert links.count() >= 8


def test_paper_holds_no_links_to_files(page: Page, address: str) -> None:
    page.goto(f"{address}{SENT}")
    section = page.locator("section.takeaway")
    expect(section).to_be_visible()
    page.emulate_media(media="print")
    expect(section).to_be_hidden()


def test_the_files_follow_the_choices_of_the_page(page: Page, address: str) -> None:
    """The form changes the page in place; what leads out of it has to change with it."""
    page.goto(f"{address}{SENT}")
    page.get_by_label("As known on").first.fill("2025-04-01")
    page.get_by_label("As known on").first.press("Enter")
    link = page.get_by_role("region", name="Take it away").get_by_role("link", name="CSV", exact=True)
    expect(link).to_have_attribute("href", f"/{SENT}.csv?known_on=2025-04-01")
