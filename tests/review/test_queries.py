"""What waits for whom, and what a list of it says."""

from datetime import date, timedelta

import pytest

from app.claims.actions import revise_claim
from app.claims.drafts import new_key, save_draft
from app.review.actions import decide, judge, note_check, open_batch
from app.review.queries import (
    Asked,
    Desk,
    claims_without_document,
    current_judgement,
    current_revision,
    judgement_numbered,
    last_checked,
    open_batches,
    open_judgement,
    open_revision,
    queue,
    queue_length,
    revision_numbered,
    sent_back_to,
    waits_for,
)
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory, SourceFactory


@pytest.fixture(autouse=True)
def ledger(session):
    a_ledger()


def test_the_queue_tells_what_was_handed_in_the_longest_waiting_first(session):
    ada, bob = PersonFactory(display_name="Ada"), PersonFactory(display_name="Bob")
    entered_and_approved(session, a_row(claim_ref="root"))
    judge(session, "root", "retract", shown=1, by=bob, at=NOW, reason="withdrawn", on=date(2025, 6, 1))
    batch = open_batch(session, "january.csv", by=ada, at=NOW, origin="upload")
    enter(session, a_row(claim_ref="printed", repeat_of="root"), by=ada, batch=batch, origin="upload")
    listed = queue(session)
    told = [(one.kind, one.claim_ref, one.number, one.act, one.author, one.batch) for one in listed]
    assert told == [
        ("judgement", "root", 1, "retract", "Bob", None),
        ("revision", "printed", 1, "add_appearance", "Ada", "january.csv"),
    ]
    assert (listed[0].deployment, listed[0].measure, listed[0].reason) == ("nk-russia", "killed", "withdrawn")
    assert listed[1].source == "National Intelligence Service"


FILTERS = {
    "deployment": (Asked(deployment="nk-russia"), 2),
    "another deployment": (Asked(deployment="elsewhere"), 0),
    "measure": (Asked(measure="killed"), 1),
    "source": (Asked(source="nis"), 1),
    "kind": (Asked(kind="revision"), 2),
    "judgements": (Asked(kind="judgement"), 0),
    "origin": (Asked(origin="api"), 1),
    "claim": (Asked(claim_ref="second"), 1),
}


@pytest.mark.parametrize(("asked", "found"), FILTERS.values(), ids=FILTERS)
def test_the_queue_is_filtered(session, asked, found):
    SourceFactory(slug="hur", name="HUR")
    enter(session, a_row(claim_ref="first", measure="casualties"))
    enter(session, a_row(claim_ref="second", source="HUR"), origin="api")
    assert len(queue(session, asked)) == queue_length(session, asked) == found


def test_the_queue_is_paged_and_knows_authors(session):
    ada, bob = PersonFactory(), PersonFactory()
    for point in range(5):
        enter(session, a_row(claim_ref=f"nis-{point}"), by=ada if point < 2 else bob)
    assert [one.claim_ref for one in queue(session, limit=2, after=2)] == ["nis-2", "nis-3"]
    assert queue_length(session, Asked(author=ada.id)) == 2
    assert queue_length(session, Asked(not_by=ada.id)) == 3


def test_the_desk_counts_what_waits_for_somebody(session):
    author, reviewer = PersonFactory(), PersonFactory(role="reviewer")
    back = enter(session, a_row(claim_ref="back"), by=author)
    decide(session, back, "sent_back", by=reviewer, at=NOW, reason="Which briefing?")
    enter(session, by=author)
    save_draft(session, new_key(), {"point": "1"}, by=author, at=NOW, expected=0)
    assert waits_for(session, author) == Desk(to_decide=0, waiting=1, sent_back=1, drafts=1)
    assert waits_for(session, reviewer) == Desk(to_decide=1, waiting=0, sent_back=0, drafts=0)
    [told] = sent_back_to(session, author)
    assert (told.claim_ref, told.decision_reason, told.reviewer) == (
        "back",
        "Which briefing?",
        reviewer.display_name,
    )


def test_what_was_handed_in_anew_is_sent_back_no_more(session):
    author = PersonFactory()
    first = enter(session, a_row(claim_ref="back"), by=author)
    decide(session, first, "sent_back", by=PersonFactory(role="reviewer"), at=NOW, reason="Which?")
    revise_claim(session, a_row(claim_ref="back", note="That one"), shown=1, by=author, at=NOW, warned=())
    assert sent_back_to(session, author) == []


def test_revisions_and_judgements_are_found_by_what_they_are(session):
    first = entered_and_approved(session, a_row(claim_ref="nis"))
    assert current_revision(session, "nis") is revision_numbered(session, "nis", 1) is first
    assert open_revision(session, "nis") is revision_numbered(session, "nis", 2) is None
    assert current_judgement(session, "nis") is None
    waiting = judge(session, "nis", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    assert open_judgement(session, "nis") is judgement_numbered(session, "nis", 1) is waiting
    decide(session, waiting, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    assert current_judgement(session, "nis") is waiting
    assert open_judgement(session, "nis") is None


def test_batches_are_open_while_something_of_them_is(session):
    author = PersonFactory()
    batch = open_batch(session, " ", by=author, at=NOW, origin="upload")
    assert (batch.name, open_batches(session)) == ("unnamed", [])
    one, other = enter(session, by=author, batch=batch), enter(session, by=author, batch=batch)
    assert open_batches(session) == [(batch, 2)]
    for waiting in (one, other):
        decide(session, waiting, "withdrawn", by=author, at=NOW)
    assert open_batches(session) == []


def test_claims_without_a_document_need_care(session):
    entered_and_approved(session, a_row(claim_ref="read", url="https://example.org/a"))
    entered_and_approved(session, a_row(claim_ref="earlier", said_on="2025-01-14"))
    entered_and_approved(session, a_row(claim_ref="later", said_on="2025-02-01"))
    enter(session, a_row(claim_ref="waiting"))
    assert list(claims_without_document(session)) == ["later", "earlier"]


def test_a_deployment_was_last_checked_when_somebody_said_so(session):
    assert last_checked(session) == {}
    for hours in (0, 2, 1):
        note_check(session, "nk-russia", by=PersonFactory(), at=NOW + timedelta(hours=hours))
    assert last_checked(session) == {"nk-russia": NOW + timedelta(hours=2)}
