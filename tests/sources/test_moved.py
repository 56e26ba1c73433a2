"""The address of a source that was merged leads on, wherever it stands; the past is answered as it was."""

import pytest

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
