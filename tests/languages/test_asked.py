"""Which language a page speaks: by its address, else by what the browser prefers."""

import json
import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from app.cached.middleware import key_of
from app.languages.asked import LANGUAGE, PREFIX, links_within, preferred, split, within
from app.main import create_app
from app.settings import Settings

SENT = "/deployments/nk-troops-russia/sent"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("it", "it"),
        ("it-CH,it;q=0.9,en;q=0.8", "it"),
        ("de-DE,de;q=0.9,it;q=0.5,en;q=0.3", "it"),
        ("en;q=0.4, it;q=0.7", "it"),
        ("IT ; Q=0.9", "it"),
        ("en-GB,it", "en"),
        ("it;q=0, en;q=0.1", "en"),
        ("it;q=0", "en"),
        ("de, fr;q=0.5", "en"),
        ("*, it;q=0.5", "en"),
        ("", "en"),
        ("it;q=much, ,;;", "en"),
    ],
)
def test_a_page_speaks_what_the_browser_likes_most_of_what_there_is(header, language, founding_site):
    answer = founding_site.get("/claims", headers={"Accept-Language": header})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}"' in answer.text
    assert "Accept-Language" in answer.headers["vary"]
    assert preferred(header.encode(), "de") == ("de" if language == "en" and "en" not in header else language)


@pytest.mark.parametrize("path", ["/claims", SENT, "/method", "/search?q=kursk", "/nowhere"])
@pytest.mark.parametrize("language", ["en", "it"])
def test_the_language_of_an_address_wins_and_its_links_stay_in_it(path, language, founding_site):
    other = {"en": "it", "it": "en"}[language]
    answer = founding_site.get(f"/{language}{path}", headers={"Accept-Language": other})
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.html["lang"] == answer.headers["content-language"] == language
    assert "Accept-Language" not in answer.headers.get("vary", "")
    for apart in soup.select("[hreflang]"):  # the switch, and texts that hold in another language
        apart.decompose()
    inside = [tag.get("href") or tag.get("action") for tag in soup.select("a[href^='/'], form[action^='/']")]
    assert {split(address.partition("?")[0])[0] for address in inside} == {f"/{language}"}


def test_the_switch_leads_to_the_same_page_with_the_same_question(founding_site):
    soup = BeautifulSoup(founding_site.get("/claims?nature=total&sort=day").text, "html.parser")
    here, there = soup.select(".languages li > *")
    assert (here.name, here["aria-current"], here["lang"]) == ("span", "true", "en")
    assert (there["href"], there["hreflang"], there["lang"]) == ("/it/claims?nature=total&sort=day",) + (
        "it",
    ) * 2
    assert there.get_text() == "Italiano"


def test_without_a_language_links_name_none(founding_site):
    page = founding_site.get("/claims", headers={"Accept-Language": "it"}).text
    assert '<html lang="it"' in page
    assert 'href="/sources"' in page
    assert 'href="/it/sources"' not in page


def test_a_redirect_stays_in_the_language_of_the_address(founding_site):
    certificate = founding_site.get(f"/it{SENT}/certificate")
    assert certificate.headers["location"].startswith(f"/it{SENT}/certificate?")
    assert founding_site.get(f"/en{SENT}/certificate").headers["location"].startswith(f"/en{SENT}/")
    assert founding_site.get(f"{SENT}/certificate").headers["location"].startswith(f"{SENT}/")
    assert founding_site.get("/it/desk").headers["location"].startswith("/it/login?")


def test_the_first_page_is_there_with_and_without_a_slash(founding_site):
    pages = {founding_site.get(path).text for path in ("/it", "/it/")}
    assert len(pages) == 1
    assert founding_site.get("/italy").status_code == 404  # no language, only a beginning of one


def test_an_error_is_told_in_the_language_of_the_address(founding_site):
    answer = founding_site.get("/it/claims/nis-3000-2024102")
    assert answer.status_code == 404
    assert "Non trovato" in answer.text
    assert "Nel registro non c’è nessuna dichiarazione «nis-3000-2024102»." in answer.text
    assert 'href="/it/claims/nis-3000-20241023"' in answer.text


def test_a_mistake_of_ours_is_told_in_it_too(founding_url):
    app = create_app(Settings(database_url=founding_url, log_format="json", page_cache_mb=0))

    @app.get("/breaks")
    def breaks():
        raise ZeroDivisionError

    with TestClient(app, raise_server_exceptions=False) as client:
        assert "Qualcosa è andato storto" in client.get("/it/breaks").text
        assert "Something went wrong" in client.get("/breaks").text


@pytest.fixture(scope="module")
def known_site(founding_url) -> Iterator[TestClient]:
    """A site that knows its public address."""
    settings = Settings(
        database_url=founding_url, log_format="json", page_cache_mb=0, BASE_URL="https://muster.example"
    )
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield client


def test_search_engines_are_told_of_each_language(known_site):
    for path, own in ((SENT, SENT), (f"/it{SENT}", f"/it{SENT}"), (f"/en{SENT}", SENT)):
        soup = BeautifulSoup(known_site.get(path).text, "html.parser")
        assert soup.select_one("link[rel=canonical]")["href"] == f"https://muster.example{own}"
        assert {one["hreflang"]: one["href"] for one in soup.select("link[rel=alternate][hreflang]")} == {
            "en": f"https://muster.example{SENT}",
            "it": f"https://muster.example/it{SENT}",
        }


@pytest.mark.parametrize(
    "path",
    [
        "/claims.csv?deployment=nk-troops-russia",
        "/sources.json",
        f"{SENT}.csv",
        f"{SENT}.json",
        "/api/v1/deployments/nk-troops-russia/readings/sent",
        "/api/v1/deployments/nk-troops-russia/readings/sent/why?on=2025-03-27",
        "/api/v1/changes/1",
        "/api/v1/claims/none",
        "/feeds/changes.atom",
        f"{SENT}/certificate.json?version=1&on=2025-03-27&figure=selected",
    ],
)
def test_what_programs_read_is_english_whatever_the_browser_prefers(path, founding_site):
    english, other = (
        founding_site.get(path, headers={"Accept-Language": language}) for language in ("en", "it")
    )
    assert other.content == english.content
    assert "Accept-Language" not in other.headers.get("vary", "")


def test_a_feed_under_a_language_tells_the_same_acts_in_it(founding_site):
    feed = founding_site.get("/it/feeds/changes.atom").text
    assert 'xml:lang="it"' in feed
    assert "Importazione di nk-russia" in feed
    assert "http://testserver/it/changes/1" in feed
    ids = [
        re.findall("<id>(.*?)</id>", text) for text in (feed, founding_site.get("/feeds/changes.atom").text)
    ]
    assert not set(ids[0]) & set(ids[1])  # to a reader of feeds other words are another entry


def test_what_is_cited_and_certified_is_the_same_in_every_language(founding_site):
    """The digest on the page in Italian is that of the file, which is English."""
    asked = "?version=1&on=2025-03-27&figure=selected"
    files = [founding_site.get(f"{prefix}{SENT}/certificate.json{asked}").text for prefix in ("", "/it")]
    assert files[0] == files[1]
    page = founding_site.get(f"/it{SENT}/certificate{asked}").text
    assert json.loads(files[0])["sha256"] in page
    assert "Dichiarazioni su cui si basa" in page
    digests = [
        BeautifulSoup(founding_site.get(f"{prefix}/cite?of={SENT}").text, "html.parser")
        .select_one("code.digest")
        .get_text()
        for prefix in ("", "/it")
    ]
    assert digests[0] == digests[1]


def test_the_cache_keeps_each_language_apart():
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/claims",
        "query_string": b"",
        "headers": [],
    }
    spoken = [("en", ""), ("it", ""), ("en", "/en"), ("it", "/it")]
    keys = {key_of(scope | {LANGUAGE: language, PREFIX: prefix}) for language, prefix in spoken}
    assert len(keys) == len(spoken)


def test_links_that_lead_elsewhere_stay_as_they_are():
    html = '<a href="/claims">a</a><a href="//x.example">b</a><a href="/it/x">c</a><img src="/static/a.png">'
    assert links_within("/it", html) == html.replace('"/claims"', '"/it/claims"')
    assert links_within("", html) == html
    assert links_within("/it", '<form action="/cite"><p data-names="/search/names">') == (
        '<form action="/it/cite"><p data-names="/it/search/names">'
    )
    for address in ("//x.example", "https://x.example/", "/static/a.css", "/it/claims", "#part", "/it"):
        assert within("/it", address) == address
    assert within("/it", "/claims?a=b") == "/it/claims?a=b"
    assert within("", "/claims") == "/claims"
