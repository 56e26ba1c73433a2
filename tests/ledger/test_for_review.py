"""Rows that are handed in for review instead of being taken at once."""

from sqlalchemy import select

from app.acts.models import Act
from app.claims.models import Revision
from app.review.models import Batch, Judgement
from tests.factories import PersonFactory
from tests.ledger.ledgers import a_ledger, a_stance, a_total, counts, taken_in, told

ASIDE = {"standing": "set_aside", "standing_reason": "stale"}


def handed_in(session, path, **how):
    if not session.scalar(select(PersonFactory._meta.model).filter_by(name="eve")):
        PersonFactory(name="eve")
    return taken_in(session, path, by="eve", for_review="upload", **how)


def test_what_is_handed_in_waits_as_one_batch(session, tmp_path):
    report = handed_in(session, a_ledger(tmp_path / "march", a_total(), a_total(claim_ref="two", **ASIDE)))
    (batch,) = session.scalars(select(Batch)).all()
    assert (report.batch_id, batch.name, batch.origin) == (batch.id, "march", "upload")
    revisions = session.scalars(select(Revision)).all()
    assert [(one.verdict, one.approved_version, one.batch_id) for one in revisions] == [
        (None, None, batch.id)
    ] * 2
    (judgement,) = session.scalars(select(Judgement)).all()
    assert (judgement.verdict, judgement.batch_id, judgement.standing) == (None, batch.id, "set_aside")
    act = session.scalars(select(Act).where(Act.kind == "submit")).one()
    assert (act.by_name, act.origin, act.details["batch"]) == ("eve", "upload", batch.id)


def test_only_new_descriptions_move_the_version(session, tmp_path):
    assert handed_in(session, a_ledger(tmp_path / "a")).version == 1
    assert handed_in(session, a_ledger(tmp_path / "b", a_total(claim_ref="two"))).version is None
    assert counts(session)["version"] == 1


def test_what_counts_goes_on_counting_until_the_verdict(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "a"))
    handed_in(session, a_ledger(tmp_path / "b", a_total(point="120")))
    first, second = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert (first.verdict, first.replaced_version) == ("approved", None)
    assert (second.number, second.verdict, second.point) == (2, None, 120)


def test_the_same_rows_handed_in_twice_wait_once(session, tmp_path):
    ledger = a_ledger(tmp_path, a_total(**ASIDE), a_stance(claim_ref="two"))
    handed_in(session, ledger)
    before = counts(session)
    report = handed_in(session, ledger)
    assert (told(report), report.unchanged, report.batch_id) == ([], 2, None)
    assert counts(session) == before


def test_a_second_thought_waits_for_the_first_verdict(session, tmp_path):
    handed_in(session, a_ledger(tmp_path / "a", a_total(**ASIDE)))
    report = handed_in(session, a_ledger(tmp_path / "b", a_total(point="120")))
    (refusal,) = told(report)
    assert "column claim_ref, “one”: revision 1 of it waits for its verdict: that comes first" in refusal
    other = a_total(standing="set_aside", standing_reason="duplicate")
    (refusal,) = told(handed_in(session, a_ledger(tmp_path / "c", other)))
    assert "column standing, “set_aside”: a judgement of the claim waits for its verdict" in refusal


def test_an_import_passes_by_what_waits(session, tmp_path):
    handed_in(session, a_ledger(tmp_path / "a"))
    report = taken_in(session, a_ledger(tmp_path / "b", a_total(point="120")))
    assert (told(report), report.new) == ([], 1)
    waiting, approved = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert (waiting.verdict, approved.verdict, approved.number) == (None, "approved", 2)
