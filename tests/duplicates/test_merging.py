"""Two claims that are one statement: merged, decided as one, told, taken apart again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.answers.queries import question
from app.claims.actions import revise_claim
from app.claims.differences import Names
from app.claims.history import claim_history
from app.claims.queries import approved_claims
from app.claims.refusals import (
    NewerRevision,
    NoSuchClaim,
    NothingChanges,
    PartOfAWhole,
    RowRefused,
    WaitsAlready,
)
from app.database import connect
from app.duplicates.actions import merge_claims, separate_claim
from app.duplicates.models import Alike
from app.duplicates.plans import NotTheSame, as_they_would_count, merge_plan, separate_plan
from app.models import Claim, Revision
from app.readings.choices import Choices
from app.review.actions import decide, decide_batch, judge
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory, SourceFactory, used_in
from tests.ledger.exports import exported
from tests.ledger.ledgers import taken_in, told


@pytest.fixture
def two(session):
    """One statement entered twice: `kept` of an agency, `again` of a newspaper's page, which others name."""
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="plan", nature="plan", as_of="", said_on="2025-01-01"))
    entered_and_approved(session, a_row(claim_ref="kept", title="Agency"))
    entered_and_approved(session, a_row(claim_ref="again", title="Paper", supersedes="plan"))
    entered_and_approved(session, a_row(claim_ref="print", title="Weekly", repeat_of="again"))
    entered_and_approved(session, a_row(claim_ref="part", point="30", part_of="again"))
    later = a_row(claim_ref="later", point="310", said_on="2025-01-15", supersedes="again")
    entered_and_approved(session, later)
    return session


def merged(session, stays="kept", goes="again", **given):
    by = given.pop("by", None) or PersonFactory()
    how = {"shown": (1, 1), "words": "Both are the briefing of 13 January."} | given
    return merge_claims(session, stays, goes, by=by, at=NOW, **how)


def approve(session, batch):
    return decide_batch(session, batch, "approved", by=PersonFactory(role="reviewer"), at=NOW)


def claims(session, version=None):
    return {claim.ref: claim for claim in approved_claims(session, appearances=True, version=version)}


def low(session, version=None):
    return question(session, "nk-russia", "killed", Choices(version=version)).reading().headline


def names(session, version=None):
    return {
        ref: (claim.supersedes, claim.part_of, claim.repeat_of)
        for ref, claim in claims(session, version).items()
    }


MERGED = {
    "plan": (None, None, None),
    "kept": ("plan", None, None),
    "again": (None, None, "kept"),
    "print": (None, None, "kept"),
    "part": (None, "kept", None),
    "later": ("kept", None, None),
}


def test_all_that_named_the_one_names_the_other_and_nothing_of_the_past_changes(two):
    before, was, reading = ledger_version(two), names(two), low(two)
    batch = merged(two)
    assert names(two) == was  # it waits
    act = approve(two, batch)
    two.execute(text("set constraints all immediate"))
    assert names(two) == MERGED
    assert claims(two)["again"].document.title == "Paper"
    assert claims(two)["kept"].appearances == 2
    assert names(two, before) == was
    assert low(two, before) == reading
    history = claim_history(two, "again", Names({}, {}, {}))
    assert [entry.version for entry in history] == [8, act.version]
    assert [entry.what for entry in history] == ["Entered", "Merged"]
    assert history[-1].reason == "Both are the briefing of 13 January."


def test_the_plan_shows_what_would_count(two):
    plan = merge_plan(two, "kept", "again", None)
    would = {claim.ref: (claim.supersedes, claim.part_of, claim.repeat_of)
             for claim in as_they_would_count(two, plan)}  # fmt: skip
    assert would == {ref: MERGED[ref] for ref in would}
    assert set(would) == {"kept", "again", "print", "part", "later"}


def test_a_merge_is_taken_apart_again_by_another_act(two):
    was = names(two)
    approve(two, merged(two))
    batch = separate_claim(two, "again", words="They are two briefings.", by=PersonFactory(), at=NOW)
    assert names(two) == MERGED
    approve(two, batch)
    two.execute(text("set constraints all immediate"))
    assert names(two) == was
    with pytest.raises(NothingChanges):
        separate_claim(two, "again", words="Once more.", by=PersonFactory(), at=NOW)


def test_what_was_changed_since_the_merge_is_left_and_named(two):
    approve(two, merged(two))
    judged = judge(two, "part", "set_aside", shown=2, by=PersonFactory(), at=NOW, reason="stale")
    decide(two, judged, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    row = a_row(claim_ref="part", point="31", part_of="kept")
    corrected = revise_claim(two, row, shown=2, by=PersonFactory(), at=NOW, warned=(), reason="copy_error")
    decide(two, corrected, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    plan, _version = separate_plan(two, "again")
    assert plan.left == ("part",)
    approve(two, separate_claim(two, "again", words="Two.", by=PersonFactory(), at=NOW))
    assert names(two)["part"] == (None, "kept", None)
    assert names(two)["later"] == ("again", None, None)


def test_a_merge_is_decided_as_one(two):
    batch = merged(two)
    rows = two.scalars(select(Revision).where(Revision.batch_id == batch.id)).all()
    with pytest.raises(PartOfAWhole):
        decide(two, rows[0], "approved", by=PersonFactory(role="reviewer"), at=NOW)
    decide_batch(two, batch, "rejected", by=PersonFactory(role="reviewer"), at=NOW, reason="Two briefings.")
    assert names(two)["again"] == ("plan", None, None)


def test_both_standings_are_seen_and_one_is_chosen(two):
    judged = judge(two, "again", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    decide(two, judged, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    with pytest.raises(NotTheSame, match="choose which standing"):
        merged(two)
    approve(two, merged(two, standing_of="again"))
    assert [claims(two)[ref].standing for ref in ("kept", "again")] == ["set_aside", "set_aside"]
    approve(two, separate_claim(two, "again", words="Two.", by=PersonFactory(), at=NOW))
    assert [claims(two)[ref].standing for ref in ("kept", "again")] == ["good", "set_aside"]


def test_what_is_no_one_statement_is_refused_in_words(two):
    SourceFactory(slug="other", name="Other Office")
    entered_and_approved(two, a_row(claim_ref="other", source="Other Office"))
    with pytest.raises(NotTheSame, match="the source"):
        merged(two, goes="other")
    with pytest.raises(NotTheSame, match="later restates again, so they are two statements"):
        merged(two, stays="later")
    with pytest.raises(NotTheSame, match="part is part of again"):
        merged(two, stays="part")
    with pytest.raises(NotTheSame, match="appearance of again already"):
        merged(two, goes="print")
    with pytest.raises(NotTheSame, match="into itself"):
        merged(two, goes="kept")
    with pytest.raises(NoSuchClaim):
        merged(two, goes="nobody")
    with pytest.raises(RowRefused):
        merged(two, words=" ")
    with pytest.raises(NewerRevision):
        merged(two, shown=(1, 7))
    entered_and_approved(two, a_row(claim_ref="plan-2", nature="plan", as_of="", said_on="2025-01-02"))
    entered_and_approved(two, a_row(claim_ref="third", supersedes="plan-2"))
    with pytest.raises(NotTheSame, match="third restates plan-2, and again restates plan"):
        merged(two, stays="third")
    assert two.scalar(select(Claim.ref).where(Claim.ref == "again")) == "again"


def test_one_thing_at_a_time_waits(two):
    merged(two)
    with pytest.raises(WaitsAlready):
        merged(two, shown=(2, 2))
    with pytest.raises(RowRefused, match="repeat_of"):
        enter(two, a_row(claim_ref="new", repeat_of="again"))


def test_what_restates_the_one_has_to_be_able_to_restate_the_other(two):
    entered_and_approved(two, a_row(claim_ref="days", as_of="2025-01-20", said_on="2025-01-20"))
    with pytest.raises(NotTheSame, match="could not restate the other"):
        merged(two, stays="days")


def alike(session):
    rows = session.execute(select(Claim.ref, Alike.kind).join(Claim, Claim.id == Alike.claim_id))
    return {(row.ref, row.kind) for row in rows}


def test_claims_that_say_the_same_are_known_as_long_as_they_do(two):
    assert alike(two) == {("kept", "figure"), ("again", "figure")}
    words = "About three hundred soldiers were killed, the office said."
    entered_and_approved(two, a_row(claim_ref="quote", point="290", wording=words))
    SourceFactory(slug="other", name="Other Office")
    entered_and_approved(two, a_row(claim_ref="echo", source="Other Office", wording=words.upper()))
    assert alike(two) == {("kept", "figure"), ("again", "figure"), ("quote", "wording"), ("echo", "wording")}
    approve(two, merged(two))
    assert alike(two) == {("quote", "wording"), ("echo", "wording")}
    approve(two, separate_claim(two, "again", words="Two.", by=PersonFactory(), at=NOW))
    assert {("kept", "figure"), ("again", "figure")} <= alike(two)


@pytest.fixture
def another_session(server):
    """A session on a second migrated database of the test's own."""
    url = server.make_migrated()
    engine = connect(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
    server.drop(url)


def test_a_merge_is_taken_apart_in_a_ledger_that_was_restored(two, another_session, tmp_path):
    was = names(two)
    approve(two, merged(two))
    folder = exported(two, tmp_path / "out")
    assert told(taken_in(another_session, folder, at=NOW + timedelta(days=1))) == []
    assert names(another_session) == MERGED
    with used_in(another_session):
        by, reviewer = PersonFactory(), PersonFactory(role="reviewer")
    batch = separate_claim(another_session, "again", words="Two.", by=by, at=NOW + timedelta(days=2))
    decide_batch(another_session, batch, "approved", by=reviewer, at=NOW + timedelta(days=2))
    another_session.execute(text("set constraints all immediate"))
    assert names(another_session) == was
