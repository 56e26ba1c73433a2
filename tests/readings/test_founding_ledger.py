"""The check on the founding ledger: figures that a person worked out before the code was written."""

from datetime import date

import pytest

from app.claims.words import Nature
from app.readings.facts import DeploymentClaims
from app.readings.reading import read_deployment, read_measure
from tests.readings.build import chosen, contested, on
from tests.readings.founding import deployment

TROOPS = "nk-troops-russia"


def troops(measure, **choices):
    return read_measure(deployment(TROOPS), measure, chosen(**choices))


def test_the_ledger_is_whole():
    names = (TROOPS, "nk-engineers-russia", "nk-workers-russia", "nk-munitions-russia")
    claims = [claim for name in names for about in deployment(name).claims.values() for claim in about]
    assert len(claims) == 199
    assert sum(claim.repeat_of is None for claim in claims) == 150


@pytest.mark.parametrize(
    ("day", "selected", "derived", "strained"),
    [
        ("2024-10-24", 3_000, False, True),
        ("2024-10-27", 3_000, False, True),
        ("2024-10-28", 10_000, False, True),
        ("2024-10-29", 10_000, False, True),
        ("2024-10-30", 11_000, False, False),
        ("2025-02-28", 14_000, True, False),
        ("2025-04-30", 15_000, False, False),
    ],
)
def test_the_number_sent_steps_with_the_claims(day, selected, derived, strained):
    point = troops("sent").at(date.fromisoformat(day))
    assert (point.selected, point.derived, point.strained) == (selected, derived, strained)


def test_the_band_of_the_number_sent():
    reading = troops("sent")
    assert on(reading, "2024-11-15") == (10_800, 11_000, 12_400)
    assert on(reading, "2025-02-28") == (14_000, 14_000, 15_400)


def test_the_founding_articles_contradiction_is_found_by_itself():
    reading = troops("sent")
    assert {item.claim_ref: (item.witness, item.robust) for item in reading.contested} == {
        "seed-total-a-202503": (("msmt-11000-20250529", "jcs-3000-20250327"), True),
        "diplomat-10000-202410": (("nis-3000-20241023",), True),
    }


def test_a_floor_from_a_part_of_the_theatre_is_contested_by_a_total_of_the_whole():
    reading = troops("casualties")
    item = reading.contradiction("zelensky-3000-20241223")
    assert reading.candidates["zelensky-3000-20241223"].floor_only
    assert (item.witness, item.robust) == (("jcs-1100-20241223",), True)
    assert item.sentence == (
        "about 1,100 by 23 December means at most 1,210; "
        "more than 3,000 in Kursk Oblast by 23 December cannot also be true."
    )


def test_later_knowledge_raises_the_number_killed():
    assert on(troops("killed", known_on="2025-06-01"), "2025-06-01")[1] == 600
    assert on(troops("killed", known_on="2025-09-03"), "2025-09-03")[1] == 2_000


@pytest.mark.parametrize("tolerance", ["rounding", "0", "20"])
@pytest.mark.parametrize("precedence", ["graded", "latest"])
def test_casualties_are_never_read_as_killed(tolerance, precedence):
    reading = troops("killed", tolerance=tolerance, precedence=precedence)
    figures = {figure for point in reading.points for figure in (point.low, point.selected, point.high)}
    assert figures.isdisjoint({4_000, 6_000})


def test_plans_move_nothing():
    ledger = deployment(TROOPS)
    without = DeploymentClaims.of(
        ledger.deployment,
        ledger.measures.values(),
        [claim for about in ledger.claims.values() for claim in about if claim.nature is not Nature.PLAN],
    )
    reading, moved = troops("sent"), read_measure(without, "sent", chosen())
    assert len(reading.plans) > 0
    assert (reading.points, reading.accepted, reading.contested) == (
        moved.points,
        moved.accepted,
        moved.contested,
    )


def test_appearances_and_claims_set_aside_take_no_part():
    readings = read_deployment(deployment(TROOPS), chosen())
    taken = {name for reading in readings.values() for name in reading.candidates}
    assert "nis-6000dead-hu-20260213" not in taken
    assert "pentagon-2000more-20241104" not in taken


def test_every_measure_of_every_deployment_can_be_read():
    for name in (TROOPS, "nk-engineers-russia", "nk-workers-russia", "nk-munitions-russia"):
        for reading in read_deployment(deployment(name), chosen()).values():
            assert set(reading.accepted).isdisjoint(contested(reading))
            assert len(reading.accepted) + len(reading.contested) == len(reading.candidates)


def test_killed_and_wounded_of_one_statement_are_added_up():
    reading = troops("casualties")
    name = "ukraine-defence-intelligence-hur:casualties:2025-02-26:2025-03-05"
    assert name in reading.accepted
    assert reading.candidates[name].parts == ("hur-400k-20250305", "hur-3600w-20250305")
    assert reading.candidates[name].value == 4_000
