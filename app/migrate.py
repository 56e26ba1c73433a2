"""Bringing a database's schema to the newest migration, once, however many processes ask."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.settings import PROJECT

MIGRATIONS_LOCK = 0x6D757374  # "must": the advisory lock under which migrations run


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, read from pyproject.toml, working on `connection` where one is given."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str | None:
    """The migration that this code needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def current_revision(connection: Connection) -> str | None:
    """The migration that the database stands at; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Upgrade the schema to the newest migration, in one transaction and under a lock."""
    with engine.begin() as connection:
        if current_revision(connection) == newest_revision():
            return
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATIONS_LOCK})
        command.upgrade(alembic_config(connection), "head")
