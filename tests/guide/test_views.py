"""The page of the method, the page about Muster, and every link of the site."""

from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.guide.method import TABLES, TEXT, _table, method_page
from app.readings.rules import NATURES, QUALIFIERS, RULE_SET
from tests.visiting import Page, check_page


def test_the_method_is_shown_with_the_tables_of_the_code(visit):
    page = visit("/method")
    assert page.heading == "How claims become a running total"
    assert f"Rule set {RULE_SET}" in page.text
    for rule in NATURES:
        assert rule.says.partition("`")[0].strip() in page.text
    cells = {row.find_all("td")[0].get_text() for row in page.main.find_all("tr") if row.find("td")}
    assert cells >= {rule.qualifier.value for rule in QUALIFIERS.values()}


def test_every_section_can_be_jumped_to(visit):
    page = visit("/method")
    anchors = [a["href"] for a in page.main.select(".contents a")]
    assert anchors == [f"#section-{number}" for number in range(1, 13)]


def test_the_text_that_is_read_in_the_repository_has_the_same_tables():
    text = TEXT.read_text(encoding="utf-8")
    for name in TABLES:
        assert f"<!-- table: {name} -->\n{_table(name)}\n" in text, f"write the table “{name}” anew"


def test_the_method_is_kept_as_markup_without_a_table_left_out():
    html = method_page().html
    assert "<!--" not in html
    assert "table:" not in html


def test_the_page_about_muster_says_what_a_figure_is_and_where_the_ledger_stands(browse, visit):
    page = browse("/about")
    assert "A figure on these pages is a statement that somebody made" in page.text
    assert "It stands at version 1" in page.text
    assert "It is empty." in visit("/about").text


@pytest.mark.parametrize("path", ["/", "/claims", "/sources", "/method", "/about"])
def test_every_page_names_its_place_in_the_menu(browse, path):
    current = browse(path).soup.select("header nav [aria-current]")
    assert [link["href"] for link in current] == [path]


def test_no_page_of_the_founding_ledger_leads_nowhere(founding_site):
    """Every path, and every path once with each set of parameters; one page of each kind is checked whole."""
    waiting, seen, kinds = ["/"], {"/"}, defaultdict(int)
    while waiting:
        path = waiting.pop()
        response = founding_site.get(path)
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        if not response.headers["content-type"].startswith("text/html"):
            continue
        page = Page(path, response)
        kind = kind_of(path)
        kinds[kind] += 1
        if kinds[kind] == 1:
            check_page(page)
        for link in sorted(page.links):
            parts = urlsplit(link)
            known_by = f"{parts.path}?{'&'.join(sorted({name for name, _ in parse_qsl(parts.query)}))}"
            if known_by not in seen and not link.startswith("/static/"):
                seen.add(known_by)
                waiting.append(link)
    claims = sum(number for kind, number in kinds.items() if kind == ("claims", 2, frozenset()))
    assert claims == 199


def kind_of(path):
    parts = urlsplit(path)
    steps = parts.path.strip("/").split("/")
    return steps[0], len(steps), frozenset(name for name, _ in parse_qsl(parts.query))
