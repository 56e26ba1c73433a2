"""Many marks in little room."""

from app.charts.mark import Lane
from tests.charts.pictures import chart_of, drawing_of, drawn_marks, figure_of, symbols
from tests.readings.build import increment, plan, source, total


def many(count, **more):
    claims = [total(f"c{i:04}", str(100 + i), f"2025-01-{i % 28 + 1:02}") for i in range(count)]
    return chart_of(*claims, **more)


def test_up_to_the_limit_every_mark_is_drawn():
    chart = many(50, drawn_at_most=50)
    assert len(chart.drawn) == 50


def test_beyond_it_figure_and_drawing_show_the_same_selection_and_the_chart_keeps_all():
    chart = many(300, drawn_at_most=100)
    assert (len(chart.marks), len(chart.drawn)) == (300, 100)
    assert len(symbols(figure_of(chart))) == len(drawn_marks(drawing_of(chart))) == 100


def test_the_figure_says_how_many_it_shows():
    meta = figure_of(many(300, drawn_at_most=100))["layout"]["meta"]
    assert (meta["marks"], meta["drawn"]) == (300, 100)


def test_the_selection_is_the_same_every_time():
    refs = [[mark.claim.ref for mark in many(300, drawn_at_most=100).drawn] for _ in range(2)]
    assert refs[0] == refs[1]


def test_contested_marks_those_aside_and_each_familys_extremes_are_never_left_out():
    claims = [total(f"c{i:03}", str(100 + i), "2025-01-01", by=source(f"s{i % 2}")) for i in range(200)]
    chart = chart_of(*claims, plan("p", "9", "2025-01-01"), contested={"c050"}, drawn_at_most=20)
    kept = {mark.claim.ref for mark in chart.drawn}
    assert kept >= {"p", "c050", "c000", "c199", "c001", "c198"}
    assert len(kept) == 20


def test_more_contested_marks_than_room_are_thinned_as_well():
    chart = many(100, drawn_at_most=10, contested={f"c{i:04}" for i in range(100)})
    assert len(chart.drawn) == 10


def test_claims_at_the_very_same_place_stand_behind_one_another_and_name_one_another():
    claims = [total(f"c{i}", "11000", "2024-12-31", by=source(f"s{i}")) for i in range(4)]
    chart = chart_of(*claims)
    assert [mark.depth for mark in chart.drawn] == [2, 2, 1, 0]
    assert all(len(mark.company) == 3 for mark in chart.drawn)


def test_claims_of_one_day_with_other_numbers_are_not_at_the_same_place():
    chart = chart_of(total("a", "5", "2025-01-01"), total("b", "6", "2025-01-01"))
    assert [mark.depth for mark in chart.drawn] == [0, 0]


def test_contested_marks_are_in_front():
    chart = chart_of(total("a", "5", "2025-01-01"), total("b", "5", "2025-01-01"), contested={"a"})
    assert [(mark.claim.ref, mark.depth) for mark in chart.drawn] == [("b", 1), ("a", 0)]


def test_lanes_keep_apart():
    chart = chart_of(total("a", "5", "2025-01-01"), increment("b", "5", "2025-01-01/2025-01-01"))
    assert [mark.depth for mark in chart.on_lane(Lane.AXIS) + chart.on_lane(Lane.SPAN)] == [0, 0]
