"""The file of a backup: when it is written, who can read it, and what is left behind where it fails."""

import errno
import os
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text

from app.cli import main
from app.keeping.backup import back_up
from app.keeping.container import read_frame
from app.keeping.programs import fitting, major_version
from app.keeping.refusals import NotKept
from app.ledger.command import ProgressBar
from app.schema import newest_revision
from app.settings import read_settings
from tests.keeping.conftest import AT
from tests.visiting import closing_engine


def backed_up(url: str, path: Path, *, force: bool = False):
    return back_up(url, path, at=AT, force=force, progress=ProgressBar())


@pytest.fixture
def typed(monkeypatch):
    """Types a command to a database, which it finds in the environment."""

    def on(url: str, *words: object):
        monkeypatch.setenv("DATABASE_URL", url)
        read_settings.cache_clear()
        return CliRunner().invoke(main, [str(word) for word in words])

    yield on
    monkeypatch.undo()
    read_settings.cache_clear()


def test_a_backup_is_readable_by_its_owner_alone_and_says_what_it_holds(a_backup):
    assert stat.S_IMODE(a_backup.stat().st_mode) == 0o600
    assert [path.name for path in a_backup.parent.iterdir()] == [a_backup.name]
    with a_backup.open("rb") as file:
        manifest = read_frame(file)
    assert manifest.schema == newest_revision()
    assert manifest.made_at == "2026-11-24T08:30:00Z"
    assert manifest.rows["claims"] == 201
    assert manifest.rows["people"] > 7
    assert "sign_ins" not in manifest.rows


def test_equal_databases_say_the_same_of_themselves(lived_in, a_backup, tmp_path):
    with a_backup.open("rb") as file:
        first = read_frame(file)
    again = backed_up(lived_in, tmp_path / "again")
    assert (again.rows, again.ledger_version, again.schema) == (
        first.rows,
        first.ledger_version,
        first.schema,
    )


def test_a_file_that_is_there_is_replaced_only_when_asked(lived_in, tmp_path):
    path = tmp_path / "yesterday"
    path.write_text("precious")
    with pytest.raises(NotKept, match="is there already"):
        backed_up(lived_in, path)
    assert path.read_text() == "precious"
    backed_up(lived_in, path, force=True)
    assert path.read_bytes().startswith(b"manifest.json\0")
    assert list(tmp_path.iterdir()) == [path]


def test_a_backup_that_fails_leaves_nothing_and_harms_nothing(new_database, tmp_path):
    path = tmp_path / "yesterday"
    path.write_text("precious")
    with pytest.raises(NotKept, match="nothing to back up"):
        backed_up(new_database, path, force=True)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_a_newer_muster_or_of_somebody_else_is_not_backed_up(new_database, tmp_path):
    with closing_engine(new_database) as engine, engine.begin() as connection:
        connection.execute(text("create table alembic_version (version_num text)"))
        connection.execute(text("insert into alembic_version values ('wings')"))
    with pytest.raises(NotKept, match="wings, is not known to this Muster"):
        backed_up(new_database, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_a_file_is_refused_by_name(lived_in, tmp_path):
    with pytest.raises(NotKept, match="is a folder"):
        backed_up(lived_in, tmp_path)
    with pytest.raises(NotKept, match="There is no folder"):
        backed_up(lived_in, tmp_path / "nowhere" / "file")
    with pytest.raises(NotKept, match="cannot be written: file name too long"):
        backed_up(lived_in, tmp_path / ("n" * 300))
    with pytest.raises(NotKept, match="no ordinary file"):
        backed_up(lived_in, Path("/dev/null"), force=True)


def test_a_full_disk_is_said_and_leaves_nothing(lived_in, tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("app.keeping.backup.os.fsync", full)
    with pytest.raises(NotKept, match="cannot be written: no space left on device"):
        backed_up(lived_in, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_on_no_command_line(lived_in, tmp_path, monkeypatch):
    """What is started is looked at, not what it is given to read: others see only that."""
    started = []
    really_start = subprocess.Popen

    def start(command, **how):
        if "env" in how:
            started.append((command, how["env"]))
        return really_start(command, **how)

    monkeypatch.setattr("app.keeping.backup.subprocess.Popen", start)
    secret = make_url(lived_in).set(password="open sesame").render_as_string(hide_password=False)
    backed_up(secret, tmp_path / "backup")
    [(command, environment)] = started
    assert "open sesame" not in " ".join(map(str, command))
    assert environment["PGPASSWORD"] == "open sesame"


def test_programs_are_those_that_fit_the_server(monkeypatch):
    assert major_version(fitting("pg_dump", 16)) == 16
    assert major_version(fitting("pg_dump", 17)) == 18
    assert major_version(fitting("pg_restore", 18)) == 18
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotKept, match=r"pg_dump of PostgreSQL 19 or newer.* none on the PATH"):
        fitting("pg_dump", 19)


def test_a_program_on_the_path_is_taken_where_it_is_new_enough(tmp_path, monkeypatch):
    for version in (17, 19):
        program = tmp_path / str(version) / "pg_dump"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.1'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "17"))
    with pytest.raises(NotKept, match=r"newer.*17/pg_dump is of version 17\."):
        fitting("pg_dump", 19)
    monkeypatch.setenv("PATH", str(tmp_path / "19"))
    assert fitting("pg_dump", 19) == tmp_path / "19" / "pg_dump"


def test_the_commands_say_what_they_did(typed, lived_in, new_database, tmp_path):
    path = tmp_path / "muster.backup"
    made = typed(lived_in, "backup", path)
    assert (made.exit_code, made.stderr) == (0, "")
    assert "ledger version 12, 201 claims and appearances, " in made.stdout
    again = typed(lived_in, "backup", path)
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith(f"Error: {path} is there already.")
    done = typed(new_database, "restore", path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "1 API token is revoked."
    refused = typed(new_database, "restore", path)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "The database is not empty." in refused.stderr
    assert typed(new_database, "restore", "--replace", path).exit_code == 0


@pytest.mark.parametrize("words", ["backup", "restore", "backup a b", "restore --unknown a"])
def test_wrong_usage_exits_with_2(words):
    assert CliRunner().invoke(main, words.split()).exit_code == 2
