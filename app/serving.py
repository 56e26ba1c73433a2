"""The database that a command works on: a given one, or the embedded server, migrated first."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Engine

from app.database import connect
from app.embedded import default_data_dir, embedded_postgres
from app.migrate import migrate
from app.settings import Settings, read_settings


@contextmanager
def database_address(settings: Settings | None = None) -> Iterator[str]:
    """The address of the database; the embedded server runs as long as this context is open."""
    settings = settings or read_settings()
    if settings.database_url:
        yield settings.database_url
        return
    with embedded_postgres(settings.data_dir or default_data_dir()) as url:
        yield url


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
