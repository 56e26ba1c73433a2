"""A chart for other pages: the embed, its figure, and the page with the snippets."""

from datetime import date

import html5lib
import pytest
from bs4 import BeautifulSoup

from app.embeds.choices import state_in_words
from app.readings.choices import Choices
from tests.factories import DeploymentFactory, MeasureFactory, RevisionFactory
from tests.visiting import counted_statements

SENT = "/embed/nk-troops-russia/sent"
OFFER = "/deployments/nk-troops-russia/sent/embed"
MOST_BYTES = 15_000


def read(answer):
    """An embed as a tree, after a strict look at its markup."""
    html5lib.HTMLParser(strict=True).parse(answer.text)
    return BeautifulSoup(answer.text, "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def on_the_wire(site, address):
    """How many bytes an answer has as a browser gets it, compressed with Brotli."""
    with site.stream("GET", address, headers={"Accept-Encoding": "br"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "br"
        return len(b"".join(answer.iter_raw()))


def test_it_says_in_words_what_the_full_page_says(founding_site):
    soup = read(founding_site.get(SENT))
    headline = founding_site.get("/api/v1/deployments/nk-troops-russia/readings/sent").json()["headline"]
    assert soup.title.get_text() == "Sent: North Korean combat troops in Russia · Muster"
    assert words(soup.h1) == "Sent: North Korean combat troops in Russia"
    said = words(soup.select_one(".embed-reading"))
    assert said == "Between 14,500 and 15,500 by 13 December 2025; selected: 15,000."
    assert headline["sentence"].startswith(said)
    assert soup.h1.a["href"] == "http://testserver/deployments/nk-troops-russia/sent"
    assert "Source: Muster, 44 claims by 23 sources of 9 families" in words(soup.footer)


def test_its_drawing_is_that_of_the_full_page(founding_site, browse):
    own = read(founding_site.get(SENT)).select_one("svg.chart-drawing")
    whole = browse("/deployments/nk-troops-russia/sent", checked=False).soup.select_one("svg.chart-drawing")
    assert str(own) == str(whole)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("", "Live: shows what is known today"),
        ("?version=1", "Frozen: as of ledger version 1"),
        ("?known_on=2025-04-01", "Frozen: as known on 1 April 2025"),
        ("?known_on=2025-04-01&version=1", "Frozen: as of ledger version 1, as known on 1 April 2025"),
        ("?tolerance=10", "Live: shows what is known today; read with tolerance 10"),
    ],
)
def test_it_says_whether_it_is_live_or_frozen(founding_site, query, marked):
    soup = read(founding_site.get(f"{SENT}{query}"))
    assert words(soup.select_one(".embed-state")).replace(" :", ":") == marked
    assert soup.h1.a["href"].endswith(f"/deployments/nk-troops-russia/sent{query}")


def test_it_reads_by_the_choices_of_its_address(founding_site):
    soup = read(founding_site.get(f"{SENT}?known_on=2025-04-01"))
    assert words(soup.select_one(".embed-reading")).startswith("At least 14,000 by 31 March 2025")
    assert soup.figure["data-figure"] == f"{SENT}/figure?known_on=2025-04-01"


@pytest.mark.parametrize(("query", "theme"), [("", None), ("?theme=auto", None), ("?theme=dark", "dark")])
def test_its_colours_are_those_asked_for(founding_site, query, theme):
    assert read(founding_site.get(f"{SENT}{query}")).html.get("data-theme") == theme


def test_what_a_shared_link_collects_is_passed_over(founding_site):
    assert founding_site.get(f"{SENT}?utm_source=paper").text == founding_site.get(SENT).text


def test_it_is_small_on_the_wire(founding_site):
    soup = read(founding_site.get(SENT))
    parts = [link["href"] for link in soup.select('link[rel="stylesheet"]')]
    parts += [script["src"] for script in soup.select("script[src]")]
    assert len(parts) == 2
    assert soup.select_one("svg.chart-drawing")
    assert sum(on_the_wire(founding_site, part) for part in (SENT, *parts)) < MOST_BYTES


@pytest.mark.parametrize("address", [SENT, f"{SENT}?version=1", f"{SENT}/figure", f"{SENT}?known_on=never"])
def test_it_neither_reads_nor_sets_a_cookie(founding_site, address):
    plain = founding_site.get(address)
    signed = founding_site.get(address, headers={"Cookie": "muster=1; __Host-muster=1"})
    assert signed.content == plain.content
    for answer in (plain, signed):
        assert "set-cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("vary", "").lower()


def test_an_embed_that_is_held_already_is_not_sent_again(founding_site):
    for address, kept in ((SENT, "public, max-age=60"), (f"{SENT}?version=1", "public, max-age=86400")):
        first = founding_site.get(address)
        again = founding_site.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == again.headers["cache-control"] == kept


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{SENT}?known_on=yesterday", 422, "known_on : “yesterday” is not a day: write it as 2025-02-27"),
        (f"{SENT}?theme=pink", 422, "theme : “pink” is none of auto, light, dark"),
        (f"{SENT}?theme=dark&theme=light", 422, "theme : is given 2 times; one value is taken"),
        (f"{SENT}?version=99", 422, "version : “99” is still to come: the ledger stands at 1"),
        ("/embed/nk-troops-russia/snet", 404, "There is no measure “snet”."),
        ("/embed/nowhere/sent", 404, "There is no deployment “nowhere”."),
        ("/embed/no%00where/%3Cscript%3E", 404, "There is no deployment “no\ufffdwhere”."),
    ],
)
def test_what_cannot_be_shown_is_said_in_the_frame(founding_site, address, status, said):
    answer = founding_site.get(address)
    assert answer.status_code == status
    assert said in words(read(answer).main)
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


def test_a_measure_without_a_claim_is_embedded_in_words(visit, site, session):
    DeploymentFactory(slug="north", name="North <i>& South")
    MeasureFactory(slug="sent", label="Sent")
    soup = read(site.get("/embed/north/sent"))
    assert words(soup.select_one(".embed-reading")) == "Nothing had been claimed of this measure yet."
    assert words(soup.h1) == "Sent: North <i>& South"
    assert not soup.figure


def test_the_figure_is_that_of_the_full_page(founding_site, browse):
    page = browse("/deployments/nk-troops-russia/sent?tolerance=10", checked=False)
    address = page.soup.select_one("[data-chart]")["data-figure"]
    assert address == f"{SENT}/figure?tolerance=10&at=1"
    answer = founding_site.get(address)
    assert answer.text == founding_site.get(f"{SENT}/figure?tolerance=10").text
    assert answer.json()["layout"]["meta"]["title"] == "Sent: North Korean combat troops in Russia"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    for refused in ("colour=red", "at=never", "at=1&at=1"):
        assert founding_site.get(f"{SENT}/figure?{refused}").status_code == 422


def snippets(page):
    """The two snippets as their frames."""
    frames = [BeautifulSoup(area.get_text(), "html.parser").iframe for area in page.soup.select("textarea")]
    assert len(frames) == 2
    return frames


def test_the_snippets_are_live_and_frozen(browse):
    live, frozen = snippets(browse(OFFER))
    assert live["src"] == f"http://testserver{SENT}"
    assert frozen["src"] == f"http://testserver{SENT}?version=1"
    for frame in (live, frozen):
        assert frame["title"] == "Sent: North Korean combat troops in Russia (Muster)"
        assert frame["width"] == "100%"
        assert 900 < int(frame["height"]) < 1200


def test_the_snippets_carry_choices_colours_and_height(browse):
    page = browse(f"{OFFER}?known_on=2025-04-01&tolerance=10&theme=dark&height=640")
    live, frozen = snippets(page)
    assert live["src"] == f"http://testserver{SENT}?tolerance=10&theme=dark"
    assert frozen["src"] == f"http://testserver{SENT}?known_on=2025-04-01&version=1&tolerance=10&theme=dark"
    assert live["height"] == frozen["height"] == "640"
    preview = page.main.select_one("iframe")
    assert f"http://testserver{preview['src']}" == frozen["src"]
    assert preview["height"] == "640"
    kept = {field["name"]: field["value"] for field in page.main.select('input[type="hidden"]')}
    assert kept == {"known_on": "2025-04-01", "tolerance": "10"}


def test_every_snippet_leads_to_an_embed(browse, founding_site):
    for frame in snippets(browse(f"{OFFER}?lowest_grade=C&theme=light")):
        assert founding_site.get(frame["src"]).status_code == 200


@pytest.mark.parametrize("height", ["tall", "199", "3001", "-5", "1e3", "٦٤٠"])
def test_a_height_that_no_frame_has_is_refused(browse, height):
    page = browse(f"{OFFER}?height={height}", status=422)
    assert f"“{height}” is not a whole number of pixels from 200 to 3,000" in page.text


def test_a_hostile_name_stays_a_title(visit, session):
    name = 'Force"></iframe><script>alert(1)</script>'
    RevisionFactory(
        deployment=DeploymentFactory(slug="north", name=name),
        measure=MeasureFactory(slug="sent", label="Sent"),
        approved=True,
    )
    page = visit("/deployments/north/sent/embed")
    for frame in snippets(page):
        assert frame["title"] == f"Sent: {name} (Muster)"
        assert not frame.find_next_sibling()
    assert "<script>alert" not in page.response.text


@pytest.mark.parametrize("address", [SENT, OFFER])
def test_statements_stay_few(founding_site, address):
    with counted_statements(founding_site.app.state.engine) as sent:
        assert founding_site.get(address).status_code == 200
    assert len(sent) <= 15


def test_both_kinds_of_freezing_are_said():
    choices = Choices(version=12, known_on=date(2025, 4, 1))
    assert state_in_words(choices) == "as of ledger version 12, as known on 1 April 2025"
