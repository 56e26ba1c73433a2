"""Bringing a database's schema to the newest migration, once, however many processes ask."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from app.schema import current_revision, known_revisions, newest_revision
from app.settings import PROJECT

MIGRATIONS_LOCK = 0x6D757374  # "must": the advisory lock under which migrations run


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, read from pyproject.toml, working on `connection` where one is given."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


class StrangeSchema(LookupError):
    """The database is not ours to migrate: it is of a newer Muster, or somebody else's."""


def migrate(engine: Engine) -> None:
    """Upgrade the schema to the newest migration, in one transaction and under a lock.

    Raises StrangeSchema, and then touches nothing, where no Muster that we know of made what is there.
    """
    with engine.begin() as connection:
        if current_revision(connection) == newest_revision():
            return
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATIONS_LOCK})
        _check_ours(connection, current_revision(connection))  # anew: somebody may have migrated just now
        command.upgrade(alembic_config(connection), "head")


def _check_ours(connection: Connection, current: str | None) -> None:
    if current is not None and current not in known_revisions():
        raise StrangeSchema(
            f"The schema of the database, {current}, is not known to this Muster, which knows up to "
            f"{newest_revision()}. It is of a newer Muster, or somebody else's. Nothing was changed."
        )
    if current is None and (strange := inspect(connection).get_table_names()):
        raise StrangeSchema(
            f"The database holds tables that Muster did not make: {', '.join(sorted(strange)[:5])}. "
            "Muster takes a database of its own. Nothing was changed."
        )
