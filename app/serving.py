"""The database that a command works on: a given one, or the embedded server, migrated first."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from app.database import connect, with_driver
from app.embedded import default_data_dir, embedded_postgres
from app.schema import current_revision, newest_revision
from app.settings import Settings, read_settings


@contextmanager
def database_address(settings: Settings | None = None) -> Iterator[str]:
    """The address of the database; the embedded server runs as long as this context is open."""
    settings = settings or read_settings()
    if settings.database_url:
        yield checked(settings.database_url)
        return
    with embedded_postgres(settings.data_dir or default_data_dir()) as url:
        yield url


def checked(address: str) -> str:
    """The same address; raises LookupError, whose sentence holds no password, where it is no PostgreSQL's."""
    try:
        driver = make_url(with_driver(address)).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver != "postgresql+psycopg":
        raise LookupError(
            "DATABASE_URL is no address of a PostgreSQL. It is written "
            "postgresql://user:password@host:5432/name; in names and passwords, @ is written %40, / %2F, "
            ": %3A, # %23 and % %25."
        )
    return address


@contextmanager
def open_database(url: str | None = None) -> Iterator[Engine]:
    """A migrated database, of `url` or as configured; its connections are closed at the end."""
    with nullcontext(url) if url else database_address() as address:
        engine = connect(address)
        try:
            _bring_up_to_date(engine)
            yield engine
        finally:
            engine.dispose()


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect() as connection:
        if current_revision(connection) == newest_revision():
            return
    from app.migrate import migrate  # noqa: PLC0415 - brings Alembic, which most starts do without

    migrate(engine)


def what_the_database_said(error: DBAPIError | psycopg.Error) -> str | None:
    """Why the database did not do it, in a sentence; None where that is a mistake of ours.

    What is copied into the database is refused by the driver itself, anything else through SQLAlchemy.
    """
    said = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(said, "sqlstate", None) or ""
    told = getattr(getattr(said, "diag", None), "message_primary", None) or str(said)
    if state in {"42501", "25006"}:  # a privilege is missing, or the server only reads
        return f"The database does not allow it: {told}. Nothing was changed."
    if state.startswith("53"):  # on its disk, in its memory, among its connections
        return f"The database has no room for it: {told}. Nothing was changed."
    if isinstance(said, psycopg.OperationalError):
        return f"The database cannot be reached: {str(said).strip()}"
    return None
