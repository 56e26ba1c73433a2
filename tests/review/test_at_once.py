"""Many at once, each with a connection of their own, on a database that keeps what they commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.acts.queries import ledger_version
from app.claims.actions import revise_claim
from app.claims.drafts import SavedElsewhere, new_key, save_draft
from app.claims.queries import approved_claims
from app.claims.refusals import AlreadyDecided, NewerRevision, WaitsAlready
from app.database import connect
from app.errors import Refusal
from app.models import Act, Claim, Draft, Judgement, Person, Revision, Source
from app.review.actions import decide, decide_batch, judge, open_batch
from app.review.models import Batch
from app.sources.actions import NewSource
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory, used_in

WRITERS = 50


@pytest.fixture
def ledger(empty_database: str) -> Iterator[Engine]:
    engine = connect(empty_database, pool_size=WRITERS)
    with Session(engine) as session, used_in(session):
        a_ledger()
        entered_and_approved(session, a_row(claim_ref="root"))
        for number in range(WRITERS):
            PersonFactory(name=f"reviewer-{number}", role="reviewer")
        session.commit()
    yield engine
    engine.dispose()


def at_once(engine: Engine, count: int, act: Callable[[Session, Person, int], object]) -> list:
    """What came of `count` people doing something at the same moment: a value, or how each was refused."""
    ready = Barrier(count)

    def one(number: int) -> object:
        with Session(engine) as session:
            by = session.scalars(select(Person).where(Person.name == f"reviewer-{number}")).one()
            ready.wait()
            try:
                done = act(session, by, number)
                session.commit()
            except Refusal as refusal:
                session.rollback()
                return type(refusal)
            return done

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def count(engine: Engine, model, *conditions) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_fifty_writers_at_once_lose_nothing(ledger):
    """New claims with the same name, new sources with the same name, and claims that lean on one claim."""

    def write(session, by, number):
        kinds = {
            0: lambda: enter(session, by=by),
            1: lambda: enter(
                session, a_row(source="General Staff"), by=by, new_source=NewSource("General Staff")
            ),
            2: lambda: enter(session, a_row(repeat_of="root"), by=by),
            3: lambda: enter(session, a_row(part_of="root", place="Kursk"), by=by, new_place=True),
            4: lambda: enter(session, a_row(url="https://example.org/a"), by=by, key=new_key()),
        }
        return kinds[number % 5]().id

    written = at_once(ledger, WRITERS, write)
    assert all(isinstance(one, int) for one in written)
    assert count(ledger, Revision) == count(ledger, Claim) == WRITERS + 1
    assert count(ledger, Source) == 2
    assert count(ledger, Act, Act.kind == "submit") == WRITERS + 1


def test_fifty_verdicts_at_once_are_fifty_versions_in_a_row(ledger):
    ids = at_once(ledger, WRITERS, lambda session, by, _: enter(session, by=by).id)
    with Session(ledger) as session:
        before = ledger_version(session)

    def approve(session, by, number):
        others = session.get(Revision, ids[(number + 1) % WRITERS])
        return decide(session, others, "approved", by=by, at=NOW).version

    assert sorted(at_once(ledger, WRITERS, approve)) == list(range(before + 1, before + WRITERS + 1))
    with Session(ledger) as session:
        assert len(approved_claims(session)) == WRITERS + 1


def test_a_large_batch_and_many_small_approvals_at_once_are_all_given(ledger, monkeypatch):
    """Each under a version of its own; counts and words are those of the claims, whoever came first."""
    monkeypatch.setattr("app.review.actions.TOGETHER", 10)
    monkeypatch.setattr("app.review.verdicts.TOGETHER", 10)
    with Session(ledger) as session, session.begin():
        author = session.scalars(select(Person).where(Person.name == "reviewer-0")).one()
        batch = open_batch(session, "many.csv", by=author, at=NOW, origin="upload").id
        for number in range(30):
            row = a_row(claim_ref=f"batch-{number}", point=str(number + 1))
            enter(session, row, by=author, batch=session.get_one(Batch, batch))
        alone = [enter(session, a_row(claim_ref=f"one-{n}"), by=author).id for n in range(1, 12)]

    def approve(session, by, number):
        if number == 0:
            by = session.scalars(select(Person).where(Person.name == "reviewer-20")).one()
            return decide_batch(session, session.get_one(Batch, batch), "approved", by=by, at=NOW).version
        revision = session.get_one(Revision, alone[number - 1])
        return decide(session, revision, "approved", by=by, at=NOW).version

    versions = at_once(ledger, 12, approve)
    with Session(ledger) as session:
        latest = ledger_version(session)
        assert sorted(versions) == list(range(latest - 11, latest + 1))
        counted = count(ledger, Revision, Revision.approved_version.is_not(None))
        assert session.scalar(text("select sum(claims) from tallies")) == counted
        assert session.scalar(text("select count(*) from claim_texts")) == counted == 1 + 30 + 11


def test_of_two_corrections_at_once_one_is_refused(ledger):
    def correct(session, by, number):
        row = a_row(claim_ref="root", point=str(310 + number))
        revise_claim(session, row, shown=1, by=by, at=NOW, warned=(), reason="copy_error")

    outcome = at_once(ledger, 10, correct)
    assert outcome.count(None) == 1
    assert set(outcome) - {None} <= {NewerRevision, WaitsAlready}
    assert count(ledger, Revision) == 2


def test_of_two_judgements_at_once_one_is_refused(ledger):
    def set_aside(session, by, _):
        judge(session, "root", "set_aside", shown=1, by=by, at=NOW, reason="stale")

    outcome = at_once(ledger, 10, set_aside)
    assert outcome.count(None) == 1
    assert set(outcome) - {None} <= {NewerRevision, WaitsAlready}
    assert count(ledger, Judgement) == 1


@pytest.mark.parametrize("verdicts", [("approved", "approved"), ("approved", "rejected")], ids=str)
def test_of_two_verdicts_at_once_one_is_refused_politely(ledger, verdicts):
    with Session(ledger) as session, used_in(session):
        waiting = enter(session, a_row(claim_ref="waits")).id
        session.commit()

    def verdict(session, by, number):
        row = session.get(Revision, waiting)
        decide(session, row, verdicts[number], by=by, at=NOW, reason="So it is.")

    assert sorted(at_once(ledger, 2, verdict), key=str) == sorted([None, AlreadyDecided], key=str)
    assert count(ledger, Revision, Revision.verdict.is_not(None)) == 2


def test_a_double_click_enters_one_claim(ledger):
    key = new_key()

    def click(session, _, __):
        by = session.scalars(select(Person).where(Person.name == "reviewer-0")).one()
        return enter(session, by=by, key=key).id

    assert len(set(at_once(ledger, 10, click))) == 1
    assert count(ledger, Revision) == 2
    assert count(ledger, Act, Act.kind == "submit") == 2


def test_of_two_tabs_that_save_a_draft_at_once_one_is_told(ledger):
    key = new_key()

    def save(session, _, number):
        by = session.scalars(select(Person).where(Person.name == "reviewer-0")).one()
        save_draft(session, key, {"point": str(number)}, by=by, at=NOW, expected=0)

    outcome = at_once(ledger, 10, save)
    assert (outcome.count(None), outcome.count(SavedElsewhere)) == (1, 9)
    assert count(ledger, Draft) == 1
