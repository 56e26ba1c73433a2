"""Rows of the claims CSV handed in for review, as the API takes them."""

import pytest

from app.claims.queries import approved_claims
from app.claims.refusals import RowRefused, WaitsAlready
from app.review.actions import decide_batch, open_batch
from app.review.submitting import HowHandedIn, submit_row
from tests.claims.entering import a_ledger, a_row
from tests.factories import NOW, PersonFactory


@pytest.fixture
def how(session):
    a_ledger()
    by = PersonFactory()
    batch = open_batch(session, "january.csv", by=by, at=NOW, origin="api")
    return HowHandedIn(by, NOW, "api", batch=batch)


def approve(session, how):
    decide_batch(session, how.batch, "approved", by=PersonFactory(role="reviewer"), at=NOW)


def test_a_row_is_a_new_claim_with_its_source_and_place(session, how):
    submitted = submit_row(session, a_row(source="General Staff", place="Kursk"), how)
    assert submitted.claim_ref == "general-staff-killed-300-20250113"
    assert (submitted.revision.number, submitted.revision.origin, submitted.judgement) == (1, "api", None)
    approve(session, how)
    [claim] = approved_claims(session)
    assert (claim.source.name, claim.place_name) == ("General Staff", "Kursk")


def test_the_same_row_again_changes_nothing_and_a_changed_one_is_a_correction(session, how):
    row = a_row(claim_ref="nis-300")
    submit_row(session, row, how)
    approve(session, how)
    again = submit_row(session, row, how)
    assert (again.claim_ref, again.revision, again.judgement) == ("nis-300", None, None)
    changed = submit_row(session, row._replace(point="310"), how, reason="copy_error")
    assert (changed.revision.number, changed.revision.reason) == (2, "copy_error")
    with pytest.raises(WaitsAlready):
        submit_row(session, row._replace(point="320"), how)


def test_a_standing_is_handed_in_as_a_judgement_beside_the_claim(session, how):
    row = a_row(claim_ref="nis-300", standing="set_aside", standing_reason="stale")
    submitted = submit_row(session, row, how)
    assert (submitted.judgement.standing, submitted.judgement.standing_reason) == ("set_aside", "stale")
    approve(session, how)
    [claim] = approved_claims(session)
    assert (claim.standing, claim.standing_reason) == ("set_aside", "stale")
    assert submit_row(session, row, how).judgement is None
    restored = submit_row(session, a_row(claim_ref="nis-300", standing="good"), how)
    assert (restored.revision, restored.judgement.standing) == (None, "good")


def test_a_retraction_has_its_day_and_may_be_without_a_code(session, how):
    row = a_row(claim_ref="nis-300", standing="retracted", standing_on="2025-06-01")
    assert str(submit_row(session, row, how).judgement.standing_on) == "2025-06-01"


@pytest.mark.parametrize(
    "cells", [{"point": "three hundred"}, {"measure": "elsewhere"}, {"standing": "set_aside"}], ids=str
)
def test_a_row_that_cannot_stand_is_refused_whole(session, how, cells):
    with pytest.raises(RowRefused):
        submit_row(session, a_row(**cells), how)
    with pytest.raises(RowRefused):
        submit_row(
            session, a_row(standing="retracted", standing_on="2025-06-01", standing_reason="stale"), how
        )
    assert approved_claims(session) == []
