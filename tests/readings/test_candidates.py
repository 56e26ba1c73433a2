"""Which claims take part."""

from datetime import date

import pytest

from app.claims.words import Standing
from app.readings.facts import DeploymentClaims, DeploymentFacts, MixedDeployments, UnknownMeasure
from tests.readings.build import appearance_of, increment, ledger, plan, read, source, total


def taking_part(*claims, **choices):
    return set(read(*claims, **choices).candidates)


def test_only_what_had_been_said_by_then_is_known():
    claims = [total("early", "10", "2024-11-01"), total("late", "20", "2024-11-01", said="2024-12-01")]
    assert taking_part(*claims, known_on="2024-11-30") == {"early"}
    assert taking_part(*claims, known_on="2024-12-01") == {"early", "late"}


def test_an_imprecise_day_said_is_its_last_or_that_of_its_document():
    month = total("month", "10", "2024-11-01", said="2024-11")
    printed = total("printed", "10", "2024-11-01", said="2024-11", published_on="2024-11-09")
    assert taking_part(month, printed, known_on="2024-11-29") == {"printed"}
    assert taking_part(month, printed, known_on="2024-11-08") == set()
    assert taking_part(month, printed, known_on="2024-11-30") == {"month", "printed"}


def test_a_retracted_claim_counts_until_the_day_before_it_was_withdrawn():
    claim = total("r", "10", "2024-11-01", standing=Standing.RETRACTED, standing_on="2024-12-01")
    assert taking_part(claim, known_on="2024-11-30") == {"r"}
    assert taking_part(claim, known_on="2024-12-01") == set()
    assert taking_part(claim) == set()


def test_a_claim_set_aside_counts_at_no_date():
    claim = total("a", "10", "2024-11-01", standing=Standing.SET_ASIDE)
    assert taking_part(claim, known_on="2024-11-01") == set()
    assert taking_part(claim) == set()


def test_a_claim_is_superseded_from_the_day_that_its_restatement_was_said():
    claims = [
        total("old", "10", "2024-11-01"),
        total("new", "20", "2024-11-01", said="2024-12-01", supersedes="old"),
    ]
    assert taking_part(*claims, known_on="2024-11-30") == {"old"}
    assert taking_part(*claims) == {"new"}


@pytest.mark.parametrize(
    "cells",
    [
        {"place": "kursk"},
        {"by": source("s", reliability="F")},
    ],
)
def test_a_restatement_supersedes_wherever_it_is_about_and_even_where_it_is_filtered_out(cells):
    claims = [
        total("old", "10", "2024-11-01", by=source("s", reliability="A")),
        total("new", "20", "2024-11-01", supersedes="old", **cells),
    ]
    assert "old" not in taking_part(*claims, lowest_grade="B")


def test_a_plan_that_restates_an_increment_supersedes_it():
    claims = [
        increment("old", "10", "2024-11-01/2024-11-02"),
        plan("new", "20", "2024-11-03", supersedes="old"),
    ]
    assert taking_part(*claims) == set()


def test_a_superseded_claim_supersedes_all_the_same():
    claims = [
        total("a", "10", "2024-11-01"),
        total("b", "20", "2024-11-01", supersedes="a"),
        total("c", "30", "2024-11-01", supersedes="b"),
    ]
    assert taking_part(*claims) == {"c"}


def test_a_restatement_that_was_set_aside_or_withdrawn_supersedes_nothing():
    old = total("old", "10", "2024-11-01")
    aside = total("new", "20", "2024-11-01", supersedes="old", standing=Standing.SET_ASIDE)
    assert taking_part(old, aside) == {"old"}
    withdrawn = total(
        "new",
        "20",
        "2024-11-01",
        supersedes="old",
        standing=Standing.RETRACTED,
        standing_on="2024-12-01",
    )
    assert taking_part(old, withdrawn, known_on="2024-11-30") == {"new"}
    assert taking_part(old, withdrawn) == {"old"}


def test_an_appearance_takes_no_part_and_supersedes_nothing():
    claim = total("c", "10", "2024-11-01")
    assert taking_part(claim, appearance_of(claim, "p", supersedes="c")) == {"c"}


def test_filters_narrow_one_another():
    claims = [
        total("a", "10", "2024-11-01", by=source("a", reliability="B", family="east", stance="own")),
        total("b", "10", "2024-11-01", by=source("b", reliability="C", family="east", stance="third")),
        total("c", "10", "2024-11-01", by=source("c", reliability=None, family="west")),
    ]
    assert taking_part(*claims, families={"east"}) == {"a", "b"}
    assert taking_part(*claims, families={"east", "west"}) == {"a", "b", "c"}
    assert taking_part(*claims, sources={"b", "c"}) == {"b", "c"}
    assert taking_part(*claims, stances={"third"}) == {"b"}
    assert taking_part(*claims, stances={"own", "third"}) == {"a", "b"}
    assert taking_part(*claims, lowest_grade="B") == {"a"}
    assert taking_part(*claims, lowest_grade="F") == {"a", "b", "c"}
    assert taking_part(*claims, families={"east"}, stances={"third"}) == {"b"}
    assert taking_part(*claims, families={"east"}, sources={"c"}) == set()


def test_claims_that_move_nothing_are_listed_in_the_order_they_were_said():
    reading = read(
        plan("later", "20", "2024-12-01"),
        plan("first", "10", "2024-11-01"),
        plan("aside", "10", "2024-11-01", standing=Standing.SET_ASIDE),
        plan("part", "10", "2024-11-15", place="kursk"),
    )
    assert reading.plans == ("first", "part", "later")
    assert reading.candidates == {}


def test_claims_about_another_deployment_are_refused():
    facts = DeploymentFacts("d", date(2024, 10, 1))
    with pytest.raises(MixedDeployments, match="elsewhere"):
        DeploymentClaims.of(facts, [], [total("t", "1", "2024-11-01", deployment="elsewhere")])


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(UnknownMeasure):
        DeploymentClaims.of(DeploymentFacts("d", date(2024, 10, 1)), [], [total("t", "1", "2024-11-01")])
    assert ledger(total("t", "1", "2024-11-01")).about("killed") == ()
