"""What is pasted into the search box: addresses, slugs, claim_refs."""

import pytest

from app.search.leading import read_address
from tests.factories import ClaimFactory, RevisionFactory, SourceDocumentFactory, SourceFactory

URL = "https://www.news.example/2025/02/report-7?page=2"


@pytest.mark.parametrize(
    "typed",
    [
        URL,
        "http://news.example/2025/02/report-7/?page=2",
        "news.example/2025/02/report-7",
        "www.news.example/2025/02/report-7/",
        "https://m.news.example/2025/02/report-7?utm_source=a&page=2",
    ],
)
def test_an_address_finds_the_claims_that_were_read_there(visit, session, typed):
    document = SourceDocumentFactory(url=URL)
    RevisionFactory(claim=ClaimFactory(ref="read-there"), document=document, approved=True)
    RevisionFactory(claim=ClaimFactory(ref="waiting-there"), document=document)
    RevisionFactory(claim=ClaimFactory(ref="elsewhere"), approved=True)
    page = visit("/search?q=" + typed.replace("&", "%26"))
    assert "1 claim or appearance was read at this address" in page.text
    assert "/claims/read-there" in page.links
    assert not {"/claims/waiting-there", "/claims/elsewhere"} & set(page.links)


def test_an_address_that_nothing_was_read_at_is_said_to_be_one(visit):
    assert "No claim was read at this address." in visit("/search?q=https://news.example/nothing").text


@pytest.mark.parametrize("typed", ["a-name-of-old", "http://testserver/it/sources/a-name-of-old"])
def test_a_slug_and_an_address_of_this_site_lead_to_the_source(visit, session, typed):
    source = SourceFactory(slug="a-name-of-old", name="Something Else")
    RevisionFactory(source=source, approved=True)
    assert "/sources/a-name-of-old" in visit(f"/search?q={typed}").links


def test_a_claim_ref_leads_to_its_claim(visit, session):
    RevisionFactory(claim=ClaimFactory(ref="umerov-15000"), approved=True)
    page = visit("/search?q=umerov-15000")
    assert "/claims/umerov-15000" in [link["href"] for link in page.main.select(".search-names a")]


@pytest.mark.parametrize(
    "typed", ["11.000 soldiers", "kursk", "11.000", "https://", "a@b.example", "http://[/x"]
)
def test_what_is_no_address_is_looked_for_as_words(typed):
    assert read_address(typed) is None
