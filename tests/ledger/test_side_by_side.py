"""An import, editors and reviewers at the same time: who waits for whom, and that nobody waits for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.acts.actions import lock_ledger
from app.acts.queries import ledger_version
from app.administration.actions import Signed
from app.administration.merging import merge
from app.claims.actions import revise_claim
from app.claims.tallied import NatureTally
from app.database import connect
from app.errors import Refusal
from app.models import Claim, Person, Revision
from app.review.actions import decide, decide_together
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved, ref_of
from tests.factories import NOW, PersonFactory, SourceFactory, used_in
from tests.ledger.ledgers import FOUNDING, taken_in

AGENCY = "Agency"


@pytest.fixture
def ledger(empty_database: str) -> Iterator[Engine]:
    """Claims of two sources that count, and one that waits."""
    engine = connect(empty_database, pool_size=8)
    with Session(engine) as session, used_in(session):
        a_ledger()
        SourceFactory(slug="agency", name=AGENCY)
        for number in range(6):
            entered_and_approved(session, a_row(claim_ref=f"c{number}", source=AGENCY))
        enter(session, a_row(claim_ref="waits"))
        PersonFactory(name="editor", role="editor")
        PersonFactory(name="reviewer", role="reviewer")
        session.commit()
    yield engine
    engine.dispose()


def person(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()


def waiting(session: Session) -> list[Revision]:
    return list(session.scalars(select(Revision).where(Revision.verdict.is_(None)).order_by(Revision.id)))


def test_an_import_keeps_nobody_waiting_who_moves_no_version(ledger):
    with Session(ledger) as importing:
        assert not taken_in(importing, FOUNDING).is_refused
        with Session(ledger) as other:
            other.execute(text("set local lock_timeout = '2s'"))
            before = ledger_version(other)
            assert (
                ref_of(other, enter(other, a_row(claim_ref="typed"), by=person(other, "editor"))) == "typed"
            )
            [waits, _typed] = waiting(other)
            decide(other, waits, "rejected", by=person(other, "reviewer"), at=NOW, reason="Of another war.")
            assert ledger_version(other) == before
            other.commit()
        with Session(ledger) as approving:
            approving.execute(text("set local lock_timeout = '1ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                lock_ledger(approving)
        importing.commit()
    with Session(ledger) as session:
        assert [ref_of(session, one) for one in waiting(session)] == ["typed"]


def test_who_writes_at_once_waits_in_turn_and_never_for_each_other(ledger):
    """A deadlock would be an error of the database, and no refusal."""

    def bring(session: Session) -> object:
        return taken_in(session, FOUNDING)

    def merge_sources(session: Session) -> object:
        signed = Signed(person(session, "editor"), NOW, person(session, "reviewer"), NOW)
        return merge(session, "agency", "nis", reason="One office.", signed=signed)

    def approve(session: Session) -> object:
        return decide_together(session, waiting(session), "approved", by=person(session, "reviewer"), at=NOW)

    def hand_in(session: Session) -> object:
        return enter(session, a_row(source=AGENCY), by=person(session, "editor"))

    def correct(session: Session) -> object:
        row, by = a_row(claim_ref="c1", source=AGENCY, point="301"), person(session, "editor")
        return revise_claim(session, row, shown=1, reason="misread", by=by, at=NOW, warned=())

    acts = [bring, merge_sources, approve, hand_in, correct, approve]
    ready = Barrier(len(acts))

    def one(number: int) -> object:
        with Session(ledger) as session:
            ready.wait()
            try:
                acts[number](session)
                session.commit()
            except Refusal as refusal:
                session.rollback()
                return refusal
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        came_of = list(pool.map(one, range(len(acts))))
    assert came_of[0] is None
    with Session(ledger) as session:
        counted = session.scalar(select(text("sum(claims)")).select_from(NatureTally))
        session.execute(text("select count_claims_anew()"))
        assert session.scalar(select(text("sum(claims)")).select_from(NatureTally)) == counted
        assert session.scalar(select(text("count(*)")).select_from(Claim)) > 199
