"""The page of one measure: the product."""

import csv

import pytest

from app.charts import views
from tests.factories import (
    DeploymentFactory,
    FamilyFactory,
    MeasureFactory,
    RevisionFactory,
    SourceFactory,
)
from tests.visiting import FOUNDING

SENT = "/deployments/nk-troops-russia/sent"


def founding_rows(measure):
    with (FOUNDING / "claims.csv").open(encoding="utf-8", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["measure"] == measure and row["deployment"] == "nk-troops-russia" and not row["repeat_of"]
        ]


def table_refs(page, heading="claims"):
    table = page.main.find(id=heading).find_parent("section").find("table")
    return [row.find(class_="figure")["href"].rpartition("/")[2] for row in table.tbody.find_all("tr")]


def test_it_says_what_can_be_known_with_unit_and_day(browse):
    page = browse(SENT)
    assert page.heading == "Sent: North Korean combat troops in Russia"
    assert "by 13 December 2025" in page.text
    assert "44 claims by 23 sources of 9 families" in page.text


def test_every_claim_of_the_measure_is_on_the_page_and_leads_to_its_own(browse):
    page = browse(SENT)
    wanted = {f"/claims/{row['claim_ref']}" for row in founding_rows("sent")}
    assert len(wanted) == 44
    assert wanted <= page.links


def test_the_table_holds_what_counts_and_nothing_else(browse):
    counting = {
        row["claim_ref"]
        for row in founding_rows("sent")
        if row["nature"] in {"total", "increment", "event", "level"} and row["standing"] in {"", "good"}
    }
    assert set(table_refs(browse(SENT))) == counting


def test_plans_statements_shares_and_set_aside_claims_have_lists_of_their_own(browse):
    page = browse(SENT)
    assert {h2["id"] for h2 in page.main.find_all("h2")} >= {"claims", "plans", "stances", "set-aside"}
    shares = browse("/deployments/nk-troops-russia/killed").main.find(id="shares").find_parent("section")
    assert "%" in shares.get_text()


def test_the_chart_is_there_before_any_script_runs(browse, founding_site):
    figure = browse(SENT).main.find("figure", class_="chart")
    assert figure.find("svg", class_="chart-drawing").find("title").get_text()
    assert figure.figcaption.get_text(strip=True)
    assert founding_site.get(figure["data-figure"]).json()["data"]


def test_each_row_names_its_document_with_its_address(browse):
    page = browse(SENT)
    addresses = {
        a["href"] for a in page.main.find(id="claims").find_parent("section").find_all("a", rel=True)
    }
    wanted = {row["url"] for row in founding_rows("sent") if row["nature"] == "total" and row["url"]
              and row["standing"] in {"", "good"}}  # fmt: skip
    assert wanted <= addresses


@pytest.mark.parametrize(
    ("sort", "key", "falling"),
    [
        ("-figure", lambda row: float(row["point"] or row["low"] or row["high"]), True),
        ("figure", lambda row: float(row["point"] or row["low"] or row["high"]), False),
        ("source", lambda row: row["source"].lower(), False),
        ("-source", lambda row: row["source"].lower(), True),
    ],
)
def test_the_table_is_sorted_as_the_address_says(browse, sort, key, falling):
    page = browse(f"{SENT}?sort={sort}")
    by_ref = {row["claim_ref"]: row for row in founding_rows("sent")}
    keys = [key(by_ref[ref]) for ref in table_refs(page)]
    assert keys == sorted(keys, reverse=falling)
    assert len(page.soup.select(f"th[aria-sort={'descending' if falling else 'ascending'}]")) >= 1
    assert page.soup.find("link", rel="canonical")["href"] == f"http://testserver{SENT}?sort={sort}"


def test_unknown_parameters_are_passed_over_and_not_in_the_canonical_address(browse):
    page = browse(f"{SENT}?utm_source=x&sort=-day")
    assert page.soup.find("link", rel="canonical")["href"] == f"http://testserver{SENT}"


def test_a_sort_that_there_is_not_is_named(browse):
    page = browse(f"{SENT}?sort=loudest", status=422)
    assert "sort “loudest” is none of" in page.text
    assert "sort is given 2 times" in browse(f"{SENT}?sort=day&sort=said", status=422).text


def test_an_unknown_measure_names_the_ones_that_are_near(browse):
    page = browse("/deployments/nk-troops-russia/kiled", status=404)
    assert "There is no measure “kiled”." in page.text
    assert "/deployments/nk-troops-russia/killed" in page.links


def test_a_measure_that_nobody_claimed_anything_of_has_a_page_without_a_table(visit):
    deployment, measure = DeploymentFactory(), MeasureFactory()
    page = visit(f"/deployments/{deployment.slug}/{measure.slug}")
    assert page.main.find(id="claims") is None


def test_a_measure_with_plans_only_lists_them(visit):
    RevisionFactory(
        nature="plan", approved=True, deployment=DeploymentFactory(slug="d"), measure=MeasureFactory(slug="m")
    )
    page = visit("/deployments/d/m")
    assert page.main.find(id="claims") is None
    assert "a plan: 100 persons" in page.main.find(id="plans").find_parent("section").get_text()


def test_a_long_table_is_cut_and_leads_to_the_rest(visit, monkeypatch):
    monkeypatch.setattr(views, "LISTED", 20)
    about = {
        "deployment": DeploymentFactory(slug="d"),
        "measure": MeasureFactory(slug="m"),
        "source": SourceFactory(family=FamilyFactory()),
        "approved": True,
    }
    for number in range(100, 125):
        RevisionFactory(point=number, as_of="2025-03-01", **about)
    page = visit("/deployments/d/m")
    assert len(table_refs(page)) == 20
    assert "/claims?deployment=d&measure=m" in page.links


def test_the_page_sends_few_statements_however_many_claims(browse, statements):
    for measure in ("sent", "present", "officers"):
        statements.clear()
        browse(f"/deployments/nk-troops-russia/{measure}")
        assert len(statements) <= 22, "\n".join(statements)


def test_the_figure_is_that_of_the_page_also_when_more_was_claimed_since(visit, site):
    about = {"deployment": DeploymentFactory(slug="d"), "measure": MeasureFactory(slug="m"), "approved": True}
    RevisionFactory(point=3000, as_of="2025-03-01", **about)
    address = visit("/deployments/d/m").soup.select_one("[data-chart]")["data-figure"]
    before = site.get(address).json()
    RevisionFactory(point=4000, as_of="2025-03-02", **about)
    assert site.get(address).json() == before
    later = visit("/deployments/d/m").soup.select_one("[data-chart]")["data-figure"]
    assert later != address
    assert site.get(later).json()["layout"]["meta"]["marks"] == before["layout"]["meta"]["marks"] + 1
