"""What editors note of documents: that one is gone, that it is back, where a copy is kept."""

import pytest
from sqlalchemy import func, select

from app.acts.models import Act
from app.acts.queries import ledger_version
from app.claims.document_notes import (
    claims_read_in,
    document_of,
    documents_gone,
    note_document,
    state_of,
    states_of,
)
from app.claims.refusals import NothingChanges, RowRefused
from app.errors import NotFound
from app.models import Deployment, DocumentNote, Measure
from tests.factories import NOW, ClaimFactory, PersonFactory, RevisionFactory, SourceDocumentFactory

COPY = "https://archive.example/2025/a"


@pytest.fixture
def document(session):
    """A document in which a claim was read that counts."""
    document = SourceDocumentFactory(title="A report", url="https://example.org/a")
    RevisionFactory(claim=ClaimFactory(ref="c-1"), document=document, approved=True)
    return document


@pytest.fixture
def editor(session):
    return PersonFactory(pseudonym="quiet-fern-21")


def test_a_document_is_noted_to_be_gone_by_an_act_that_moves_no_version(session, document, editor):
    before = ledger_version(session)
    note_document(session, document.id, "gone", by=editor, at=NOW, archived_url=COPY, words="Answers 404.")
    act = session.scalars(select(Act).where(Act.kind == "document")).one()
    assert (act.version, act.subject, act.words) == (None, "A report", "Answers 404.")
    assert act.details == {"state": "gone", "archived_url": COPY, "claim": "c-1"}
    assert ledger_version(session) == before
    state = state_of(session, document.id)
    assert state is not None
    assert (state.is_gone, state.archived_url, state.by, state.words) == (
        True, COPY, "quiet-fern-21", "Answers 404.",
    )  # fmt: skip
    assert states_of(session, ["c-1", "c-2"]) == {"c-1": state}


def test_it_can_be_read_again_and_only_the_newest_note_holds(session, document, editor):
    for state in ("gone", "readable", "gone", "readable"):
        note_document(session, document.id, state, by=editor, at=NOW)
        assert [one.document.id for one in documents_gone(session)] == [document.id] * (state == "gone")
    assert session.scalar(select(func.count()).select_from(DocumentNote)) == 4


def test_the_same_is_not_noted_twice(session, document, editor):
    with pytest.raises(NothingChanges, match="Nobody noted it to be gone"):
        note_document(session, document.id, "readable", by=editor, at=NOW)
    note_document(session, document.id, "gone", by=editor, at=NOW)
    with pytest.raises(NothingChanges, match="noted to be gone already"):
        note_document(session, document.id, "gone", by=editor, at=NOW, archived_url=" ")
    note_document(session, document.id, "gone", by=editor, at=NOW, archived_url=COPY)  # a copy was found
    assert session.scalar(select(func.count()).select_from(DocumentNote)) == 2


def test_a_copy_can_be_noted_before_the_document_goes(session, document, editor):
    note_document(session, document.id, "readable", by=editor, at=NOW, archived_url=COPY)
    assert state_of(session, document.id).archived_url == COPY
    assert documents_gone(session) == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "archive.example/a", "https://", "https://a b.example", "http://[", "https://e.org/\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_nothing_is_stored(session, document, editor, address):
    with pytest.raises(RowRefused) as refused:
        note_document(session, document.id, "gone", by=editor, at=NOW, archived_url=address)
    assert [problem.column for problem in refused.value.problems] == ["archived_url"]
    assert state_of(session, document.id) is None


def test_an_unknown_state_and_an_unknown_document_are_refused(session, document, editor):
    with pytest.raises(RowRefused):
        note_document(session, document.id, "moved", by=editor, at=NOW)
    with pytest.raises(NotFound):
        note_document(session, document.id + 1, "gone", by=editor, at=NOW)


def test_only_what_counts_leans_on_a_document(session, document, editor):
    """A correction that names another document, and a claim that waits, are no claims read in it."""
    RevisionFactory(document=document)
    moved = ClaimFactory(ref="c-2")
    RevisionFactory(claim=moved, document=document, approved=True)
    RevisionFactory(claim=moved, document=SourceDocumentFactory(), approved=True)
    note_document(session, document.id, "gone", by=editor, at=NOW)
    assert list(claims_read_in(session, document.id)) == ["c-1"]
    [gone] = documents_gone(session)
    assert (gone.claims, gone.claim_ref) == (1, "c-1")
    assert document_of(session, "c-2").id != document.id
    assert document_of(session, "c-3") is None


def test_a_long_title_is_cut_in_the_log(session, editor):
    document = SourceDocumentFactory(title="t" * 10_000)
    note_document(session, document.id, "gone", by=editor, at=NOW)
    assert len(session.scalars(select(Act.subject).where(Act.kind == "document")).one()) == 300


def test_the_public_reads_it_on_the_claim_and_among_the_changes(session, visit, document, editor):
    note_document(
        session, document.id, "gone", by=editor, at=NOW, archived_url=COPY, words="<b>Answers 404.</b>"
    )
    session.flush()
    claim = visit("/claims/c-1")
    assert "The document is gone: it could not be read any more on 15 January 2026, noted by" in claim.text
    assert "<b>Answers 404.</b>" in claim.text
    assert claim.main.find("a", href=COPY).get_text() == "An archived copy"
    log = visit("/changes?kind=document")
    assert "Document gone : A report" in log.text
    assert "/claims/c-1" in log.links
    assert log.main.find("a", href=COPY)
    feed = visit("/feeds/changes.atom?kind=document", checked=False).response.text
    assert "Document gone: A report" in feed
    assert f"A copy is kept at {COPY}" in feed
    [item] = visit("/api/v1/changes?kind=document", checked=False).response.json()["items"]
    assert item["document"] == {"state": "gone", "archived_url": COPY, "claim": "c-1"}
    note_document(session, document.id, "readable", by=editor, at=NOW)
    assert "It could be read on 15 January 2026" in visit("/claims/c-1").text


def test_a_note_is_found_by_what_was_read_in_the_document(session, visit, document, editor):
    revision = RevisionFactory(document=document, approved=True)
    note_document(session, document.id, "gone", by=editor, at=NOW)
    of_it = session.get(Deployment, revision.deployment_id).slug
    measure = session.get(Measure, revision.measure_id).slug
    other = RevisionFactory(approved=True)
    elsewhere = session.get(Deployment, other.deployment_id).slug
    assert "Document gone" in visit(f"/changes?deployment={of_it}&measure={measure}").text
    assert "Document gone" not in visit(f"/changes?deployment={elsewhere}").text
