"""The running total of a flow: days, places, restarted counts, `since`, all worked out by hand."""

from datetime import date

import pytest

from app.claims.words import Nature
from app.readings.facts import UnknownMeasure
from app.readings.reading import read_measure
from tests.readings.build import chosen, contested, increment, ledger, on, read, source, total, witness


def test_without_claims_the_band_is_open_from_the_first_day():
    reading = read(measure="sent")
    assert [(point.on.isoformat(), point.low, point.selected, point.high) for point in reading.points] == [
        ("2024-10-01", 0, None, None)
    ]
    assert reading.data_through is None
    assert reading.headline.on == date(2024, 10, 1)


def test_floors_carry_forward_and_ceilings_backward():
    reading = read(total("a", "exact 10", "2024-10-05"), total("b", "exact 30", "2024-10-09"))
    assert [(point.on.day, point.low, point.selected, point.high) for point in reading.points] == [
        (1, 0, None, 10),
        (5, 10, 10, 10),
        (6, 10, 10, 30),
        (9, 30, 30, 30),
        (10, 30, 30, None),
    ]


def test_no_point_lies_after_the_knowledge_date():
    claims = [total("a", "exact 10", "2024-10-05"), total("b", "exact 30", "2024-10-09")]
    assert read(*claims, known_on="2024-10-09").points[-1].on == date(2024, 10, 9)
    assert read(*claims, known_on="2024-09-30").points == ()


def test_a_period_may_end_after_the_day_it_was_said():
    reading = read(increment("m", "exact 5", "2024-10/2024-10", said="2024-10-10"), known_on="2024-10-20")
    assert [(point.on.day, point.low, point.selected, point.high) for point in reading.points] == [
        (1, 0, None, 5)
    ]
    assert reading.data_through == date(2024, 10, 31)
    assert reading.headline.on == date(2024, 10, 20)
    assert reading.steps == ()


def test_an_imprecise_as_of_binds_its_floor_on_the_last_day_and_its_ceiling_on_the_first():
    reading = read(total("m", "exact 10", "2025-02", said="2025-03-05"))
    assert on(reading, "2025-02-01") == (0, None, 10)
    assert on(reading, "2025-02-02") == (0, None, None)
    assert on(reading, "2025-02-28") == (10, 10, None)


def test_an_as_of_ends_at_the_latest_on_the_day_it_was_said():
    reading = read(total("m", "exact 10", "2025-02", said="2025-02-10"))
    assert on(reading, "2025-02-09") == (0, None, None)
    assert on(reading, "2025-02-10") == (10, 10, None)
    assert reading.data_through == date(2025, 2, 10)


def test_the_ceiling_of_an_as_of_that_begins_before_the_start_says_nothing():
    reading = read(total("y", "exact 10", "2024", said="2025-03-05"))
    assert on(reading, "2024-10-01") == (0, None, None)
    assert on(reading, "2024-12-31") == (10, 10, None)


def test_whole_months_are_what_a_period_of_months_says():
    reading = read(increment("m", "exact 10", "2025-01/2025-02"), total("t", "exact 5", "2024-12-31"))
    assert on(reading, "2025-01-01") == (5, 5, 15)
    assert on(reading, "2025-02-28") == (15, 15, 15)


def test_an_increment_that_begins_before_the_start_counts_from_nothing():
    reading = read(increment("i", "exact 10", "2024-09-20/2024-10-05"))
    assert on(reading, "2024-10-05") == (10, 10, 10)


def test_an_increment_bounds_two_days_against_each_other():
    reading = read(
        total("t", "between 10 20", "2024-10-10"), increment("i", "exact 8", "2024-10-06/2024-10-10")
    )
    assert on(reading, "2024-10-05") == (2, None, 12)
    assert on(reading, "2024-10-10") == (10, 8, 20)  # 0 + 8, below the floor
    assert reading.at(date(2024, 10, 10)).strained


def test_a_count_from_the_start_or_before_it_is_an_ordinary_total():
    for counts_from in ("2024", "2024-10", "2024-10-01"):
        reading = read(total("t", "exact 10", "2024-10-05", counts_from=counts_from))
        assert reading.candidates["t"].counts_from is None
        assert on(reading, "2024-10-05") == (10, 10, 10)


def test_a_restarted_count_counts_from_its_first_day():
    reading = read(
        total("t", "exact 10", "2024-10-31"), total("c", "exact 5", "2024-11-20", counts_from="2024-11")
    )
    assert on(reading, "2024-11-20") == (15, 15, 15)
    assert reading.at(date(2024, 11, 20)).derived


def test_a_place_joins_the_whole_as_a_floor_only():
    part = total("part", "exact 10", "2024-10-05", place="kursk")
    more = increment("more", "exact 4", "2024-10-06/2024-10-08", place="kursk")
    reading = read(part, more)
    assert reading.accepted == ("more", "part")
    assert on(reading, "2024-10-05") == (10, None, None)
    assert on(reading, "2024-10-08") == (14, None, None)


def test_the_reading_of_a_place_uses_its_claims_alone():
    part = total("part", "exact 10", "2024-10-05", place="kursk")
    other = total("other", "exact 4", "2024-10-05", place="belgorod")
    whole = total("whole", "exact 99", "2024-10-05")
    reading = read(part, other, whole, place="kursk")
    assert reading.accepted == ("part",)
    assert on(reading, "2024-10-05") == (10, 10, 10)


def test_since_bounds_the_difference_of_two_days_by_the_paths_between_them():
    claims = [
        total("t", "between 100 200", "2024-10-10"),
        increment("i", "exact 8", "2024-10-11/2024-10-20"),
    ]
    reading = read(*claims, since="2024-10-11")
    assert reading.points[0].on == date(2024, 10, 11)
    # Subtracting bands would leave everything between -92 and 108 open.
    assert on(reading, "2024-10-20") == (8, 8, 8)
    assert on(reading, "2024-10-15") == (0, None, 8)


def test_since_counts_the_line_from_its_height_the_day_before():
    claims = [total("a", "exact 10", "2024-10-05"), total("b", "exact 30", "2024-10-09")]
    reading = read(*claims, since="2024-10-06")
    assert [(p.on.day, p.low, p.selected, p.high, p.derived) for p in reading.points] == [
        (6, 0, 0, 20, True),
        (9, 20, 20, 20, True),
        (10, 20, 20, None, True),
    ]
    first = read(*claims, since="2024-10-03")
    assert [(p.on.day, p.low, p.selected, p.high, p.derived) for p in first.points] == [
        (3, 0, None, 10, False),
        (5, 0, 10, 10, False),
        (6, 0, 10, 30, False),
        (9, 20, 30, 30, False),
        (10, 20, 30, None, False),
    ]


def test_since_before_the_start_begins_with_nothing():
    reading = read(total("a", "exact 10", "2024-10-05"), since="2024-09-25")
    assert [(p.on.isoformat(), p.low, p.high) for p in reading.points] == [
        ("2024-09-25", 0, 0),
        ("2024-10-01", 0, 10),
        ("2024-10-05", 10, 10),
        ("2024-10-06", 10, None),
    ]


def test_no_point_lies_before_since_and_none_is_left_where_it_is_unknown():
    reading = read(total("a", "exact 10", "2024-10-05"), since="2024-11-01", known_on="2024-10-10")
    assert reading.points == ()
    assert (reading.headline.on, reading.headline.low) == (date(2024, 10, 5), None)


def test_two_imprecise_bounds_of_one_claim_can_be_contradicted_together():
    reading = read(
        total("month", "exact 10", "2024-10", said="2024-11-02", by=source("b", reliability="C")),
        increment("slow", "exact 0", "2024-10-02/2024-10-31", by=source("a", reliability="A")),
        total("begin", "exact 3", "2024-10-01", by=source("a", reliability="A")),
    )
    assert contested(reading) == ["month"]
    assert witness(reading, "month") == ("slow", "begin")


def test_a_claim_that_can_never_be_true_is_contested_without_a_witness():
    reading = read(total("early", "exact 10", "2024-09-05"))
    (item,) = reading.contested
    assert (item.claim_ref, item.witness, item.robust) == ("early", (), True)
    assert item.sentence.startswith("exactly 10 by 5 September is about a time before the deployment began")


def test_numbers_beyond_64_bits_stay_exact():
    huge = 10**25 + 1
    reading = read(
        total("a", f"exact {huge}", "2024-10-05"),
        increment("i", f"exact {huge}", "2024-10-06/2024-10-09"),
        total("c", f"exact {2 * huge - 1}", "2024-10-09", by=source("c", reliability="C")),
    )
    assert on(reading, "2024-10-09") == (2 * huge, 2 * huge, 2 * huge)
    assert witness(reading, "c") == ("i", "a")


def test_a_claim_without_its_days_is_refused_loudly():
    claim = total("t", "1", "2024-10-05")
    broken = type(claim)(**{**{name: getattr(claim, name) for name in claim.__slots__}, "as_of": None})
    assert broken.nature is Nature.TOTAL
    with pytest.raises(ValueError, match="t is a total without the days"):
        read(broken)


def test_a_measure_that_the_deployment_does_not_have_is_refused():
    with pytest.raises(UnknownMeasure):
        read_measure(ledger(), "ships", chosen())
