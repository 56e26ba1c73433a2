"""Checks between measures, on the bands of their readings."""

from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts
from app.readings.reading import read_measure
from tests.readings.build import START, chosen, increment, level, read, total


def found(reading):
    return [(check.rule, check.start.isoformat(), check.end.isoformat()) for check in reading.checks]


def flow(measure, words, as_of, ref=None):
    return total(ref or f"{measure}-{as_of}", words, as_of, measure=measure)


def test_more_killed_than_casualties_is_reported_once_for_its_days():
    claims = [flow("killed", "at_least 50", "2024-10-05"), flow("casualties", "up_to 30", "2024-10-09")]
    for measure in ("killed", "casualties"):
        assert found(read(*claims, measure=measure)) == [("killed <= casualties", "2024-10-05", "2024-10-09")]
    assert read(*claims, measure="killed").checks[0].sentence == (
        "From 5 October 2024 to 9 October 2024 the readings of killed and casualties cannot all be right: "
        "on the first day at least 50 killed, but at most 30 killed or wounded."
    )


def test_equal_bounds_are_no_contradiction():
    claims = [flow("killed", "exact 50", "2024-10-05"), flow("casualties", "exact 50", "2024-10-05")]
    assert read(*claims, measure="killed").checks == ()


def test_each_unbroken_run_is_reported_by_itself():
    claims = [
        flow("wounded", "exact 10", "2024-10-05"),
        flow("casualties", "exact 4", "2024-10-05", "low"),
        flow("casualties", "exact 40", "2024-10-06", "high"),
        flow("wounded", "at_least 41", "2024-10-06", "more"),
    ]
    # On 5 October 10 > 4, on 6 October 41 > 40: one run. A day of agreement parts them.
    assert found(read(*claims, measure="wounded")) == [("wounded <= casualties", "2024-10-05", "2024-10-06")]
    parted = [*claims[:3], flow("wounded", "at_least 41", "2024-10-08", "more")]
    parted.append(flow("casualties", "up_to 40", "2024-10-09", "end"))
    assert found(read(*parted, measure="wounded")) == [
        ("wounded <= casualties", "2024-10-05", "2024-10-05"),
        ("wounded <= casualties", "2024-10-08", "2024-10-09"),
    ]


def test_every_rule_compares_its_measures():
    for rule, smaller, larger in (
        ("casualties <= losses", "casualties", "losses"),
        ("casualties <= sent", "casualties", "sent"),
        ("returned <= sent", "returned", "sent"),
    ):
        claims = [flow(smaller, "exact 9", "2024-10-05"), flow(larger, "exact 5", "2024-10-05")]
        assert found(read(*claims, measure=larger)) == [(rule, "2024-10-05", "2024-10-05")]


def test_those_present_cannot_exceed_those_sent_less_the_killed_and_the_returned():
    claims = [
        flow("sent", "exact 100", "2024-10-20"),
        flow("killed", "exact 20", "2024-10-08"),
        flow("returned", "exact 30", "2024-10-12"),
        level("p", "exact 60", "2024-10-05"),
    ]
    reading = read(*claims, measure="present")
    assert found(reading) == [("present <= sent - killed - returned", "2024-10-12", "2024-10-20")]
    assert reading.checks[0].sentence == (
        "From 12 October 2024 to 20 October 2024 the readings of present, sent, killed and returned "
        "cannot all be right: on the first day at least 60 present, but at most 50 sent less those "
        "killed and those returned home."
    )


def test_a_gap_between_levels_breaks_nothing():
    claims = [
        flow("sent", "exact 10", "2024-10-20"),
        flow("killed", "exact 0", "2024-10-20"),
        flow("returned", "exact 0", "2024-10-20"),
        level("p", "exact 60", "2024-10-05"),
    ]
    reading = read(*claims, measure="present", valid_days=3)
    assert found(reading) == [("present <= sent - killed - returned", "2024-10-05", "2024-10-07")]


def test_runs_end_at_the_knowledge_date_and_begin_at_since():
    claims = [
        flow("killed", "at_least 50", "2024-10-05"),
        increment("c", "up_to 30", "2024-10/2024-10", said="2024-10-05", measure="casualties"),
    ]
    rule = "killed <= casualties"
    assert found(read(*claims, measure="killed")) == [(rule, "2024-10-05", "2024-10-31")]
    assert found(read(*claims, measure="killed", known_on="2024-10-10")) == [
        (rule, "2024-10-05", "2024-10-10")
    ]
    assert found(read(*claims, measure="killed", since="2024-10-10")) == [(rule, "2024-10-10", "2024-10-31")]
    assert found(read(*claims, measure="killed", known_on="2024-09-01")) == []


def test_a_measure_that_is_not_there_breaks_nothing():
    assert read(flow("killed", "exact 9", "2024-10-05")).checks == ()


def test_a_measure_of_another_kind_than_a_rule_expects_is_not_compared():
    claims = [
        flow("sent", "exact 10", "2024-10-20"),
        flow("killed", "exact 0", "2024-10-20"),
        flow("returned", "exact 0", "2024-10-20"),
        flow("present", "exact 60", "2024-10-05"),
    ]
    measures = [MeasureFacts(claim.measure, Kind.FLOW) for claim in claims]
    given = DeploymentClaims.of(DeploymentFacts("d", START), measures, claims)
    assert read_measure(given, "present", chosen()).checks == ()
