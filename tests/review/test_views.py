"""The queue and the pages on which reviewers decide, as a browser meets them."""

import pytest

from app.claims.queries import approved_claims
from app.models import Revision
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of


@pytest.fixture
def ledger(session):
    """A deployment with one claim that counts: 300 killed."""
    a_ledger()
    entered_and_approved(session, a_row(claim_ref="first"))


def case(session, row) -> str:
    """The address of a case."""
    kind = "revisions" if isinstance(row, Revision) else "judgements"
    return f"/desk/queue/{ref_of(session, row)}/{kind}/{row.number}"


def test_every_page_of_the_desk_is_there_and_a_verdict_changes_what_counts(session, desk, signed_in, ledger):
    signed_in("reviewer")
    row = enter(session, a_row(claim_ref="second", point="400", as_of="2025-02-01", said_on="2025-02-01"))
    for path in (
        "/desk",
        "/desk/queue",
        case(session, row),
        "/desk/claims/first",
        "/desk/claims/second",
        "/desk/claims/first/set-aside",
        "/desk/claims/first/retract",
        "/desk/claims/first/restore",
        "/desk/checks",
    ):
        desk.get(path)
    desk.post(case(session, row), {"verdict": "approved"})
    assert len(approved_claims(session)) == 2
    desk.get(case(session, row))
