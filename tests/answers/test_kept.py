"""What is kept of readings is what they come to now, or it counts for nothing."""

import threading
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.answers import filling, glances
from app.answers.fared import fared_at_a_glance
from app.answers.glances import facts_of, glances_of
from app.answers.holdings import holdings_of
from app.answers.kept import inputs_of, kept_fates
from app.answers.models import KeptFared, KeptReading
from app.answers.queries import keep_reading, measure_texts, plain_question, question
from app.changes import kept as acts
from app.claims.summaries import tallies
from app.database import connect, connect_once
from app.deployments.queries import deployment_texts
from app.ledger.actions import import_ledger
from app.readings.choices import Choices
from app.readings.fared import source_fared
from app.readings.outlines import outline_of
from app.readings.reading import read_measure
from tests.factories import (
    ClaimFactory,
    DeploymentDescriptionFactory,
    DeploymentFactory,
    JudgementFactory,
    MeasureFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    SourceFactory,
)
from tests.visiting import FOUNDING, IMPORTED_AT

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["total", "total", "event", "correct", "move", "set_aside", "grade", "start", "look", "look"]
        ),
        st.integers(0, 7),
    ),
    max_size=8,
)


def looked_up(session):
    """Every reading as pages see it: looked up where it is kept, else computed and kept."""
    measures = measure_texts(session)
    tallied = tallies(session)
    known = facts_of(deployment_texts(session), measures)
    return glances_of(session, known, measures, list(tallied), tallied, pointed=tallied).outlines


def computed_anew(session):
    """Every reading from its claims."""
    held = holdings_of(session, tallies(session))
    return {
        (slug, measure): outline_of(
            read_measure(held[slug].claims, measure, Choices()), held[slug].about(measure)
        )
        for slug, measure in tallies(session)
    }


def in_numbers(outlines):
    return {
        subject: (one.head, one.accepted, one.contested, one.data_through, one.points)
        for subject, one in outlines.items()
    }


def test_what_is_looked_up_is_what_is_computed_anew_whatever_was_done(session):
    deployment = DeploymentFactory(starts_on=date(2024, 10, 1))
    measures = [MeasureFactory(slug=slug) for slug in ("killed", "wounded", "casualties")]
    sources = [SourceFactory(), SourceFactory(reliability="A")]

    def enter(claim, number, nature="total"):
        days = {
            "total": {"as_of": f"2025-0{1 + number % 3}-10"},
            "event": {"period": "2025-01-05/2025-01-05"},
        }
        RevisionFactory(
            claim=claim,
            deployment=deployment,
            measure=measures[number % 3],
            source=sources[number % 2],
            nature=nature,
            point=100 - 10 * number,
            said_on="2025-03-20",
            approved=True,
            **({"as_of": None} | days[nature]),
        )

    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def act(acts):
        undone = session.begin_nested()
        claims = []
        for what, number in acts:
            if what in ("total", "event") or not claims:
                claims.append(ClaimFactory())
                enter(claims[-1], number, "event" if what == "event" else "total")
            elif what in ("correct", "move"):
                enter(claims[number % len(claims)], number if what == "move" else 0)
            elif what == "set_aside":
                JudgementFactory(claim=claims[number % len(claims)], approved=True)
            elif what == "grade":
                SourceDescriptionFactory(source=sources[number % 2], reliability="ABCDE"[number % 5])
            elif what == "start":
                starts_on = date(2024, 10, 1 + number)
                DeploymentDescriptionFactory(deployment=deployment, starts_on=starts_on)
            else:
                looked_up(session)
        assert in_numbers(looked_up(session)) == in_numbers(computed_anew(session))
        assert in_numbers(looked_up(session)) == in_numbers(computed_anew(session))  # now it is kept
        undone.rollback()

    act()


def test_a_row_of_other_rules_or_other_inputs_counts_for_nothing(session):
    revision = RevisionFactory(approved=True)
    [subject] = tallies(session)
    first = in_numbers(looked_up(session))
    wrong = {"on": "2025-01-01", "point": [1, 1, 1, 0, 0], "statements": [None, None, 0, 0], "accepted": 1,
             "contested": 0, "data_through": None, "covered_until": "2025-01-01", "stated": 1}  # fmt: skip
    for changed in ({"rules": "others"}, {"inputs_version": revision.approved_version - 1}):
        session.execute(update(KeptReading).values(head=wrong, **changed))
        assert kept_fates(session, inputs_of(session), subject, "some", 1) is None
        assert in_numbers(looked_up(session)) == first


def test_a_page_of_a_measure_takes_its_checks_from_what_is_kept(session):
    deployment = DeploymentFactory(slug="troops", starts_on=date(2024, 10, 1))
    about = {"deployment": deployment, "approved": True, "as_of": "2025-01-10", "qualifier": "exact"}
    RevisionFactory(**about, measure=MeasureFactory(slug="killed"), point=50)
    RevisionFactory(**about, measure=MeasureFactory(slug="casualties"), point=40)
    for _ in range(2):
        asked = plain_question(session, "troops", "killed", Choices())
        assert [check.rule for check in asked.reading().checks] == ["killed <= casualties"]
        assert asked.answer() == question(session, "troops", "killed", Choices()).answer()
        looked_up(session)
    assert set(asked.bounds) == {"casualties"}
    assert {claim.measure for claim in asked.holding.claims.claims.get("killed", ())} == {"killed"}
    assert "casualties" not in asked.holding.claims.claims


def test_where_nothing_can_be_written_everything_is_computed(session):
    RevisionFactory(approved=True)
    session.execute(text("set local transaction_read_only = on"))
    assert in_numbers(looked_up(session)) == in_numbers(computed_anew(session))
    [(slug, measure)] = tallies(session)
    asked = plain_question(session, slug, measure, Choices())
    keep_reading(session, asked, asked.reading())
    assert session.scalars(select(KeptReading)).all() == []


@pytest.fixture
def founding_engine(server):
    url = server.make_migrated()
    engine = connect(url)
    with Session(engine) as session, session.begin():
        import_ledger(session, FOUNDING, by=COMMAND_LINE, at=IMPORTED_AT)
    yield engine
    engine.dispose()
    server.drop(url)


def test_two_who_fill_at_once_do_the_work_once_and_leave_nothing_out(founding_engine):
    with Session(founding_engine) as session, session.begin():
        subjects = len(filling.missing(session))
        source = "south-korea-national-intelligence-service-nis"
        fared_at_a_glance(session, source, measure_texts(session))
        session.execute(update(KeptFared).values(inputs_version=0, fared={}))
        assert acts.ask_for(session, [("nk-troops-russia", "sent")], 1)
        asked = len(filling.asked_for(session)) + len(acts.asked_for(session))
    assert asked > 1
    done = []
    workers = [threading.Thread(target=lambda: done.append(filling.fill(founding_engine))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) == subjects + asked
    with Session(founding_engine) as session, session.begin():
        assert filling.missing(session) == [] == filling.asked_for(session) == acts.asked_for(session)
        assert not filling.is_worth_it(session)
        assert in_numbers(looked_up(session)) == in_numbers(computed_anew(session))
        how_it_fared(session, source)


def test_who_fills_and_is_killed_in_the_middle_leaves_the_rest_to_whoever_comes_next(founding_engine):
    """What was kept by then stays, what was being computed is computed anew, and nobody is kept out."""
    with Session(founding_engine) as session, session.begin():
        subjects = [subject for subject, _claims in filling.missing(session)]
        assert filling._read(session, subjects[0])
    failed = []

    def fill():
        once = connect_once(founding_engine.url.render_as_string(hide_password=False))
        try:
            filling.fill(once)
        except OperationalError as error:
            failed.append(error)
        once.dispose()

    worker = threading.Thread(target=fill)
    with Session(founding_engine) as session, session.begin():
        session.execute(text("lock table kept_readings in share mode"))  # nobody can keep anything meanwhile
        worker.start()
        others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        while not session.scalar(text(f"select count(*) {others} and wait_event_type = 'Lock'")):
            session.execute(text("select pg_stat_clear_snapshot()"))
        # What the death of a process is to the database: its connections end where they are.
        session.execute(text(f"select pg_terminate_backend(pid) {others}"))
        worker.join()
    assert failed
    with Session(founding_engine) as session, session.begin():
        assert len(filling.missing(session)) == len(subjects) - 1
    while not filling.fill(founding_engine):  # until the database has let go of the lock of whoever died
        pass
    with Session(founding_engine) as session, session.begin():
        assert filling.missing(session) == []
        assert in_numbers(looked_up(session)) == in_numbers(computed_anew(session))


def how_it_fared(session, source):
    """What is kept of a source is what its figures come to beside those of the others."""
    glance = fared_at_a_glance(session, source, measure_texts(session))
    held = holdings_of(session, tallies(session))
    whole = source_fared([one.claims for one in held.values()], source, Choices())
    assert glance.waiting == 0
    assert glance.fared.score == whole.score
    assert [part.figures for part in glance.fared.measures] == [part.figures for part in whole.measures]
    assert [part.score for part in glance.fared.measures] == [part.score for part in whole.measures]


def test_only_what_no_page_reads_by_itself_is_worth_a_process(founding_engine, monkeypatch):
    with Session(founding_engine) as session, session.begin():
        assert not filling.is_worth_it(session)
        monkeypatch.setattr(filling, "FILLED_AT_ONCE", 10)
        assert filling.is_worth_it(session)


def test_casualties_cost_what_they_are_drawn_from_as_well(monkeypatch):
    monkeypatch.setattr(glances, "FILLED_AT_ONCE", 100)
    sizes = {("d", "casualties"): 40, ("d", "killed"): 40, ("d", "wounded"): 20, ("e", "killed"): 10}
    wanted = [("d", "casualties"), ("d", "wounded"), ("e", "killed")]
    assert glances.read_at_once(wanted, sizes) == wanted[:2]
    # What is too much with all of it is read at last, when nothing comes before it.
    sizes["d", "killed"] = 90
    assert glances.read_at_once(wanted, sizes) == wanted[:1]
    assert glances.read_at_once(wanted[::-1], sizes) == [wanted[2], wanted[1]]
