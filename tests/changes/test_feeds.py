"""Feeds of a deployment, a measure, a source and a claim: what they hold, and what they say of readings."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from app.changes import feeds
from tests.factories import (
    NOW,
    ActFactory,
    DeploymentFactory,
    MeasureFactory,
    SourceDescriptionFactory,
    SourceFactory,
)
from tests.visiting import counted_statements

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NIS = "south-korea-national-intelligence-service-nis"
FOUNDING = {
    "/feeds/changes.atom": "/changes",
    "/feeds/deployments/nk-troops-russia.atom": "/changes?deployment=nk-troops-russia",
    "/feeds/deployments/nk-troops-russia/sent.atom": "/changes?deployment=nk-troops-russia&measure=sent",
    f"/feeds/sources/{NIS}.atom": f"/changes?source={NIS}",
    "/feeds/claims/nis-3000-20241023.atom": "/claims/nis-3000-20241023",
}


@pytest.fixture
def follow(visit, site):
    """Fetches a feed over the test's own session as XML."""
    site.app.state.effects = feeds.KnownEffects()

    def fetch(address):
        answer = site.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
        return read_feed(answer)

    return fetch


def read_feed(answer):
    return ET.fromstring(answer.content)  # noqa: S314 - our own answer, not somebody's file


def entries(feed):
    return feed.findall("a:entry", ATOM)


def titles(feed):
    """What was done to claims; that deployments and sources were added stands between."""
    found = [entry.findtext("a:title", None, ATOM) for entry in entries(feed)]
    return [title for title in found if not title.startswith("Added: ")]


def told(entry):
    return entry.findtext("a:content", None, ATOM)


def hrefs(element):
    return {link.get("rel"): link.get("href") for link in element.findall("a:link", ATOM)}


@pytest.mark.parametrize(("address", "page"), FOUNDING.items())
def test_every_feed_keeps_the_rules_of_atom(founding_site, address, page):
    answer = founding_site.get(address)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = read_feed(answer)
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"a:{name}", "", ATOM)
    assert hrefs(feed) == {"self": f"http://testserver{address}", "alternate": f"http://testserver{page}"}
    assert founding_site.get(page).status_code == 200
    (entry,) = entries(feed)
    own = feed.findtext("a:id", None, ATOM)
    assert urlsplit(own).scheme == "tag"
    assert entry.findtext("a:id", None, ATOM).startswith(f"{own}:")
    assert entry.findtext("a:author/a:name", None, ATOM)
    moments = {element.findtext("a:updated", None, ATOM) for element in (feed, entry)}
    assert len(moments) == 1
    assert datetime.fromisoformat(moments.pop()).tzinfo
    assert hrefs(entry) == {"alternate": "http://testserver/changes/1"}


@pytest.mark.parametrize("address", FOUNDING)
def test_who_holds_a_feed_already_is_told_so(founding_site, address):
    first = founding_site.get(address)
    again = founding_site.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_two_feeds_or_entries_share_an_id(founding_site):
    found = [read_feed(founding_site.get(address)) for address in FOUNDING]
    ids = [element.findtext("a:id", None, ATOM) for feed in found for element in (feed, *entries(feed))]
    assert len(set(ids)) == 2 * len(FOUNDING)


def test_a_feed_of_a_measure_tells_how_its_own_reading_moved(founding_site):
    feed = read_feed(founding_site.get("/feeds/deployments/nk-troops-russia/sent.atom"))
    content = told(*entries(feed))
    assert (
        "Sent, North Korean combat troops in Russia. Before: nothing could be read. After: Between 14,500"
        in content
    )
    assert "Contradiction newly caused: " in content
    assert "Killed" not in content


def test_a_feed_holds_what_is_about_its_own_subject(follow, approve, ledger):
    south = DeploymentFactory(slug="south", name="Southern force")
    killed = MeasureFactory(slug="killed", label="Killed")
    other = SourceFactory(slug="other", name="Other")
    approve("n-sent", point=100)
    approve("n-killed", point=10, measure=killed)
    approve("s-sent", point=200, deployment=south, source=other)
    sent, kills, southern = (
        "Entered: Sent: 100 persons, claimed by The Ministry",
        "Entered: Killed: 10 persons, claimed by The Ministry",
        "Entered: Sent: 200 persons, claimed by Other",
    )
    assert titles(follow("/feeds/changes.atom")) == [southern, kills, sent]
    assert titles(follow("/feeds/deployments/north.atom")) == [kills, sent]
    assert titles(follow("/feeds/deployments/north/sent.atom")) == [sent]
    assert titles(follow("/feeds/deployments/south.atom")) == [southern]
    assert titles(follow("/feeds/deployments/south/killed.atom")) == []
    assert titles(follow("/feeds/sources/other.atom")) == [southern]
    assert titles(follow("/feeds/claims/n-killed.atom")) == [kills]


def test_a_feed_of_a_claim_tells_all_that_became_of_it(follow, approve, judge):
    approve("c-1", point=3000, qualifier="exact")
    approve("c-2", point=3000, qualifier="exact")
    approve("c-1", point=3500, qualifier="exact")
    judge("c-1", standing_reason="duplicate", words="The same statement.")
    feed = follow("/feeds/claims/c-1.atom")
    assert [title.partition(":")[0] for title in titles(feed)] == ["Set aside", "Corrected", "Entered"]
    assert feed.findtext("a:title", None, ATOM) == "Sent: 3,500 persons, claimed by The Ministry"
    assert "The same statement." in told(entries(feed)[0])


def test_an_entry_tells_a_contradiction_that_came_and_went(follow, approve, judge):
    approve("c-1", point=3000, qualifier="exact", as_of="2025-03-27", credibility=1)
    approve("c-2", point=2000, qualifier="exact", as_of="2025-03-28", said_on="2025-03-28")
    judge("c-2", standing_reason="duplicate", words="Misread.")
    resolved, caused, _ = (told(entry) for entry in entries(follow("/feeds/deployments/north/sent.atom")))
    assert "Contradiction newly caused: " in caused
    assert "Contradiction resolved: It no longer counts. Before: " in resolved


def test_what_moves_no_number_says_so(follow, approve):
    approve("c-1", point=3000, qualifier="exact")
    approve("c-1", point=3000, qualifier="exact", note="A remark.")
    newest = told(entries(follow("/feeds/deployments/north.atom"))[0])
    assert "Sent, Northern force. The numbers stayed as they were" in newest


def test_a_source_graded_anew_is_in_its_feed_with_its_effect(follow, approve, ledger):
    approve("c-1", point=3000, qualifier="exact")
    act = ActFactory(kind="describe", moves_version=True, subject="ministry", by=ledger.reviewer)
    SourceDescriptionFactory(source=ledger.source, version=act.version, name="The Ministry", reliability="E",
                             reason="Three figures withdrawn.")  # fmt: skip
    newest = entries(follow("/feeds/sources/ministry.atom"))[0]
    assert "Reliability: B became E" in told(newest)
    assert "Sent, Northern force. " in told(newest)


def test_a_source_graded_anew_is_in_the_feeds_of_what_leans_on_it(follow, approve, ledger):
    other = DeploymentFactory(slug="south", name="Southern force")
    approve("c-1", point=3000, qualifier="exact")
    approve("c-2", point=10, deployment=other, source=SourceFactory(slug="other"))
    act = ActFactory(kind="describe", moves_version=True, subject="ministry", by=ledger.reviewer)
    SourceDescriptionFactory(source=ledger.source, version=act.version, name="The Ministry", reliability="E")
    for address in ("deployments/north", "deployments/north/sent", "claims/c-1", "sources/ministry"):
        assert titles(follow(f"/feeds/{address}.atom"))[0] == "Described anew: the source The Ministry"
    for address in ("deployments/south", "deployments/south/sent", "claims/c-2", "sources/other"):
        assert "Described anew" not in titles(follow(f"/feeds/{address}.atom"))[0]


def test_an_empty_feed_is_a_feed(follow, ledger):
    feed = follow("/feeds/deployments/north/sent.atom")
    assert entries(feed) == []
    assert feed.findtext("a:updated", None, ATOM) == "1970-01-01T00:00:00Z"
    assert feed.findtext("a:author/a:name", None, ATOM) == "Muster"


def test_a_check_has_no_effect_and_no_page(follow, ledger):
    ActFactory(kind="check", subject="north", by=ledger.editor)
    entry = entries(follow("/feeds/deployments/north.atom"))[0]
    assert hrefs(entry) == {}
    assert datetime.fromisoformat(entry.findtext("a:updated", None, ATOM)) == NOW
    assert told(entry) == "By quiet-fern-21, as editor"


def test_effects_are_worked_out_once(follow, approve, engine):
    for number in range(5):
        approve(f"c-{number}", point=number)
    with counted_statements(engine) as first:
        before = follow("/feeds/deployments/north/sent.atom")
    with counted_statements(engine) as second:
        again = follow("/feeds/deployments/north/sent.atom")
    assert ET.tostring(again) == ET.tostring(before)
    assert len(second) <= 10 < len(first) <= 10 + 5 * 14


def test_what_is_too_much_to_read_at_once_is_told_later(follow, approve, monkeypatch):
    monkeypatch.setattr(feeds, "READ_AT_ONCE", 8)
    for number in range(3):  # each reads the 3 claims that there are now: for the last there is no room
        approve(f"c-{number}", point=100 * number)
    first, second = (
        [told(entry) for entry in entries(follow("/feeds/deployments/north/sent.atom"))] for _ in range(2)
    )
    assert ["Before: " in content for content in first] == [True, True, False]
    assert "Also touched, not compared here: Sent, Northern force" in first[2]
    assert ["Before: " in content for content in second] == [True, True, True]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/feeds/deployments/nowhere.atom", "There is no deployment “nowhere”."),
        ("/feeds/deployments/nk-troops-russia/snet.atom", "There is no measure “snet”."),
        ("/feeds/sources/nobody.atom", "There is no source “nobody”."),
        ("/feeds/claims/no%00thing.atom", "There is no claim “no\ufffdthing” in the ledger."),
    ],
)
def test_a_feed_of_nothing_is_not_found(browse, address, said):
    assert said in browse(address, status=404).text


def test_a_measure_spelt_nearly_right_is_named(browse):
    page = browse("/feeds/deployments/nk-troops-russia/snet.atom", status=404)
    assert "/feeds/deployments/nk-troops-russia/sent.atom" in page.links


def test_a_parameter_that_there_is_not_is_refused(browse):
    page = browse("/feeds/deployments/nk-troops-russia.atom?colour=red", status=422)
    assert "colour" in page.text


def test_every_page_leads_to_its_feed(browse, founding_site):
    pages = {
        "/": "/feeds/changes.atom",
        "/changes?measure=sent": "/feeds/changes.atom?measure=sent",
        "/deployments/nk-troops-russia": "/feeds/deployments/nk-troops-russia.atom",
        "/deployments/nk-troops-russia/sent": "/feeds/deployments/nk-troops-russia/sent.atom",
        f"/sources/{NIS}": f"/feeds/sources/{NIS}.atom",
        "/claims/nis-3000-20241023": "/feeds/claims/nis-3000-20241023.atom",
    }
    for path, feed in pages.items():
        page = browse(path)
        linked = page.soup.head.select('link[type="application/atom+xml"]')
        assert [link["href"] for link in linked] == [feed]
        assert all(link["title"] for link in linked)
        assert feed in page.links or path == "/"
        assert "/feeds" in page.links
        assert founding_site.get(feed).status_code == 200


def test_the_page_of_feeds_leads_to_all_of_them(browse, founding_site):
    page = browse("/feeds")
    found = {link for link in page.links if link.endswith(".atom")}
    assert len(found) > 4 + 24 + 20
    for link in found:
        assert founding_site.get(link).status_code == 200


def test_the_page_of_feeds_takes_few_statements(browse, statements):
    browse("/feeds")
    assert len(statements) <= 6
