"""What an export holds, and in which spelling."""

import json
import zipfile
from dataclasses import replace

import pytest
from click.testing import CliRunner
from frictionless import Package
from sqlalchemy.orm import Session

from app.database import connect
from app.ledger.datapackage import package
from app.ledger.export_command import export_command
from app.ledger.exporting import NAMES, NotWritten, snapshot, state_of
from app.settings import read_settings
from tests.factories import JudgementFactory, PersonFactory, RevisionFactory
from tests.ledger.exports import contents, exported, past, rows
from tests.ledger.ledgers import FOUNDING, LATER, a_ledger, a_total, taken_in


def test_the_folder_and_the_zip_hold_the_same_files(session, tmp_path):
    taken_in(session, FOUNDING)
    folder, archive = exported(session, tmp_path / "folder"), exported(session, tmp_path / "ledger.zip")
    assert sorted(contents(folder)) == sorted(NAMES)
    assert contents(folder) == contents(archive)
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == list(NAMES)
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_ledger_is_the_same_bytes(session, tmp_path):
    taken_in(session, FOUNDING)
    first, second = exported(session, tmp_path / "a.zip"), exported(session, tmp_path / "b.zip")
    assert first.read_bytes() == second.read_bytes()


def test_the_example_is_exported_with_every_row_in_order(session, tmp_path):
    taken_in(session, FOUNDING)
    folder = exported(session, tmp_path / "out")
    claims = rows(folder, "claims.csv")
    refs = [row["claim_ref"] for row in claims]
    assert len(refs) == 199
    assert refs == sorted(refs, key=str.encode)
    assert [len(rows(folder, name)) for name in ("deployments.csv", "measures.csv", "sources.csv")] == [
        4,
        24,
        44,
    ]
    assert len(rows(folder, "history.csv")) == len(rows(folder, "versions.csv")) == 199 + 7


@pytest.mark.parametrize("kind", ["folder", "ledger.zip"])
def test_an_export_is_a_valid_data_package(session, tmp_path, kind):
    taken_in(session, FOUNDING)
    taken_in(session, a_ledger(tmp_path / "more", a_total(note='a "quoted", remark\nof two lines')), at=LATER)
    path = exported(session, tmp_path / kind)
    descriptor = path / "datapackage.json" if path.is_dir() else path
    report = Package(str(descriptor)).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []
    assert report.valid
    assert report.tasks[0].stats["rows"] == 200


def test_the_data_package_tells_version_and_rule_set(session, tmp_path):
    taken_in(session, FOUNDING)
    package = json.loads(contents(exported(session, tmp_path / "out"))["datapackage.json"])
    assert package["muster"] == {"format": 1, "version": 1, "rule_set": "1"}
    assert package["created"] == "2026-11-01T12:00:00Z"


def test_the_data_package_names_the_licence_where_one_is_stated(session, tmp_path):
    state = replace(
        state_of(session.connection()), licence_url="https://creativecommons.org/licenses/by/4.0/"
    )
    assert json.loads(package(state, []))["licenses"] == [{"path": state.licence_url}]
    assert "licenses" not in json.loads(package(replace(state, licence_url=None), []))


def test_a_changed_byte_makes_the_data_package_invalid(session, tmp_path):
    taken_in(session, FOUNDING)
    folder = exported(session, tmp_path / "out")
    file = folder / "sources.csv"
    file.write_bytes(file.read_bytes().replace(b"Russian government", b"Russian Government", 1))
    report = Package(str(folder / "datapackage.json")).validate()
    assert "hash-count" in {kind for [kind] in report.flatten(["type"])}


def test_every_row_of_the_history_is_the_row_of_the_claims_as_it_stood(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "one"))
    taken_in(session, a_ledger(tmp_path / "two", a_total(point="120")), at=LATER)
    aside = a_total(point="120", standing="set_aside", standing_reason="duplicate")
    taken_in(session, a_ledger(tmp_path / "three", aside), at=LATER)
    folder = exported(session, tmp_path / "out")
    [claim] = rows(folder, "claims.csv")
    history = past(folder, "one")
    assert [(revision, act, row["point"], row["standing"]) for revision, act, row in history] == [
        ("1", "import", "100", "good"),
        ("2", "import", "120", "good"),
        ("2", "set_aside", "120", "set_aside"),
    ]
    assert history[-1][2] == claim
    assert [row["version"] for row in rows(folder, "versions.csv")] == ["1", "2", "3"]


def test_what_nobody_approved_is_not_exported(session, tmp_path):
    counted = RevisionFactory(point=5, approved=True)
    RevisionFactory(claim=None, point=6)
    RevisionFactory(claim_id=counted.claim_id, rejected=True, note="refused")
    JudgementFactory(claim_id=counted.claim_id, standing="set_aside", standing_reason="stale")
    folder = exported(session, tmp_path / "out")
    assert [row["point"] for row in rows(folder, "claims.csv")] == ["5"]
    assert [row["revision"] for row in rows(folder, "history.csv")] == ["1"]
    assert b"refused" not in b"".join(contents(folder).values())


def test_people_are_named_only_where_they_chose_to_be(session, tmp_path):
    shy = PersonFactory(display_name="Secret Name", pseudonym="quiet-cedar-41", name="login-name")
    first = PersonFactory(display_name="Kim Park", pseudonym="calm-oak-30", named_in_public=True)
    second = PersonFactory(display_name="Kim Park", pseudonym="deep-bay-33", named_in_public=True)
    for person in (shy, first, second):
        RevisionFactory(recorded_by=person.id, approved=True)
    folder = exported(session, tmp_path / "out")
    assert [row["by"] for row in rows(folder, "history.csv")] == [
        "quiet-cedar-41", "Kim Park (calm-oak-30)", "Kim Park (deep-bay-33)"
    ]  # fmt: skip
    everything = b"".join(contents(folder).values())
    assert b"Secret Name" not in everything
    assert b"login-name" not in everything


def test_an_earlier_export_is_replaced_and_nothing_else_is(session, tmp_path):
    taken_in(session, a_ledger(tmp_path / "one"))
    folder, archive = exported(session, tmp_path / "out"), exported(session, tmp_path / "out.zip")
    taken_in(session, a_ledger(tmp_path / "two", a_total(point="120")), at=LATER)
    assert rows(exported(session, folder), "claims.csv")[0]["point"] == "120"
    assert rows(exported(session, archive), "claims.csv")[0]["point"] == "120"
    (folder / "thesis.doc").write_text("mine")
    held = contents(folder)
    with pytest.raises(NotWritten, match=r"thesis\.doc"):
        exported(session, folder)
    assert contents(folder) == held
    letter = tmp_path / "letter.zip"
    letter.write_text("mine")
    with pytest.raises(NotWritten):
        exported(session, letter)
    assert letter.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.endswith(".part")) == []


@pytest.fixture
def database(empty_database, monkeypatch):
    """A migrated database of its own, which the command finds in the environment."""
    monkeypatch.setenv("DATABASE_URL", empty_database)
    read_settings.cache_clear()
    engine = connect(empty_database)
    yield engine
    engine.dispose()
    read_settings.cache_clear()


def test_the_command_says_what_it_wrote_and_refuses_what_it_may_not(database, tmp_path):
    with Session(database) as session, session.begin():
        taken_in(session, a_ledger(tmp_path / "one"))
    path = tmp_path / "out.zip"
    done = CliRunner().invoke(export_command, [str(path)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"The ledger at version 1 is in the zip {path}.\n"
    refused = CliRunner().invoke(export_command, [str(tmp_path)])
    assert refused.exit_code == 1
    assert "holds something else, such as one" in refused.stderr
    unwritable = CliRunner().invoke(export_command, [str(path / "below")])
    assert unwritable.exit_code == 1
    assert "cannot be written" in unwritable.stderr


def test_an_export_is_one_moment_whatever_is_recorded_meanwhile(database, tmp_path):
    with Session(database) as session, session.begin():
        taken_in(session, a_ledger(tmp_path / "one"))
    with snapshot(database) as taken:
        members = taken.members()
        name, blocks = next(members)
        first = b"".join(blocks)
        with Session(database) as session, session.begin():
            taken_in(session, a_ledger(tmp_path / "two", a_total(point="120")), at=LATER)
        rest = {name: b"".join(blocks) for name, blocks in members}
    assert (name, first.count(b"\n")) == ("claims.csv", 2)
    assert rest["history.csv"].count(b"\n") == 2
    assert json.loads(rest["datapackage.json"])["muster"]["version"] == 1
