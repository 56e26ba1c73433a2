from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import record_act
from app.acts.queries import ledger_version
from app.database import connect
from tests.factories import PersonFactory


def test_an_act_that_changes_what_counts_takes_the_next_version(session, now):
    before = ledger_version(session)
    act = record_act(
        session, "approve", by=PersonFactory(), at=now, origin="desk", moves_version=True, subject="nis-1"
    )
    assert act.version == ledger_version(session) == before + 1


def test_any_other_act_leaves_the_version_alone(session, now):
    before = ledger_version(session)
    act = record_act(session, "submit", by=PersonFactory(), at=now, origin="api", moves_version=False)
    assert (act.version, ledger_version(session)) == (None, before)


def test_the_log_keeps_in_words_who_somebody_was(session, now):
    person = PersonFactory(name="ann", role="editor")
    act = record_act(session, "submit", by=person, at=now, origin="desk", moves_version=False)
    person.role = "reviewer"
    session.flush()
    session.refresh(act)
    assert (act.by_name, act.by_role, act.details, act.reason) == ("ann", "editor", {}, None)


def test_versions_asked_for_at_once_are_handed_out_one_by_one(empty_database, now):
    engine = connect(empty_database, pool_size=7)

    def act(_) -> int | None:
        with Session(engine) as session, session.begin():
            command_line = session.scalars(select(Person)).one()
            return record_act(
                session, "check", by=command_line, at=now, origin="desk", moves_version=True
            ).version

    with ThreadPoolExecutor(7) as people:
        versions = list(people.map(act, range(7)))
    engine.dispose()
    assert sorted(versions) == [1, 2, 3, 4, 5, 6, 7]
