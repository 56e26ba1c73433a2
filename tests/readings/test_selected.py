"""The selected line, step by step."""

from datetime import date

from tests.readings.build import increment, on, read, source, total


def steps(*claims, **choices):
    reading = read(*claims, **choices)
    return [(step.on.isoformat(), step.height, step.claim_ref, step.derived) for step in reading.steps]


def test_before_the_first_step_there_is_no_value():
    reading = read(total("t", "exact 10", "2024-10-05"))
    assert on(reading, "2024-10-04") == (0, None, 10)


def test_a_day_has_one_step_the_first_in_precedence():
    assert steps(
        total("first", "about 10", "2024-10-05", by=source("a")),
        total("second", "about 11", "2024-10-05", by=source("b", reliability="C")),
    ) == [("2024-10-05", 10, "first", False)]


def test_totals_with_a_point_come_before_those_without():
    assert steps(
        total("floor", "at_least 9", "2024-10-05", by=source("a", reliability="A")),
        total("point", "about 10", "2024-10-05", by=source("b", reliability="C")),
    ) == [("2024-10-05", 10, "point", False)]


def test_a_floor_and_a_ceiling_that_is_nearly_reached_give_steps():
    assert steps(
        total("floor", "at_least 9", "2024-10-05"),
        total("nearly", "nearly 20", "2024-10-06"),
        total("up_to", "up_to 30", "2024-10-07"),
        total("range", "between 25 30", "2024-10-08"),
    ) == [("2024-10-05", 9, "floor", False), ("2024-10-06", 20, "nearly", False)]


def test_a_step_that_would_make_the_line_fall_is_none():
    claims = [
        total("late", "about 100", "2024-10-09", by=source("a", reliability="A")),
        total("above", "about 105", "2024-10-08", by=source("b")),
        total("below", "about 95", "2024-10-10", by=source("c")),
        total("between", "about 95", "2024-10-07", by=source("d")),
    ]
    reading = read(*claims)
    assert reading.contested == ()
    assert [step.claim_ref for step in reading.steps] == ["between", "late"]


def test_additions_come_after_totals_and_by_their_last_day():
    assert steps(
        total("t", "exact 10", "2024-10-05"),
        increment("second", "exact 7", "2024-10-08/2024-10-09", by=source("a", reliability="A")),
        increment("first", "exact 5", "2024-10-06/2024-10-07", by=source("z", reliability="E")),
    ) == [
        ("2024-10-05", 10, "t", False),
        ("2024-10-07", 15, "first", True),
        ("2024-10-09", 22, "second", True),
    ]


def test_additions_of_one_day_go_by_precedence():
    assert steps(
        increment("worse", "about 50", "2024-10-03/2024-10-05", by=source("z", reliability="E")),
        increment("better", "about 55", "2024-10-03/2024-10-05", by=source("a", reliability="A")),
    ) == [("2024-10-05", 55, "better", False)]


def test_an_increment_before_any_step_counts_from_nothing_and_is_its_own_figure():
    reading = read(increment("i", "exact 5", "2024-10-06/2024-10-07"))
    assert [(step.height, step.derived, step.base_height) for step in reading.steps] == [(5, False, 0)]
    assert on(reading, "2024-10-07") == (5, 5, None)


def test_a_step_by_addition_must_not_make_the_line_fall_either():
    reading = read(
        total("t", "exact 10", "2024-10-05"),
        total("next", "between 10 40", "2024-10-20"),
        total("ceiling", "about 12", "2024-10-12"),
        increment("i", "about 9", "2024-10-06/2024-10-10", by=source("z", reliability="E")),
    )
    assert reading.contested[0].claim_ref == "i"
    wide = read(
        total("t", "about 100", "2024-10-05"),
        total("later", "about 105", "2024-10-12"),
        increment("i", "about 9", "2024-10-06/2024-10-10"),
    )
    assert wide.contested == ()
    assert [step.claim_ref for step in wide.steps] == ["t", "later"]


def test_a_place_and_a_range_give_the_line_nothing():
    assert (
        steps(
            total("part", "exact 10", "2024-10-05", place="kursk"),
            increment("more", "exact 10", "2024-10-06/2024-10-07", place="kursk"),
            total("range", "between 20 30", "2024-10-08"),
            increment("few", "up_to 3", "2024-10-09/2024-10-09"),
        )
        == []
    )


def test_a_restarted_count_adds_to_the_day_before_it_began():
    assert steps(
        total("t", "exact 10", "2024-10-05"),
        total("c", "exact 3", "2024-10-20", counts_from="2024-10-06"),
    ) == [("2024-10-05", 10, "t", False), ("2024-10-20", 13, "c", True)]


def test_a_bound_that_passes_the_line_strains_it_from_its_own_day():
    reading = read(
        total("t", "about 100", "2024-10-05"),
        total("range", "between 103 120", "2024-10-08"),
        total("end", "about 100", "2024-10-12"),
    )
    assert reading.contested == ()
    assert not reading.at(date(2024, 10, 7)).strained
    point = reading.at(date(2024, 10, 8))
    assert (point.low, point.selected, point.high, point.strained) == (103, 100, 110, True)
    assert (point.drawn_low, point.drawn_high) == (100, 110)
    assert reading.at(date(2024, 10, 12)).strained


def test_a_step_may_be_as_high_as_the_one_before_it():
    reading = read(
        total("t", "exact 10", "2024-10-05"), increment("none", "exact 0", "2024-10-06/2024-10-09")
    )
    assert [(step.claim_ref, step.height) for step in reading.steps] == [("t", 10), ("none", 10)]
    assert not reading.at(date(2024, 10, 8)).derived
    assert reading.at(date(2024, 10, 9)).derived
