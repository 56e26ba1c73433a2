"""A transaction on the replica that sees all that the primary was known to hold, or none.

A replica lags: what was committed reaches it later, if only by milliseconds. So each transaction first asks
the replica how far it has come, and is given only if that is at least as far as the state that this worker
knows of the primary (app.cached.state). A name behind which several replicas take turns is therefore safe.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from app.cached.state import ASK, State, Watch
from app.database import connect
from app.logs import log

REST = 5.0
"""Seconds for which a replica that failed is not asked again."""

_PATIENCE = "2"  # seconds in which a replica has to take a connection


class Replica:
    """The database of `MUSTER_REPLICA_URL`."""

    def __init__(
        self, url: str, watch: Watch, *, pool_size: int = 5, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.engine = connect(url, pool_size=pool_size, connect_timeout=_PATIENCE)
        self._new_session = sessionmaker(self.engine, expire_on_commit=False)
        self._watch = watch
        self._clock = clock
        self._rests_until = float("-inf")
        self._lock = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[Session | None]:
        """A transaction that sees at least what the primary held; None: read the primary.

        The replica is out of reach, was so a moment ago, or has not replayed enough; or nothing is known of
        the primary, so that nothing can be compared.
        """
        needed = self._watch.known() or self._watch.ask()
        if needed is None or self._clock() < self._rests_until:
            yield None
            return
        with self._new_session() as session:
            state = self._state_of(session)
            if state is None or not reaches(*state, needed):
                yield None
                return
            try:
                yield session
                session.commit()  # ends the transaction; a replica takes no writes
            except OperationalError:
                self._rest()
                raise

    def standing(self) -> str:
        """How it is with the replica now: `read`, `behind` or `unreachable`; one that is back is read."""
        needed = self._watch.known() or self._watch.ask()
        with self._new_session() as session:
            state = self._state_of(session)
        if state is None:
            return "unreachable"
        self._rest(0)
        return "read" if needed is not None and reaches(*state, needed) else "behind"

    def _state_of(self, session: Session) -> tuple[int, str] | None:
        """Version and newest acts that the replica has replayed; None where it is out of reach."""
        try:
            row = session.execute(text(ASK)).one()
        except (OperationalError, PoolTimeoutError) as error:
            log.warning("the replica is out of reach", error=str(error))
            self._rest()
            return None
        return row.version, row[1]

    def _rest(self, seconds: float = REST) -> None:
        with self._lock:
            self._rests_until = self._clock() + seconds

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()


def reaches(version: int, acts: str, needed: State) -> bool:
    """Whether a database at this version, with these newest acts, holds all that the needed state does."""
    if version < needed.version:
        return False
    found = {int(number) for number in acts.split()}
    oldest = min(found, default=0)  # those below it are there, or the list would reach further back
    return all(act in found or act < oldest for act in map(int, needed.acts.split()))
