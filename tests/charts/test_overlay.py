"""Successive knowledge over one another: lines, numbers, words."""

from app.answers.parameters import address_of
from app.charts.overlay import knowledge_overlay
from app.readings.knowledge import AT_MOST, knowledge
from tests.readings.build import chosen, event, ledger, total
from tests.readings.founding import deployment


def overlay(given, measure="sent", **choices):
    return knowledge_overlay(
        knowledge(given, measure, chosen(**choices)),
        title="Killed: D",
        axis_title="Persons killed",
        address=lambda known: address_of("/d/killed", known),
    )


def test_each_knowledge_date_is_a_numbered_row_that_leads_to_its_page():
    drawn = overlay(
        ledger(
            total("a", "exact 600", "2025-04-30"), total("b", "exact 2000", "2025-04-30", said="2025-09-02")
        )
    )
    assert [(row.number, row.href, row.last.selected) for row in drawn.rows] == [
        (1, "/d/killed?known_on=2025-04-30", 600),
        (2, "/d/killed?known_on=2025-09-02", 2000),
    ]
    assert drawn.summary == "The reading changed on 2 days from 30 April 2025 to 2 September 2025."


def test_older_knowledge_is_fainter_and_the_newest_is_full():
    svg = overlay(deployment("nk-troops-russia"), "killed").drawing
    oldest = svg[svg.index('class="overlay-line"') :]
    assert oldest.index('stroke-opacity="0.5"') < oldest.index("/>")
    newest = svg[svg.index('class="overlay-line newest"') :]
    assert newest.index('stroke-opacity="1.0"') < newest.index("/>")


def test_the_lines_end_in_numbers_with_the_date_and_the_figure():
    svg = overlay(deployment("nk-troops-russia"), "killed").drawing
    assert svg.count("overlay-badge") == AT_MOST
    assert "2 September 2025: 2,000" in svg
    assert "30 April 2025: 600" in svg


def test_bounds_without_a_figure_are_drawn_by_their_floor():
    drawn = overlay(ledger(event("e", "5", "2025-01-03")))
    assert "overlay-line" not in drawn.drawing
    assert "3 January 2025: at least 5" in drawn.drawing


def test_one_state_of_knowledge_is_told_as_one():
    drawn = overlay(ledger(total("a", "1", "2025-01-31")))
    assert drawn.summary == "There has been one state of knowledge, since 31 January 2025."


def test_what_is_left_out_is_said():
    drawn = overlay(deployment("nk-troops-russia"), "casualties")
    assert len(drawn.rows) == AT_MOST
    assert "8 are shown: the first, the last, the largest changes and some between." in drawn.summary


def test_nothing_known_is_nothing_drawn():
    assert overlay(ledger()) is None
