"""What a claim would do to the reading, by hand, and on the ledger."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.answers.effects import (
    effect_of,
    effect_of_judgement,
    effect_on,
    effects_on,
    with_claims,
)
from app.answers.models import KeptReading
from app.answers.queries import holding_of
from app.answers.weighing import warned_of, weigh, weigh_revision
from app.claims.queries import approved_claims
from app.claims.rows import as_row
from app.readings.facts import DeploymentClaims, UnknownMeasure
from app.review.actions import decide, judge
from app.sources.actions import NewSource
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory
from tests.readings.build import appearance_of, ledger, renamed, total
from tests.visiting import counted_statements

BEFORE = ledger(total("p", "about 1100", "2024-12-23"), measures=("killed", "casualties"))
DAY = date(2024, 12, 31)


def effect(claim, measure="sent", before: DeploymentClaims = BEFORE, day=DAY):
    return effect_on(before, with_claims(before, [claim], without=[claim.ref]), measure, day)


def numbers(point) -> tuple:
    return (point.on, point.low, point.selected, point.high)


def test_a_later_total_moves_the_headline_and_its_own_day():
    found = effect(total("q", "exact 1500", "2024-12-31"))
    assert numbers(found.headline.before) == (date(2024, 12, 23), 990, 1100, 1210)
    assert numbers(found.headline.after) == (DAY, 1500, 1500, 1500)
    assert numbers(found.on_day.before) == (DAY, 990, 1100, None)
    assert numbers(found.on_day.after) == (DAY, 1500, 1500, 1500)
    assert (found.caused, found.resolved, found.is_none) == ((), (), False)
    assert found.sentence == (
        "Now: Between 990 and 1,210 by 23 December 2024; selected: 1,100. "
        "With this: 1,500 by 31 December 2024; selected: 1,500."
    )


def test_a_total_that_cannot_be_true_as_well_is_newly_contested():
    found = effect(total("q", "more_than 3000", "2024-12-23", credibility=6, said="2024-12-22"))
    [item] = found.caused
    assert (item.claim_ref, item.witness) == ("q", ("p",))
    assert "cannot also be true" in item.sentence
    assert "Newly contested: q." in found.sentence


def test_a_correction_resolves_a_contradiction():
    before = with_claims(BEFORE, [total("q", "more_than 3000", "2024-12-23", said="2024-12-22")])
    found = effect(total("q", "more_than 1000", "2024-12-23", said="2024-12-22"), before=before)
    assert [item.claim_ref for item in found.resolved] == ["q"]
    assert "No longer contested: q." in found.sentence


def test_a_claim_that_is_what_the_ledger_holds_changes_nothing():
    found = effect(total("p", "about 1100", "2024-12-23"))
    assert found.is_none
    assert found.sentence.startswith("The reading of sent stays as it is.")


def test_an_appearance_changes_nothing():
    assert effect(appearance_of(total("p", "about 1100", "2024-12-23"), "r")).is_none


def test_a_day_before_the_deployment_has_no_reading():
    found = effect(total("q", "exact 1500", "2024-12-31"), day=date(2024, 9, 30))
    assert (found.on_day.before, found.on_day.after) == (None, None)
    assert effect(total("q", "exact 1500", "2024-12-31"), day=None).on_day is None


def test_a_measure_nobody_knows_has_no_effect():
    with pytest.raises(UnknownMeasure):
        effect_on(BEFORE, BEFORE, "elsewhere", None)
    assert effects_on(BEFORE, BEFORE, ["elsewhere"], None) == []


def test_casualties_that_are_derived_are_told_of_where_they_move():
    killed = total("k", "exact 100", "2024-12-31", measure="killed")
    wounded = total("w", "exact 300", "2024-12-31", measure="wounded")
    before = ledger(killed, measures=("wounded", "casualties"))
    found = effects_on(before, with_claims(before, [wounded]), ["wounded"], DAY)
    assert [one.measure for one in found] == ["wounded", "casualties"]
    assert numbers(found[1].headline.after) == (DAY, 400, 400, 400)
    alone = ledger(measures=("killed", "wounded", "casualties"))
    assert [one.measure for one in effects_on(alone, with_claims(alone, [killed]), ["killed"], DAY)] == [
        "killed"
    ]


def test_measures_that_newly_cannot_both_be_right_are_told_of():
    before = ledger(total("c", "exact 100", "2024-12-31", measure="casualties"), measures=("killed",))
    found = effect(total("k", "exact 101", "2024-12-31", measure="killed"), "killed", before)
    [check] = found.caused_checks
    assert check.rule == "killed <= casualties"
    assert check.sentence in found.sentence
    back = effect_on(
        with_claims(before, [total("k", "exact 101", "2024-12-31", measure="killed")]), before, "killed", DAY
    )
    assert [one.rule for one in back.resolved_checks] == ["killed <= casualties"]


TOTALS = st.builds(
    lambda ref, words, day: total(f"c{ref}", words, (date(2024, 10, 1) + timedelta(day)).isoformat()),
    st.integers(0, 5),
    st.sampled_from(
        ["about 100", "exact 150", "more_than 120", "up to 90".replace(" to", "_to"), "exact 300"]
    ),
    st.integers(0, 60),
)


@given(st.lists(TOTALS, max_size=5, unique_by=lambda claim: claim.ref), TOTALS)
def test_taking_a_claim_out_again_undoes_its_effect(claims, claim):
    before = ledger(*[one for one in claims if one.ref != claim.ref])
    after = with_claims(before, [claim])
    there, back = effect_on(before, after, "sent", DAY), effect_on(after, before, "sent", DAY)
    assert there.headline.before == back.headline.after
    assert [item.claim_ref for item in there.caused] == [item.claim_ref for item in back.resolved]
    assert there.is_none == back.is_none


@pytest.fixture
def held(session):
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="p", point="1100"))


def only(session, ref):
    [claim] = approved_claims(session, refs=[ref])
    return claim


def test_the_effect_on_the_ledger_is_of_the_claim_in_place_of_what_it_replaces(session, held):
    changed = renamed(only(session, "p"), point=1200)
    [found] = effect_of(session, [changed]).measures
    assert (found.deployment, found.measure, found.day) == ("nk-russia", "killed", date(2025, 1, 13))
    assert (found.headline.before.selected, found.headline.after.selected) == (1100, 1200)
    assert effect_of(session, [only(session, "p")]).is_none
    assert effect_of(session, []).measures == ()


def test_what_was_kept_of_the_reading_before_tells_the_same(session, held):
    entered_and_approved(
        session, a_row(claim_ref="q", point="9000", as_of="2025-01-12", said_on="2025-01-12")
    )
    changed = renamed(only(session, "q"), point=1000)
    whole = holding_of(session, "nk-russia").claims
    told = effects_on(whole, with_claims(whole, [changed], without=["q"]), ["killed"], date(2025, 1, 12))
    anew = effect_of(session, [changed])
    assert session.scalar(select(func.count()).select_from(KeptReading)) > 0
    as_kept = effect_of(session, [changed])
    assert anew.measures == as_kept.measures == tuple(told)
    assert any(one.resolved or one.caused for one in told)


def test_of_a_measure_with_too_many_claims_nothing_is_told_beforehand(session, held, monkeypatch):
    effect_of(session, [renamed(only(session, "p"), point=1200)])  # keeps the reading, which warnings go by
    monkeypatch.setattr("app.answers.at_hand.READ_AT_ONCE", 0)
    row = a_row(point="12000", as_of="2025-01-20", said_on="2025-01-20")
    found = weigh(session, row, at=NOW)
    assert (found.effect.measures, found.effect.is_none) == ((), False)
    assert ("nk-russia", "killed") in found.effect.later
    assert [one.code for one in found.warned] == ["extra_digit"]
    waiting = judge(session, "p", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    assert effect_of_judgement(session, waiting).later == found.effect.later


def test_a_claim_is_weighed_with_as_many_statements_however_much_there_is(session, held):
    sent = []
    for more in (1, 30):
        for number in range(more):
            day = f"2024-12-{number + 1:02}"
            entered_and_approved(session, a_row(claim_ref=f"m-{more}-{number}", as_of=day, said_on=day))
        row = a_row(point="1200", as_of="2025-01-20", said_on="2025-01-20")
        with counted_statements(session.get_bind().engine) as statements:
            weigh(session, row, at=NOW)
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 40


def test_a_claim_that_moves_to_another_measure_is_told_of_in_both(session, held):
    effect = effect_of(session, [renamed(only(session, "p"), measure="casualties")])
    assert {one.measure for one in effect.measures} == {"killed", "casualties"}


def test_a_judgement_has_an_effect(session, held):
    waiting = judge(session, "p", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    [found] = effect_of_judgement(session, waiting).measures
    assert (found.headline.before.selected, found.headline.after.selected) == (1100, None)


def test_a_form_is_weighed_before_anything_is_saved(session, held):
    found = weigh(session, a_row(point="12000", as_of="2025-01-20", said_on="2025-01-20"), at=NOW)
    assert (found.problems, found.effect.measures[0].headline.after.selected) == ((), 12_000)
    assert [one.code for one in found.warned] == ["extra_digit"]
    again = weigh(session, as_row(only(session, "p"))._replace(claim_ref=""), at=NOW)
    assert again.alike[0].claim.ref == "p"
    correction = weigh(session, as_row(only(session, "p")), at=NOW)
    assert (correction.effect.is_none, correction.alike, correction.warned) == (True, (), ())


def test_a_form_that_is_not_complete_says_what_is_missing(session, held):
    for cells, column in (
        ({"said_on": ""}, "said_on"),
        ({"deployment": "elsewhere"}, "deployment"),
        ({"measure": "elsewhere"}, "measure"),
        ({"nature": "level"}, "nature"),
        ({"as_of": "2024-01-01"}, "as_of"),
        ({"nature": "event", "as_of": "", "period": "2024-01-01/2024-01-01"}, "period"),
    ):
        found = weigh(session, a_row(**cells), at=NOW)
        assert [problem.column for problem in found.problems] == [column]
        assert (found.claim, found.effect) == (None, None)


def test_a_source_nobody_knows_is_weighed_as_it_is_described(session, held):
    row = a_row(source="General Staff", point="5000")
    described = NewSource("General Staff", family="Ukraine", reliability="A")
    assert weigh(session, row, at=NOW, new_source=described).claim.source.reliability == "A"
    assert weigh(session, row, at=NOW).claim.source.slug == "general-staff"


def test_what_waits_is_weighed_for_who_decides(session, held):
    waiting = enter(session, a_row(claim_ref="q", point="12000", as_of="2025-01-20", said_on="2025-01-20"))
    found = weigh_revision(session, waiting, at=NOW)
    assert [one.code for one in found.warned] == ["extra_digit"]
    assert warned_of(session, [waiting], today=NOW.date()) == {"q": found.warned}


def test_a_claim_set_aside_is_corrected_without_an_effect(session, held):
    waiting = judge(session, "p", "set_aside", shown=1, by=PersonFactory(), at=NOW, reason="stale")
    decide(session, waiting, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    assert weigh(session, a_row(claim_ref="p", point="1200"), at=NOW).effect.is_none
