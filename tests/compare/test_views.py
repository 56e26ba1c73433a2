"""The page of comparisons: without a script, by its address alone."""

import json
from datetime import date

import pytest

from tests.factories import DeploymentFactory, MeasureFactory, RevisionFactory, SourceFactory, new_version

TROOPS = "nk-troops-russia"
LOSSES = f"series={TROOPS}/casualties&series={TROOPS}/killed&series={TROOPS}/wounded"


def rows(page, caption) -> list[list[str]]:
    """The cells of a table, row by row; headers of rows first."""
    table = next(table for table in page.main.find_all("table") if caption in table.caption.get_text())
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in table.select("tbody tr")
    ]


def test_without_anything_it_offers_a_form_and_where_to_begin(browse):
    page = browse("/compare")
    assert page.heading == "Compare"
    boxes = page.main.select('input[type="checkbox"][name="series"]')
    assert f"{TROOPS}/sent" in {box["value"] for box in boxes}
    assert not [box for box in boxes if box.has_attr("checked")]
    assert not page.main.find("svg", class_="chart-drawing")
    begin = [link for link in page.links if link.startswith("/compare?")]
    assert len(begin) == 3


def test_every_suggestion_leads_to_a_chart(browse):
    for link in [link for link in browse("/compare").links if link.startswith("/compare?")]:
        assert browse(link).main.find("svg", class_="chart-drawing")


def test_the_form_sends_its_state_as_the_address(browse):
    page = browse(f"/compare?{LOSSES}&by=days&scale=per_sent&tolerance=5&family=south-korean-government")
    form = page.main.find("form")
    assert form["method"] == "get"
    checked = {box["value"] for box in form.select("input[checked]")}
    assert {f"{TROOPS}/killed", "days", "per_sent"} <= checked
    assert form.select_one('select[name="tolerance"] option[selected]')["value"] == "5"
    hidden = {(field["name"], field["value"]) for field in form.select('input[type="hidden"]')}
    assert hidden == {("family", "south-korean-government")}


def test_several_measures_stand_on_one_chart_with_their_figures(browse):
    page = browse(f"/compare?series={TROOPS}/sent&series={TROOPS}/killed")
    assert "North Korean combat troops in Russia: sent and killed" in page.text
    assert [row[:5] for row in rows(page, "headline day")] == [
        ["Sent North Korean combat troops in Russia", "13 Dec 2025", "14,500", "15,000", "15,500"],
        ["Killed North Korean combat troops in Russia", "2 Sep 2025", "1,800", "2,000", "2,200"],
    ]
    caption = page.main.find("figcaption").get_text()
    assert "Killed: selected 2,000 persons; at least 1,800, at most 2,200, on 2 September 2025." in caption
    assert f"/deployments/{TROOPS}/killed" in page.links
    assert f"/deployments/{TROOPS}/killed/why?on=2025-09-02" in page.links


def test_per_thousand_sent_divides_by_the_number_sent_of_the_day(browse):
    page = browse(f"/compare?series={TROOPS}/killed&scale=per_sent")
    (killed,) = rows(page, "headline day")
    assert killed[2:6] == ["120", "133.3", "146.7", "persons per 1,000 sent"]


def test_where_nobody_was_sent_there_is_a_gap(browse):
    page = browse("/compare?series=nk-engineers-russia/killed&scale=per_sent")
    (killed,) = rows(page, "headline day")
    assert killed[2:5] == ["–", "–", "–"]
    assert "no number sent is known for that day" in page.text


def test_by_days_each_row_says_which_day_it_is(browse):
    page = browse("/compare?series=nk-workers-russia/sent&by=days")
    values = [row for row in rows(page, "until the next") if len(row) > 1]
    assert values[0][:2] == ["1 Jan 2024", "0"]
    assert values[-1][:2] == ["30 Apr 2025", "485"]
    assert "by days since the start of each deployment" in page.main.find("svg").get_text()


def test_choices_apply_to_every_series_and_to_every_link(browse):
    page = browse(f"/compare?series={TROOPS}/killed&known_on=2025-06-01&tolerance=20")
    (killed,) = rows(page, "headline day")
    assert killed[1:5] == ["30 Apr 2025", "480", "600", "720"]
    assert f"/deployments/{TROOPS}/killed?known_on=2025-06-01&tolerance=20" in page.links


def test_the_page_names_the_address_that_stands_for_it(browse):
    page = browse(f"/compare?utm_source=x&by=date&series={TROOPS}/killed&series={TROOPS}/killed")
    assert (
        page.soup.find("link", rel="canonical")["href"]
        == f"http://testserver/compare?series={TROOPS}%2Fkilled"
    )


def test_a_series_can_be_taken_away(browse):
    page = browse(f"/compare?{LOSSES}&by=days")
    assert f"/compare?series={TROOPS}%2Fcasualties&series={TROOPS}%2Fkilled&by=days" in page.links


def test_the_figure_holds_the_numbers_of_the_table(browse):
    page = browse(f"/compare?series={TROOPS}/killed")
    figure = json.loads(page.main.find("script", attrs={"data-chart-figure": True}).string)
    selected = [trace for trace in figure["data"] if trace["meta"]["part"] == "selected"]
    assert selected[0]["y"][-1] == 2000
    assert figure["layout"]["meta"]["title"] == "North Korean combat troops in Russia: killed"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("series=nowhere/sent", "“nowhere/sent”: there is no deployment “nowhere”"),
        (f"series={TROOPS}/ghosts", f"“{TROOPS}/ghosts”: there is no measure “ghosts”"),
        ("series=sent", "“sent” is no series"),
        ("by=week", "“week” is none of date, days"),
        ("scale=log", "“log” is none of absolute, per_sent"),
        ("tolerance=7", "“7” is none of"),
        ("known_on=soon", "“soon” is not a day"),
        ("source=nobody", "there is no source “nobody”"),
        (f"series={TROOPS}/sent&version=99", "“99” is still to come"),
        ("&".join(f"series={TROOPS}/m{number}" for number in range(9)), "8 fit on one chart"),
    ],
)
def test_a_bad_value_is_refused_and_named(browse, query, named):
    assert named in browse(f"/compare?{query}", status=422).text


def test_the_page_sends_few_statements_however_many_series(browse, statements):
    browse(f"/compare?series={TROOPS}/sent")
    one = len(statements)
    statements.clear()
    browse(
        f"/compare?{LOSSES}&series={TROOPS}/sent&series=nk-workers-russia/sent"
        "&series=nk-engineers-russia/killed&series=nk-munitions-russia/containers&scale=per_sent"
    )
    assert len(statements) == one
    assert one <= 8


def test_an_empty_ledger_has_nothing_to_compare(visit):
    assert "There are no deployments to compare yet." in visit("/compare").text


def test_a_measure_that_nobody_claimed_anything_of_has_an_empty_line(visit):
    DeploymentFactory(slug="d", name="Deployment", starts_on=date(2025, 1, 1))
    MeasureFactory(slug="sent", label="Sent")
    page = visit("/compare?series=d/sent")
    (row,) = rows(page, "headline day")
    assert row[1:5] == ["1 Jan 2025", "0", "–", "open"]


def test_what_somebody_typed_is_shown_as_text(visit):
    deployment = DeploymentFactory(slug="d", name="<b>Troops</b> & co", starts_on=date(2025, 1, 1))
    measure = MeasureFactory(slug="sent", label="</script><i>Sent</i>")
    RevisionFactory(deployment=deployment, measure=measure, source=SourceFactory(), approved=True)
    new_version()
    page = visit("/compare?series=d/sent&by=days")
    assert not page.main.find(["b", "i"])
    assert "<b>Troops</b> & co" in page.text
