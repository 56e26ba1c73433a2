"""Step lines: each family's own statements."""

from app.readings.facts import Kind
from tests.charts.pictures import chart_of, day
from tests.readings.build import increment, level, source, total


def steps(chart):
    return [[(str(s.first), str(s.last), s.value) for s in line.steps] for line in chart.lines]


def test_a_line_holds_its_value_until_the_next_total_and_ends_with_the_last():
    chart = chart_of(total("a", "3000", "2024-10-23"), total("b", "10000", "2024-11-05"))
    assert steps(chart) == [[("2024-10-23", "2024-11-05", 3000), ("2024-11-05", "2024-11-05", 10000)]]


def test_each_family_has_a_line_of_its_own():
    claims = [
        total(f"{family}{n}", f"{n}000", f"2024-11-0{n}", by=source(f"{family}-{n}", family=family))
        for family in ("east", "west")
        for n in (1, 2)
    ]
    assert [line.style.slug for line in chart_of(*claims).lines] == ["east", "west"]


def test_a_line_runs_through_the_value_of_a_claim():
    claims = (
        total("a", "at_least 3", "2024-10-20"),
        total("b", "nearly 9", "2024-10-21"),
        total("c", "up_to 50", "2024-10-22"),  # a ceiling gives no line a value
        total("d", "between 2 4", "2024-10-23"),
        total("e", "10", "2024-10-24"),
    )
    assert [value for _, _, value in steps(chart_of(*claims))[0]] == [3, 9, 10]


def test_a_single_total_is_a_mark_and_no_line():
    assert chart_of(total("a", "3000", "2024-10-23")).lines == ()


def test_of_two_totals_for_one_day_the_line_takes_the_one_said_last():
    chart = chart_of(
        total("a", "3", "2024-10-20", said="2024-10-25"),
        total("b", "4", "2024-10-20", said="2024-10-21"),
        total("c", "5", "2024-10-30"),
    )
    assert [value for _, _, value in steps(chart)[0]] == [3, 5]


def test_increments_superseded_totals_and_parts_of_the_theatre_are_on_no_line():
    claims = (
        increment("a", "3", "2024-10-20/2024-10-25"),
        total("b", "4", "2024-10-26"),
        total("c", "5", "2024-10-26", said="2024-10-28", supersedes="b"),
        total("d", "9", "2024-10-27", place="kursk"),
        total("e", "6", "2024-11-02"),
    )
    assert [value for _, _, value in steps(chart_of(*claims))[0]] == [5, 6]


def test_a_level_ends_when_it_expires_its_own_day_counted():
    chart = chart_of(level("a", "10000", "2025-01-01"), kind=Kind.LEVEL, valid_days=10)
    assert steps(chart) == [[("2025-01-01", "2025-01-10", 10000)]]


def test_a_level_gives_way_to_the_next_and_a_gap_stays_a_gap():
    claims = [
        level(f"c{i}", f"{i}0", on) for i, on in enumerate(("2025-01-01", "2025-01-05", "2025-03-01"), 1)
    ]
    chart = chart_of(*claims, kind=Kind.LEVEL, valid_days=10)
    assert steps(chart) == [
        [
            ("2025-01-01", "2025-01-05", 10),
            ("2025-01-05", "2025-01-14", 20),
            ("2025-03-01", "2025-03-10", 30),
        ]
    ]


def test_levels_of_a_place_have_a_line_of_their_own():
    claims = level("a", "5", "2025-01-01"), level("b", "4", "2025-01-02", place="kursk")
    lines = chart_of(*claims, kind=Kind.LEVEL).lines
    assert [(line.part, line.steps[0].first) for line in lines] == [
        (False, day("2025-01-01")),
        (True, day("2025-01-02")),
    ]
