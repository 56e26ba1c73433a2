"""The one table of what editors can do is whole, and in step with the vocabularies of claims."""

import pytest

from app.claims.forms import CLAIM_COLUMNS
from app.claims.words import Standing, StandingReason
from app.review.acts_of_editors import ACTS, Makes, act_of

JUDGING = [act for act in ACTS.values() if act.makes is Makes.JUDGEMENT]


def test_every_reason_code_of_a_standing_belongs_to_an_act_that_gives_it():
    assert {reason for act in JUDGING for reason in act.reasons} == set(StandingReason)


def test_every_standing_is_given_by_one_act_and_only_judgements_give_one():
    assert sorted(act.standing for act in JUDGING) == sorted(Standing)
    assert {act.standing for act in ACTS.values() if act not in JUDGING} == {None}


def test_only_its_own_source_withdraws_a_claim():
    with_code = {act.name for act in ACTS.values() if StandingReason.WITHDRAWN in act.reasons}
    assert with_code == {"retract"}


def test_setting_aside_takes_a_code_as_the_ledger_format_demands():
    assert ACTS["set_aside"].reason_needed
    assert ACTS["restore"].reasons == ()


def test_acts_name_columns_of_the_claims_csv():
    named = {column for act in ACTS.values() for column in (*act.needs, *act.never)}
    assert named <= set(CLAIM_COLUMNS)
    assert all(not set(act.needs) & set(act.never) for act in ACTS.values())


def test_every_act_is_offered_in_words():
    assert all(act.title and act.when.endswith(".") for act in ACTS.values())
    assert list(ACTS) == [act.name for act in ACTS.values()]


ROWS = {
    ("", "", ""): "enter",
    ("root", "", ""): "restate",
    ("", "root", ""): "add_appearance",
    ("", "", "2025-01-01"): "note_restart",
    ("root", "", "2025-01-01"): "restate",
    ("root", "root", "2025-01-01"): "add_appearance",
}


@pytest.mark.parametrize(("cells", "name"), ROWS.items(), ids=str)
def test_a_row_tells_by_which_act_it_is_entered(cells, name):
    supersedes, repeat_of, counts_from = cells
    act = act_of(supersedes=supersedes, repeat_of=repeat_of, counts_from=counts_from)
    assert (act.name, act.makes) == (name, Makes.CLAIM)
