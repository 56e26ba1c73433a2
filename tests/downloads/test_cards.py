"""What other sites show of a link: title, words, and a picture made for it."""

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.downloads.pixels import inked, size_of

SENT = "/deployments/nk-troops-russia/sent"


@pytest.fixture(scope="module")
def public_site(founding_url):
    """The site as it is run in public: it knows its address."""
    settings = Settings(database_url=founding_url, base_url="https://muster.example", log_format="json")
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield client


def told(answer):
    soup = BeautifulSoup(answer.text, "html.parser")
    tags = soup.head.find_all("meta", attrs={"content": True})
    return {tag.get("property") or tag.get("name"): tag["content"] for tag in tags}


def test_a_link_to_a_measure_shows_its_reading_and_its_chart(public_site):
    card = told(public_site.get(f"{SENT}?known_on=2025-04-01&utm_source=x"))
    assert card["og:title"] == "Sent: North Korean combat troops in Russia"
    assert "At least 14,000 by 31 March 2025" in card["og:description"]
    assert card["og:url"] == f"https://muster.example{SENT}?known_on=2025-04-01"
    assert card["og:image"] == f"https://muster.example{SENT}.png?known_on=2025-04-01&size=card"
    assert card["twitter:card"] == "summary_large_image"
    assert card["og:image:alt"].startswith("Sent: North Korean combat troops in Russia. At least")


def test_its_picture_is_there_in_the_shape_that_is_promised(public_site):
    card = told(public_site.get(SENT))
    answer = public_site.get(card["og:image"].removeprefix("https://muster.example"))
    assert answer.headers["content-type"] == card["og:image:type"]
    assert size_of(answer.content) == (int(card["og:image:width"]), int(card["og:image:height"]))
    assert inked(answer.content) > 20_000


@pytest.mark.parametrize("path", ["/", "/claims", "/method", "/compare", "/sources", "/about", "/changes"])
def test_every_other_page_has_a_title_and_words(public_site, path):
    card = told(public_site.get(path))
    assert card["og:title"]
    assert card["og:description"] == card["description"]
    assert card["og:url"].startswith("https://muster.example/")
    assert card["twitter:card"] == "summary"


def test_a_site_that_does_not_know_its_address_promises_none(founding_site):
    """The address that a request names could be anybody's, and caches keep pages for all."""
    answer = founding_site.get(SENT, headers={"Host": "elsewhere.example"})
    card = told(answer)
    assert not {"og:url", "og:image"} & card.keys()
    assert not [words for words in card.values() if "elsewhere.example" in words]
