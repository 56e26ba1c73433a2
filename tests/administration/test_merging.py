"""Sources that become one, and two again: what counts afterwards, and that the past stays as it was."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.administration.actions import Signed
from app.administration.merging import merge, separate
from app.administration.refusals import NotToBeMerged, NotToBeSeparated
from app.answers.queries import question
from app.claims.models import Claim, Revision
from app.errors import NotFound
from app.models import Act
from app.readings.choices import Choices
from app.search.asked import read_words
from app.search.queries import find_claims
from app.sources.actions import find_source
from app.sources.queries import merged_sources, other_names, source_texts
from tests.factories import (
    NOW,
    ClaimFactory,
    DeploymentFactory,
    FamilyFactory,
    MeasureFactory,
    PersonFactory,
    RevisionFactory,
    SourceFactory,
)

LATER = NOW + timedelta(days=1)


class Ledger:
    """Two deployments of the same claims: one of two sources, and its twin of one source from the start."""

    def __init__(self, session, number: int = 0) -> None:
        self.session = session
        self.ministry = SourceFactory(
            slug="ministry", name="Ministry", reliability="B", family=FamilyFactory(slug="state")
        )
        self.office = SourceFactory(slug="office", name="Office", reliability="D")
        self.press = SourceFactory(slug="press", name="Press", reliability="C")
        self.sent, self.killed = MeasureFactory(slug="sent"), MeasureFactory(slug="killed")
        self.two, self.one = DeploymentFactory(slug="two"), DeploymentFactory(slug="one")
        self.author = PersonFactory(role="editor")
        self.reviewer = PersonFactory(role="reviewer")
        self.signed = Signed(self.author, NOW, self.reviewer, LATER)
        some = random.Random(number)
        for place in range(number):
            self._both(place, some)

    def _both(self, place: int, some: random.Random) -> None:
        sources = [self.ministry, self.office, self.press]
        source = some.choice(sources)
        day = f"2025-{some.randint(1, 6):02}-{some.randint(1, 28):02}"
        nature = some.choice(["total", "total", "total", "event", "increment"])
        values = {
            "nature": nature,
            "point": some.choice([100, 150, 200, 400, 1000]),
            "qualifier": some.choice(["stated", "about", "exact"]),
            "said_on": "2025-07-01" if nature != "total" else day,
            "measure": some.choice([self.sent, self.sent, self.killed]),
            "credibility": some.choice([None, 2, 4]),
            ("as_of" if nature == "total" else "period"): day if nature == "total" else f"{day}/{day}",
            "approved": True,
        }
        of_one = self.ministry if source is self.office else source
        RevisionFactory(claim=ClaimFactory(ref=f"b-{place:03}"), deployment=self.two, source=source, **values)
        RevisionFactory(claim=ClaimFactory(ref=f"a-{place:03}"), deployment=self.one, source=of_one, **values)

    def claim(self, **values: object) -> Claim:
        made = RevisionFactory(**{"deployment": self.two, "measure": self.sent, "approved": True} | values)
        return self.session.get_one(Claim, made.claim_id)

    def answer(self, deployment: str, measure: str = "sent", **choices: object) -> dict:
        self.session.expire_all()
        return question(self.session, deployment, measure, Choices(**choices)).answer()

    def merge(self, old: str = "office", into: str = "ministry") -> Act:
        return merge(self.session, old, into, reason="One office under two names.", signed=self.signed)

    def separate(self, old: str = "office") -> Act:
        return separate(self.session, old, reason="They are two after all.", signed=self.signed)


@pytest.fixture
def ledger(session):
    return Ledger(session)


def as_of_one(answer: dict) -> dict:
    """An answer without what tells the two deployments apart."""
    plain = json.loads(json.dumps(answer).replace("b-", "a-").replace('"two"', '"one"'))
    return {name: plain[name] for name in plain if name not in {"version", "last_changed_at"}}


@pytest.mark.parametrize("number", [7, 18, 30])
def test_a_merged_ledger_reads_as_if_all_had_been_of_one_source_from_the_start(session, number):
    ledger = Ledger(session, number)
    apart = {measure: ledger.answer("two", measure) for measure in ("sent", "killed")}
    act = ledger.merge()
    for measure, before in apart.items():
        for choices in ({}, {"precedence": "latest"}, {"sources": frozenset({"ministry"})}):
            merged, from_the_start = (ledger.answer(one, measure, **choices) for one in ("two", "one"))
            assert as_of_one(merged) == as_of_one(from_the_start)
        # At a version of the past nothing ever changes.
        then = ledger.answer("two", measure, version=act.version - 1)
        assert then | {"choices": before["choices"]} == before


def test_a_merge_taken_back_reads_as_if_it_had_never_been(session):
    ledger = Ledger(session, 12)
    before = ledger.answer("two")
    merged = ledger.merge()
    while_one = ledger.answer("two")
    ledger.separate()
    after = ledger.answer("two")
    assert {name: after[name] for name in after if name not in {"version", "last_changed_at"}} == {
        name: before[name] for name in before if name not in {"version", "last_changed_at"}
    }
    then = ledger.answer("two", version=merged.version)
    assert then | {"choices": while_one["choices"]} == while_one
    assert merged_sources(session, ["office"]) == []


def test_what_was_said_of_a_claim_stands_and_its_history_says_why_it_moved(ledger, session):
    claim = ledger.claim(source=ledger.office)
    act = ledger.merge()
    first, second = session.scalars(
        select(Revision).where(Revision.claim_id == claim.id).order_by(Revision.number)
    )
    assert (first.source_id, first.replaced_version) == (ledger.office.id, act.version)
    assert (second.source_id, second.approved_version) == (ledger.ministry.id, act.version)
    assert second.reason == "One office under two names."
    assert (second.recorded_by, second.decided_by) == (ledger.author.id, ledger.reviewer.id)
    assert (act.kind, act.subject, act.words) == ("describe", "office", "merged into Ministry")


def test_names_of_a_merged_source_lead_to_the_one_that_remains(ledger, session):
    ledger.claim(source=ledger.office)
    ledger.merge()
    ledger.merge("ministry", "press")
    assert find_source(session, "Office") == ledger.press.id
    assert [one.slug for one in source_texts(session)] == ["press"]
    assert other_names(session) == {"press": ["Ministry", "Office"]}
    assert [(one.slug, one.into) for one in merged_sources(session, ["office", "ministry", "press"])] == [
        ("ministry", "press"),
        ("office", "press"),
    ]


def test_claims_are_found_by_the_name_of_a_source_that_was_merged(ledger, session):
    claim = ledger.claim(source=ledger.office)
    other = ledger.claim(source=ledger.ministry)

    def found():
        return {one.claim.ref for one in find_claims(session, read_words("office")).found}

    ledger.merge()
    assert found() == {claim.ref, other.ref}
    ledger.separate()
    assert found() == {claim.ref}


def test_nothing_that_waits_is_left_behind(ledger):
    RevisionFactory(claim=ClaimFactory(ref="waits"), source=ledger.office)
    with pytest.raises(NotToBeMerged, match="waits of Office waits for its verdict"):
        ledger.merge()
    # Nor a correction that gives a claim of it to somebody else.
    RevisionFactory(claim=ledger.claim(source=ledger.press), source=ledger.ministry)
    with pytest.raises(NotToBeMerged):
        ledger.merge("press", "ministry")


def test_what_cannot_become_one_is_refused_in_a_sentence(ledger):
    with pytest.raises(NotToBeMerged, match="not merged into itself"):
        ledger.merge("office", "office")
    with pytest.raises(NotFound):
        ledger.merge("office", "nobody")
    ledger.merge()
    with pytest.raises(NotToBeMerged, match="Office was merged into Ministry already"):
        ledger.merge("office", "press")
    with pytest.raises(NotToBeMerged):
        ledger.merge("ministry", "office")
    with pytest.raises(NotToBeSeparated, match="Press stands by itself"):
        ledger.separate("press")


def test_a_chain_is_taken_back_from_its_end(ledger, session):
    claim = ledger.claim(source=ledger.office)
    ledger.merge()
    ledger.merge("ministry", "press")
    with pytest.raises(NotToBeSeparated, match="has to be taken back first"):
        ledger.separate("office")
    ledger.separate("ministry")
    ledger.separate("office")
    now = select(Revision.source_id).where(Revision.claim_id == claim.id, Revision.replaced_version.is_(None))
    assert session.scalars(now).all() == [ledger.office.id]


def test_what_was_corrected_since_goes_back_with_its_correction_and_what_is_new_stays(ledger, session):
    moved, elsewhere = ledger.claim(source=ledger.office), ledger.claim(source=ledger.office)
    ledger.merge()
    ledger.claim(claim=moved, source=ledger.ministry, point=120)
    ledger.claim(claim=elsewhere, source=ledger.press)
    new = ledger.claim(source=ledger.ministry)
    ledger.separate()
    current = select(Revision.claim_id, Revision.source_id, Revision.point).where(
        Revision.replaced_version.is_(None), Revision.claim_id.in_([moved.id, elsewhere.id, new.id])
    )
    assert sorted(session.execute(current).all()) == [
        (moved.id, ledger.office.id, 120),
        (elsewhere.id, ledger.press.id, 100),
        (new.id, ledger.ministry.id, 100),
    ]


def test_a_merge_is_not_taken_back_where_a_claim_restates_one_of_the_other_side(ledger):
    moved = ledger.claim(source=ledger.office)
    ledger.merge()
    ledger.claim(claim=ClaimFactory(ref="again"), source=ledger.ministry, supersedes=moved)
    with pytest.raises(NotToBeSeparated, match="again restates"):
        ledger.separate()
