"""Two clocks: what had been said by a day, and what the ledger held. At a version nothing ever changes."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.answers.parameters import BadParameters
from app.answers.queries import NothingThere, question
from app.claims.models import Claim
from app.readings.answer import Json
from app.readings.choices import Choices
from tests.factories import (
    DeploymentDescriptionFactory,
    DeploymentFactory,
    FamilyFactory,
    JudgementFactory,
    MeasureDescriptionFactory,
    MeasureFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
)


class Ledger:
    """One deployment with one measure, changed step by step."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.deployment = DeploymentFactory(slug="somewhere", starts_on=date(2024, 10, 1))
        self.measure = MeasureFactory(slug="sent", unit="persons")
        self.source = SourceFactory(slug="ministry", reliability="B")
        self.other = SourceFactory(slug="office", reliability="C")

    def total(self, point: int, as_of: str, **more: object) -> Claim:
        """A claim, or with `claim=` a correction of one."""
        values = {"source": self.source, "qualifier": "exact", "said_on": as_of, "approved": True} | more
        revision = RevisionFactory(
            deployment=self.deployment,
            measure=self.measure,
            nature="total",
            point=point,
            as_of=as_of,
            **values,
        )
        return self.session.get_one(Claim, revision.claim_id)

    def answer(self, **choices: object) -> Json:
        self.session.expire_all()
        return question(self.session, "somewhere", "sent", Choices(**choices)).answer()

    def selected(self, **choices: object) -> int | None:
        return self.answer(**choices)["headline"]["selected"]


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def test_a_correction_is_read_from_its_version_on(ledger: Ledger) -> None:
    first = ledger.total(100, "2024-11-01")
    before = ledger.answer()
    ledger.total(120, "2024-11-01", claim=first)
    after = ledger.answer()
    assert (before["headline"]["selected"], after["headline"]["selected"]) == (100, 120)
    assert after["version"] > before["version"]
    fixed = ledger.answer(version=before["version"])
    assert fixed["points"] == before["points"]
    assert fixed["last_changed_at"] == before["last_changed_at"]


def test_at_a_fixed_version_nothing_ever_changes(ledger: Ledger) -> None:
    low = ledger.total(100, "2024-11-01")
    ledger.total(90, "2024-12-01", source=ledger.other)
    version = ledger.answer()["version"]
    before = ledger.answer(version=version)
    assert [item["claim_ref"] for item in before["contested"]]
    JudgementFactory(claim=low, standing="set_aside", standing_reason="stale", approved=True)
    ledger.total(500, "2025-01-01")
    SourceDescriptionFactory(source=ledger.source, family=FamilyFactory(), reliability="F")
    DeploymentDescriptionFactory(deployment=ledger.deployment, starts_on=date(2024, 9, 1))
    MeasureDescriptionFactory(measure=ledger.measure, unit="heads")
    assert ledger.answer(version=version) == before
    now = ledger.answer()
    assert now["headline"]["selected"] == 500
    assert now["unit"] == "heads"
    assert now["starts_on"] == "2024-09-01"
    assert now["contested"] == []


def test_set_aside_and_restored_is_the_identity(ledger: Ledger) -> None:
    ledger.total(100, "2024-11-01")
    wrong = ledger.total(110, "2024-12-01")
    before = ledger.answer()
    JudgementFactory(claim=wrong, standing="set_aside", standing_reason="copy_error", approved=True)
    assert ledger.selected() == 100
    JudgementFactory(claim=wrong, standing="good", approved=True)
    after = ledger.answer()
    for name in ("points", "accepted", "contested", "latest", "headline", "data_through"):
        assert after[name] == before[name]


def test_a_grade_changes_who_is_asked_first(ledger: Ledger) -> None:
    ledger.total(100, "2024-11-01")
    ledger.total(90, "2024-11-02", source=ledger.other)
    assert ledger.selected() == 100
    SourceDescriptionFactory(source=ledger.other, reliability="A")
    assert ledger.selected() == 90


def test_what_waits_for_a_verdict_or_was_rejected_is_not_read(ledger: Ledger) -> None:
    ledger.total(100, "2024-11-01")
    ledger.total(200, "2024-12-01", approved=False)
    ledger.total(300, "2024-12-02", approved=False, rejected=True)
    assert ledger.selected() == 100


def test_an_appearance_changes_nothing(ledger: Ledger) -> None:
    claim = ledger.total(100, "2024-11-01")
    before = ledger.answer()
    ledger.total(999, "2024-11-05", repeat_of=claim)
    after = ledger.answer()
    assert after["points"] == before["points"]
    assert after["headline"] == before["headline"]


def test_what_is_said_later_changes_no_earlier_knowledge(ledger: Ledger) -> None:
    ledger.total(100, "2024-11-01")
    before = ledger.answer(known_on=date(2024, 11, 30))
    ledger.total(80, "2024-11-01", said_on="2025-01-01", source=ledger.other)
    ledger.total(70, "2024-10-20", said_on="2024-12-01")
    after = ledger.answer(known_on=date(2024, 11, 30))
    for name in ("points", "accepted", "contested", "headline"):
        assert after[name] == before[name]


def test_a_version_to_come_or_before_the_deployment_is_refused(ledger: Ledger) -> None:
    ledger.total(100, "2024-11-01")
    with pytest.raises(BadParameters, match="is still to come"):
        ledger.answer(version=10**9)
    with pytest.raises(NothingThere, match="there is no deployment"):
        ledger.answer(version=0)
