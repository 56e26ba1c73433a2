"""What the database counts as the ledger changes is what a count of the whole ledger gives."""

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.claims.plain import listed_claims, plain_claims
from app.claims.queries import approved_claims
from app.claims.summaries import tallies, voices_of
from app.claims.tallied import NatureTally, Subject, Voice
from app.claims.words import Nature
from tests.factories import (
    ClaimFactory,
    DeploymentDescriptionFactory,
    DeploymentFactory,
    JudgementFactory,
    MeasureFactory,
    PlaceFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
)

COUNTED = (
    select(NatureTally.__table__).where(NatureTally.claims != 0),
    select(Voice.__table__).where((Voice.claims != 0) | (Voice.appearances != 0)),
    select(Subject.__table__),
)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "claim",
                "claim",
                "correct",
                "move",
                "set_aside",
                "restore",
                "appear",
                "hand_in",
                "grade",
                "start",
            )
        ),
        st.integers(0, 9),
        st.sampled_from(("total", "increment", "plan")),
    ),
    max_size=9,
)


def kept(session):
    return [sorted(map(tuple, session.execute(query))) for query in COUNTED]


def test_counts_follow_any_acts_in_any_order(session):
    deployments, measures = [DeploymentFactory(), DeploymentFactory()], [MeasureFactory(), MeasureFactory()]
    sources = [SourceFactory(), SourceFactory()]

    def enter(claim, number, nature, **values):
        days = (
            {"as_of": None, "period": "2025-02/2025-02"} if nature == "increment" else {"as_of": "2025-03-01"}
        )
        RevisionFactory(
            **{
                "claim": claim,
                "deployment": deployments[number % 2],
                "measure": measures[number // 2 % 2],
                "source": sources[number // 4 % 2],
                "nature": nature,
                "said_on": f"2025-03-{number + 10}",
                "approved": True,
                **days,
                **values,
            }
        )

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def act(acts):
        undone = session.begin_nested()
        claims = []
        for what, number, nature in acts:
            if what == "claim" or not claims:
                claims.append(ClaimFactory())
                enter(claims[-1], number, nature)
            elif what in ("correct", "move"):
                enter(claims[number % len(claims)], number if what == "move" else 0, nature)
            elif what in ("set_aside", "restore"):
                standing = {"set_aside": ("set_aside", "copy_error"), "restore": ("good", None)}[what]
                JudgementFactory(
                    claim=claims[number % len(claims)],
                    standing=standing[0],
                    standing_reason=standing[1],
                    approved=True,
                )
            elif what == "appear":
                enter(ClaimFactory(), number, "total", repeat_of=claims[0])
            elif what == "hand_in":
                RevisionFactory(claim=ClaimFactory(), nature="total")
            elif what == "grade":
                SourceDescriptionFactory(source=sources[number % 2], reliability="B")
            else:
                DeploymentDescriptionFactory(deployment=deployments[number % 2], starts_on=date(2024, 1, 1))
        session.flush()
        counted = kept(session)
        session.execute(text("select count_claims_anew()"))
        assert kept(session) == counted
        undone.rollback()

    act()


def test_a_new_grade_touches_what_its_source_speaks_of_and_a_judgement_its_measure(session):
    spoken_of, other = RevisionFactory(approved=True), RevisionFactory(approved=True)

    def versions(revision):
        return session.execute(
            select(Subject.claims_version, Subject.inputs_version).where(
                Subject.deployment_id == revision.deployment_id, Subject.measure_id == revision.measure_id
            )
        ).one()

    before = versions(other)
    graded = SourceDescriptionFactory(source_id=spoken_of.source_id, reliability="A")
    assert versions(spoken_of) == (spoken_of.approved_version, graded.version)
    judged = JudgementFactory(claim_id=spoken_of.claim_id, approved=True)
    assert versions(spoken_of) == (judged.approved_version, judged.approved_version)
    assert versions(other) == before


def test_tallies_and_voices_say_what_is_claimed_and_by_whom(session):
    deployment, measure, source = DeploymentFactory(), MeasureFactory(), SourceFactory(slug="ministry")
    about = {"deployment": deployment, "measure": measure, "source": source, "approved": True}
    about["as_of"] = "2025-03-01"
    first = RevisionFactory(**about, said_on="2025-03-02")
    RevisionFactory(**about, said_on="2025-03-09")
    RevisionFactory(**about, nature="plan", said_on="2025-03-20")
    JudgementFactory(claim_id=first.claim_id, approved=True)
    tally = tallies(session, deployment.slug, days=True)[deployment.slug, measure.slug]
    assert (tally.by_nature, tally.not_good) == ({Nature.TOTAL: 1, Nature.PLAN: 1}, 1)
    assert (tally.first_said, tally.last_said) == (date(2025, 3, 2), date(2025, 3, 20))
    [voice] = voices_of(session, deployment.slug)
    assert (voice.source, voice.family, voice.claims, voice.figures) == ("ministry", "ministry", 3, 2)


def test_plain_claims_are_the_approved_ones_without_what_no_reading_asks(session):
    deployment, measure = DeploymentFactory(), MeasureFactory()
    about = {"deployment": deployment, "measure": measure, "approved": True}
    first = RevisionFactory(**about, wording="As printed", note="A remark")
    RevisionFactory(**about, nature="share", low="12.5", point="15.50", high=None, place=PlaceFactory())
    JudgementFactory(claim_id=first.claim_id, approved=True)
    whole = approved_claims(session, deployment=deployment.slug)
    bare = {"document": None, "wording": None, "note": None, "appearances": 0, "recorded_at": None}
    plain = plain_claims(session, [(deployment.slug, measure.slug)])
    assert plain == [replace(claim, **bare) for claim in whole]
    shown = {claim.ref: replace(claim, wording=None, recorded_at=None) for claim in whole}
    assert listed_claims(session, plain) == shown
