"""How a source fared, on its page."""

from datetime import date

from app.readings.choices import Choices
from app.readings.fared import source_fared
from app.sources.fared import revised_in_words
from tests.factories import DeploymentFactory, FamilyFactory, MeasureFactory, RevisionFactory, SourceFactory
from tests.readings.build import ledger, source, total

NIS = "/sources/south-korea-national-intelligence-service-nis"
A = source("a", family="fa")
MOVED_ON = (
    "Moved on 3 times: 3 up, by +200 % at the median of the changes. "
    "The largest change is from 600 to 2,000 (+233 %)."
)


def table(page, caption) -> list[list[str]]:
    found = next(one for one in page.main.find_all("table") if caption in one.caption.get_text())
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in found.select("tbody tr")
    ]


def in_words(*claims) -> str:
    return revised_in_words(source_fared([ledger(*claims)], "a", Choices()).score)


def test_each_measure_has_a_row_below_that_of_all_together(browse):
    rows = table(browse(NIS), "over all and by measure")
    assert rows[0][:3] == ["All together", "17", "17 of 17"]
    killed = next(row for row in rows if row[0].startswith("Killed the others"))
    assert killed[1:] == [
        "4",
        "4 of 4",
        "4 of 4",
        "+50 % of 1 figure",
        MOVED_ON,
        "257 days",
    ]


def test_the_page_says_what_the_source_is_held_against(browse):
    page = browse(NIS)
    assert "the same method without any claim of its family, South Korean government" in page.text
    assert "Sums that the reading derives are not its own." in page.text


def test_the_others_can_be_read_by_themselves(browse):
    page = browse(NIS)
    (address,) = [
        link for link in page.links if link.startswith("/deployments/nk-troops-russia/killed?family=")
    ]
    assert "south-korean-government" not in address
    assert "400" in browse(address).text


def test_every_figure_stands_beside_the_others_and_leads_to_its_claim(browse):
    page = browse(NIS)
    rows = table(page, "All 17 figures")
    killed = next(row for row in rows if row[0] == "30 Apr 2025" and row[1].startswith("Killed ("))
    assert killed[2:] == [
        "600",
        "at least 360, selected 400 of 26 February 2025",
        "inside",
        "+50 %",
        "accepted",
    ]
    assert "/claims/nis-600k-20250430" in page.links


def test_the_chart_says_what_it_shows(browse):
    chart = browse(NIS).main.find("svg", class_="chart-drawing")
    assert (
        "Figures of South Korea National Intelligence Service (NIS) beside those of the others" in chart.text
    )


def test_a_source_without_a_figure_of_the_whole_has_no_such_part(visit):
    RevisionFactory(source=SourceFactory(slug="s"), nature="stance", approved=True)
    assert "How it fared" not in visit("/sources/s").text


def test_a_source_that_speaks_alone_is_compared_with_nobody(visit):
    family = FamilyFactory(name="Family")
    measure, deployment = MeasureFactory(slug="sent"), DeploymentFactory(slug="d", starts_on=date(2025, 1, 1))
    for slug in ("s", "kin"):
        RevisionFactory(
            source=SourceFactory(slug=slug, family=family),
            measure=measure,
            deployment=deployment,
            approved=True,
        )
    page = visit("/sources/s")
    (row,) = table(page, "over all and by measure")
    assert row[1:] == ["1", "1 of 1", "–", "–", "–", "–"]
    assert not page.main.find("svg", class_="chart-drawing")


def test_restating_and_moving_on_are_told_apart():
    words = in_words(
        total("a", "exact 100", "2025-01-31", by=A),
        total("b", "exact 120", "2025-01-31", said="2025-02-10", by=A),
        total("c", "exact 90", "2025-03-31", by=A),
    )
    assert words == (
        "Restated once: 1 up, by +20 % at the median of the changes. Settled after 10 days. "
        "Moved on once: 1 down, by −25 % at the median of the changes. "
        "The largest change is from 120 to 90 (−25 %)."
    )


def test_a_figure_that_stands_alone_has_nothing_to_say():
    assert in_words(total("a", "exact 100", "2025-01-31", by=A)) == ""


def test_a_repeated_figure_is_unchanged():
    words = in_words(
        total("a", "exact 100", "2025-01-31", by=A),
        total("b", "exact 100", "2025-02-28", by=A),
    )
    assert words == "Moved on once: 1 unchanged."


def test_the_page_sends_few_statements_however_many_deployments(browse, statements):
    browse(NIS)
    assert len(statements) <= 20
