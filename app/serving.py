"""The database that a command works on: a given one, or the embedded server, migrated first."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from app.database import connect, with_driver
from app.embedded import default_data_dir, embedded_postgres
from app.migrate import migrate
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
            migrate(engine)
            yield engine
        finally:
            engine.dispose()
