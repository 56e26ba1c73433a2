"""The search page over the founding ledger and over a test's own."""

from app.search.queries import RANKED
from tests.factories import ClaimFactory, RevisionFactory, SourceFactory


def test_the_page_without_a_question_has_one_box(browse):
    page = browse("/search")
    assert [box["name"] for box in page.soup.find_all("input", type="search")] == ["q"]
    assert page.heading == "Search"


def test_a_word_finds_claims_with_their_source_and_their_chart(browse):
    page = browse("/search?q=umerov")
    assert "Search for “umerov”" in page.heading
    assert "/claims/umerov-15000-20241105" in page.links
    assert any(link.startswith("/deployments/nk-troops-russia/") for link in page.links)
    assert [mark.get_text() for mark in page.main.find_all("mark")] == ["Umerov"]
    assert "1 claim or appearance" in page.text


def test_names_come_before_claims(browse):
    page = browse("/search?q=zelensky")
    headings = [heading.get_text() for heading in page.main.find_all("h2")]
    assert headings == ["Names", "Claims"]
    assert any(link.startswith("/sources/") for link in page.links)


def test_words_begun_are_said_to_be(browse):
    assert "Nothing holds the last word by itself" in browse("/search?q=zelens").text


def test_a_slip_of_the_keys_is_answered_with_what_may_have_been_meant(browse):
    page = browse("/search?q=zelenksy")
    assert "No claim holds this word." in page.text
    assert "/search?q=zelensky" in page.links


def test_what_holds_no_word_is_said_to(browse):
    assert "There is no word in it that can be looked for." in browse("/search?q=%26%20%7C%20!").text


def test_the_page_goes_on_to_further_pages(browse):
    first = browse("/search?q=soldiers")
    assert "/search?q=soldiers&page=2" in first.links
    second = browse("/search?q=soldiers&page=2")
    assert "/search?q=soldiers" in second.links
    assert not second.main.find(id="names")


def test_a_page_that_there_is_not_is_refused_by_name(browse):
    page = browse("/search?q=a&page=0", status=422)
    assert "“0” is no page: there are 1 to 25" in page.text
    assert RANKED == 25 * 20


def test_hostile_words_are_only_words(visit, session):
    RevisionFactory(
        claim=ClaimFactory(ref="a"),
        source=SourceFactory(name="<script>alert(1)</script>"),
        wording="<b>bold</b> words & more",
        approved=True,
    )
    page = visit("/search?q=bold%20%3Cscript%3E")
    assert page.main.find("script") is None
    assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt; words &amp; more" in page.response.text


def test_the_statements_stay_few(browse, statements):
    browse("/search?q=kursk%20soldiers")
    assert 0 < len(statements) <= 7


def test_the_box_is_given_names(founding_site):
    assert "Kursk Oblast" in founding_site.get("/search/names?q=kursk").json()
    assert founding_site.get("/search/names").json() == []


def test_a_wording_stands_in_the_quotation_marks_of_the_page_and_says_its_own_language(browse):
    for address, begin, end in (("/it/search?q=soldiers", "«", "»"), ("/search?q=soldiers", "“", "”")):
        wording = browse(address).main.find("p", class_="wording")
        assert wording.get_text().startswith(begin)
        assert wording.get_text().endswith(end)
        assert wording["lang"] == "it"


def test_a_day_leads_to_what_was_said_then_and_what_is_about_it(browse):
    page = browse("/search?q=2024-10")
    said, about = "/claims?said_from=2024-10&said_to=2024-10", "/claims?day_from=2024-10&day_to=2024-10"
    assert {said, about} <= set(page.links)
    assert not any("said_from" in link for link in browse("/search?q=2024-13").links)
    assert not any("said_from" in link for link in browse("/search?q=2024").links)


def test_a_word_with_a_hyphen_is_found_written_apart(browse):
    apart = browse("/search?q=%22north korean%22").main.find_all("mark")
    joined = browse("/search?q=north-korean").main.find_all("mark")
    assert {mark.get_text() for mark in joined} == {mark.get_text() for mark in apart} != set()
