"""Sources by family, and the page of each."""

import csv

from app.claims.models import Claim
from app.sources import views
from tests.factories import FamilyFactory, RevisionFactory, SourceFactory, current_session
from tests.visiting import FOUNDING

NIS = "/sources/south-korea-national-intelligence-service-nis"


def founding(name):
    with (FOUNDING / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_sources_are_listed_by_family_with_grade_and_number_of_claims(browse):
    page = browse("/sources")
    assert "44 sources in 16 families" in page.text
    shown = {}
    for body in page.main.find("table").find_all("tbody"):
        family = body.find("th").get_text(strip=True)
        for row in body.find_all("tr"):
            shown[row.find(class_="who").get_text(strip=True)] = (
                family,
                row.find(class_="grades").get_text(strip=True),
                int(row.find(class_="number").get_text(strip=True)),
            )
    made = [row["source"] for row in founding("claims.csv") if not row["repeat_of"]]
    assert shown == {
        row["name"]: (row["family"], row["reliability"], made.count(row["name"]))
        for row in founding("sources.csv")
    }


def test_families_with_the_most_claims_come_first(browse):
    families = [th.get_text(strip=True) for th in browse("/sources").main.select("tbody th")]
    assert families[:2] == ["South Korean government", "Ukrainian government"]


def test_a_source_shows_who_it_is_and_all_its_claims(browse):
    page = browse(NIS)
    assert page.heading == "South Korea National Intelligence Service (NIS)"
    assert "Usually careful, but counts of the dead were later raised" in page.text
    rows = [row for row in founding("claims.csv") if row["source"] == page.heading]
    assert {f"/claims/{row['claim_ref']}" for row in rows} <= page.links
    assert f"{sum(not row['repeat_of'] for row in rows)} claims" in page.text


def test_a_source_names_its_relatives(browse):
    assert "/sources/south-korea-joint-chiefs-of-staff-jcs" in browse(NIS).links


def test_a_source_of_more_claims_than_the_page_holds_leads_to_the_rest(visit, monkeypatch):
    monkeypatch.setattr(views, "LISTED", 3)
    source = SourceFactory(slug="s", family=FamilyFactory())
    for _ in range(4):
        RevisionFactory(source=source, approved=True)
    assert "/claims?source=s&kind=claim" in visit("/sources/s").links


def test_a_source_without_any_claim_says_so(visit):
    SourceFactory(slug="s", name="Silent", kind=None)
    page = visit("/sources/s")
    assert "Nothing that this source said is in the ledger." in page.text
    assert "not known" in page.text


def test_an_empty_ledger_has_no_sources(visit):
    assert "No sources yet" in visit("/sources").text


def test_an_unknown_source_names_the_ones_that_are_near(browse):
    page = browse("/sources/natto", status=404)
    assert "There is no source “natto”." in page.text
    assert "/sources/nato" in page.links


def test_every_number_of_a_source_leads_to_its_claim(visit):
    revision = RevisionFactory(source=SourceFactory(slug="s"), approved=True)
    ref = current_session().get(Claim, revision.claim_id).ref
    figure = visit("/sources/s").main.find("a", class_="figure")
    assert figure["href"] == f"/claims/{ref}"
    assert figure.get_text() == "100 persons"


def test_the_list_of_sources_sends_few_statements(browse, statements):
    browse("/sources")
    assert len(statements) <= 3, "\n".join(statements)
