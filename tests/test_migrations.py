"""Every migration, up and down, without data and with them; and that it makes what the models say."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, inspect, select, table, text
from sqlalchemy.orm import Session

from app.database import connect
from app.migrate import StrangeSchema, alembic_config, migrate
from app.models import Batch
from app.schema import current_revision, known_revisions, newest_revision
from tests import factories
from tests.database import Databases, throw_away_server
from tests.factories import JudgementFactory, RevisionFactory, used_in

REVISIONS = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()][
    ::-1
]
"""From the first to the newest."""

SERVERS = [None] if os.environ.get("DATABASE_URL") else [16, 18]
"""The major versions that are carried; with DATABASE_URL the one server that was given."""


@pytest.fixture(params=SERVERS, scope="module", ids=str)
def databases(request, server):
    """Where databases can be made: for the versions we carry, on a server of each."""
    if request.param is None:
        yield server
        return
    with throw_away_server(request.param) as url:
        yield Databases(url, server.run)


@pytest.fixture
def connection(databases):
    """A connection to a database that no migration has seen, in a transaction."""
    url = databases.make_empty()
    engine = connect(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
    databases.drop(url)


def upgrade(connection, revision: str = "head") -> None:
    command.upgrade(alembic_config(connection), revision)


def downgrade(connection, revision: str) -> None:
    command.downgrade(alembic_config(connection), revision)


def everything_in(connection) -> set[str]:
    """Tables with the number of their rows, triggers, rules and indexes as they are written, functions."""
    names = text("""
        select proname::text from pg_proc where pronamespace = 'public'::regnamespace
        union select conname || ' ' || pg_get_constraintdef(oid)
          from pg_constraint where connamespace = 'public'::regnamespace
        union select tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal
        union select indexname || ' ' || indexdef from pg_indexes where schemaname = 'public'
        union select stxname::text from pg_statistic_ext
    """)
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    rows = {f"{name} {connection.scalar(select(func.count()).select_from(table(name)))}" for name in tables}
    return {*rows, *(name for name in connection.scalars(names) if not name.startswith("alembic_version"))}


def test_the_migrations_make_what_the_models_say(connection):
    """`alembic check`, which raises where it would draft another migration."""
    upgrade(connection)
    command.check(alembic_config(connection))
    assert current_revision(connection) == newest_revision() == REVISIONS[-1]
    assert known_revisions() == set(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_down_and_up_again(connection, revision):
    upgrade(connection, revision)
    made = everything_in(connection)
    downgrade(connection, "-1")
    assert everything_in(connection) != made
    upgrade(connection, revision)
    assert everything_in(connection) == made


def test_an_empty_ledger_goes_down_to_nothing_and_up_again(connection):
    upgrade(connection)
    downgrade(connection, "base")
    assert everything_in(connection) == set()
    upgrade(connection)
    assert current_revision(connection) == newest_revision()


def a_whole_ledger() -> None:
    claim = RevisionFactory(approved=True)
    RevisionFactory(claim_id=claim.claim_id, approved=True, place=factories.PlaceFactory())
    RevisionFactory(repeat_of_id=claim.claim_id, document=factories.SourceDocumentFactory())
    JudgementFactory(claim_id=claim.claim_id, approved=True, batch_id=a_batch())
    # Further migrations change tables on which a trigger may still wait for the end of the transaction.
    factories.current_session().execute(text("set constraints all immediate"))


def a_batch() -> int | None:
    """A batch by the columns that it has had from the first: a factory would name those of today."""
    batch = insert(Batch.__table__).values(name="claims.csv", origin="upload", recorded_at=factories.NOW)
    return factories.current_session().scalar(
        batch.values(recorded_by=factories.PersonFactory().id).returning(Batch.id)
    )


HOLDINGS: dict[str, Callable[[], object]] = {
    "claims": a_whole_ledger,
    "people": factories.PersonFactory,
    "places": factories.PlaceFactory,
    "acts": factories.ActFactory,
}


@pytest.mark.parametrize("hold", HOLDINGS.values(), ids=HOLDINGS)
def test_a_downgrade_that_would_lose_data_refuses_and_says_so(connection, hold):
    upgrade(connection)
    with Session(connection) as session, used_in(session):
        hold()
        session.flush()
    with pytest.raises(RuntimeError, match="export"), connection.begin_nested():
        downgrade(connection, "base")
    assert current_revision(connection) == newest_revision()


def test_the_newest_migration_keeps_the_data_that_are_there(connection):
    """Up, from the migration before, on a ledger with data; the first three make the ledger."""
    upgrade(connection, "version_nought")
    with Session(connection) as session, used_in(session):
        a_whole_ledger()
        session.flush()
    before = rows_of_the_ledger(connection)
    upgrade(connection)
    assert rows_of_the_ledger(connection) == before


@pytest.mark.parametrize("revision", REVISIONS[REVISIONS.index("version_nought") + 1 :])
def test_later_migrations_go_down_and_up_on_a_ledger_with_data(connection, revision):
    upgrade(connection, revision)
    with Session(connection) as session, used_in(session):
        a_whole_ledger()
        session.flush()
    before = rows_of_the_ledger(connection)
    downgrade(connection, "-1")
    upgrade(connection, revision)
    assert rows_of_the_ledger(connection) == before


def rows_of_the_ledger(connection) -> list[tuple[object, ...]]:
    return [
        (name, *row)
        for name in ("claim_revisions", "judgements", "people", "acts", "documents")
        for row in connection.execute(select(text("*")).select_from(table(name)).order_by(text("id")))
    ]


def test_of_many_processes_that_migrate_at_once_one_does(databases):
    url = databases.make_empty()
    engines = [connect(url) for _ in range(3)]
    with ThreadPoolExecutor(len(engines)) as processes:
        assert list(processes.map(migrate, engines)) == [None] * len(engines)
    with engines[0].connect() as connection:
        assert current_revision(connection) == newest_revision()
        assert connection.scalar(text("select count(*) from ledger")) == 1
    for engine in engines:
        engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("create table claims (invoice text)", "did not make: claims"),
        (
            "create table alembic_version (version_num text); insert into alembic_version values ('wings')",
            "wings, is not known to this Muster",
        ),
    ],
)
def test_what_is_somebody_elses_or_of_a_newer_muster_is_not_migrated(databases, script, told):
    url = databases.make_empty()
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(script)
        before = inspect(connection).get_table_names()
    with pytest.raises(StrangeSchema, match=told):
        migrate(engine)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == before
    engine.dispose()
    databases.drop(url)
