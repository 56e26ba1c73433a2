"""What is kept of the claims about a large measure is what the ledger gives, at every version."""

from sqlalchemy import delete, select

from app.acts.queries import ledger_version
from app.claims import compact
from app.claims.compact import KeptClaims
from app.claims.plain import keep_claims, plain_claims
from tests.factories import (
    DeploymentFactory,
    JudgementFactory,
    MeasureFactory,
    PlaceFactory,
    RevisionFactory,
)


def a_history(session):
    """A measure about which claims were entered, corrected, moved, judged and merged; its subject."""
    deployment, measure, other = DeploymentFactory(), MeasureFactory(), MeasureFactory()
    about = {"deployment": deployment, "measure": measure, "approved": True}
    away = {**about, "measure": other}
    elsewhere = RevisionFactory(**away)
    share = RevisionFactory(
        **about, nature="share", low="12.5", point="15.50", high=None, place=PlaceFactory()
    )
    earlier = RevisionFactory(**about, said_on="2025-03-27")
    RevisionFactory(
        **about,
        source_id=earlier.source_id,
        said_on="2025-03-28",
        supersedes_id=earlier.claim_id,
        part_of_id=elsewhere.claim_id,
    )
    corrected, moved, judged, merged = (RevisionFactory(**about).claim_id for _ in range(4))
    RevisionFactory(**about, claim_id=corrected, point=7)
    RevisionFactory(**away, claim_id=moved)
    JudgementFactory(claim_id=judged, standing="retracted", standing_on="2025-04-01", approved=True)
    RevisionFactory(**about, claim_id=merged, repeat_of_id=share.claim_id)
    RevisionFactory(deployment=deployment, measure=measure)  # waits
    RevisionFactory(**about, claim_id=moved)
    JudgementFactory(claim_id=judged, standing="good", approved=True)
    return deployment.slug, measure.slug


def test_claims_are_the_same_from_what_was_kept_at_any_version(session):
    subject = a_history(session)
    versions = [None, *range(1, ledger_version(session) + 1)]
    expected = {version: plain_claims(session, [subject], version=version) for version in versions}
    assert len({repr(found) for found in expected.values()}) > 8
    for kept_at in versions:
        session.execute(delete(KeptClaims))
        assert keep_claims(session, subject, least=0, version=kept_at)
        for version in versions:
            assert plain_claims(session, [subject], version=version) == expected[version]


def test_where_too_much_has_changed_since_all_is_read_from_the_ledger(session, monkeypatch):
    subject = a_history(session)
    expected = plain_claims(session, [subject])
    assert keep_claims(session, subject, least=0, version=1)
    monkeypatch.setattr(compact, "CHANGED_AT_MOST", 1)
    assert plain_claims(session, [subject]) == expected


def test_only_large_measures_are_kept_and_anew_once_much_has_changed(session, monkeypatch):
    subject = a_history(session)
    assert not keep_claims(session, subject)
    assert session.scalars(select(KeptClaims)).all() == []
    assert keep_claims(session, subject, least=1, version=1)
    assert not keep_claims(session, subject, least=1)
    monkeypatch.setattr(compact, "STALE_FROM", 3)
    assert keep_claims(session, subject, least=1)
    assert session.scalars(select(KeptClaims.version)).all() == [ledger_version(session)]
