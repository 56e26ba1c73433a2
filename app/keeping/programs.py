"""Which pg_dump or pg_restore fits: those that Muster carries, else those of the machine."""

import re
import shutil
import subprocess
from pathlib import Path

from app.embedded import EmbeddedError, programs
from app.embedded.installed import FOLDERS
from app.keeping.refusals import NotKept


def fitting(program: str, major: int) -> Path:
    """The path of `program`, which has to be of PostgreSQL `major` or newer; raises NotKept.

    PostgreSQL's rule: pg_dump refuses a server newer than itself, pg_restore a file of a newer pg_dump.
    The oldest that fits is taken, so that what it writes can be read by as many as possible.
    """
    for carried in sorted(FOLDERS):
        if carried >= major and (found := _carried(program, carried)):
            return found
    installed = shutil.which(program)
    if installed is None:
        raise NotKept(
            f"This takes {program} of PostgreSQL {major} or newer. Muster carries "
            f"{' and '.join(map(str, FOLDERS))}, and there is none on the PATH. Install PostgreSQL's client "
            "programs."
        )
    version = major_version(Path(installed))
    if version < major:
        raise NotKept(
            f"This takes {program} of PostgreSQL {major} or newer. Muster carries "
            f"{' and '.join(map(str, FOLDERS))}, and {installed} is of version {version}."
        )
    return Path(installed)


def major_version(program: Path) -> int:
    """The major version of a program of PostgreSQL, 0 where it does not say."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _carried(program: str, major: int) -> Path | None:
    try:
        found = programs(major) / program
    except EmbeddedError:
        return None
    return found if found.exists() else None
