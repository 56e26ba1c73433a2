"""The change log as data and as a feed."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.factories import NOW, ActFactory, PersonFactory

CHANGES = "/api/v1/changes"
FEED = "/feeds/changes.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def walk(site, address):
    """All items from an address on, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        answer = site.get(f"{address}{f'&cursor={cursor}' if cursor else ''}").json()
        items.append(answer["items"])
        cursor = answer["next"]
    return items


def read_feed(answer):
    return ET.fromstring(answer.content)  # noqa: S314 - our own answer, not somebody's file


def test_the_log_of_the_founding_ledger_is_one_import(founding_site):
    answer = founding_site.get(CHANGES).json()
    assert set(answer) == {"items", "next"}
    assert answer["next"] is None
    [act] = answer["items"]
    assert (act["kind"], act["role"]) == ("import", "administrator")
    assert act["at"] == "2026-11-23T10:00:00Z"
    assert act["counts"]["claims"] == {"new": 199, "changed": 0, "unchanged": 0, "older": 0}
    assert act["parts"] == []


def test_a_correction_has_its_fields_before_and_after(visit, site, approve):
    approve("c-1", point=3000, qualifier="stated")
    approve("c-1", point=3500, qualifier="stated", reason="copy_error")
    act = site.get(f"{CHANGES}?limit=1").json()["items"][0]
    assert act["sentence"] == "Corrected: Sent: 3,500 persons, claimed by The Ministry"
    assert (act["by"], act["role"], act["touched"]) == ("Rita Named", "reviewer", 1)
    [part] = act["parts"]
    [entry] = part["entries"]
    assert part["claim_ref"] == "c-1"
    assert (entry["by"], entry["approved_by"], entry["reason"]) == (
        "quiet-fern-21",
        "Rita Named",
        "copy_error",
    )
    assert entry["changes"] == [{"field": "Figure", "before": "3,000 persons", "after": "3,500 persons"}]


def test_one_act_as_data_has_its_effect(visit, site, approve):
    approve("c-1", point=3000, qualifier="exact")
    act = approve("c-1", point=3500, qualifier="exact")
    [effect] = site.get(f"{CHANGES}/{act.version}").json()["effects"]
    assert (effect["deployment"], effect["measure"], effect["compared"]) == ("north", "sent", True)
    assert effect["before"] == {"on": "2025-03-27", "low": 3000, "selected": 3000, "high": 3000}
    assert effect["after"] == {"on": "2025-03-27", "low": 3500, "selected": 3500, "high": 3500}
    assert (effect["caused"], effect["resolved"]) == ([], [])


def test_all_that_an_import_took_in_comes_page_by_page(founding_site):
    address, refs, cursor = f"{CHANGES}/1?limit=100", [], ""
    while cursor is not None:
        answer = founding_site.get(f"{address}&cursor={cursor}").json()
        refs += [part.get("claim_ref") or part["slug"] for part in answer["parts"]]
        assert bool(answer["effects"]) is (cursor == "")
        cursor = answer["next"]
    assert len(refs) == answer["touched"] == 271


@pytest.mark.parametrize("limit", [1, 7, 50, 1000])
def test_pages_lose_and_double_no_act(visit, site, ledger, limit):
    made = [ActFactory(kind="check", by=ledger.editor).id for _ in range(21)]
    pages = walk(site, f"{CHANGES}?kind=check&limit={limit}")
    assert [act["id"] for page in pages for act in page] == made[::-1]
    assert {len(page) for page in pages[:-1]} <= {limit}


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (f"{CHANGES}?limit=0", ["limit"]),
        (f"{CHANGES}?limit=1001", ["limit"]),
        (f"{CHANGES}?limit=x&cursor=y", ["cursor", "limit"]),
        (f"{CHANGES}?utm_source=x", ["utm_source"]),
        (f"{CHANGES}?after=1", ["after"]),
        (f"{CHANGES}?kind=people&role=reader", ["kind", "role"]),
        (f"{CHANGES}?deployment=nowhere&from=x", ["deployment", "from"]),
        (f"{CHANGES}/1?cursor=x", ["cursor"]),
        (f"{CHANGES}/1?limit=-1", ["limit"]),
        (f"{CHANGES}/1?measure=sent", ["measure"]),
    ],
)
def test_a_bad_value_is_a_problem_that_names_it(founding_site, address, fields):
    answer = founding_site.get(address)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_a_version_that_there_is_not_is_a_problem(founding_site):
    answer = founding_site.get(f"{CHANGES}/7")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("address", [CHANGES, f"{CHANGES}/1", FEED])
def test_who_holds_an_answer_already_is_told_so(founding_site, address):
    first = founding_site.get(address)
    assert first.headers["access-control-allow-origin"] == "*"
    again = founding_site.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_feed_keeps_the_rules_of_atom(visit, site, ledger, approve):
    for number in range(60):
        approve(f"c-{number}", point=number + 1)
    ActFactory(kind="check", subject="north", by=ledger.editor)
    answer = site.get(FEED)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = read_feed(answer)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(f"a:{name}", ATOM)) == 1
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {"self": "http://testserver/feeds/changes.atom", "alternate": "http://testserver/changes"}
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 50
    for entry in entries:
        for name in ("id", "title", "updated", "author", "content"):
            assert len(entry.findall(f"a:{name}", ATOM)) == 1
        assert entry.findtext("a:author/a:name", None, ATOM)
        assert datetime.fromisoformat(entry.findtext("a:updated", None, ATOM)) == NOW
        assert [link.get("rel") for link in entry.findall("a:link", ATOM)] in ([], ["alternate"])
    ids = [entry.findtext("a:id", None, ATOM) for entry in entries]
    assert len(set(ids)) == 50
    assert all(urlsplit(one).scheme == "tag" and one.startswith("tag:testserver,2026:") for one in ids)


def test_an_entry_of_the_feed_says_who_why_and_what_was_before(visit, site, approve):
    approve("c-1", point=3000, qualifier="stated")
    act = approve("c-1", point=3500, qualifier="stated", reason="copy_error")
    entry = read_feed(site.get(FEED)).find("a:entry", ATOM)
    assert entry.findtext("a:title", None, ATOM) == "Corrected: Sent: 3,500 persons, claimed by The Ministry"
    assert entry.find("a:link", ATOM).get("href") == f"http://testserver/changes/{act.version}"
    lines = entry.findtext("a:content", None, ATOM).splitlines()
    assert lines == [
        "By Rita Named, as reviewer",
        "Corrected: Sent: 3,500 persons, claimed by The Ministry",
        "Entered by quiet-fern-21",
        "Because copy error",
        "Figure: 3,000 persons became 3,500 persons",
        (
            "Sent, Northern force. Before: Between 2,700 and 3,300 by 27 March 2025; selected: 3,000."
            " After: Between 3,450 and 3,550 by 27 March 2025; selected: 3,500."
        ),
        "Other numbers hold from 1 October 2024 on.",
    ]


def test_a_feed_under_filters_is_a_feed_of_its_own(founding_site):
    ids = set()
    for query in ("", "?kind=import", "?kind=judge", "?measure=sent&kind=import"):
        feed = read_feed(founding_site.get(FEED + query))
        ids.add(feed.findtext("a:id", None, ATOM))
        assert len(feed.findall("a:entry", ATOM)) == (0 if "judge" in query else 1)
    assert len(ids) == 4
    assert founding_site.get(f"{FEED}?utm_source=x").status_code == 422


def test_a_feed_of_nothing_is_still_a_feed(visit, site):
    feed = read_feed(site.get(FEED))
    assert feed.findtext("a:author/a:name", None, ATOM) == "Muster"
    assert datetime.fromisoformat(feed.findtext("a:updated", None, ATOM)) == datetime(1970, 1, 1, tzinfo=UTC)


def test_what_no_xml_may_hold_is_left_out_of_the_feed(visit, site):
    person = PersonFactory(named_in_public=True, display_name="A\x01nn & \x0b<Co>\ufffe")
    ActFactory(kind="check", subject="x", by=person)
    feed = read_feed(site.get(FEED))
    assert feed.findtext("a:entry/a:author/a:name", None, ATOM) == "Ann & <Co>"
