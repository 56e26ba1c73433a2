"""A small deployment, and acts upon it that the tests tell about."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.factories import (
    ActFactory,
    ClaimFactory,
    DeploymentFactory,
    JudgementFactory,
    MeasureFactory,
    PersonFactory,
    RevisionFactory,
    SourceFactory,
)


@pytest.fixture
def ledger(session) -> SimpleNamespace:
    """One deployment, one flow, one source; an editor with a pseudonym and a reviewer who is named."""
    return SimpleNamespace(
        deployment=DeploymentFactory(slug="north", name="Northern force"),
        measure=MeasureFactory(slug="sent", label="Sent", unit="persons"),
        source=SourceFactory(slug="ministry", name="The Ministry", reliability="B"),
        editor=PersonFactory(name="ed", display_name="Edith Secret", pseudonym="quiet-fern-21"),
        reviewer=PersonFactory(
            name="rev",
            display_name="Rita Named",
            pseudonym="calm-bay-30",
            named_in_public=True,
            role="reviewer",
        ),
    )


def decided(ledger, act) -> dict[str, object]:
    """Entered by the editor, approved by the reviewer in this act."""
    return {
        "recorded_by": ledger.editor.id,
        "approved": True,
        "decided_by": ledger.reviewer.id,
        "approved_version": act.version,
    }


@pytest.fixture
def approve(ledger) -> Callable[..., object]:
    """Enter a revision of `ref` as the editor and approve it as the reviewer; gives the act."""
    claims: dict[str, object] = {}

    def approved(ref: str, **values):
        claim = claims.get(ref) or claims.setdefault(ref, ClaimFactory(ref=ref))
        act = ActFactory(kind="approve", by=ledger.reviewer, moves_version=True, subject=ref)
        about = {"deployment": ledger.deployment, "measure": ledger.measure, "source": ledger.source}
        RevisionFactory(**{"claim": claim} | about | decided(ledger, act) | values)
        return act

    approved.claims = claims
    return approved


@pytest.fixture
def judge(ledger, approve) -> Callable[..., object]:
    """Judge the claim `ref`, handed in by the editor and approved by the reviewer; gives the act."""

    def judged(ref: str, **values):
        act = ActFactory(kind="judge", by=ledger.reviewer, moves_version=True, subject=ref)
        JudgementFactory(**{"claim": approve.claims[ref]} | decided(ledger, act) | values)
        return act

    return judged
