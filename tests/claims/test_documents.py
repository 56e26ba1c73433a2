"""Web addresses: written in one way, compared as pages, and found again."""

import pytest
from hypothesis import given
from hypothesis import provisional as hp

from app.claims.documents import known_documents, recent_documents, tidy_url, url_key
from app.review.actions import decide
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory

TIDY = {
    "https://example.org/a?utm_source=x&id=7&fbclid=y": "https://example.org/a?id=7",
    "https://example.org/a?UTM_Medium=x": "https://example.org/a",
    "HTTPS://Example.ORG:443/A?b=C": "https://example.org/A?b=C",
    "http://example.org:8080/": "http://example.org:8080/",
    "https://example.org/a#:~:text=nearly%2011%2C000": "https://example.org/a",
    "https://example.org/a#xtor=RSS-1": "https://example.org/a",
    "https://example.org/a#figures": "https://example.org/a#figures",
    "https://example.org/?q=a%20b&q=c+d&empty": "https://example.org/?q=a%20b&q=c+d&empty",
    "https://user:secret@example.org/a": "https://example.org/a",
    "  https://example.org/a ": "https://example.org/a",
    "https://www.bbc.com/news/x?at_medium=RSS&at_campaign=K": "https://www.bbc.com/news/x",
    "not an address": "not an address",
    "https://[broken": "https://[broken",
}


@pytest.mark.parametrize(("url", "tidy"), TIDY.items(), ids=TIDY)
def test_an_address_loses_what_tracks_its_readers(url, tidy):
    assert tidy_url(url) == tidy


SAME = [
    "https://www.example.org/a/",
    "http://example.org/a",
    "https://m.example.org/a/amp",
    "https://amp.example.org/a?utm_source=x",
    "https://example.org/a/index.html#top",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_page_have_one_key(url):
    assert url_key(url) == "example.org/a"


def test_other_pages_have_other_keys():
    assert len({url_key(f"https://example.org/{page}") for page in ("a", "b", "a?id=1", "a?id=2", "A")}) == 5
    assert url_key("https://example.org/?b=1&a=2") == url_key("https://example.org/?a=2&b=1")
    assert url_key("an archive") == ""


@given(hp.urls())
def test_any_address_is_tidy_after_once_and_keeps_its_key(url):
    assert tidy_url(tidy_url(url)) == tidy_url(url)
    assert url_key(tidy_url(url)) == url_key(url)


URL = "https://www.example.org/a?utm_source=feed"


def test_a_page_is_known_however_its_address_is_spelt(session):
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="first", url=URL, publisher="Yonhap", title="Losses"))
    enter(session, a_row(claim_ref="second", url=URL, publisher="Yonhap", title="Losses", point="301"))
    enter(session, a_row(claim_ref="other", url="https://example.org/b"))
    [known] = known_documents(session, "http://example.org/a/")
    assert (known.publisher, known.title, known.url, known.claims) == ("Yonhap", "Losses", URL, 2)
    assert known.refs == ("second", "first")
    assert (known.source, known.deployment, known.said_on) == (
        "National Intelligence Service", "nk-russia", "2025-01-13",
    )  # fmt: skip
    assert known_documents(session, "https://example.org/c") == []
    assert known_documents(session, "an archive") == []


def test_of_several_descriptions_of_a_page_the_one_with_most_claims_is_first(session):
    a_ledger()
    enter(session, a_row(claim_ref="bare", url=URL))
    for point in ("301", "302"):
        enter(session, a_row(point=point, url=URL, title="Losses"))
    assert [document.title for document in known_documents(session, URL)] == ["Losses", None]


def test_what_was_withdrawn_was_not_read_in_it(session):
    a_ledger()
    editor = PersonFactory()
    decide(session, enter(session, a_row(url=URL), by=editor), "withdrawn", by=editor, at=NOW)
    [known] = known_documents(session, URL)
    assert (known.claims, known.refs, known.source) == (0, (), None)


def test_the_same_document_is_at_hand_again(session):
    a_ledger()
    editor = PersonFactory()
    for title in ("First", "Second", "First", "Third"):
        enter(session, a_row(title=title), by=editor)
    enter(session, a_row(title="Somebody else's"))
    assert [document.title for document in recent_documents(session, editor.id, 2)] == ["Third", "First"]
    assert len(recent_documents(session, editor.id)) == 3
