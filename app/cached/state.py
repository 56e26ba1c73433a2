"""Which state of the ledger a worker serves, known without asking for each request.

A thread of each worker holds one connection on which the database says that something was done
(`LISTEN`), and asks on it twice a second all the same. Where no answer comes while others get theirs, the
connection has died in silence: it is cut, and made anew. What it knows is trusted for less than a second;
after that, who needs to know asks for itself.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.logs import log

CHANNEL = "muster_acts"
EVERY = 0.5
"""Seconds after which the thread asks although nothing was said."""

TRUSTED = 0.9
"""Seconds for which an answer is as good as a new one: no reader sees a state more than a second old."""

PATIENCE = 3.0
"""Seconds in which the connection that listens has to answer, where the database answers others."""

_PAUSE = 1.0  # seconds before a lost connection is tried again
_CONNECTED = "5"  # seconds in which the database has to take a connection
ASK = """
  select version, (select coalesce(string_agg(id::text, ' ' order by id), '')
                   from (select id from acts order by id desc limit 100) latest)
  from ledger"""
# Not the newest act alone: one that was begun earlier may be committed later, under a smaller id.


def clock() -> float:
    """Seconds since some moment, in which time counts that the machine has slept where it can be told."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class State(NamedTuple):
    """What everything public depends on: equal states, equal pages."""

    version: int  # of the ledger
    acts: str  # the ids of the last in the log: some change what is public without moving the version
    day: str  # in UTC: ages are counted in days


class Watch:
    """Keeps the state of the database that this worker reads."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = clock) -> None:
        self._engine = engine
        self._clock = clock
        self._known: tuple[int, str] | None = None
        self._asked_at = float("-inf")
        self._waits_since: float | None = None  # for an answer on the connection that listens
        self._wire: socket.socket | None = None  # of that connection
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to listen, in a thread of its own."""
        self._thread = threading.Thread(target=self._listen, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; waits for the thread."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * _PAUSE)

    def known(self) -> State | None:
        """The state, without a query; None where what is known is too old to be trusted."""
        if self._known is None or self._clock() - self._asked_at > TRUSTED:
            return None
        return State(*self._known, datetime.now(UTC).date().isoformat())

    def ask(self) -> State | None:
        """The state by a query of one's own; None where the database cannot be reached."""
        asked_at = self._clock()
        try:
            with self._engine.connect() as connection:
                row = connection.execute(text(ASK)).one()
        except SQLAlchemyError:
            return None
        self._note(row.version, row[1], asked_at)
        self._cut_where_silent()
        return self.known()

    def _cut_where_silent(self) -> None:
        """Cut the connection that listens where it has not answered for long: the database is there."""
        with self._lock:
            since, wire = self._waits_since, self._wire
            if wire is not None and since is not None and self._clock() - since > PATIENCE:
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)  # the thread that waits on it sees its end

    def _note(self, version: int, acts: str, asked_at: float) -> None:
        """Remember an answer, unless a question asked later was answered already."""
        with self._lock:
            if asked_at >= self._asked_at:
                self._known, self._asked_at = (version, acts), asked_at

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._connection() as connection, self._held(connection):
                    connection.execute(f"listen {CHANNEL}")
                    while not self._stopped.is_set():
                        self._ask_on(connection)
                        for _ in connection.notifies(timeout=EVERY, stop_after=1):
                            pass
            except psycopg.Error as error:
                if not self._stopped.is_set():
                    log.warning("the watch on the ledger lost its connection", error=str(error))
                self._stopped.wait(_PAUSE)

    def _ask_on(self, connection: "psycopg.Connection[tuple[int, str]]") -> None:
        asked_at = self._waits_since = self._clock()
        row = connection.execute(ASK).fetchone()
        self._waits_since = None
        if row is not None:
            self._note(row[0], row[1], asked_at)

    @contextmanager
    def _held(self, connection: "psycopg.Connection[tuple[int, str]]") -> Iterator[None]:
        """Have the connection's socket at hand, under a number of its own that nobody else is given."""
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            with self._lock:
                self._wire, self._waits_since = wire, self._clock()
            try:
                yield
            finally:
                with self._lock:
                    self._wire = self._waits_since = None

    def _connection(self) -> "psycopg.Connection[tuple[int, str]]":
        """A connection of its own: one that listens belongs to no pool."""
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        with suppress(KeyError):
            options.pop("context")
        options.setdefault("connect_timeout", _CONNECTED)
        return psycopg.connect(*arguments, **options, autocommit=True, application_name="muster watch")
