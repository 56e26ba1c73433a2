"""What the command says to whoever mistypes, may not, or has no room: a sentence, no traceback."""

import subprocess

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from app.cli import main
from app.serving import what_the_database_said
from app.settings import read_settings
from tests.ledger.ledgers import FOUNDING
from tests.visiting import closing_engine


@pytest.fixture
def typed(monkeypatch):
    """Types a command in an environment."""

    def on(*words: object, **environment: str):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        read_settings.cache_clear()
        return CliRunner().invoke(main, [str(word) for word in words])

    yield on
    monkeypatch.undo()
    read_settings.cache_clear()


@pytest.mark.parametrize(
    "address",
    ["ledger", "mysql://u:secret@h/x", "postgresql://u:secret@h:port/x", "postgresql+asyncpg://h/x"],
)
def test_what_is_no_address_of_a_postgresql_is_said_without_its_password(typed, address):
    done = typed("user", "list", DATABASE_URL=address)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: DATABASE_URL is no address of a PostgreSQL.")
    assert "secret" not in done.stderr


def test_a_setting_that_cannot_be_read_is_named_without_any_value(typed):
    done = typed(
        "user",
        "list",
        DATABASE_URL="postgresql://u:secret@h/x",
        MUSTER_POOL_SIZE="many secrets",
        MUSTER_FOUR_EYES="perhaps",
    )
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: MUSTER_POOL_SIZE: input should be a valid integer")
    assert "MUSTER_FOUR_EYES: input should be a valid boolean" in done.stderr
    assert "secret" not in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_a_setting_that_contradicts_another_is_said(typed):
    done = typed("user", "list", MUSTER_ENVIRONMENT="production", MUSTER_SECRET="short")
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: in production MUSTER_SECRET has to have 32 characters or more\n",
    )


@pytest.mark.parametrize(
    "words",
    ["serve --port 99999", "serve --port -1", "serve --workers 0", "demo --port web", "nothing", "user add"],
)
def test_wrong_usage_exits_with_2(typed, words):
    assert typed(*words.split()).exit_code == 2


def test_a_database_that_only_reads_is_said(typed, server, empty_database):
    with server.administer() as connection:
        name = make_url(empty_database).database
        connection.execute(text(f'alter database "{name}" set default_transaction_read_only = on'))
    done = typed("import", FOUNDING, DATABASE_URL=empty_database)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The database does not allow it: cannot execute ")
    assert done.stderr.endswith(" in a read-only transaction. Nothing was changed.\n")


def test_what_lacks_a_privilege_is_said_and_what_is_our_mistake_rises(database_url):
    with (
        closing_engine(database_url) as engine,
        engine.connect() as connection,
        pytest.raises(ProgrammingError) as mistake,
    ):
        connection.execute(text("select * from nowhere"))
    assert what_the_database_said(mistake.value) is None
    lacks = psycopg.errors.InsufficientPrivilege("permission denied for table people")
    assert what_the_database_said(lacks) == (
        "The database does not allow it: permission denied for table people. Nothing was changed."
    )


def test_a_full_disk_of_the_database_is_not_called_out_of_reach():
    full = psycopg.errors.DiskFull("could not extend file")
    assert what_the_database_said(full) == (
        "The database has no room for it: could not extend file. Nothing was changed."
    )


def test_the_shell_gets_the_password_where_nobody_else_sees_it(typed, monkeypatch):
    started = []

    def start(command, *, env, check):
        started.append((command, env))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("app.cli.subprocess.run", start)
    done = typed("db", DATABASE_URL="postgresql://u:open%20sesame@h:5433/x?sslmode=require")
    [(command, environment)] = started
    assert done.exit_code == 0
    assert command[1:] == ["postgresql://u@h:5433/x?sslmode=require"]
    assert environment["PGPASSWORD"] == "open sesame"
