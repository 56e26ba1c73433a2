"""The strip of ten methods: rows, their scale, and where they lead."""

from app.answers.parameters import address_of
from app.charts.strip import robustness_strip, strip_scale
from app.readings.results import Point
from app.readings.robustness import robustness
from tests.readings.build import START, chosen, event, ledger, level, total


def strip(*claims, measure="sent", **choices):
    robust = robustness(ledger(*claims, measures=[measure]), measure, chosen(**choices))
    return robustness_strip(robust, title="Sent: D", address=lambda method: address_of("/d/sent", method))


def points(*figures):
    return [Point(START, *each) for each in figures]


def test_rows_are_grouped_by_precedence_and_lead_to_their_page():
    drawn = strip(total("t", "about 1000", "2025-01-31"))
    assert [group.words for group in drawn.groups] == [
        "Better graded claims are asked first",
        "Claims said later are asked first",
    ]
    assert [(row.words, row.href) for row in drawn.groups[1].rows] == [
        ("as rounded", "/d/sent?precedence=latest"),
        ("none", "/d/sent?tolerance=0&precedence=latest"),
        ("5 %", "/d/sent?tolerance=5&precedence=latest"),
        ("10 %", "/d/sent?tolerance=10&precedence=latest"),
        ("20 %", "/d/sent?tolerance=20&precedence=latest"),
    ]
    assert drawn.caption == "Sent: D on 31 January 2025, under every tolerance and both precedences"


def test_the_scale_begins_at_zero_unless_all_is_far_from_it():
    assert strip_scale(points((0, 500, 1000))).ticks == (0, 500, 1000)
    assert strip_scale(points((14000, 15000, 18000))).ticks == (14000, 16000, 18000)


def test_next_to_no_difference_is_not_magnified():
    scale = strip_scale(points((14999, 15000, 15001)))
    assert scale.ticks[0] <= 13_500
    assert scale.ticks[-1] >= 15_001


def test_an_open_range_has_room_beyond_the_highest_figure():
    open_scale, closed = (
        strip_scale(points((0, 500, None), (0, 600, 1000))),
        strip_scale(points((0, 500, 1000))),
    )
    assert open_scale.end > closed.end


def test_figures_stand_where_the_ticks_say():
    scale = strip_scale(points((0, 500, 1000)))
    assert [scale.at(value) for value in (0, 250, 1000, 5000, -5)] == ["0%", "25%", "100%", "100%", "0%"]


def test_an_open_range_fades_and_a_gap_is_empty():
    floor = strip(event("e", "5", "2025-01-03")).groups[0].rows[0].drawing
    assert "strip-fade" in floor
    assert "strip-selected" not in floor
    gap = strip(level("l", "5", "2025-01-03"), measure="present", on="2030-01-01")
    assert "strip-range" not in gap.groups[0].rows[0].drawing


def test_nothing_known_still_has_a_scale():
    assert strip_scale(points((None, None, None))).ticks[0] == 0
