"""The databases of the tests: made on one server, from one template that the migrations built."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.database import connect, with_driver
from app.embedded import embedded_postgres
from app.migrate import migrate

PREFIX = "muster_test_"
_IS_THERE = text("select exists (select from pg_database where datname = :name)")

FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # when it comes by is chance, and so would be the plans that follow from it
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}
"""The settings of a server whose data nobody will miss."""


@dataclass(frozen=True)
class Databases:
    """The databases that one run of the tests makes and drops: all their names begin alike."""

    server: str  # the address of any database of the server; it is connected to at most, never changed
    run: str  # the beginning of the names of this run

    @property
    def template(self) -> str:
        """The name of the database that is migrated once and copied by all who need one."""
        return f"{self.run}_template"

    def make_template(self) -> None:
        """Build the template by the real migrations."""
        engine = connect(self.make_empty(self.template))
        migrate(engine)
        engine.dispose()  # a database that somebody is connected to cannot be copied

    def make_empty(self, name: str | None = None) -> str:
        """A new database without any table; gives its address."""
        return self._make(name, "template0 encoding 'UTF8'")

    def make_migrated(self) -> str:
        """A new copy of the template; gives its address."""
        return self._make(None, self.template)

    def make_copy(self, url: str) -> str:
        """A new copy of a database that nobody is connected to; gives its address."""
        return self._make(None, f'"{make_url(url).database}"')

    def make_filled(self, name: str, fill: Callable[[str], None]) -> str:
        """A new copy of a database that the first who asks for this name fills; gives its address.

        `fill` is given the address of a migrated database and leaves no connection open. The workers of
        one run share what is filled: it is there to be copied alone.
        """
        template = f"{self.run}_{name}"
        with self.administer() as connection:
            connection.execute(text("select pg_advisory_lock(hashtext(:name))"), {"name": template})
            if not connection.scalar(_IS_THERE, {"name": template}):
                filled = self.make_migrated()
                fill(filled)
                connection.execute(
                    text(f'alter database "{make_url(filled).database}" rename to "{template}"')
                )
        return self._make(None, template)

    def drop(self, url: str) -> None:
        """Drop a database that was made here, whoever is still connected to it."""
        name = make_url(url).database or ""
        assert name.startswith(self.run), f"{name} is not a database of these tests"
        with self.administer() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))

    def drop_all(self) -> None:
        """Drop every database of this run."""
        of_this_run = text("select datname from pg_database where starts_with(datname, :run)")
        with self.administer() as connection:
            names = connection.scalars(of_this_run, {"run": f"{self.run}_"}).all()
        for name in names:
            self.drop(self._address(name))

    @contextmanager
    def administer(self) -> Iterator[Connection]:
        """A connection on which databases can be made and dropped, outside any transaction."""
        try:
            connection = self._connect("postgres")
        except OperationalError:  # not every server has, or lets us into, the usual database
            connection = self._connect(make_url(self.server).database)
        with connection:
            yield connection

    def _connect(self, database: str | None) -> Connection:
        url = make_url(self.server).set(database=database)
        return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()

    def _make(self, name: str | None, template: str) -> str:
        name = name or f"{self.run}_{secrets.token_hex(4)}"
        with self.administer() as connection:
            connection.execute(text(f'create database "{name}" template {template}'))
        return self._address(name)

    def _address(self, name: str) -> str:
        url: URL = make_url(self.server).set(database=name)
        return url.render_as_string(hide_password=False)


@contextmanager
def databases() -> Iterator[Databases]:
    """Databases on the server of DATABASE_URL, else on an embedded one that is gone afterwards."""
    with ExitStack() as held:
        given = os.environ.get("DATABASE_URL")
        server = with_driver(given) if given else held.enter_context(throw_away_server())
        made = Databases(server, f"{PREFIX}{secrets.token_hex(4)}")
        held.callback(made.drop_all)
        made.make_template()
        yield made


@contextmanager
def throw_away_server(major: int | None = None) -> Iterator[str]:
    """An embedded server over an empty folder, which need not survive a power cut; gives its address."""
    with (
        tempfile.TemporaryDirectory(prefix="muster-test-", ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder), major=major) as url,
    ):
        with Databases(url, PREFIX).administer() as connection:
            for name, value in FORGETFUL.items():
                connection.execute(text(f"alter system set {name} = '{value}'"))
            connection.execute(text("select pg_reload_conf()"))
        yield url
