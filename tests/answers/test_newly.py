"""Contradictions that recent acts caused: the same where they are looked up as where they are read."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.answers.at_hand import Room
from app.answers.filling import missing
from app.answers.newly import new_contradictions
from app.review.actions import decide
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory


@pytest.fixture
def held(session):
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="p", point="1100"))


def contest(session, at, ref="q"):
    """Approve a claim that is ruled out by what counts."""
    waiting = enter(session, a_row(claim_ref=ref, point="5000", said_on="2025-01-12", as_of="2025-01-12"))
    decide(session, waiting, "approved", by=PersonFactory(role="reviewer"), at=at)
    return waiting.approved_version


def test_contradictions_that_recent_acts_caused_need_care(session, held):
    later = NOW + timedelta(days=1)
    assert new_contradictions(session, later).found == ()
    version = contest(session, later)
    [found] = new_contradictions(session, later).found
    assert (found.deployment, found.measure, found.contested.claim_ref) == ("nk-russia", "killed", "q")
    assert found.version == version
    assert new_contradictions(session, later + timedelta(days=1)).found == ()


def test_where_nothing_was_claimed_before_all_contradictions_are_new_and_looked_up(session, held):
    contest(session, NOW)
    session.execute(text("set constraints all immediate"))
    since = NOW - timedelta(days=1)
    read = new_contradictions(session, since)
    assert [one.contested.claim_ref for one in read.found] == ["q"]
    assert "killed" not in {measure for (_slug, measure), _claims in missing(session)}
    assert new_contradictions(session, since, Room(0)) == read


def test_what_there_is_no_room_for_is_named_and_not_told(session, held):
    later = NOW + timedelta(days=1)
    version = contest(session, later)
    told = new_contradictions(session, later, Room(0))
    assert (told.found, told.number, told.waiting) == ((), 0, ())
    assert [(one.subject, one.version) for one in told.later] == [(("nk-russia", "killed"), version)]
