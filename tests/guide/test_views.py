"""The page of the method, the page about Muster, and every link of the site."""

import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.claims.words import StandingReason
from app.guide.method import TABLES, _table, method_page, text_in
from app.languages.asked import split
from app.languages.catalogues import languages
from app.languages.spoken import speaking
from app.main import create_app
from app.readings.rules import NATURES, QUALIFIERS, RULE_SET
from app.review.acts_of_editors import ACTS
from app.settings import Settings
from tests.visiting import Page, check_page, visitor


def test_the_method_is_shown_with_the_tables_of_the_code(visit):
    page = visit("/method")
    assert page.heading == "How claims become a running total"
    assert f"Rule set {RULE_SET}" in page.text
    for rule in NATURES:
        assert rule.says.partition("`")[0].strip() in page.text
    words = {code.get_text() for code in page.main.select("td code")}
    assert words >= {rule.qualifier.value for rule in QUALIFIERS.values()}


def test_every_section_can_be_jumped_to(visit):
    page = visit("/method")
    anchors = [a["href"] for a in page.main.select(".contents a")]
    assert anchors == [f"#section-{number}" for number in range(1, 13)]


@pytest.mark.parametrize("language", [one for one in languages() if text_in(one)])
def test_the_text_that_is_read_in_the_repository_has_the_same_tables(language):
    text = text_in(language).read_text(encoding="utf-8")
    for name in TABLES:
        with speaking(language):
            assert f"<!-- table: {name} -->\n{_table(name)}\n" in text, f"write the table “{name}” anew"


@pytest.mark.parametrize("language", [one for one in languages()[1:] if text_in(one)])
def test_the_method_is_the_same_in_other_languages(language):
    """The same sections and anchors, and in each of them as many paragraphs, points, names and numbers."""
    english, other = method_page(), method_page(language)
    assert [part.anchor for part in other.sections] == [part.anchor for part in english.sections]
    for one, same in zip(*(re.split("<h2", text.html) for text in (english, other)), strict=True):
        section = one[:60]
        for tag in ("<p>", "<li>", "<tr>", "<strong>", "<em>"):
            assert same.count(tag) == one.count(tag), f"{tag} in {section}"
        assert _codes(same) == _codes(one), section
        assert _numbers(same) == _numbers(one), section


def _codes(html):
    return Counter(re.findall(r"<code>(.*?)</code>", html))


def _numbers(html):
    """Figures without what parts their thousands, days apart: languages write them in words of their own."""
    text = re.sub(r"<[^>]*>", " ", html)
    return Counter(
        number.replace(",", "").replace(".", "") for number in re.findall(r"\d[\d.,-]*\d|\d", text)
    )


def test_a_language_without_a_text_of_the_method_gets_the_english_one(founding_site):
    assert method_page("eo") is method_page()
    english, italian = (founding_site.get(f"/{code}/method").text for code in ("en", "it"))
    assert '<html lang="it"' in italian
    assert "Come le dichiarazioni diventano un totale progressivo" in italian
    assert 'href="/en/method"' in italian
    assert "vale quello inglese" in italian
    assert 'href="/en/method" lang' not in english


def test_the_method_is_kept_as_markup_without_a_table_left_out():
    html = method_page().html
    assert "<!--" not in html
    assert "table:" not in html


def test_the_page_about_muster_says_what_a_figure_is_and_where_the_ledger_stands(browse, visit):
    page = browse("/about")
    assert "A figure on these pages is a statement that somebody made" in page.text
    assert "It stands at version 1" in page.text
    assert "It is empty." in visit("/about").text


def test_everything_that_editors_can_do_is_told_with_the_codes_of_the_ledger_format(visit):
    """The table of the page is the one by which acts are offered and checked."""
    rows = visit("/about").main.select(".acts-table tbody tr")
    told = {row.th.get_text(): {code.get_text() for code in row.select("td code")} for row in rows}
    assert told == {act.name: set(act.reasons) for act in ACTS.values()}
    assert [row.td.get_text() for row in rows] == [act.when for act in ACTS.values()]
    assert set().union(*told.values()) == set(StandingReason)


@pytest.mark.parametrize("path", ["/", "/claims", "/sources", "/method", "/about"])
def test_every_page_names_its_place_in_the_menu(browse, path):
    current = browse(path).soup.select("header nav [aria-current]")
    assert [link["href"] for link in current] == [path]


def test_no_page_of_the_founding_ledger_leads_nowhere(founding_site):
    """Of paths without parameters sixty of each kind, of other languages and of choices two of each."""
    waiting, seen, kinds, checked = ["/"], {"/"}, Counter(), set()
    while waiting:
        path = waiting.pop()
        response = founding_site.get(path)
        if split(path)[1].startswith("/desk"):  # a door that leads on to where one signs in
            assert response.headers["location"].startswith(f"{split(path)[0]}/login?")
            continue
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        if not response.headers["content-type"].startswith("text/html"):
            continue
        page = Page(path, response)
        if kind_of(path) not in checked:
            checked.add(kind_of(path))
            check_page(page)
        for link in sorted(page.links - seen):
            kind = kind_of(link)
            seen.add(link)
            few = kind.parameters or kind.language
            if kinds[kind] < (2 if few else 60) and ("?" not in path or not kind.parameters):
                waiting.append(link)
            kinds[kind] += 1
    assert kinds[Kind("claims", 2, frozenset())] > 150  # it came by most claims


class Kind(NamedTuple):
    """Pages alike: the first part of their path, how many parts it has, its parameters, its language."""

    first: str
    parts: int
    parameters: frozenset[str]
    language: str = ""


def kind_of(path):
    parts = urlsplit(path)
    language, inner = split(parts.path)
    steps = inner.strip("/").split("/")
    return Kind(steps[0], len(steps), frozenset(name for name, _value in parse_qsl(parts.query)), language)


def test_about_states_the_licence_of_the_ledger_or_that_there_is_none(browse, founding_url):
    assert "Whoever runs this site has stated no licence" in browse("/about").text
    licence = "https://creativecommons.org/licenses/by/4.0/"
    app = create_app(Settings(database_url=founding_url, log_format="json", licence_url=licence))
    with TestClient(app) as client:
        page = visitor(client)("/about")
    assert f"may be used under the licence at {licence}" in page.text
    assert page.main.select_one('a[rel~="license"]')["href"] == licence
