"""The first page and the pages of deployments, over the founding ledger."""

import csv
from collections import Counter

import pytest
from sqlalchemy import delete

from app.answers import glances
from app.answers.models import KeptReading
from app.deployments import views
from tests.visiting import FOUNDING


def rows(name):
    with (FOUNDING / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def claims():
    return [row for row in rows("claims.csv") if not row["repeat_of"]]


def test_the_first_page_groups_all_deployments_by_operation(browse):
    page = browse("/")
    assert page.heading == "What is claimed about troop deployments"
    assert [h2.get_text(strip=True) for h2 in page.main.find_all("h2")] == [
        "North Korean support for Russia",
        "Said last",
        "Changed last",
    ]
    assert {f"/deployments/{row['slug']}" for row in rows("deployments.csv")} <= page.links
    assert "150 claims on record" in page.text
    assert "126 claims" in page.text  # about the troops
    assert "Imported nk-russia" in page.text


def test_each_reading_of_the_first_page_carries_its_unit_and_day_and_leads_to_its_chart(browse):
    page = browse("/")
    assert "Sent 15,000 persons" in page.text
    assert "by 13 Dec 2025" in page.text
    assert {
        f"/deployments/nk-troops-russia/{measure}" for measure in ("sent", "present", "killed")
    } <= page.links


def test_what_was_said_last_stands_under_its_source_and_leads_to_its_claim(browse):
    page = browse("/")
    lately = page.main.find(id="lately").find_parent("section")
    assert max(row["said_on"] for row in claims()) == "2026-02-12"
    assert "about 6,000 persons , claimed by South Korea National Intelligence Service (NIS)" in " ".join(
        lately.get_text(" ").split()
    )
    assert len([a for a in lately.find_all("a") if a["href"].startswith("/claims/")]) == 8


def test_a_deployment_shows_every_measure_that_is_claimed(browse):
    page = browse("/deployments/nk-troops-russia")
    wanted = {row["measure"] for row in claims() if row["deployment"] == "nk-troops-russia"}
    assert {f"/deployments/nk-troops-russia/{measure}" for measure in wanted} <= page.links
    assert "126 claims by 41 sources in 14 families" in page.text


def test_plans_and_statements_without_a_number_lead_to_their_claims(browse):
    page = browse("/deployments/nk-troops-russia")
    wanted = {
        f"/claims/{row['claim_ref']}"
        for row in claims()
        if row["deployment"] == "nk-troops-russia"
        and row["nature"] in {"plan", "stance"}
        and row["standing"] in {"", "good"}
    }
    assert len(wanted) > 15
    assert wanted <= page.links


def test_the_table_of_counts_adds_up(browse):
    matrix = browse("/deployments/nk-troops-russia").main.find("table", class_="matrix")
    counts = Counter(row["measure"] for row in claims() if row["deployment"] == "nk-troops-russia")
    shown = [int(row.find_all("td")[-1].get_text(strip=True)) for row in matrix.tbody.find_all("tr")]
    assert shown == sorted(counts.values(), reverse=True)


def test_an_unknown_deployment_names_the_ones_that_are_near(browse):
    page = browse("/deployments/nk-troops-rusia", status=404)
    assert page.heading == "Not found"
    assert "There is no deployment “nk-troops-rusia”." in page.text
    assert "/deployments/nk-troops-russia" in page.links


def test_a_slug_that_no_database_could_hold_is_not_found(browse):
    browse("/deployments/%00", status=404)
    browse("/deployments/%F0%9F%90%BB", status=404)


def test_an_empty_ledger_says_how_to_fill_it(visit):
    page = visit("/")
    assert "No deployments yet" in page.text
    assert "muster import" in page.text


def test_pages_of_deployments_send_few_statements(browse, statements):
    for path, at_most in {"/": 24, "/deployments/nk-troops-russia": 24}.items():
        statements.clear()
        browse(path)
        assert len(statements) <= at_most, "\n".join(statements)


@pytest.fixture
def nothing_kept(founding_site):
    with founding_site.app.state.engine.begin() as connection:
        connection.execute(delete(KeptReading))


def test_the_first_page_reads_no_more_than_it_can_at_once(browse, monkeypatch, nothing_kept):
    monkeypatch.setattr(glances, "FILLED_AT_ONCE", 30)
    page = browse("/")
    assert page.response.headers["cache-control"] == "no-store"  # soon it can say more
    assert "still being computed after a change" in page.text
    sent = page.main.find("a", href="/deployments/nk-troops-russia/sent").find_parent("div")
    assert "its reading is being computed" in sent.get_text()  # 44 claims
    assert "15,000 persons (13,500 to 16,500)" in page.text  # workers: 2 claims
    assert "150 claims on record" in page.text


def test_the_first_page_stands_where_nothing_can_be_read_at_once(browse, monkeypatch, nothing_kept):
    monkeypatch.setattr(glances, "FILLED_AT_ONCE", 0)
    page = browse("/")
    assert page.text.count("its reading is being computed") >= 10
    assert not page.main.select("svg.chart-spark")


def test_what_was_read_once_is_looked_up_by_all_pages_that_show_it(browse, monkeypatch, nothing_kept):
    first, one = browse("/"), browse("/deployments/nk-troops-russia")
    monkeypatch.setattr(glances, "FILLED_AT_ONCE", 0)
    assert browse("/").main == first.main
    assert browse("/deployments/nk-troops-russia").main == one.main
    assert "no-store" not in browse("/").response.headers.get("cache-control", "")


def test_other_choices_are_read_as_far_as_there_is_time(browse, monkeypatch):
    monkeypatch.setattr(views, "READ_AT_ONCE", 30)
    page = browse("/deployments/nk-troops-russia?tolerance=10")
    assert "only its own page reads it so" in page.text
