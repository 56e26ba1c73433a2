from datetime import date

import pytest

from tests.factories import (
    DeploymentDescriptionFactory,
    DeploymentFactory,
    OperationFactory,
    RevisionFactory,
    new_version,
)
from tests.rules import each_broken, refused

BROKEN = [
    ("operations_slug_is_plain", lambda: OperationFactory(slug="-north")),
    ("operations_no_empty_text", lambda: OperationFactory(name="")),
    ("operations_one_per_slug", lambda: [OperationFactory(slug="one"), OperationFactory(slug="one")]),
    ("deployments_slug_is_plain", lambda: DeploymentFactory(slug="nördlich")),
    ("deployments_one_per_slug", lambda: [DeploymentFactory(slug="one"), DeploymentFactory(slug="one")]),
    ("deployment_descriptions_levels_hold_a_day", lambda: DeploymentFactory(level_valid_days=0)),
    ("deployment_descriptions_levels_hold_a_day", lambda: DeploymentFactory(level_valid_days=1_000_000)),
    ("deployment_descriptions_starts_in_known_years", lambda: DeploymentFactory(starts_on=date(999, 12, 31))),
    ("deployment_descriptions_starts_in_known_years", lambda: DeploymentFactory(starts_on=date(3000, 1, 1))),
    ("deployment_descriptions_origin_is_known", lambda: DeploymentDescriptionFactory(origin="post")),
    ("deployment_descriptions_no_empty_text", lambda: DeploymentFactory(name="")),
    ("deployment_descriptions_no_empty_text", lambda: DeploymentFactory(summary="")),
]


@each_broken(BROKEN)
def test_what_is_no_deployment_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt()


def a_claim_ending(last_day: str, **values):
    """A claim of a deployment that starts on 1 October 2024."""
    return RevisionFactory(period=f"2024-01/{last_day}", nature="increment", said_on="2025-03-27", **values)


@pytest.mark.parametrize("decided", [{}, {"approved": True}])
def test_a_deployment_cannot_be_made_to_start_after_a_claim_ends(session, decided):
    revision = a_claim_ending("2024-10-05", **decided)
    described = {"deployment_id": revision.deployment_id}
    DeploymentDescriptionFactory(**described, starts_on=date(2024, 10, 5))
    with refused(session, "deployment_descriptions_start_before_their_claims_end"):
        DeploymentDescriptionFactory(**described, starts_on=date(2024, 10, 6))


def test_claims_that_do_not_count_and_appearances_may_end_before_the_start(session):
    rejected = a_claim_ending("2024-10-05", rejected=True)
    deployment = {"deployment_id": rejected.deployment_id}
    replaced = a_claim_ending("2024-10-05", approved=True, **deployment)
    a_claim_ending("2024-12-31", claim_id=replaced.claim_id, approved=True, **deployment)
    a_claim_ending("2024-10-05", repeat_of_id=replaced.claim_id, approved=True, **deployment)
    later = DeploymentDescriptionFactory(**deployment, starts_on=date(2024, 12, 31))
    assert later.number == 2


def test_a_description_of_the_past_does_not_move_the_start(session):
    deployment = {"deployment_id": a_claim_ending("2024-10-05", approved=True).deployment_id}
    then, now = new_version(), new_version()
    DeploymentDescriptionFactory(**deployment, starts_on=date(2025, 1, 1), version=then, replaced_version=now)
    current = DeploymentDescriptionFactory(**deployment, version=now)
    assert (current.number, current.starts_on) == (3, date(2024, 10, 1))
