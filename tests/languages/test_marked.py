"""Every text of every page can be said in another language: none is written into a page unmarked."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.claims.listing import ORDERS
from app.settings import PROJECT
from tests.languages.pseudo import contents_of, in_brackets, made_up_site, unmarked

NIS = "south-korea-national-intelligence-service-nis"
PUBLIC = [
    "/",
    "/deployments/nk-troops-russia",
    "/deployments/nk-troops-russia/sent",
    "/deployments/nk-troops-russia/killed?known_on=2025-03-27&precedence=latest&tolerance=10",
    "/deployments/nk-troops-russia/present?place=kursk-oblast",
    "/deployments/nk-troops-russia/sent/why?on=2025-03-27",
    "/deployments/nk-troops-russia/sent/embed",
    "/deployments/nk-troops-russia/sent/certificate?version=1&on=2025-03-27&figure=selected",
    "/deployments/nk-munitions-russia",
    "/embed/nk-troops-russia/sent",
    "/claims",
    "/claims?family=ukrainian-government&nature=total&standing=good&sort=-figure",
    "/claims?kind=appearance",
    "/claims/nis-3000-20241023",
    "/claims/nis-3000-it-20241023",
    "/claims/yonhap-13000-20250902",
    "/sources",
    f"/sources/{NIS}",
    "/places/kursk-oblast",
    "/compare",
    "/compare?series=nk-troops-russia/killed&series=nk-troops-russia/wounded",
    "/changes",
    "/changes?role=administrator",
    "/changes/1",
    "/feeds",
    "/search",
    "/search?q=kursk",
    "/search?q=zzz",
    "/about",
    "/api",
    "/cite?of=/deployments/nk-troops-russia/sent",
    "/cite?of=/claims?nature=total",
    "/cite?of=/claims/nis-3000-20241023",
    "/report?about=/claims/nis-3000-20241023",
    "/login",
]
REFUSED = {
    "/nowhere": 404,
    "/claims/nis-3000-2024102": 404,
    "/sources/nobody": 404,
    "/deployments/nowhere": 404,
    "/changes/77": 404,
    "/citations/none": 404,
    "/search?page=99": 422,
    "/claims?said_from=2025-13&sort=best": 422,
    "/deployments/nk-troops-russia/sent?tolerance=3": 422,
    "/cite?of=elsewhere": 422,
}
TYPED = {"nowhere", "nis-3000-2024102", "nobody", "none", "best", "elsewhere", "zzz"}
IN_ADDRESSES = {*ORDERS, "rounding"}
"""Words of addresses, which are the same in every language."""


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
    assert unmarked(answer.text, contents | TYPED) == []


@pytest.mark.parametrize(("path", "status"), REFUSED.items())
def test_nothing_that_is_refused_is_refused_unmarked(
    path: str, status: int, client: TestClient, contents: frozenset[str]
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert unmarked(answer.text, contents | TYPED | IN_ADDRESSES) == []


@pytest.mark.parametrize("measure", ["sent", "casualties", "present"])
def test_nothing_that_a_figure_says_where_it_is_pointed_at_is_unmarked(
    measure: str, client: TestClient, contents: frozenset[str]
) -> None:
    figure = client.get(f"/embed/nk-troops-russia/{measure}/figure").json()
    told = [words for trace in figure["data"] for _address, words in trace.get("customdata", [])]
    told += [words for trace in figure["data"] for words in trace.get("text", [])]
    told += [note["text"] for note in figure["layout"]["annotations"]]
    page = "".join(f"<p>{words.replace('<br>', ' ')}</p>" for words in told)
    assert "⟦" in page
    assert unmarked(page, contents) == []


def test_what_is_not_marked_is_found() -> None:
    page = '<html lang="eo"><title>⟦Sources⟧</title><p title="Hello">⟦By ⟧<b>NATO</b>, B2 as <i>seen</i></p>'
    assert unmarked(page, frozenset({"NATO"})) == [
        "Hello   [Hello]",
        "⟦By ⟧NATO, B2 as   [as]",
        "seen   [seen]",
    ]
    assert unmarked('<p lang="en">Hello <code>there</code></p>', frozenset()) == []
    assert in_brackets('By %(by)s, <a href="%(to)s">here</a>') == '⟦By ⟧%(by)s⟦, ⟧<a href="%(to)s">⟦here⟧</a>'


def test_no_style_sheet_says_a_word() -> None:
    """What a style puts before a cell stands in an attribute of it, in the language of the page."""
    said = [
        f"{path.name}: {words}"
        for path in sorted((PROJECT / "static" / "css").glob("*.css"))
        for words in re.findall(r"content:\s*\"([^\"\\]*[A-Za-z][^\"]*)\"", path.read_text(encoding="utf-8"))
    ]
    assert said == []
