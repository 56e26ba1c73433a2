"""The drill: what is backed up comes back, whole, and what is no whole backup changes nothing."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.answers.parameters import read_choices
from app.answers.queries import question
from app.keeping.backup import LEFT_OUT, back_up
from app.keeping.container import DUMP_AT, Manifest, frame, read_frame
from app.keeping.invariants import check
from app.keeping.programs import fitting
from app.keeping.refusals import NotABackup, NotKept
from app.keeping.restore import restore
from app.ledger.actions import import_ledger
from app.ledger.command import ProgressBar
from app.migrate import alembic_config, migrate
from app.schema import current_revision, newest_revision
from tests.database import PREFIX, Databases, throw_away_server
from tests.keeping.conftest import AT
from tests.keeping.lived_in import PASSWORD, everything, live_in
from tests.ledger.ledgers import a_ledger, a_total
from tests.visiting import closing_engine, site_on

LATER = AT + timedelta(days=1)
PAGES = (
    "/",
    "/deployments/nk-troops-russia/sent",
    "/deployments/nk-troops-russia/killed",
    "/claims?q=harbour",
    "/changes",
    "/sources/harbour-watch",
)


def restored(url: str, path: Path, *, replacing: bool = False):
    return restore(url, path, replace=replacing, at=LATER, progress=ProgressBar())


def a_reading(url: str) -> dict[str, object]:
    with closing_engine(url) as engine, Session(engine) as session:
        return question(session, "nk-troops-russia", "sent", read_choices([], strict=True)).answer()


def run(url: str, statement: str, **values: object) -> object:
    with closing_engine(url) as engine, engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return result.fetchall() if result.returns_rows else None


@pytest.fixture(scope="module")
def once_restored(server, a_backup):
    """A database that was restored; nobody changes it."""
    url = server.make_empty()
    restored(url, a_backup)
    yield url
    server.drop(url)


@pytest.fixture
def restored_database(server, once_restored):
    """What was restored, as a database of the test's own."""
    url = server.make_copy(once_restored)
    yield url
    server.drop(url)


def test_every_row_comes_back_but_who_was_signed_in(lived_in, restored_database):
    before, after = everything(lived_in), everything(restored_database)
    assert {table: after[table] for table in LEFT_OUT} == {table: [] for table in LEFT_OUT}
    of_people = {*LEFT_OUT, "api_tokens", "acts"}
    assert {table: rows for table, rows in after.items() if table not in of_people} == {
        table: rows for table, rows in before.items() if table not in of_people
    }
    [logged] = set(after["acts"]) - set(before["acts"])
    assert "restored from the backup of 2026-11-24T08:30:00Z" in logged[0]
    assert len(after["acts"]) == len(before["acts"]) + 1


def test_readings_and_pages_are_the_same(lived_in, restored_database):
    assert a_reading(restored_database) == a_reading(lived_in)
    with site_on(lived_in) as before, site_on(restored_database) as after:
        for page in PAGES:
            there, here = before.get(page), after.get(page)
            assert here.status_code == there.status_code == 200, page
            assert here.text == there.text, page


def test_one_signs_in_with_the_old_password(restored_database):
    with site_on(restored_database) as site:
        wrong = site.post("/login", data={"name": "ann", "password": "another"})
        right = site.post("/login", data={"name": "ann", "password": PASSWORD})
    assert (wrong.status_code, right.status_code) == (422, 303)


def test_no_api_token_lives_on(restored_database):
    tokens = run(restored_database, "select name, revoked_at from api_tokens order by name")
    assert [(name, at is not None) for name, at in tokens] == [("live", True), ("revoked", True)]
    assert dict(tokens)["live"] == LATER


def test_numbers_go_on_where_they_were(restored_database, tmp_path):
    before = everything(restored_database)
    with closing_engine(restored_database) as engine, Session(engine) as session, session.begin():
        ledger = a_ledger(tmp_path, a_total())
        report = import_ledger(session, ledger, by=COMMAND_LINE, at=LATER)
    assert not report.is_refused
    assert len(everything(restored_database)["claims"]) == len(before["claims"]) + 1


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("claims_stand", "delete from claims"),
        ("acts_stand_as_written", "update acts set words = 'otherwise'"),
        ("claim_revisions_stand_as_written", "update claim_revisions set note = 'otherwise'"),
        ("ledger_rises_by_one", "update ledger set version = 1000"),
        ("claims_ref_is_plain", "insert into claims (ref) values ('Not plain')"),
        ("claims_one_per_ref", "insert into claims (ref) values ('waits')"),
        ("drafts_person_id_exists", "update drafts set person_id = 1000000"),
    ],
)
def test_rules_hold_as_before(once_restored, rule, statement):
    with pytest.raises(DBAPIError) as refusal:
        run(once_restored, statement)
    assert refusal.value.orig.diag.constraint_name == rule


def test_every_invariant_holds_as_before(restored_database):
    """Also that of the rules, though PostgreSQL spells them otherwise once they were dumped."""
    faults = []
    with closing_engine(restored_database) as engine:
        checked = check(engine, lambda *fault: faults.append(fault), ProgressBar())
    assert (checked.broken, faults) == (0, [])


def test_a_restored_database_is_backed_up_again(restored_database, a_backup, tmp_path, lived_in):
    manifest = back_up(restored_database, tmp_path / "again", at=LATER, force=False, progress=ProgressBar())
    with a_backup.open("rb") as file:
        first = read_frame(file)
    assert manifest.rows == first.rows | {"acts": first.rows["acts"] + 1}
    assert manifest.ledger_version == first.ledger_version > 1


def test_a_migrated_database_that_holds_nothing_is_empty(empty_database, a_backup, lived_in):
    restored(empty_database, a_backup)
    assert everything(empty_database)["claims"] == everything(lived_in)["claims"]


def test_a_database_that_holds_anything_is_left_alone_unless_replaced(empty_database, a_backup, lived_in):
    with closing_engine(empty_database) as engine:
        live_in(engine, ledger=None)
    run(empty_database, "update people set disabled_at = now() where name = 'ann'")
    before = everything(empty_database)
    with pytest.raises(NotKept, match="not empty"):
        restored(empty_database, a_backup)
    assert everything(empty_database) == before
    done = restored(empty_database, a_backup, replacing=True)
    assert everything(empty_database)["claim_revisions"] == everything(lived_in)["claim_revisions"]
    assert done.disabled == ("ann",)
    assert run(empty_database, "select name from people where disabled_at is not null order by name") == [
        ("ann",),
        ("bob",),
    ]


def test_tables_of_somebody_else_are_never_dropped(new_database, a_backup):
    run(new_database, "create table invoices (id int)")
    with pytest.raises(NotKept, match="not Muster's, or of a newer one: invoices"):
        restored(new_database, a_backup, replacing=True)
    assert list(everything(new_database)) == ["invoices"]


def test_tables_of_somebody_else_that_are_called_as_ours_are_never_dropped(new_database, a_backup):
    run(new_database, "create table claims (invoice text)")
    for statement in (
        "select true",
        "create table alembic_version (version_num text)",
        "insert into alembic_version values ('of_invoices')",
    ):
        run(new_database, statement)
        with pytest.raises(NotKept, match="not Muster's, or of a newer one: "):
            restored(new_database, a_backup, replacing=True)
        assert run(
            new_database, "select column_name from information_schema.columns where table_name = 'claims'"
        )


def test_whoever_uses_the_database_is_not_pushed_aside(empty_database, a_backup, monkeypatch):
    monkeypatch.setattr("app.keeping.restore.PATIENCE", "100ms")
    with closing_engine(empty_database) as engine, engine.begin() as somebody:
        somebody.execute(text("select * from claims"))
        with pytest.raises(NotKept, match="Somebody is using the database"):
            restored(empty_database, a_backup)
    assert everything(empty_database)["ledger"] == [("(t,0)",)]


def damaged(path: Path, at: int) -> None:
    """Change one bit of the file."""
    with path.open("r+b") as file:
        file.seek(at)
        [was] = file.read(1)
        file.seek(at)
        file.write(bytes([was ^ 1]))


def assert_refused(url: str, path: Path, told: str) -> None:
    before = everything(url)
    with pytest.raises(NotABackup, match=told) as refusal:
        restored(url, path, replacing=True)
    assert str(path) in str(refusal.value)
    assert everything(url) == before


@pytest.mark.parametrize("share", [index / 12 for index in range(12)])
def test_one_changed_bit_anywhere_is_found(lived_in, a_backup, tmp_path, share):
    copy = Path(shutil.copy(a_backup, tmp_path / "copy"))
    damaged(copy, int(copy.stat().st_size * share))
    assert_refused(lived_in, copy, "damaged|no backup of Muster")


@pytest.mark.parametrize("at", [0, 100, 513, 700, 16_000, 16_896 + 130, -1, -1024])
def test_one_changed_bit_of_the_frame_is_found(lived_in, a_backup, tmp_path, at):
    copy = Path(shutil.copy(a_backup, tmp_path / "copy"))
    damaged(copy, at % copy.stat().st_size)
    assert_refused(lived_in, copy, "damaged|no backup of Muster")


@pytest.mark.parametrize("kept", [0, 1, 600, DUMP_AT, DUMP_AT + 5000, -512])
def test_a_file_that_ends_too_early_is_refused(lived_in, a_backup, tmp_path, kept):
    copy = Path(shutil.copy(a_backup, tmp_path / "copy"))
    os.truncate(copy, kept if kept >= 0 else copy.stat().st_size + kept)
    assert_refused(lived_in, copy, "empty|no backup of Muster|not whole")


def test_what_is_no_backup_is_refused(lived_in, tmp_path):
    (tmp_path / "claims.csv").write_text("claim_ref,deployment\n" * 2000)
    assert_refused(lived_in, tmp_path / "claims.csv", "no backup of Muster")
    with tarfile.open(tmp_path / "other.tar", "w") as other:
        other.add(tmp_path / "claims.csv", "manifest.json")
    assert_refused(lived_in, tmp_path / "other.tar", "no backup of Muster|cannot be read")
    assert_refused(lived_in, tmp_path, "is a folder")
    assert_refused(lived_in, tmp_path / "nothing", "no such file or directory")


def forged(a_backup: Path, path: Path, **changes: object) -> Path:
    """The same backup with another manifest, sealed as if Muster had written it."""
    whole = a_backup.read_bytes()
    with a_backup.open("rb") as file:
        manifest: Manifest = replace(read_frame(file), **changes)
    before, after = frame(manifest)
    path.write_bytes(before + whole[DUMP_AT : DUMP_AT + manifest.size] + after)
    return path


def test_a_newer_backup_is_refused(lived_in, a_backup, tmp_path):
    newer = forged(a_backup, tmp_path / "schema", schema="claims_get_wings", muster="7.0")
    assert_refused(lived_in, newer, "claims_get_wings, is newer than this Muster knows .* made by Muster 7.0")
    assert_refused(lived_in, forged(a_backup, tmp_path / "format", format=2), "take a newer Muster")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rows": {"claims": 7}}, "says that claims has 7 rows, and 201 arrived"),
        ({"rows": {"rumours": 1}}, "says that rumours has 1 rows, and 0 arrived"),
        ({"schema": "the_ledger"}, "schema is not the one that it says"),
    ],
)
def test_a_backup_that_holds_something_else_than_it_says_changes_nothing(
    lived_in, a_backup, tmp_path, changes, told
):
    before = everything(lived_in)
    with pytest.raises(NotKept, match=told):
        restored(lived_in, forged(a_backup, tmp_path / "copy", **changes), replacing=True)
    assert everything(lived_in) == before


def test_a_dump_that_pg_restore_cannot_read_changes_nothing(lived_in, a_backup, tmp_path):
    before = everything(lived_in)
    size = 40_000
    half = a_backup.read_bytes()[DUMP_AT : DUMP_AT + size]
    with a_backup.open("rb") as file:
        manifest = replace(read_frame(file), size=size, sha256=hashlib.sha256(half).hexdigest())
    start, end = frame(manifest)
    (tmp_path / "half").write_bytes(start + half + end)
    with pytest.raises(NotKept, match="pg_restore cannot read the backup"):
        restored(lived_in, tmp_path / "half", replacing=True)
    assert everything(lived_in) == before


def test_an_older_backup_is_brought_up_to_date(server, new_database, tmp_path):
    old = server.make_empty()
    with closing_engine(old) as engine, engine.begin() as connection:
        command.upgrade(alembic_config(connection), "version_nought")
    manifest = back_up(old, tmp_path / "old", at=AT, force=False, progress=ProgressBar())
    assert manifest.schema == "version_nought"
    done = restored(new_database, tmp_path / "old")
    assert done.migrated
    with closing_engine(new_database) as engine, engine.connect() as connection:
        assert current_revision(connection) == newest_revision()
    server.drop(old)


def test_whoever_has_no_muster_takes_the_dump_out_by_hand(a_backup, tmp_path, new_database):
    with tarfile.open(a_backup) as tar:
        assert tar.getnames() == ["manifest.json", "database.dump"]
        for member in tar:
            (tmp_path / member.name).write_bytes(tar.extractfile(member).read())
    listed = subprocess.run(
        [fitting("pg_restore", 16), "--list", tmp_path / "database.dump"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:  # made by a newer pg_dump than that of 16
        listed = subprocess.run(
            [fitting("pg_restore", 18), "--list", tmp_path / "database.dump"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert "TABLE DATA public claim_revisions" in listed.stdout


def test_a_backup_moves_between_versions_of_postgresql(tmp_path):
    """Forward and back; whatever the server of the other tests is."""
    with throw_away_server(16) as older, throw_away_server(18) as newer:
        for made_on, one, other in ((16, older, newer), (18, newer, older)):
            before, after = Databases(one, PREFIX).make_empty(), Databases(other, PREFIX).make_empty()
            with closing_engine(before) as engine:
                migrate(engine)
                live_in(engine, ledger=None)
            path = tmp_path / str(made_on)
            manifest = back_up(before, path, at=AT, force=False, progress=ProgressBar())
            restored(after, path)
            assert (manifest.postgresql, manifest.pg_dump) == (made_on, made_on)
            assert everything(after)["claim_revisions"] == everything(before)["claim_revisions"]
            with closing_engine(after) as engine:
                assert check(engine, lambda *_: None, ProgressBar()).broken == 0
