"""Drafts save themselves and are never overwritten unseen."""

from datetime import timedelta

import pytest

from app.claims.drafts import (
    HandedIn,
    NoForm,
    SavedElsewhere,
    discard_draft,
    draft_about,
    drafts_of,
    find_draft,
    new_key,
    save_draft,
)
from app.claims.refusals import NoSuchClaim
from tests.claims.entering import a_ledger, enter, entered_and_approved, ref_of
from tests.factories import NOW, PersonFactory

KEY = "key-of-this-form"


def save(session, editor, values=None, key=KEY, **given):
    defaults = {"by": editor, "at": NOW, "expected": 0}
    return save_draft(session, key, values or {"point": "300"}, **defaults | given)


def test_a_draft_is_saved_again_and_again(session):
    editor = PersonFactory()
    first = save(session, editor)
    assert (first.saves, first.values, first.act, first.claim_id) == (1, {"point": "300"}, "enter", None)
    second = save(session, editor, {"point": "3000"}, expected=1, at=NOW + timedelta(minutes=1))
    assert (second.saves, second.values) == (2, {"point": "3000"})
    assert find_draft(session, editor, KEY) is second


def test_a_draft_that_another_tab_saved_is_not_overwritten(session):
    editor = PersonFactory()
    save(session, editor, {"point": "1"})
    save(session, editor, {"point": "2"}, expected=1)
    for expected in (0, 1, 3):
        with pytest.raises(SavedElsewhere) as refusal:
            save(session, editor, {"point": "3"}, expected=expected)
        assert refusal.value.draft.values == {"point": "2"}


def test_a_draft_that_was_thrown_away_does_not_come_back(session):
    editor = PersonFactory()
    save(session, editor)
    discard_draft(session, editor, KEY)
    discard_draft(session, editor, KEY)
    with pytest.raises(SavedElsewhere) as refusal:
        save(session, editor, expected=1)
    assert refusal.value.draft is None


def test_two_tabs_on_one_claim_share_one_draft(session):
    a_ledger()
    editor = PersonFactory()
    ref = ref_of(session, entered_and_approved(session))
    about = {"act": "correct", "claim_ref": ref, "based_on": 1}
    first = save(session, editor, **about)
    with pytest.raises(SavedElsewhere) as refusal:
        save(session, editor, {"point": "301"}, key=new_key(), **about)
    assert refusal.value.draft is first
    assert draft_about(session, editor, ref, "correct") is first
    assert draft_about(session, editor, ref, "retract") is None
    assert save(session, editor, key=new_key(), **about | {"act": "retract"}).saves == 1
    assert save(session, PersonFactory(), **about).saves == 1


def test_drafts_are_their_owners_own_the_last_saved_first(session):
    a_ledger()
    editor = PersonFactory()
    ref = ref_of(session, entered_and_approved(session))
    older = save(session, editor)
    newer = save(session, editor, key=new_key(), act="correct", claim_ref=ref, at=NOW + timedelta(1))
    assert drafts_of(session, editor) == [(newer, ref), (older, None)]
    assert drafts_of(session, PersonFactory()) == []
    assert find_draft(session, PersonFactory(), KEY) is None


def test_a_draft_saved_after_its_form_was_handed_in_is_refused(session):
    a_ledger()
    editor = PersonFactory()
    save(session, editor)
    revision = enter(session, by=editor, key=KEY)
    for expected in (0, 1):
        with pytest.raises(HandedIn) as refusal:
            save(session, editor, expected=expected)
        assert refusal.value.claim_ref == ref_of(session, revision)


@pytest.mark.parametrize("given", [{"key": "short"}, {"key": "with spaces in the key"}, {"act": "delete"}])
def test_what_comes_from_no_form_is_refused(session, given):
    with pytest.raises(NoForm):
        save(session, PersonFactory(), **given)


def test_a_form_without_a_plain_key_is_not_handed_in(session):
    a_ledger()
    with pytest.raises(NoForm):
        enter(session, key="short")


def test_a_draft_about_a_claim_nobody_knows_is_refused(session):
    with pytest.raises(NoSuchClaim):
        save(session, PersonFactory(), act="correct", claim_ref="nothing")


def test_what_is_no_text_is_left_out(session):
    saved = save(session, PersonFactory(), {"note": "a\x00b\ud800", "family": ["x\x07", "y"]})
    assert saved.values == {"note": "ab", "family": ["x", "y"]}


def test_a_clock_that_is_behind_saves_all_the_same(session):
    editor = PersonFactory()
    save(session, editor)
    assert save(session, editor, expected=1, at=NOW - timedelta(minutes=1)).saved_at == NOW


def test_keys_are_plain_and_never_the_same(session):
    assert len({new_key() for _ in range(100)}) == 100
