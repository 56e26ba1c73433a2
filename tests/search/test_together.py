"""What follows from many claims is written together, and is the same as if each had been written at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from app.accounts.models import COMMAND_LINE
from app.ledger import writing
from app.ledger.actions import import_ledger
from app.models import SourceDescription
from app.review.actions import decide
from tests.factories import (
    NOW,
    ClaimFactory,
    PersonFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
    current_session,
    new_version,
)
from tests.rules import update_by_hand
from tests.visiting import FOUNDING

DERIVED = {
    "words": "select c.ref, t.said_day, t.is_appearance, t.words::text from claim_texts t"
    " join claims c on c.id = t.claim_id order by 1",
    "alike": "select c.ref, a.kind, a.digest in (select digest from alike group by 1 having count(*) > 1)"
    " from alike a join claims c on c.id = a.claim_id order by 1, 2",
}


def derived(session):
    return {name: session.execute(text(query)).all() for name, query in DERIVED.items()}


def let_wait(session):
    session.execute(text("set local muster.derived = 'together'"))


def end_transaction(session):
    """What a commit does first: the constraints that were deferred are asked."""
    session.execute(text("set constraints all immediate"))


def refs_found(session):
    return session.scalars(
        text("select c.ref from claim_texts t join claims c on c.id = t.claim_id order by 1")
    ).all()


def test_an_import_writes_what_claim_after_claim_would_have_written(session, monkeypatch):
    found = []
    for waits in (True, False):
        if not waits:
            monkeypatch.setattr(writing, "let_derived_wait", lambda _session: None)
        with session.begin_nested() as savepoint:
            report = import_ledger(session, FOUNDING, by=COMMAND_LINE, at=datetime(2026, 11, 23, tzinfo=UTC))
            assert not report.is_refused
            found.append(derived(session))
            savepoint.rollback()
    assert found[0] == found[1]
    assert len(found[0]["words"]) == 199


def test_what_waits_is_written_before_the_transaction_ends_though_nobody_asks(session):
    let_wait(session)
    RevisionFactory(claim=ClaimFactory(ref="a"), wording="words", approved=True)
    assert refs_found(session) == []
    end_transaction(session)
    assert refs_found(session) == ["a"]


def test_what_waits_is_written_over_what_was_there(session):
    first = RevisionFactory(claim=ClaimFactory(ref="a"), wording="old", approved=True)
    RevisionFactory(claim=ClaimFactory(ref="b"), wording="stays", approved=True)
    before = dict(session.execute(text("select claim_id, words::text from claim_texts")).all())
    let_wait(session)
    RevisionFactory(claim_id=first.claim_id, wording="new", approved=True)
    assert dict(session.execute(text("select claim_id, words::text from claim_texts")).all()) == before
    end_transaction(session)
    after = dict(session.execute(text("select claim_id, words::text from claim_texts")).all())
    assert {claim for claim in after if after[claim] != before[claim]} == {first.claim_id}
    assert "'new'" in after[first.claim_id]
    assert "'old'" not in after[first.claim_id]


def test_a_verdict_counts_while_others_wait(session):
    revision = RevisionFactory(claim=ClaimFactory(ref="a"), wording="late")
    let_wait(session)
    decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    end_transaction(session)
    assert refs_found(session) == ["a"]


@pytest.mark.parametrize(("given", "written"), [("Ministry of War", 0), ("Ministry of Defence", 1)])
def test_only_another_name_makes_words_anew(session, given, written):
    source = SourceFactory(name="Ministry of War")
    RevisionFactory(claim=ClaimFactory(ref="a"), source=source, approved=True)
    described = "select xmin::text || ctid::text from claim_texts"
    before = session.scalars(text(described)).all()
    _describe_anew(source.id, given)
    after = session.scalars(text(described)).all()
    assert len(set(after) - set(before)) == written


def _describe_anew(source_id, name):
    session = current_session()
    version = new_version()
    today = session.scalars(select(SourceDescription).where(SourceDescription.source_id == source_id)).one()
    update_by_hand(session, today, replaced_version=version)
    SourceDescriptionFactory(source_id=source_id, number=2, name=name, reliability="C", version=version)
