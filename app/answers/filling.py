"""Computing in the background what pages would have to wait for: `python -m app.answers.filling`.

Readings are arithmetic, and hold Python's lock as long as they take. So the work is done in a process beside
the workers, at low priority; of all workers of a site, on however many machines, one at a time does it, by a
lock of the database. It begins when the ledger has changed by more than a page reads at once, goes from the
newest change to the oldest, and ends when everything is kept. `Filler` is the thread of a worker that sees to
it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.answers.fared import compute as compute_fared
from app.answers.glances import FILLED_AT_ONCE
from app.answers.holdings import holdings_of
from app.answers.kept import RULES, Computed, inputs_of
from app.answers.models import KeptFared, KeptReading
from app.changes import kept as acts
from app.claims.plain import keep_claims
from app.claims.summaries import Subject, tallies
from app.database import connect_once
from app.deployments.models import Deployment
from app.logs import log
from app.measures.models import Measure
from app.readings.choices import Choices
from app.readings.reading import Readings
from app.sources.models import Source

LOCK = 0x6D757374
"""The number of the lock that whoever fills holds (`pg_try_advisory_lock`)."""

EVERY = 2.0
"""Seconds after which a worker looks whether there is something to fill."""


@contextmanager
def alone(engine: Engine) -> Iterator[Connection | None]:
    """A connection that holds the lock as long as this lasts; None where somebody else fills."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_ours = connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield connection if is_ours else None
        finally:
            if is_ours:
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})


def missing(session: Session) -> list[tuple[Subject, int]]:
    """The measures whose readings are not kept as they are now, with their claims; newest change first."""
    inputs = inputs_of(session)
    kept = {
        (slug, measure): version
        for slug, measure, version in session.execute(
            select(Deployment.slug, Measure.slug, KeptReading.inputs_version)
            .join(Deployment, Deployment.id == KeptReading.deployment_id)
            .join(Measure, Measure.id == KeptReading.measure_id)
            .where(KeptReading.rules == RULES)
        )
    }
    stale = {
        subject: (version, tally.claims)
        for subject, tally in tallies(session).items()
        if (version := inputs.of(subject)) is not None and kept.get(subject) != version
    }
    # Of one change the measures with the fewest claims first: most pages are then whole soonest.
    ordered = sorted(stale, key=lambda subject: (-stale[subject][0], stale[subject][1], subject))
    return [(subject, stale[subject][1]) for subject in ordered]


def asked_for(session: Session) -> list[tuple[str, Subject]]:
    """The sources and measures of which somebody wanted to know how they fared, and nothing is kept."""
    rows = session.execute(
        select(Source.slug, Deployment.slug, Measure.slug)
        .join(KeptFared, KeptFared.source_id == Source.id)
        .join(Deployment, Deployment.id == KeptFared.deployment_id)
        .join(Measure, Measure.id == KeptFared.measure_id)
        .where(KeptFared.inputs_version == 0)
        .order_by(Source.id, Deployment.id, Measure.id)
    )
    return [(source, (slug, measure)) for source, slug, measure in rows]


def is_worth_it(session: Session) -> bool:
    """Whether more is missing than pages read by themselves, or somebody waits for what they do not."""
    waits = bool(asked_for(session) or acts.asked_for(session))
    return waits or sum(claims for _, claims in missing(session)) > FILLED_AT_ONCE


def fill(engine: Engine) -> int:
    """Compute and keep everything that is missing; how many results. 0 also where somebody else does it."""
    done = 0
    with alone(engine) as connection:
        while connection is not None:
            with Session(engine) as session, session.begin():
                readings, fared = missing(session), asked_for(session)
                effects = acts.asked_for(session)
            if not _fill_all(engine, readings, fared, effects):
                return done
            done += len(readings) + len(fared) + len(effects)
    return done


def _fill_all(
    engine: Engine,
    readings: list[tuple[Subject, int]],
    fared: list[tuple[str, Subject]],
    effects: list[tuple[int, Subject]],
) -> bool:
    """Each in a transaction of its own, so that it is there for pages at once; whether there was anything.

    First what somebody waits for who has just changed the ledger.
    """
    for version, subject in effects:
        with Session(engine) as session, session.begin():
            if not acts.compute(session, version, subject):
                return False
    for subject, _claims in readings:
        with Session(engine) as session, session.begin():
            if not _read(session, subject):
                return False
    for source, subject in fared:
        with Session(engine) as session, session.begin():
            compute_fared(session, source, [subject])
    return bool(readings or fared or effects)


def _read(session: Session, subject: Subject) -> bool:
    """Read one measure and keep what it comes to, and a large one itself; whether that could be done."""
    inputs = inputs_of(session, [subject[0]])
    keep_claims(session, subject)
    held = holdings_of(session, [subject], plain=True)[subject[0]]
    computed = Computed()
    computed.add(inputs, Readings(held.claims, Choices()).reading(subject[1]), held.about(subject[1]))
    return computed.keep(session)


class Filler:
    """The thread of a worker that starts the process where there is something to fill."""

    def __init__(self, engine: Engine, url: str, version: Callable[[], int | None]) -> None:
        """`version` gives the version of the ledger without a query; None where it is not known now."""
        self._engine, self._url, self._version = engine, url, version
        self._stopped = threading.Event()
        self._asked = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="filler", daemon=True)

    def start(self) -> None:
        """Begin to look after what is missing."""
        self._thread.start()

    def ask(self) -> None:
        """Somebody waits for something: look at once, though the ledger did not change."""
        self._asked.set()

    def stop(self) -> None:
        """Stop looking, and end the process; what it has computed stays."""
        self._stopped.set()
        self._asked.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join(timeout=EVERY)

    def _watch(self) -> None:
        seen: int | None = None
        while not self._stopped.is_set():
            version = self._version()
            if version is not None and (version != seen or self._asked.is_set()):
                self._asked.clear()
                seen = version
                with suppress(SQLAlchemyError):
                    self._look()
            self._asked.wait(EVERY)

    def _look(self) -> None:
        with Session(self._engine) as session:
            if not is_worth_it(session):
                return
        environment = {**os.environ, "DATABASE_URL": self._url}
        self._process = subprocess.Popen([sys.executable, "-m", "app.answers.filling"], env=environment)
        if self._process.wait() and not self._stopped.is_set():
            log.warning("what pages wait for was not all computed", status=self._process.returncode)


def main() -> None:
    """Fill the database of DATABASE_URL, giving way to whoever else wants the processor."""
    with suppress(OSError, AttributeError):  # not every system knows priorities
        os.nice(10)
    engine = connect_once(os.environ["DATABASE_URL"])
    try:
        fill(engine)
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
