"""What follows from many claims is written together, and is the same as if each had been written at once."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from app.accounts.models import COMMAND_LINE
from app.ledger import writing
from app.ledger.actions import import_ledger
from app.models import SourceDescription
from app.review.actions import decide
from app.search import queries
from app.search.asked import read_words
from app.search.queries import find_claims
from tests.factories import (
    NOW,
    ClaimFactory,
    PersonFactory,
    PlaceFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
    current_session,
    new_version,
)
from tests.rules import update_by_hand
from tests.visiting import FOUNDING

DERIVED = {
    "words": """
      select c.ref, t.said_day, t.is_appearance, s.slug, d.slug, m.slug, p.slug, ts_delete(t.words, array[
        '=s' || s.id, '=d' || d.id, '=m' || m.id, coalesce('=p' || p.id, '-')])::text
      from claim_texts t join claims c on c.id = t.claim_id join sources s on s.id = t.source_id
      join deployments d on d.id = t.deployment_id join measures m on m.id = t.measure_id
      left join places p on p.id = t.place_id order by 1""",
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


def test_a_new_name_leaves_words_alone_and_is_found_at_once(session):
    """The old name finds nothing any more: who looks for it is led on by the names of the past."""
    source = SourceFactory(name="Ministry of War")
    place = PlaceFactory(name="Sudzha")
    RevisionFactory(claim=ClaimFactory(ref="a"), source=source, place=place, approved=True)
    RevisionFactory(claim=ClaimFactory(ref="b"), approved=True)
    described = "select xmin::text || ctid::text from claim_texts order by 1"
    before = session.scalars(text(described)).all()
    assert found_by(session, "war sudzha") == ["a"]
    _describe_anew(source.id, "Ministry of Defence")
    assert found_by(session, "war") == []
    assert found_by(session, "defence sudzha") == ["a"]
    assert found_by(session, "sudzha -defence") == []
    assert found_by(session, "nowhere OR defence sudzha") == ["a"]
    assert session.scalars(text(described)).all() == before


def found_by(session, typed):
    return [found.claim.ref for found in find_claims(session, read_words(typed)).found]


def test_a_term_that_hundreds_of_names_answer_is_asked_of_rows(session, monkeypatch):
    """What is broad is found as what is narrow is, also where claims said last are looked through first."""
    sources = [SourceFactory(name=f"Agency {word}") for word in ("North", "South", "East")]
    place = PlaceFactory(name="Agency Hill")
    for number, source in enumerate(sources):
        RevisionFactory(claim=ClaimFactory(ref=f"c{number}"), source=source, wording="seen", approved=True)
    RevisionFactory(claim=ClaimFactory(ref="at"), place=place, wording="seen", approved=True)
    RevisionFactory(claim=ClaimFactory(ref="said"), wording="seen by an agency", approved=True)
    RevisionFactory(claim=ClaimFactory(ref="other"), wording="seen", approved=True)
    asked = (
        "agency seen",
        "agency",
        "agency -south seen",
        "agency hill seen",
        "agency agency seen",
        "agenc*",
    )
    narrow = [set(found_by(session, typed)) for typed in asked]
    assert narrow[0] == {"c0", "c1", "c2", "at", "said"}
    assert narrow[2] == {"c0", "c2", "at", "said"}
    for names, common in ((60, -1), (2, 10_000), (2, -1)):
        monkeypatch.setattr(queries, "NARROW", names)
        monkeypatch.setattr(queries, "COMMON", common)
        assert [set(found_by(session, typed)) for typed in asked] == narrow


def _describe_anew(source_id, name):
    session = current_session()
    version = new_version()
    today = session.scalars(select(SourceDescription).where(SourceDescription.source_id == source_id)).one()
    update_by_hand(session, today, replaced_version=version)
    SourceDescriptionFactory(source_id=source_id, number=2, name=name, reliability="C", version=version)
