"""Events: summed per source as they end, and a floor."""

from tests.readings.build import contested, event, on, read, source, total, witness


def line(reading, number=0):
    return [(p.on.isoformat(), p.low, p.point, p.high) for p in reading.events[number].points]


def test_an_empty_cell_falls_back_on_its_neighbour():
    reading = read(
        event("floor", "at_least 5", "2024-10-02"),  # point is its low, high stays open
        event("point", "about 3", "2024-10-03"),
    )
    assert line(reading) == [("2024-10-02", 5, 5, None), ("2024-10-03", 8, 8, None)]


def test_a_ceiling_alone_adds_to_the_highs_only():
    assert line(read(event("e", "up_to 3", "2024-10-02"))) == [("2024-10-02", 0, 0, 3)]


def test_events_are_added_on_their_last_day_and_set_a_floor_there():
    reading = read(event("e", "exact 5", "2024-10-02/2024-10-09"))
    assert on(reading, "2024-10-08") == (0, None, None)
    assert on(reading, "2024-10-09") == (5, None, None)
    assert reading.accepted == ("s:events",)
    assert reading.steps == ()


def test_events_carry_no_tolerance_whatever_the_reader_chose():
    for tolerance in ("rounding", "0", "20"):
        assert on(read(event("e", "about 50", "2024-10-02"), tolerance=tolerance), "2024-10-02")[0] == 50


def test_part_of_an_event_of_the_same_sum_is_not_added():
    claims = [
        event("whole", "exact 5", "2024-10-02"),
        event("part", "exact 2", "2024-10-02", part_of="whole"),
        event("piece", "exact 1", "2024-10-02", part_of="part"),
        event("other", "exact 9", "2024-10-02", part_of="total"),
        event("theirs", "exact 4", "2024-10-02", part_of="whole", by=source("b")),
        total("total", "exact 30", "2024-10-20"),
    ]
    reading = read(*claims)
    assert line(reading, 0) == [("2024-10-02", 4, 4, 4)]
    assert line(reading, 1) == [("2024-10-02", 14, 14, 14)]
    assert line(read(*claims, known_on="2024-10-02"), 1) == [("2024-10-02", 14, 14, 14)]


def test_a_part_is_added_while_its_whole_is_not_known():
    claims = [
        event("whole", "exact 5", "2024-10-02", said="2024-10-09"),
        event("part", "exact 2", "2024-10-02", part_of="whole"),
    ]
    assert line(read(*claims, known_on="2024-10-05")) == [("2024-10-02", 2, 2, 2)]
    assert line(read(*claims)) == [("2024-10-02", 5, 5, 5)]


def test_sums_of_different_sources_are_never_added():
    reading = read(
        event("one", "exact 5", "2024-10-02", by=source("a")),
        event("two", "exact 7", "2024-10-02", by=source("b")),
    )
    assert [(found.source, found.points[0].low) for found in reading.events] == [("a", 5), ("b", 7)]
    assert on(reading, "2024-10-02") == (7, None, None)


def test_events_count_whatever_their_place_and_those_of_a_place_for_its_reading():
    claims = [
        event("here", "exact 5", "2024-10-02", place="kursk"),
        event("there", "exact 7", "2024-10-02", place="belgorod"),
        event("nowhere", "exact 1", "2024-10-02"),
    ]
    assert on(read(*claims), "2024-10-02") == (13, None, None)
    assert on(read(*claims, place="kursk"), "2024-10-02") == (5, None, None)


def test_a_floor_is_said_and_judged_as_the_event_that_was_said_last():
    reading = read(
        event("old", "exact 1", "2024-10-02", said="2024-10-05", credibility=1),
        event("b", "exact 1", "2024-10-03", said="2024-10-06", credibility=2),
        event("later-end", "exact 1", "2024-10-04", said="2024-10-06", credibility=3),
        event("zz-part", "exact 1", "2024-10-04", said="2024-10-09", part_of="old", credibility=4),
    )
    floor = reading.candidates["s:events"]
    assert (floor.said.isoformat(), floor.credibility) == ("2024-10-06", 3)
    tied = read(
        event("a", "exact 1", "2024-10-02", said="2024-10-06", credibility=1),
        event("b", "exact 1", "2024-10-02", said="2024-10-06", credibility=2),
    )
    assert tied.candidates["s:events"].credibility == 2


def test_a_floor_is_contested_as_a_whole():
    reading = read(
        event("small", "exact 1", "2024-10-02", by=source("e", reliability="E")),
        event("large", "exact 50", "2024-10-08", by=source("e", reliability="E")),
        total("t", "exact 10", "2024-10-20"),
    )
    assert contested(reading) == ["e:events"]
    assert witness(reading, "e:events") == ("t",)
    assert on(reading, "2024-10-02") == (0, None, 10)
    assert reading.contested[0].sentence == (
        "exactly 10 by 20 October means at most 10; "
        "51 in the events that E listed by 8 October cannot also be true."
    )
    assert line(reading) == [("2024-10-02", 1, 1, 1), ("2024-10-08", 51, 51, 51)]


def test_a_floor_can_be_the_witness_with_the_sum_of_its_day():
    reading = read(
        event("e", "exact 7", "2024-10-02"),
        event("f", "exact 2", "2024-10-20"),
        total("t", "exact 5", "2024-10-09", by=source("t", reliability="C")),
    )
    assert witness(reading, "t") == ("s:events",)
    assert reading.contested[0].sentence == (
        "7 in the events that S listed by 2 October means at least 7; "
        "exactly 5 by 9 October cannot also be true."
    )
    assert reading.contested[0].robust


def test_the_events_line_begins_at_since_and_is_not_restarted():
    claims = [event("e", "exact 5", "2024-10-02"), event("f", "exact 2", "2024-10-08")]
    assert line(read(*claims, since="2024-10-05")) == [("2024-10-05", 5, 5, 5), ("2024-10-08", 7, 7, 7)]
    assert line(read(*claims, since="2024-10-08")) == [("2024-10-08", 7, 7, 7)]
    assert line(read(*claims, since="2024-10-01")) == [("2024-10-02", 5, 5, 5), ("2024-10-08", 7, 7, 7)]


def test_the_events_line_ends_at_the_knowledge_date():
    month = event("e", "exact 5", "2024-10-01/2024-10-31", said="2024-10-03")
    assert read(month, known_on="2024-10-10").events == ()
    assert read(month, known_on="2024-10-10").accepted == ("s:events",)


def test_data_reach_to_the_last_end_of_an_accepted_floor():
    reading = read(event("e", "exact 5", "2024-10-02"), event("f", "up_to 2", "2024-10-08"))
    assert reading.data_through.isoformat() == "2024-10-08"
