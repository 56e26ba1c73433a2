"""Reporting an error as a reader's browser does it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app.api import limits
from app.api.limits import Limits
from app.models import ErrorReport
from app.reports.models import ErrorKind
from app.settings import Settings
from tests.reports.filled import filled

HOSTILE = "<script>alert('&')</script>"


def stored(session) -> list[ErrorReport]:
    return list(session.scalars(select(ErrorReport).order_by(ErrorReport.id)))


@pytest.fixture
def two_an_hour(site, monkeypatch):
    """The site with another limit, and a browser that has an address."""
    usual = site.app.state.limits
    site.app.state.limits = Limits(Settings(database_url=None, limit_reporting="2/hour"))
    monkeypatch.setattr(limits, "network_of", lambda _: "192.0.2.1")
    yield
    site.app.state.limits = usual


@pytest.fixture
def one_of_all(site):
    """The site that takes one report an hour, whoever sends it."""
    usual = site.app.state.limits
    site.app.state.limits = Limits(Settings(database_url=None, limit_reports="1/hour"))
    yield
    site.app.state.limits = usual


def test_a_report_is_stored_with_what_it_is_about_and_nothing_of_who_sent_it(session, desk, ledger):
    answer = desk.post("/report", filled())
    [report] = stored(session)
    assert (report.about, report.claim_id) == ("/claims/claim", ledger.claim_id)
    assert (report.deployment_id, report.measure_id) == (ledger.deployment_id, ledger.measure_id)
    assert report.source_id == ledger.source_id
    assert (report.kind, report.words) == ("figure", "The document says 10,000.")
    assert (report.url, report.reported_at) == ("https://example.org/report", desk.now)
    assert answer.response.headers["location"] == "/report/sent?about=%2Fclaims%2Fclaim"
    assert "set-cookie" not in answer.response.headers
    assert {column.name for column in ErrorReport.__table__.columns} == {
        "id", "digest", "about", "title", "claim_id", "deployment_id", "measure_id", "source_id", "kind",
        "words", "url", "version", "reported_at",
    }  # fmt: skip


def test_the_page_afterwards_says_what_happens_next_and_leads_back(desk, ledger):
    page = desk.get("/report/sent?about=/claims/claim")
    assert "What happens next" in page.text
    assert "/claims/claim" in page.links
    assert "Back to" not in desk.get("/report/sent?about=//elsewhere.example/").text


def test_a_double_click_reports_once_and_another_text_is_another_report(session, desk, ledger):
    form = filled()
    desk.post("/report", form)
    desk.post("/report", form)
    assert len(stored(session)) == 1
    desk.post("/report", form | {"words": "And the day is wrong."})
    desk.post("/report", filled())
    assert len(stored(session)) == 3


def test_each_form_has_a_key_of_its_own_and_is_kept_by_no_cache(desk, ledger):
    pages = [desk.get("/report?about=/claims/claim") for _ in range(2)]
    keys = {page.soup.find("input", attrs={"name": "key"})["value"] for page in pages}
    assert len(keys) == 2
    assert pages[0].response.headers["cache-control"] == "no-store"


ABOUT = [
    ("/claims/claim", "claimed by", "claim"),
    ("/sources/source", "", "source"),
    ("/deployments/troops", "", "deployment"),
    ("/deployments/troops/sent?tolerance=10", "with tolerance 10", "measure"),
    ("/deployments/troops/sent?known_on=2025-03-27", "as known on 27 March 2025", "measure"),
    ("/deployments/troops/sent/why?on=2025-03-27", "Why this number:", "measure"),
    (
        "/deployments/troops/sent/certificate?version={version}&on=2025-03-27&figure=low",
        "Lowest figure:",
        "measure",
    ),
]


@pytest.mark.parametrize(("address", "told", "thing"), ABOUT)
def test_a_report_keeps_the_page_with_the_choices_and_says_it_in_words(
    session, desk, ledger, address, told, thing
):
    address = address.format(version=ledger.approved_version)
    shown = desk.get(f"/report?about={address.replace('&', '%26')}")
    assert told in shown.text
    form = {field["name"]: field["value"] for field in shown.soup.select("form.entry input[type=hidden]")}
    desk.post("/report", filled() | form)
    [report] = stored(session)
    path, asked = (urlsplit(report.about).path, parse_qs(urlsplit(report.about).query))
    assert (path, asked) == (urlsplit(address).path, parse_qs(urlsplit(address).query))
    assert getattr(report, f"{thing}_id") is not None
    assert desk.get(report.about).heading


@pytest.mark.parametrize("address", [address for address, *_ in ABOUT])
def test_every_page_that_shows_numbers_leads_to_the_form_about_itself(desk, ledger, address):
    address = address.format(version=ledger.approved_version)
    links = [urlsplit(link) for link in desk.get(address).links]
    [about] = {parse_qs(link.query)["about"][0] for link in links if link.path == "/report"}
    assert urlsplit(about).path == urlsplit(address).path
    asked = parse_qs(urlsplit(about).query)
    assert parse_qs(urlsplit(address).query).items() <= asked.items()


LISTS = [
    ("/", "Deployments"),
    ("/claims?nature=total&sort=day", "Claims"),
    ("/compare?series=troops/sent", r"Compare: measure \d+ \(Deployment \d+\)"),
    ("/search?q=ten%00+thousand", "Search results: ten\ufffd thousand"),
    ("/places", "Places"),
    ("/changes", "Changes"),
    ("/changes/1", "Version 1"),
    ("/sources", "Sources"),
]


@pytest.mark.parametrize(("address", "title"), LISTS)
def test_a_page_of_many_numbers_leads_to_the_form_about_itself_as_it_was_asked_for(
    session, desk, ledger, address, title
):
    [about] = {
        parse_qs(asked.query)["about"][0]
        for asked in map(urlsplit, desk.get(address).links)
        if asked.path == "/report"
    }
    assert parse_qs(urlsplit(about).query) == parse_qs(urlsplit(address).query)
    desk.post("/report", filled(about=about))
    [report] = stored(session)
    assert urlsplit(report.about).path == urlsplit(address).path
    assert re.fullmatch(title, report.title)
    assert parse_qs(urlsplit(report.about).query) == parse_qs(urlsplit(address).query)
    assert desk.site.get(f"/it{report.about}").status_code == 200


def test_a_chart_in_a_frame_leads_to_the_form_about_its_measure(session, desk, ledger):
    links = desk.site.get("/it/embed/troops/sent").text
    assert "/it/report?about=http%3A%2F%2Ftestserver%2Fit%2Fdeployments%2Ftroops%2Fsent" in links
    desk.post("/report", filled(about="http://testserver/it/deployments/troops/sent"))
    assert stored(session)[0].about == "/deployments/troops/sent"


def test_no_page_that_is_not_there_leads_to_a_form_about_itself(desk):
    assert "/report" not in desk.site.get("/places/none").text


def test_an_address_pasted_in_full_is_taken_for_its_path(session, desk, ledger):
    desk.post("/report", filled(about="http://testserver/claims/claim"))
    assert [report.about for report in stored(session)] == ["/claims/claim"]


FOREIGN = [
    "https://elsewhere.example/claims/claim",
    "//elsewhere.example/claims/claim",
    "javascript:alert(1)",
    "claims/claim",
    "/login",
    "/desk/claims/claim",
    "/claims/none",
    "/places/none",
    "/changes/0",
    "/changes/99999999999999999999",
    "/citations/none",
    "/claims/%00",
    "/claims/cl\x00aim",
    "/sources/none",
    "/deployments/none",
    "/deployments/troops/none",
    "/deployments/none/sent/why",
    "/deployments/troops/sent?known_on=yesterday",
    "/deployments/troops/sent/certificate?figure=mean",
    "/deployments/troops/sent?" + "&".join(f"source=source-{number}" for number in range(400)),
    "http://[",
    HOSTILE,
]


@pytest.mark.parametrize(
    "address", FOREIGN, ids=lambda address: address[:40].encode("unicode_escape").decode()
)
def test_what_is_no_page_of_this_site_is_refused_with_all_that_was_typed(session, desk, ledger, address):
    assert desk.site.get("/report", params={"about": address}).status_code == 422
    page = desk.post("/report", filled(about=address, words="Typed at length."), status=422)
    assert stored(session) == []
    assert page.soup.find("textarea").get_text() == "\nTyped at length." or "Typed at length." in page.text
    assert page.soup.find(id="about-error")
    assert page.soup.find("input", attrs={"name": "kind", "checked": True})["value"] == "figure"
    assert HOSTILE not in page.response.text


WRONG = [
    ({"words": ""}, "words"),
    ({"words": "a" * 2001}, "words"),
    ({"words": "a" * 190_000}, "words"),
    ({"words": "a\x00b"}, "words"),
    ({"kind": ""}, "kind"),
    ({"kind": "rumour"}, "kind"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "example.org"}, "url"),
    ({"url": "https://a.example/ and more"}, "url"),
    ({"url": "https://example.org/" + "a" * 4000}, "url"),
    ({"homepage": "https://spam.example/"}, "homepage"),
]


@pytest.mark.parametrize(("fields", "wrong"), WRONG, ids=lambda one: str(one)[:40].replace("\x00", "NUL"))
def test_what_is_wrong_in_the_form_is_named_and_nothing_typed_is_lost(session, desk, ledger, fields, wrong):
    form = filled(**fields)
    page = desk.post("/report", form, status=422)
    assert stored(session) == []
    assert page.soup.find(id=f"{wrong}-error")
    assert page.soup.find("textarea").get_text().strip() == form["words"].replace("\x00", "\ufffd")
    assert page.soup.find("input", attrs={"name": "url"})["value"] == form["url"]
    assert page.soup.find("input", attrs={"name": "key"})["value"] == form["key"]


def test_the_field_for_programs_is_hidden_until_it_was_filled(desk, ledger):
    def trap(page):
        return page.soup.find(id="homepage").find_parent("div")

    assert trap(desk.get("/report?about=/claims/claim")).has_attr("hidden")
    filled_in = desk.post("/report", filled(homepage="https://me.example/"), status=422)
    assert not trap(filled_in).has_attr("hidden")


def test_a_form_of_200_kilobytes_is_refused(session, desk, ledger):
    assert desk.site.post("/report", data=filled(words="a" * 200_001)).status_code in {400, 413, 422}
    assert stored(session) == []


def test_markup_is_shown_as_it_was_typed(desk, ledger):
    page = desk.post("/report", filled(words=HOSTILE, kind=""), status=422)
    assert page.soup.find("textarea").get_text().strip() == HOSTILE


def test_a_form_without_a_key_is_asked_for_again(session, desk, ledger):
    page = desk.post("/report", filled(key="x"), status=422)
    assert "Please send it once more." in page.text
    assert stored(session) == []
    form = filled(key=page.soup.find("input", attrs={"name": "key"})["value"])
    desk.post("/report", form)
    assert len(stored(session)) == 1


def test_without_an_address_the_form_asks_for_it(desk):
    page = desk.get("/report")
    assert page.heading == "Report an error"
    assert page.soup.find("input", attrs={"name": "about", "type": "text"})


def test_beyond_the_limit_what_was_typed_stays_and_a_repetition_is_not_counted(
    session, desk, ledger, two_an_hour
):
    first = filled()
    for form in (first, first, filled(kind=""), filled()):
        desk.site.post("/report", data=form)
    page = desk.post("/report", filled(words="The third."), status=429)
    assert "From one address 2 per 1 hour are taken" in page.text
    assert page.soup.find("textarea").get_text().strip() == "The third."
    assert 1 <= int(page.response.headers["retry-after"]) <= 3600
    assert len(stored(session)) == 2


def test_beyond_the_limit_of_all_readers_together_the_form_says_so_in_its_language(
    session, desk, ledger, one_of_all
):
    desk.post("/report", filled())
    page = desk.post("/it/report", filled(words="Il terzo."), status=429)
    assert "Da tutti i lettori insieme sono arrivate più segnalazioni" in page.text
    assert page.soup.find("textarea").get_text().strip() == "Il terzo."
    assert page.response.headers["retry-after"]
    assert len(stored(session)) == 1


@pytest.mark.parametrize("kind", ErrorKind)
def test_each_kind_of_error_can_be_chosen(session, desk, ledger, kind):
    desk.post("/report", filled(kind=kind))
    assert [report.kind for report in stored(session)] == [kind]


def test_a_page_of_another_site_reports_nothing(session, desk, ledger):
    answer = desk.site.post("/report", data=filled(), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert stored(session) == []


def test_no_public_page_shows_a_report(session, desk, ledger):
    desk.post("/report", filled(words="unheard-of words"))
    for address in ("/", "/claims/claim", "/changes", "/report?about=/claims/claim", "/feeds/changes.atom"):
        assert "unheard-of" not in desk.site.get(address).text
