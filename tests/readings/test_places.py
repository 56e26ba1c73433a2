"""A claim about a part counts for each whole that it lies in, as a floor: worked out by hand."""

from tests.readings.build import contested, event, increment, level, on, plan, read, source, total, witness

KURSK = {"place": "kursk"}
SUDZHA = {"place": "sudzha", "place_wholes": ("sudzha-raion", "kursk")}
BELGOROD = {"place": "belgorod"}


def test_what_happened_in_a_part_happened_in_its_whole():
    claims = [
        total("oblast", "about 100", "2024-10-10", **KURSK),
        total("town", "exact 120", "2024-10-20", **SUDZHA),
        total("elsewhere", "exact 900", "2024-10-15", **BELGOROD),
    ]
    reading = read(*claims, place="kursk")
    # 90 to 110 by the 10th; at least the town's 120 by the 20th. The town's figure is no step of the line.
    assert on(reading, "2024-10-10") == (90, 100, 110)
    assert on(reading, "2024-10-20") == (120, 100, None)
    assert reading.data_through.day == 20
    # The raion has nothing but its town; the town has itself, with its ceiling.
    assert on(read(*claims, place="sudzha-raion"), "2024-10-20") == (120, None, None)
    assert on(read(*claims, place="sudzha"), "2024-10-20") == (120, 120, 120)
    # The theatre has all three as floors.
    assert on(read(*claims), "2024-10-20") == (900, None, None)


def test_a_period_of_a_part_is_a_floor_for_the_same_period_of_its_whole():
    claims = [
        total("start", "exact 50", "2024-10-05", **KURSK),
        increment("town", "exact 30", "2024-10-06/2024-10-09", **SUDZHA),
    ]
    reading = read(*claims, place="kursk")
    assert on(reading, "2024-10-09") == (80, 50, None)
    assert reading.headline.low == 80


def test_a_part_that_is_larger_than_its_whole_contradicts_it():
    a, b = source("a", reliability="A"), source("b", reliability="B")
    reading = read(
        total("oblast", "exact 100", "2024-10-10", by=a, **KURSK),
        total("town", "exact 120", "2024-10-09", by=b, **SUDZHA),
        place="kursk",
    )
    assert contested(reading) == ["town"]
    assert witness(reading, "town") == ("oblast",)
    assert on(reading, "2024-10-10") == (100, 100, 100)


def test_events_of_parts_are_summed_with_those_of_their_whole():
    claims = [
        event("one", "exact 3", "2024-10-03", **KURSK),
        event("two", "exact 4", "2024-10-05", **SUDZHA),
        event("three", "exact 8", "2024-10-06", **BELGOROD),
    ]
    (line,) = read(*claims, place="kursk").events
    assert [(point.on.day, point.low) for point in line.points] == [(3, 3), (5, 7)]
    assert on(read(*claims, place="kursk"), "2024-10-06") == (7, None, None)
    assert on(read(*claims, place="sudzha"), "2024-10-06") == (4, None, None)


def test_levels_are_of_the_place_itself():
    """As the theatre takes no levels of its parts: so many in a town is no count of its oblast."""
    reading = read(
        level("oblast", "exact 10", "2024-10-05", **KURSK),
        level("town", "exact 12", "2024-10-06", **SUDZHA),
        place="kursk",
    )
    assert on(reading, "2024-10-06") == (10, 10, 10)


def test_casualties_that_are_derived_of_a_part_are_a_floor_of_its_whole():
    together = {"said": "2024-10-20", **SUDZHA}
    claims = [
        total("k", "exact 3", "2024-10-10", measure="killed", **together),
        total("w", "exact 5", "2024-10-10", measure="wounded", **together),
    ]
    reading = read(*claims, measure="casualties", place="kursk")
    assert on(reading, "2024-10-10") == (8, None, None)
    assert reading.accepted == ("s:casualties:2024-10-10:2024-10-20:sudzha",)


def test_the_latest_statements_of_a_place_are_about_it_alone():
    reading = read(
        total("oblast", "exact 100", "2024-10-10", by=source("a"), **KURSK),
        total("town", "exact 40", "2024-10-12", by=source("b"), **SUDZHA),
        place="kursk",
    )
    assert [one.claim_ref for one in reading.latest] == ["oblast"]


def test_plans_of_parts_are_listed_with_their_whole():
    found = read(plan("p", "10", "2024-10-10", **SUDZHA), measure="sent", place="kursk").plans
    assert [getattr(one, "ref", one) for one in found] == ["p"]
