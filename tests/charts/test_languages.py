"""A measure's page, its chart and its embed in Italian."""

import re

import pytest
from bs4 import BeautifulSoup

PAGE = "/it/deployments/nk-troops-russia/sent"


@pytest.fixture(scope="module")
def page(founding_site):
    answer = founding_site.get(PAGE)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture(scope="module")
def figure(page, founding_site):
    return figure_of(page, founding_site)


def figure_of(page, site):
    return site.get(page.select_one("[data-chart]")["data-figure"]).json()


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_the_page_speaks_italian_with_italian_numbers_and_dates(page):
    assert words(page.h1) == "Inviati : North Korean combat troops in Russia"
    assert re.fullmatch(
        r"Tra \d\d\.\d{3} e \d\d\.\d{3} entro (?:il |l’)\d+º? \w+ 202\d; valore scelto: 15\.000\.",
        words(page.select_one(".headline")),
    )


def test_plotly_writes_numbers_and_months_as_the_page_does(figure):
    layout = figure["layout"]
    assert layout["separators"] == ",."
    assert layout["meta"]["language"] == "it"
    assert layout["meta"]["format"]["shortMonths"][:3] == ["gen", "feb", "mar"]
    assert layout["annotations"][0]["text"] == "Inviati (persone), totale progressivo"


def test_the_drawing_names_the_same_months(page):
    drawing = page.select_one("svg.chart-drawing")
    ticks = {tick.get_text() for tick in drawing.select(".chart-day")}
    assert ticks & {"gen", "ott", "lug"}
    assert not ticks & {"Jan", "Oct", "Jul"}


def test_in_english_plotly_needs_no_months(founding_site):
    answer = founding_site.get(PAGE.removeprefix("/it"))
    figure = figure_of(BeautifulSoup(answer.text, "html.parser"), founding_site)
    assert figure["layout"]["separators"] == ".,"
    assert "format" not in figure["layout"]["meta"]


def test_the_snippet_of_an_italian_page_leads_to_an_italian_embed(founding_site):
    offer = BeautifulSoup(founding_site.get(f"{PAGE}/embed").text, "html.parser")
    snippet = BeautifulSoup(offer.select_one("#live-snippet").string, "html.parser").iframe
    assert snippet["src"].endswith("/it/embed/nk-troops-russia/sent")
    assert snippet["title"].startswith("Inviati: ")
    embed = BeautifulSoup(founding_site.get("/it/embed/nk-troops-russia/sent").text, "html.parser")
    assert embed.html["data-prefix"] == "/it"
    assert embed.figure["data-figure"].startswith("/it/embed/")
    assert embed.h1.a["href"].endswith("/it/deployments/nk-troops-russia/sent")


def test_files_for_programs_stay_english_and_pictures_do_not(founding_site):
    answer = founding_site.get(f"{PAGE}.json").json()
    assert answer == founding_site.get("/api/v1/deployments/nk-troops-russia/readings/sent").json()
    picture = founding_site.get(f"{PAGE}.svg").text
    assert "Prodotto da Muster" in picture
    assert "/it/deployments/nk-troops-russia/sent" in picture
