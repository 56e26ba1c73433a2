"""A ledger with one claim, and the desk."""

import pytest

from tests.accounts.conftest import desk, signed_in
from tests.factories import ClaimFactory, DeploymentFactory, MeasureFactory, RevisionFactory, SourceFactory

__all__ = ["desk", "signed_in"]


@pytest.fixture
def ledger(session):
    """One claim that counts, and all that it is about."""
    return RevisionFactory(
        claim=ClaimFactory(ref="claim"),
        deployment=DeploymentFactory(slug="troops"),
        measure=MeasureFactory(slug="sent"),
        source=SourceFactory(slug="source"),
        approved=True,
    )
