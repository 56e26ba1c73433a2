"""The address of a source that was merged leads on, wherever it stands; the past is answered as it was."""

import pytest

from app.answers.parameters import BadParameters
from app.answers.queries import question
from app.citations.cited import cited_view
from app.readings.choices import Choices
from tests.factories import (
    DeploymentFactory,
    FamilyFactory,
    MeasureFactory,
    RevisionFactory,
    SourceAliasFactory,
    SourceFactory,
    SourceMergeFactory,
)


@pytest.fixture
def merge(session):
    """`old` was merged into `new`, of the family `state`, which has a claim."""
    new = SourceFactory(slug="new", name="New", family=FamilyFactory(slug="state"))
    RevisionFactory(
        deployment=DeploymentFactory(slug="troops"),
        measure=MeasureFactory(slug="sent"),
        source=new,
        approved=True,
    )
    SourceAliasFactory(source=new, name="Also New")
    return SourceMergeFactory(source=SourceFactory(slug="old", name="Old"), into=new)


MOVED = [
    ("/sources/old", "/sources/new"),
    ("/it/sources/old", "/it/sources/new"),
    ("/sources/old.csv", "/sources/new.csv"),
    ("/sources/old.json", "/sources/new.json"),
    ("/feeds/sources/old.atom", "/feeds/sources/new.atom"),
    ("/api/v1/sources/old", "/api/v1/sources/new"),
    ("/api/v1/claims?source=old&limit=5", "/api/v1/claims?source=new&limit=5"),
    ("/claims?source=old&order=as_of", "/claims?source=new&order=as_of"),
    ("/deployments/troops/sent?source=old&source=new", "/deployments/troops/sent?source=new"),
    ("/deployments/troops/sent.json?family=old", "/deployments/troops/sent.json?family=state"),
    ("/api/v1/deployments/troops/readings/sent?source=old&version={version}",
     "/api/v1/deployments/troops/readings/sent?source=new&version={version}"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "there"), MOVED, ids=[asked for asked, _ in MOVED])
def test_an_address_leads_on_for_good(site, visit, merge, asked, there):
    answer = site.get(asked.format(version=merge.version), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, there.format(version=merge.version))


def test_a_version_from_before_is_answered_as_it_was(site, visit, merge):
    address = "/api/v1/deployments/troops/readings/sent"
    answer = site.get(f"{address}?source=old&version={merge.version - 1}", follow_redirects=False)
    assert answer.status_code == 200
    assert answer.json()["choices"]["source"] == ["old"]


def test_lists_name_the_source_that_remains_alone(site, visit, merge):
    assert [one["slug"] for one in site.get("/api/v1/sources").json()["items"]] == ["new"]
    assert "/sources/old" not in visit("/sources").links
    assert "<loc>http://testserver/sources/old<" not in site.get("/sitemaps/sources-1.xml").text
    assert "Also known as Also New; Old" in visit("/sources/new").text


def test_names_of_the_past_are_searched_and_lead_to_it(site, visit, merge):
    for words in ("old", "also+new"):
        found = visit(f"/search?q={words}").links
        assert "/sources/new" in found
        assert "/sources/old" not in found


def test_what_was_cited_before_says_what_it_said_and_today_is_asked_of_the_one_that_remains(session, merge):
    version = merge.version
    before = cited_view(session, f"/deployments/troops/sent?source=old&version={version - 1}")
    assert "source=old" in before.address
    today = cited_view(session, "/deployments/troops/sent?source=old")
    assert today.address == f"/deployments/troops/sent?version={version}&source=new"
    assert cited_view(session, f"/sources/old?version={version - 1}").title.endswith(": Old")
    assert cited_view(session, "/sources/old").title.endswith(": New")


def test_where_no_page_leads_on_it_is_said_by_name(session, merge):
    with pytest.raises(BadParameters) as refused:
        question(session, "troops", "sent", Choices(sources=frozenset({"old"})))
    assert [(one.field, one.message) for one in refused.value.errors] == [
        ("source", "“old” was merged into “new”: ask for that one")
    ]


def test_the_log_and_the_feed_of_a_source_tell_of_its_names_and_of_what_was_merged_into_it(
    site, visit, session, merge
):
    log = visit("/changes?source=new").links
    assert f"/changes/{merge.version}" in log
    assert (
        site.get("/feeds/sources/new.atom").text.count("<entry>") == 4
    )  # described, a claim, a name, a merge
