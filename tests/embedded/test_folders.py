"""The data folder: any path will do, nothing around it is opened, and what is wrong with it is said."""

import os
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from app.embedded import EmbeddedError, default_data_dir, embedded_postgres, programs
from app.embedded.address import reachable_socket

LONG = Path("a-folder-within-a-folder", *["another-folder-with-quite-a-name"] * 12)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "name",
    ["with a space and ü", "comma, colon: percent % and 'quote'", LONG],
    ids=["space and ü", "punctuation", "long"],
)
def test_any_path_will_do(hold, tmp_path, name):
    assert hold(tmp_path / name).read_url().run("SELECT 1") == [(1,)]


def test_the_address_is_one_for_sqlalchemy_and_for_psycopg(tmp_path):
    for name in ("data", "Daten für Ümläute"):
        with embedded_postgres(tmp_path / name) as url:
            engine = create_engine(url)
            with engine.connect() as connection:
                assert connection.execute(text("SELECT current_database()")).scalar_one() == "muster"
            engine.dispose()
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                assert connection.execute("SELECT current_user").fetchone() == ("muster",)


@pytest.fixture
def short_folder(monkeypatch):
    """A folder for temporary files with a name that leaves room, unlike pytest's."""
    with tempfile.TemporaryDirectory() as made:
        monkeypatch.setattr(tempfile, "tempdir", made)
        yield Path(made)


def test_an_address_through_a_link_is_private_and_stays_the_same(tmp_path, short_folder):
    first, second = reachable_socket(tmp_path / LONG), reachable_socket(tmp_path / LONG)
    assert first == second
    assert first.readlink() == tmp_path / LONG
    assert first != reachable_socket(tmp_path / LONG / "another")
    assert mode(first.parent) == 0o700
    assert [path.name for path in short_folder.iterdir()] == [f"muster-{os.geteuid()}"]


def test_a_folder_that_somebody_prepared_for_the_link_is_not_used(tmp_path, short_folder):
    prepared = short_folder / f"muster-{os.geteuid()}"
    prepared.symlink_to(tmp_path)
    assert reachable_socket(tmp_path / LONG).parent != prepared
    prepared.unlink()
    prepared.mkdir()
    prepared.chmod(0o777)
    used = reachable_socket(tmp_path / LONG)
    assert used.parent != prepared
    assert mode(used.parent) == 0o700


@pytest.mark.parametrize("parent_mode", [0o755, 0o700])
def test_only_the_account_can_enter_and_no_folder_above_is_touched(hold, tmp_path, parent_mode):
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(parent_mode)
    before = {path: path.stat() for path in (above, *above.parents)}
    hold(above / "data").read_url()
    assert mode(above / "data") == 0o700
    assert mode(above / "data/pg") == 0o700
    assert stat.S_ISSOCK((above / "data/pg/.s.PGSQL.5432").stat().st_mode)
    assert mode(above / "data/pg/.s.PGSQL.5432") == 0o700
    assert {mode(above / "data" / name) for name in ("server.lock", "holders.lock", "server.log")} == {0o600}
    for path, was in before.items():
        now = path.stat()
        assert (now.st_mode, now.st_uid, now.st_gid) == (was.st_mode, was.st_uid, was.st_gid), path


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "xx_YY.nonsense", "LC_ALL": ""},
        {"PGPORT": "9", "PGHOST": "elsewhere", "PGDATA": "elsewhere", "PGUSER": "x", "PGDATABASE": "x"},
    ],
    ids=["plain C", "an unknown language", "settings for another server"],
)
def test_the_environment_of_the_terminal_changes_nothing(hold, tmp_path, environment):
    holder = hold(tmp_path / "ü", environment=environment).read_url()
    assert holder.run("SELECT upper('ü'), pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == [
        ("Ü", "UTF8")
    ]


def test_the_usual_data_folder_lies_below_the_home_of_the_user(monkeypatch):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert Path("/home/somebody") in default_data_dir().parents
    assert default_data_dir().name == "muster"


@pytest.mark.parametrize("major", [16, 18])
def test_the_programs_of_both_versions_are_there(major):
    assert {"initdb", "postgres", "pg_ctl", "pg_dump", "psql"} <= {
        path.name for path in programs(major).iterdir()
    }


def test_a_version_that_muster_does_not_carry_is_refused(tmp_path):
    with (
        pytest.raises(EmbeddedError, match="carries PostgreSQL 16 and 18, not 17"),
        embedded_postgres(tmp_path, major=17),
    ):
        pass


def test_data_of_another_version_are_refused_and_left_alone(hold, data_dir):
    hold(major=16).read_url().leave()
    assert "were made by PostgreSQL 16 and cannot be served by 18" in hold(major=18).refusal()
    assert (data_dir / "pg/PG_VERSION").read_text() == "16\n"


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("not a folder")
    with (
        pytest.raises(EmbeddedError, match=r"data cannot be used: .*File exists"),
        embedded_postgres(tmp_path / "data"),
    ):
        pass


def test_a_server_that_does_not_start_is_explained_by_its_log(hold, data_dir, alive):
    hold().read_url().leave()
    with (data_dir / "pg/postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    refusal = hold().refusal()
    assert "did not start" in refusal
    assert 'unrecognized configuration parameter "no_such_setting"' in refusal
    assert not alive(data_dir)


if os.geteuid() != 0:  # root may write anywhere

    def test_a_folder_that_we_may_not_write_to_is_refused(tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        with pytest.raises(EmbeddedError, match="belongs to another account"), embedded_postgres(closed):
            pass
