"""Every text of every page can be said in another language: none is written into a page unmarked."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.languages.pseudo import contents_of, in_brackets, made_up_site, unmarked

NIS = "south-korea-national-intelligence-service-nis"
PUBLIC = [
    "/",
    "/deployments/nk-troops-russia",
    "/claims",
    "/claims?family=ukrainian-government&nature=total&standing=good&sort=-figure",
    "/claims?kind=appearance",
    "/claims/nis-3000-20241023",
    "/claims/nis-3000-it-20241023",
    "/claims/yonhap-13000-20250902",
    "/sources",
    "/changes",
    "/changes?role=administrator",
    "/changes/1",
    "/feeds",
    "/search",
    "/search?q=kursk",
    "/search?q=zzz",
]


@pytest.fixture(scope="module")
def contents(founding_url: str) -> frozenset[str]:
    return contents_of(founding_url)


@pytest.fixture(scope="module")
def client(founding_url: str) -> Iterator[TestClient]:
    """The site over the founding ledger, in the made-up language."""
    with made_up_site(founding_url) as client:
        yield client


@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_on_a_public_page_stands_there_unmarked(
    path: str, client: TestClient, contents: frozenset[str]
) -> None:
    answer = client.get(path)
    assert "⟦" in answer.text, "the page is not in the made-up language"
    assert unmarked(answer.text, contents) == []


def test_what_is_not_marked_is_found() -> None:
    page = '<html lang="eo"><title>⟦Sources⟧</title><p title="Hello">⟦By ⟧<b>NATO</b>, B2 as <i>seen</i></p>'
    assert unmarked(page, frozenset({"NATO"})) == [
        "Hello   [Hello]",
        "⟦By ⟧NATO, B2 as   [as]",
        "seen   [seen]",
    ]
    assert unmarked('<p lang="en">Hello <code>there</code></p>', frozenset()) == []
    assert in_brackets('By %(by)s, <a href="%(to)s">here</a>') == '⟦By ⟧%(by)s⟦, ⟧<a href="%(to)s">⟦here⟧</a>'
