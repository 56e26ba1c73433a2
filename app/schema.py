"""Which schema the code needs and the database has, read without Alembic.

Alembic and what it brings take 100 ms and 10 MB; most starts have nothing to migrate, and a worker never
migrates. What a migration says of itself is the same two lines in each file.
"""

import re
from functools import cache

from sqlalchemy import Connection, text

from app.settings import PROJECT

MIGRATIONS = PROJECT / "migrations" / "versions"
_NAMES = re.compile(
    r'^revision = "(?P<revision>\w+)"\ndown_revision = (?:None|"(?P<before>\w+)")$', re.MULTILINE
)


def newest_revision() -> str:
    """The migration that this code needs: the one before no other."""
    (newest,) = _known().keys() - _known().values()
    return newest


def known_revisions() -> frozenset[str]:
    """The migrations that this code knows."""
    return frozenset(_known())


@cache
def _known() -> dict[str, str | None]:
    """The migrations by name, each with the one before it. Asked once: a process keeps its code."""
    named = (_NAMES.search(path.read_text(encoding="utf-8")) for path in MIGRATIONS.glob("*.py"))
    return {found["revision"]: found["before"] for found in named if found is not None}


def current_revision(connection: Connection) -> str | None:
    """The migration that the database stands at; None when it was never migrated."""
    if connection.scalar(text("select to_regclass('alembic_version') is null")):
        return None
    revision: str | None = connection.scalar(text("select version_num from alembic_version"))
    return revision
