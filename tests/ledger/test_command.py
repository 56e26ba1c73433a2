"""`muster import` as it is typed: what it prints, where, and how it exits."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.database import connect
from app.ledger.command import import_command
from app.ledger.demo import import_example
from app.settings import read_settings
from tests.ledger.ledgers import AT, FOUNDING, a_ledger, a_total, counts


@pytest.fixture
def database(empty_database, monkeypatch):
    """A migrated database of its own, which the command finds in the environment."""
    monkeypatch.setenv("DATABASE_URL", empty_database)
    read_settings.cache_clear()
    engine = connect(empty_database)
    yield engine
    engine.dispose()
    read_settings.cache_clear()


def typed(*arguments):
    return CliRunner().invoke(import_command, [str(argument) for argument in arguments])


def held(engine):
    with Session(engine) as session:
        return counts(session)


def test_an_import_tells_what_it_did_and_exits_with_0(database):
    done = typed(FOUNDING)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "150 claims and 49 appearances: 199 new, 0 changed, 0 unchanged",
        "4 deployments: 4 new, 0 changed, 0 unchanged",
        "24 measures: 24 new, 0 changed, 0 unchanged",
        "44 sources: 44 new, 0 changed, 0 unchanged",
        "The ledger is at version 1.",
    ]
    again = typed(FOUNDING)
    assert again.exit_code == 0
    assert "The ledger holds all of this already; nothing was changed." in again.stdout
    assert held(database)["version"] == 1


def test_a_dry_run_says_that_it_stored_nothing(database):
    before = held(database)
    done = typed(FOUNDING, "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.endswith("Nothing was stored: this was a dry run.\n")
    assert held(database) == before


def test_refused_rows_are_told_on_standard_error_and_exit_with_1(database, tmp_path):
    before = held(database)
    done = typed(a_ledger(tmp_path, a_total(as_of="2025-13"), a_total(claim_ref="two", point="x")))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "claims.csv, line 2, column as_of, “2025-13”: is not a day of the calendar",
        "claims.csv, line 3, column point, “x”: is not a whole number in plain digits",
        "Nothing was imported: 2 faults.",
    ]
    assert held(database) == before


def test_refusals_beyond_the_first_thousand_are_counted(database, tmp_path):
    rows = [a_total(claim_ref=f"r{number}", point="x") for number in range(1234)]
    done = typed(a_ledger(tmp_path, *rows))
    assert done.stderr.splitlines()[-2:] == ["… and 234 more", "Nothing was imported: 1,234 faults."]


def test_older_rows_are_told_and_taken_only_when_asked(database, tmp_path):
    yesterday, today = a_ledger(tmp_path / "a"), a_ledger(tmp_path / "b", a_total(point="5"))
    typed(yesterday)
    typed(today)
    assert (
        "1 older than what the ledger holds and left alone (--overwrite takes them)"
        in typed(yesterday).stdout
    )
    assert "0 new, 1 changed, 0 unchanged" in typed(yesterday, "--overwrite").stdout


def test_files_that_were_not_read_are_named(database, tmp_path):
    typed(a_ledger(tmp_path))
    for name in ("photo.jpg", "history.csv", "acts.csv", "datapackage.json"):
        (tmp_path / name).write_bytes(b"")
    assert "Not read: acts.csv, history.csv, photo.jpg" in typed(tmp_path).stdout


def test_an_unknown_person_is_refused_by_name(database, tmp_path):
    done = typed(a_ledger(tmp_path), "--as", "nobody")
    assert (done.exit_code, done.stderr) == (1, "Error: nobody is called “nobody”\n")


@pytest.mark.parametrize("arguments", [[], ["/no/such/path"], [".", "--unknown"]])
def test_wrong_usage_exits_with_2(arguments):
    assert typed(*arguments).exit_code == 2


def test_the_example_is_imported_once_and_only_into_an_empty_ledger(database, tmp_path):
    assert import_example(database, FOUNDING, at=AT).new == 199
    before = held(database)
    assert import_example(database, a_ledger(tmp_path), at=AT) is None
    assert held(database) == before
