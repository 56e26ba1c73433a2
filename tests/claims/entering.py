"""A ledger to enter claims into, and rows to enter: a test names only what it is about."""

from app.claims.actions import record_claim
from app.claims.forms import ClaimRow
from app.models import Claim
from app.review.actions import decide
from tests.factories import NOW, DeploymentFactory, MeasureFactory, PersonFactory, SourceFactory


def a_ledger() -> None:
    """One deployment, a flow and a level, and one source."""
    DeploymentFactory(slug="nk-russia")
    MeasureFactory(slug="killed")
    MeasureFactory(slug="casualties")
    MeasureFactory(slug="present", kind="level")
    SourceFactory(slug="nis", name="National Intelligence Service")


def a_row(**cells: str) -> ClaimRow:
    """A total of 300 killed, said on its day."""
    row = ClaimRow(
        deployment="nk-russia",
        measure="killed",
        nature="total",
        point="300",
        qualifier="about",
        as_of="2025-01-13",
        said_on="2025-01-13",
        source="National Intelligence Service",
    )
    return row._replace(**cells)


def enter(session, row: ClaimRow | None = None, **given):
    """A claim handed in by an editor."""
    by = given.pop("by", None) or PersonFactory()
    return record_claim(session, row or a_row(), by=by, at=NOW, **{"warned": ()} | given)


def entered_and_approved(session, row: ClaimRow | None = None, **given):
    """A claim that counts."""
    revision = enter(session, row, **given)
    decide(session, revision, "approved", by=PersonFactory(role="reviewer"), at=NOW)
    return revision


def ref_of(session, revision) -> str:
    """The claim_ref of a revision or judgement."""
    return session.get(Claim, revision.claim_id).ref
