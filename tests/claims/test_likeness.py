"""What looks like an appearance of a claim that the ledger holds, and what does not."""

from dataclasses import replace

import pytest

from app.claims.approved import Document
from app.claims.likeness import SAME, claims_alike, likenesses
from app.claims.rows import claims_of
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.readings.build import appearance_of, source, total

PAGE = Document(url="https://example.org/a")
CLAIM = total(
    "new", "about 300", "2025-01-13", said="2025-01-14", wording="Some 300 were killed", document=PAGE
)


def like(**cells):
    return replace(CLAIM, ref="old", **{"wording": None, "document": None} | cells)


STRENGTHS = {
    "everything": (like(wording="some 300 were killed.", document=PAGE), True),
    "source, measure, day and figure": (like(), True),
    "a month for the day": (like(as_of=total("x", "1", "2025-01").as_of), True),
    "the figure hedged otherwise": (like(qualifier=total("x", "stated 1", "2025-01").qualifier), True),
    "another day": (like(as_of=total("x", "1", "2025-01-12").as_of), False),
    "another measure": (like(measure="killed"), False),
    "the words under another source": (
        like(source=source("t"), wording=CLAIM.wording, document=PAGE), True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("other", "same"), STRENGTHS.values(), ids=STRENGTHS)
def test_what_agrees_is_ranked_and_said(other, same):
    [found] = likenesses(CLAIM, [other])
    assert (found.strength >= SAME) is same
    assert all(found.reasons)


UNLIKE = {
    "another source and figure": like(source=source("t"), point=4000),
    "another figure on another day": like(point=4000, as_of=total("x", "1", "2024-12-12").as_of),
    "an appearance": appearance_of(CLAIM, "printed"),
    "itself": CLAIM,
}


@pytest.mark.parametrize("other", UNLIKE.values(), ids=UNLIKE)
def test_what_agrees_in_little_is_left_out(other):
    assert likenesses(CLAIM, [other]) == []


def test_reasons_are_in_words_the_strongest_first():
    [found] = likenesses(CLAIM, [like(wording=CLAIM.wording, document=PAGE)])
    assert found.reasons[:3] == ("the same source", "the same wording", "the same figure")
    assert "the same document" in found.reasons


def test_the_most_alike_come_first_and_five_at_most():
    others = [replace(like(point=300 + n), ref=f"old-{n}") for n in range(9)]
    found = likenesses(CLAIM, others)
    assert (found[0].claim.ref, len(found)) == ("old-0", 5)
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)


def test_a_claim_that_counts_and_is_being_corrected_is_named_once():
    [found] = likenesses(CLAIM, [like()], waiting=[like(point=301)])
    assert (found.waits, found.claim.point) == (False, 300)


def test_claims_of_the_ledger_are_found_waiting_ones_too(session):
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="counts"))
    entered_and_approved(session, a_row(claim_ref="printed", repeat_of="counts"))
    enter(session, a_row(claim_ref="waits", qualifier="stated"))
    enter(session, a_row(claim_ref="other", point="4000", as_of="2024-12-01", said_on="2024-12-02"))
    mine = enter(session, a_row(claim_ref="mine"))
    [claim] = claims_of(session, [mine.id]).values()
    found = claims_alike(session, claim)
    assert [(one.claim.ref, one.waits) for one in found] == [("counts", False), ("waits", True)]
