"""The list of pages, what crawlers are asked to leave alone, and the address that stands for a page."""

from datetime import datetime
from fnmatch import fnmatchcase
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session

from app.discovery import sitemap
from app.discovery.views import disallowed as rules
from tests.factories import NOW, ClaimFactory, DeploymentFactory, JudgementFactory, RevisionFactory
from tests.visiting import IMPORTED_AT, counted_statements

XML = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
NIS = "south-korea-national-intelligence-service-nis"


def read_xml(answer):
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    return ET.fromstring(answer.content)  # noqa: S314 - our own answer, not somebody's file


def pages(document):
    """By address, the day of each page, None where none is said."""
    assert document.tag == f"{{{XML['s']}}}urlset"
    found = [
        (url.findtext("s:loc", None, XML), url.findtext("s:lastmod", None, XML))
        for url in document.findall("s:url", XML)
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def paths(found):
    assert all(address.startswith("http://testserver/") for address in found)
    return {urlsplit(address).path for address in found}


def test_it_lists_every_page_of_the_ledger(founding_site):
    found = pages(read_xml(founding_site.get("/sitemap.xml")))
    listed = paths(found)
    assert len(listed) == 8 + 4 + 27 + 44 + 199
    assert listed >= {
        "/",
        "/method",
        "/claims/nis-3000-20241023",
        "/claims/nis-3000-it-20241023",
        "/deployments/nk-troops-russia",
        "/deployments/nk-troops-russia/sent",
        f"/sources/{NIS}",
    }


def test_every_page_that_it_lists_is_there_and_says_the_same_address(founding_site):
    for address in pages(read_xml(founding_site.get("/sitemap.xml"))):
        answer = founding_site.get(address)
        assert answer.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in answer.text
        assert '<meta name="robots"' not in answer.text


def test_each_page_of_the_ledger_has_the_moment_at_which_it_last_changed(founding_site):
    found = pages(read_xml(founding_site.get("/sitemap.xml")))
    dated = {address: at for address, at in found.items() if at}
    assert paths(found.keys() - dated.keys()) == set(sitemap.PAGES)
    assert {datetime.fromisoformat(at) for at in dated.values()} == {IMPORTED_AT}


def test_a_page_moves_with_its_claims_and_their_standing(session):
    claim = ClaimFactory(ref="c-1")
    deployment = DeploymentFactory(slug="north")
    RevisionFactory(claim=claim, deployment=deployment, approved=True)
    RevisionFactory(claim=ClaimFactory(ref="c-2"), deployment=deployment)  # not decided on
    JudgementFactory(claim=claim, approved=True)
    lines = "".join(sitemap.whole(session, "https://muster.example"))
    assert "<loc>https://muster.example/claims/c-1</loc>" in lines
    assert lines.count(f"<lastmod>{NOW:%Y-%m-%dT%H:%M:%SZ}</lastmod>") >= 4
    assert "c-2" not in lines


def test_more_than_a_file_holds_comes_in_parts(founding_site, monkeypatch):
    everything = pages(read_xml(founding_site.get("/sitemap.xml")))
    monkeypatch.setattr(sitemap, "MOST", 50)
    index = read_xml(founding_site.get("/sitemap.xml"))
    assert index.tag == f"{{{XML['s']}}}sitemapindex"
    parts = [part.findtext("s:loc", None, XML) for part in index.findall("s:sitemap", XML)]
    assert [urlsplit(part).path for part in parts] == [
        "/sitemaps/pages-1.xml",
        "/sitemaps/deployments-1.xml",
        "/sitemaps/measures-1.xml",
        "/sitemaps/sources-1.xml",
        *(f"/sitemaps/claims-{number}.xml" for number in range(1, 5)),
    ]
    together = {}
    for part in parts:
        found = pages(read_xml(founding_site.get(part)))
        assert 0 < len(found) <= 50
        assert not together.keys() & found.keys()
        together |= found
    assert together == everything


@pytest.mark.parametrize(
    "name", ["claims-0", "claims-2", "claims-01", "pages-2", "people-1", "claims-x", "-1"]
)
def test_a_part_that_there_is_not_is_not_found(browse, name):
    browse(f"/sitemaps/{name}.xml", status=404)


def test_an_empty_ledger_has_its_pages_without_a_name(session):
    lines = "".join(sitemap.whole(session, "https://muster.example"))
    assert lines.count("<url>") == len(sitemap.PAGES)
    assert sitemap.parts(sitemap.sizes(session)) == [("pages", 1)]


def test_an_address_is_written_as_xml(session):
    assert "https://x.example/?a=1&amp;b/claims" in "".join(
        sitemap.whole(session, "https://x.example/?a=1&b")
    )


def test_the_list_takes_few_statements_however_long_it_is(founding_site):
    with counted_statements(founding_site.app.state.engine) as sent:
        founding_site.get("/sitemap.xml")
    assert len(sent) <= 1 + 4


def test_rows_are_written_as_they_come(founding_url, founding_site):
    """The first lines leave before the last rows are read: memory does not grow with the ledger."""
    with Session(founding_site.app.state.engine) as session:
        lines = sitemap.whole(session, "")
        assert next(lines).startswith("<?xml")
        assert sum(1 for _ in lines) == 8 + 4 + 27 + 44 + 199 + 1


def disallowed(path):
    """Whether robots.txt asks to leave an address alone, read as crawlers do (RFC 9309)."""
    return any(fnmatchcase(path, f"{rule.replace('?', '[?]')}*") for rule in rules())


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/desk/account",
        "/login?next=/desk",
        "/welcome/x",
        "/claims?family=x",
        "/it/claims?family=x",
        "/en/cite?of=/claims",
        "/changes?after=3",
        "/deployments/nk-troops-russia/sent?sort=day",
        "/deployments/nk-troops-russia/sent?known_on=2025-04-01&tolerance=10",
        "/deployments/nk-troops-russia/sent/why?on=2025-03-27",
        "/embed/nk-troops-russia/sent",
        "/api/v1/imports",
    ],
)
def test_crawlers_are_asked_to_leave_alone_what_explodes(path):
    assert disallowed(path)


def test_crawlers_may_ask_for_every_page_and_every_file(founding_site):
    asked = paths(pages(read_xml(founding_site.get("/sitemap.xml"))))
    asked |= {"/deployments/nk-troops-russia/sent.csv", "/claims.csv", "/ledger.zip", "/feeds/changes.atom"}
    asked |= {f"/it{path}" for path in asked}
    assert not [path for path in asked if disallowed(path)]


def test_robots_are_told_where_the_list_is(founding_site):
    answer = founding_site.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")] == [*rules()]
    parsed = RobotFileParser()
    parsed.parse(lines)
    assert parsed.site_maps() == ["http://testserver/sitemap.xml"]
    assert not parsed.can_fetch("*", "http://testserver/desk/people")
    assert parsed.can_fetch("*", "http://testserver/deployments/nk-troops-russia/sent")


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/deployments/nk-troops-russia?x=1", "/deployments/nk-troops-russia"),
        ("/deployments/nk-troops-russia/sent?fbclid=1", "/deployments/nk-troops-russia/sent"),
        (
            "/deployments/nk-troops-russia/sent?tolerance=10&x=1&known_on=2025-04-01",
            "/deployments/nk-troops-russia/sent?known_on=2025-04-01&tolerance=10",
        ),
        (
            "/deployments/nk-troops-russia/sent/why?x=1&on=2025-03-27",
            "/deployments/nk-troops-russia/sent/why?on=2025-03-27",
        ),
        ("/deployments/nk-troops-russia/sent/embed?theme=dark", "/deployments/nk-troops-russia/sent/embed"),
        ("/claims?sort=-said&nature=total", "/claims?nature=total"),
        ("/claims/nis-3000-20241023?x", "/claims/nis-3000-20241023"),
        ("/sources", "/sources"),
        (f"/sources/{NIS}?x=1", f"/sources/{NIS}"),
        ("/compare", "/compare"),
        ("/changes?kind=import&x=1", "/changes?kind=import"),
        ("/changes/1", "/changes/1"),
        ("/feeds?x", "/feeds"),
        ("/method#section-5", "/method"),
        ("/about", "/about"),
    ],
)
def test_one_address_stands_for_a_page_and_others_are_not_indexed(browse, path, canonical):
    soup = browse(path, checked=False).soup
    assert [link["href"] for link in soup.select('link[rel="canonical"]')] == [
        f"http://testserver{canonical}"
    ]
    robots = {tag["content"] for tag in soup.select('meta[name="robots"]')}
    assert robots == ({"noindex"} if "?" in canonical or canonical.endswith("/embed") else set())
