"""Entering and correcting claims: what is stored, what is logged, and what is refused with nothing stored."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import models
from app.acts.queries import ledger_version
from app.claims.actions import newest_number, propose_ref, record_claim, revise_claim
from app.claims.drafts import HandedIn, find_draft, new_key, save_draft
from app.claims.queries import approved_claims
from app.claims.refusals import (
    NewerRevision,
    NoSuchClaim,
    NothingChanges,
    RowRefused,
    Unexplained,
    WaitsAlready,
)
from app.claims.rows import rows_of
from app.claims.warnings import Warned
from app.errors import Refusal
from app.review.actions import decide
from app.sources.actions import NewSource
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of
from tests.factories import NOW, PersonFactory, PlaceFactory

SLIP = Warned("extra_digit", "point", "This is ten times the reading.")


@pytest.fixture(autouse=True)
def ledger(session):
    a_ledger()


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def newest_act(session):
    return session.scalars(select(models.Act).order_by(models.Act.id.desc()).limit(1)).one()


def approve(session, revision):
    return decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)


def test_a_new_claim_waits_for_its_verdict_and_is_logged(session):
    editor = PersonFactory()
    version = ledger_version(session)
    revision = enter(session, by=editor, words="From the briefing")
    assert (revision.number, revision.verdict, revision.point, revision.origin) == (1, None, 300, "desk")
    assert ledger_version(session) == version
    act = newest_act(session)
    assert (act.kind, act.subject, act.words) == ("submit", ref_of(session, revision), "From the briefing")
    assert act.details == {"act": "enter", "revision": 1, "warned": []}
    assert approved_claims(session) == []


def test_an_approved_claim_is_read_as_it_was_typed(session):
    PlaceFactory(slug="kursk", name="Kursk")
    row = a_row(
        place="Kursk",
        publisher="Yonhap",
        url="https://example.org/a",
        published_on="2025-01-14",
        language="en",
        wording="some 300 killed",
        credibility="2",
        note="briefing",
        claim_ref="nis-300",
    )
    revision = entered_and_approved(session, row)
    [claim] = approved_claims(session)
    assert (claim.ref, claim.point, claim.place, claim.credibility) == ("nis-300", 300, "kursk", 2)
    assert claim.document.publisher == "Yonhap"
    assert rows_of(session, [revision.id]) == {revision.id: row}


def test_a_claim_ref_is_made_from_source_measure_figure_and_day(session):
    row = a_row(nature="share", point="12.5", source="Nàme (of) a Source")
    assert propose_ref(row) == "name-of-a-source-killed-12.5-20250113"
    assert propose_ref(a_row(source="情報院", measure="", point="", said_on="", nature="")) == "claim"
    assert len(propose_ref(a_row(source="s" * 300, measure="m" * 300))) <= 76
    first, second = enter(session), enter(session)
    assert ref_of(session, first) == "national-intelligence-service-killed-300-20250113"
    assert ref_of(session, second) == "national-intelligence-service-killed-300-20250113-2"


def test_a_claim_said_again_is_not_called_as_the_one_that_it_names():
    ref = propose_ref(a_row())
    for column in ("supersedes", "part_of", "repeat_of"):
        assert propose_ref(a_row(**{column: ref})) == f"{ref}-2"


REFUSED = {
    "a deployment nobody knows": ({"deployment": "elsewhere"}, {}, "deployment"),
    "a measure nobody knows": ({"measure": "wounded"}, {}, "measure"),
    "a level of a flow": ({"nature": "level"}, {}, "nature"),
    "a total of a level": ({"measure": "present"}, {}, "nature"),
    "a source nobody knows": ({"source": "Somebody"}, {}, "source"),
    "another source than described": ({"source": "Somebody"}, {"new_source": NewSource("Other")}, "source"),
    "a place nobody knows": ({"place": "Kursk"}, {}, "place"),
    "a claim nobody knows": ({"part_of": "nothing"}, {}, "part_of"),
    "no date": ({"said_on": ""}, {}, "said_on"),
    "an end before the start": ({"as_of": "2024-09-30"}, {}, "as_of"),
    "a period before the start": (
        {"nature": "event", "as_of": "", "period": "2024-01-01/2024-01-02"}, {}, "period",
    ),
    "an act without what it takes": ({}, {"act": "restate"}, "supersedes"),
    "another act": ({"counts_from": "2025-01-01"}, {"act": "enter"}, "counts_from"),
    "a source without a slug": ({"source": "情報院"}, {"new_source": NewSource("情報院")}, "slug"),
    "a source of no known kind": (
        {"source": "Somebody"}, {"new_source": NewSource("Somebody", kind="friend")}, "kind",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "given", "column"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_stand_is_refused_beside_its_cell_with_nothing_stored(session, cells, given, column):
    before = [count(session, model) for model in (models.Act, models.Claim, models.Source, models.Submission)]
    with pytest.raises(RowRefused) as refusal:
        enter(session, a_row(**cells), key=new_key(), **given)
    assert column in {problem.column for problem in refusal.value.problems}
    assert before == [
        count(session, model) for model in (models.Act, models.Claim, models.Source, models.Submission)
    ]


def test_all_that_names_nothing_is_said_at_once(session):
    with pytest.raises(RowRefused) as refusal:
        enter(session, a_row(deployment="elsewhere", measure="wounded", source="Somebody", place="Kursk"))
    columns = [problem.column for problem in refusal.value.problems]
    assert columns == ["deployment", "measure", "source", "place"]


def test_a_claim_ref_that_is_taken_is_refused(session):
    enter(session, a_row(claim_ref="nis-300"))
    with pytest.raises(RowRefused, match="is taken"):
        enter(session, a_row(claim_ref="nis-300", point="400"))


def test_a_source_with_its_family_and_a_place_come_into_the_ledger_with_the_claim(session):
    version = ledger_version(session)
    source = NewSource("General Staff", kind="military", family="Ukraine", reliability="B", stance="opponent")
    revision = entered_and_approved(
        session, a_row(source="General Staff", place="Kursk Oblast"), new_source=source, new_place=True
    )
    [claim] = approved_claims(session)
    assert (claim.source.slug, claim.source.family, claim.place) == (
        "general-staff",
        "ukraine",
        "kursk-oblast",
    )
    assert ledger_version(session) == version + 2  # the description and the approval
    again = enter(session, a_row(source="General Staff", point="400"), new_source=source)
    assert again.source_id == revision.source_id


def test_equal_documents_are_one(session):
    document = {"publisher": "Yonhap", "url": "https://example.org/a"}
    first, second = (enter(session, a_row(point=point, **document)) for point in ("300", "400"))
    assert first.document_id == second.document_id is not None
    assert enter(session, a_row(**document, language="en")).document_id != first.document_id


def test_a_warning_is_passed_over_with_a_written_reason_only(session):
    with pytest.raises(Unexplained) as refusal:
        enter(session, warned=[SLIP], overridden="  ")
    assert refusal.value.warned == (SLIP,)
    revision = enter(session, warned=[SLIP], overridden="The source says so twice.")
    assert revision.overridden == "The source says so twice."
    act = newest_act(session)
    assert act.details["warned"] == ["extra_digit"]
    assert act.details["overridden"] == "The source says so twice."


def test_a_double_click_enters_one_claim_and_takes_the_draft_away(session):
    editor, key = PersonFactory(), new_key()
    save_draft(session, key, {"point": "300"}, by=editor, at=NOW, expected=0)
    first = enter(session, by=editor, key=key)
    assert enter(session, by=editor, key=key) is first
    assert count(session, models.Revision) == 1
    assert find_draft(session, editor, key) is None
    assert enter(session, key=key) is not first  # somebody else's form of the same key is another one


def test_other_content_under_the_same_key_is_refused_by_name(session):
    editor, key = PersonFactory(), new_key()
    first = enter(session, by=editor, key=key)
    with pytest.raises(HandedIn) as refusal:
        enter(session, a_row(point="400"), by=editor, key=key)
    assert refusal.value.claim_ref == ref_of(session, first)


ACTS = {
    "enter": {},
    "add_appearance": {"repeat_of": "root"},
    "restate": {"supersedes": "root", "point": "310"},
    "note_restart": {"counts_from": "2025-01-01"},
}


@pytest.mark.parametrize(("act", "cells"), ACTS.items(), ids=ACTS)
def test_each_act_that_enters_a_claim_is_logged_under_its_name(session, act, cells):
    entered_and_approved(session, a_row(claim_ref="root"))
    enter(session, a_row(**cells), act=act)
    assert newest_act(session).details["act"] == act
    enter(session, a_row(**cells))
    assert newest_act(session).details["act"] == act


WRONG_NAMES = {
    "an appearance of an appearance": ({"repeat_of": "printed"}, "repeat_of"),
    "a part of an appearance": ({"part_of": "printed"}, "part_of"),
    "a restatement about other days": ({"supersedes": "root", "as_of": "2025-01-12"}, "supersedes"),
    "a restatement of another measure": ({"supersedes": "root", "measure": "casualties"}, "supersedes"),
}


@pytest.mark.parametrize(("cells", "column"), WRONG_NAMES.values(), ids=WRONG_NAMES)
def test_a_rule_that_only_the_database_knows_is_said_beside_its_cell(session, cells, column):
    entered_and_approved(session, a_row(claim_ref="root"))
    entered_and_approved(session, a_row(claim_ref="printed", repeat_of="root"))
    with pytest.raises(RowRefused) as refusal:
        enter(session, a_row(**cells))
    assert [problem.column for problem in refusal.value.problems] == [column]


def correct(session, **given):
    row = given.pop("row", a_row(claim_ref="nis-300", point="310"))
    defaults = {"shown": 1, "by": PersonFactory(), "at": NOW, "warned": (), "reason": "copy_error"}
    return revise_claim(session, row, **defaults | given)


def test_a_correction_is_the_next_revision_and_edits_nothing(session):
    first = entered_and_approved(session, a_row(claim_ref="nis-300"))
    second = correct(session, words="The document says 310.")
    assert (second.number, second.point, second.reason, first.point) == (2, 310, "copy_error", 300)
    act = newest_act(session)
    assert (act.kind, act.reason, act.details["act"]) == ("submit", "copy_error", "correct")
    approve(session, second)
    [claim] = approved_claims(session)
    assert (claim.point, claim.revision) == (310, 2)
    assert first.replaced_version == second.approved_version


def test_nobody_corrects_what_they_did_not_see(session):
    entered_and_approved(session, a_row(claim_ref="nis-300"))
    approve(session, correct(session))
    with pytest.raises(NewerRevision):
        correct(session, row=a_row(claim_ref="nis-300", point="320"))
    assert newest_number(session, "nis-300") == 2


CORRECTIONS = {
    "a claim nobody knows": ({"row": a_row(claim_ref="nothing")}, NoSuchClaim),
    "the same again": ({"row": a_row(claim_ref="nis-300")}, NothingChanges),
    "without a reason": ({"reason": None}, RowRefused),
    "for a reason of another act": ({"reason": "stale"}, RowRefused),
    "past a warning": ({"warned": [SLIP]}, Unexplained),
    "of a revision to come": ({"shown": 2}, NewerRevision),
}


@pytest.mark.parametrize(("given", "refusal"), CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_that_is_none_is_refused(session, given, refusal):
    entered_and_approved(session, a_row(claim_ref="nis-300"))
    with pytest.raises(refusal):
        correct(session, **given)
    assert newest_number(session, "nis-300") == 1


def test_one_revision_at_a_time_waits(session):
    entered_and_approved(session, a_row(claim_ref="nis-300"))
    correct(session)
    with pytest.raises(WaitsAlready):
        correct(session, shown=2, row=a_row(claim_ref="nis-300", point="320"))


def test_what_was_sent_back_is_handed_in_anew_without_a_reason_code(session):
    first = enter(session, a_row(claim_ref="nis-300"))
    reviewer = PersonFactory(role="reviewer")
    decide(session, first, "sent_back", by=reviewer, at=NOW, reason="Where is the document?")
    second = correct(session, reason=None, at=NOW + timedelta(hours=1))
    assert (second.number, second.reason) == (2, None)


def test_a_correction_sent_twice_is_one_revision(session):
    entered_and_approved(session, a_row(claim_ref="nis-300"))
    editor, key = PersonFactory(), new_key()
    assert correct(session, by=editor, key=key) is correct(session, by=editor, key=key)


def test_a_refusal_is_a_sentence_with_a_status(session):
    with pytest.raises(Refusal) as refusal:
        record_claim(session, a_row(source="Somebody"), by=PersonFactory(), at=NOW, warned=())
    assert refusal.value.status == 422
    assert refusal.value.sentence.endswith(".")


def test_a_claim_that_is_read_and_written_again_is_the_same_row(session):
    revision = enter(session, a_row(nature="share", measure="present", point="12.5", as_of=""))
    [row] = rows_of(session, [revision.id]).values()
    assert row == a_row(
        claim_ref=ref_of(session, revision), nature="share", measure="present", point="12.5", as_of=""
    )
