"""Importing a ledger: all of it or nothing, and the same again changes nothing."""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.ledger.checks import OF_CLAIMS, OF_FILES, OF_NAMES, OF_SUBMISSIONS, Check, refuse
from app.ledger.containers import CLAIMS, HISTORY, Container, NotALedger, open_container
from app.ledger.naming import find_names
from app.ledger.refusals import Refusals
from app.ledger.report import ImportReport, Restored, Tally
from app.ledger.restoring import LEAVE as LEAVE_THE_PAST
from app.ledger.restoring import Watching, files_used, is_empty, restore
from app.ledger.scripts import run_script
from app.ledger.staging import TABLES, claims_sheet, companion_sheets, stage
from app.ledger.states import compare_claims, compare_descriptions
from app.ledger.writing import Recording, write
from app.review.models import Batch
from app.settings import read_settings

ENTER = f"set local work_mem = '64MB'; {TABLES}"
LEAVE = """
drop view remaining, written;
drop table arriving, arriving_deployments, arriving_measures, arriving_sources, described_deployments,
  described_measures, described_sources, earlier_names, named_claims, named_families, named_operations,
  named_places, named_sources, staged_claims, staged_deployments, staged_measures, staged_sources, starts;
"""
"""A second import in the same transaction begins with rooms of its own."""


class UnknownPerson(LookupError):
    """Nobody who may act has this name."""


class Progress(Protocol):
    """Who wants to know how far an import is."""

    def begin(self, step: str, total: int, unit: str) -> None: ...

    def advance(self, count: int) -> None: ...


class _Silent:
    def begin(self, step: str, total: int, unit: str) -> None: ...

    def advance(self, count: int) -> None: ...


def import_ledger(
    session: Session,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    overwrite: bool = False,
    for_review: Literal["upload", "api"] | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Take the ledger at `path` into the database, as approved revisions of the person named `by`.

    Into a database in which nothing was recorded, the history of an exported ledger is restored first.

    With `for_review`, which says how they came, the rows are handed in as one batch that waits for its
    verdict; what is said of deployments, measures and sources needs none.

    Works in the transaction of the session and leaves nothing behind where anything is refused, where
    nothing would change, and in a dry run. Rows that equal an earlier state of their claim or description
    are left alone unless `overwrite`. Raises UnknownPerson where nobody of that name may act.
    """
    person = acting_person(session, by)
    taking = _Import(session, path, person, at, overwrite, for_review, progress or _Silent())
    try:
        with session.begin_nested() as savepoint:
            report = taking.run()
            if dry_run or report.is_refused or not (report.writes or report.restored):
                savepoint.rollback()
            else:
                run_script(session, LEAVE)
    except IntegrityError as error:
        # A rule of the database that no check before it foresaw: it has the last word.
        report = taking.refused_by_the_database(error)
    session.expire_all()
    return report


def acting_person(session: Session, name: str) -> Person:
    """The person of that name; raises UnknownPerson where there is none, or none who may act any more."""
    person = session.scalar(select(Person).where(Person.name == name))
    if person is None:
        raise UnknownPerson(f"nobody is called “{name}”")
    if person.disabled_at is not None:
        raise UnknownPerson(f"the account “{name}” is disabled")
    return person


@dataclass
class _Import:
    """One import on its way through the steps that are told in `run`."""

    session: Session
    path: Path
    by: Person
    at: datetime
    overwrite: bool
    for_review: Literal["upload", "api"] | None
    progress: Progress
    refusals: Refusals = field(default_factory=Refusals)
    not_read: tuple[str, ...] = ()
    restoring: bool = False  # whether it is the past that is being written
    restored: Restored | None = None

    @property
    def submits(self) -> bool:
        return self.for_review is not None

    def run(self) -> ImportReport:
        if not self.submits and is_empty(self.session):
            self._restore()
            if self.refusals.count:
                return self._refused()
        run_script(self.session, ENTER)
        self._stage()
        # From here on nobody else moves the version: what is compared is what will be replaced.
        lock_ledger(self.session)
        self._check(OF_FILES)
        find_names(self.session, self.refusals)
        compare_descriptions(self.session, overwrite=self.overwrite)
        compare_claims(self.session, overwrite=self.overwrite, submit=self.submits)
        self._check(OF_NAMES)
        self._check(OF_CLAIMS)
        if self.submits:
            self._check(OF_SUBMISSIONS)
        report = self._report()
        return report if report.is_refused or not report.writes else self._write(report)

    def refused_by_the_database(self, error: IntegrityError) -> ImportReport:
        """The report of an import that broke a rule of the database, named in its own words."""
        told = getattr(error.orig, "diag", None)
        rule = (told.constraint_name if told else None) or "unknown"
        table = (told.table_name if told else None) or "claim_revisions"
        words = rule.removeprefix(f"{table}_").replace("_", " ")
        what = told.message_primary if told else str(error.orig)
        file = HISTORY if self.restoring else CLAIMS
        self.refusals.add(file, None, None, None, f"the database refuses it by its rule “{words}”: {what}")
        return self._refused()

    def _restore(self) -> None:
        """Restore the past that comes with the ledger, where it comes with one, into an empty database."""
        lock_ledger(self.session)
        if not is_empty(self.session):
            return  # somebody was quicker
        try:
            with open_container(self.path, read_settings().import_limit_mb) as container:
                if HISTORY in container.past:
                    self._restore_from(container)
        except NotALedger as refusal:
            self._refuse(refusal)

    def _restore_from(self, container: Container) -> None:
        self.restoring = True
        run_script(self.session, ENTER)
        watching = Watching(self.progress.begin, self.progress.advance)
        self.restored = restore(self.session, container, self.at, self.refusals, watching)
        if self.restored is not None:
            run_script(self.session, LEAVE_THE_PAST)
            self._log_restored(self.restored)
        self.restoring = False

    def _log_restored(self, restored: Restored) -> None:
        """Log who restored it, and when. It is no act of the ledger's own past, nor one that changes it."""
        record_act(
            self.session,
            "people",
            by=self.by,
            at=self.at,
            origin="command_line",
            moves_version=False,
            words=f"restored the history of {self.path.name}",
            details={"versions": restored.version, "claims": restored.claims, "people": restored.people},
        )

    def _stage(self) -> None:
        try:
            with open_container(self.path, read_settings().import_limit_mb) as container:
                if container.claims_name:
                    self.refusals.claims_file = container.claims_name
                read = files_used(container) if self.restored else ()
                past = [name for name in container.past if name not in read]
                self.not_read = tuple(sorted([*container.left, *past]))
                self.progress.begin("Reading", sum(container.sizes.values()), "B")
                sheets = [*companion_sheets(), claims_sheet(self.at.astimezone(UTC).date())]
                for sheet in sheets:
                    if sheet.file in container.sizes:
                        with container.open(sheet.file) as stream:
                            stage(self.session, sheet, stream, self.refusals, self.progress.advance)
        except NotALedger as refusal:
            self._refuse(refusal)

    def _refuse(self, refusal: NotALedger) -> None:
        self.refusals.add(refusal.file or self.path.name, None, None, None, str(refusal))

    def _check(self, checks: Sequence[Check]) -> None:
        for check in checks:
            refuse(self.session, check, self.refusals)

    def _report(self) -> ImportReport:
        if self.refusals.count:
            return self._refused()
        return replace(
            staged_report(self.session),
            not_read=self.not_read,
            version=self.restored.version if self.restored else None,
            restored=self.restored,
        )

    def _refused(self) -> ImportReport:
        return ImportReport(
            refused=self.refusals.in_order(), refused_count=self.refusals.count, not_read=self.not_read
        )

    def _write(self, report: ImportReport) -> ImportReport:
        self.progress.begin("Storing", report.claims.writes, " rows")
        return write_staged(
            self.session,
            report,
            self.path.name,
            by=self.by,
            at=self.at,
            for_review=self.for_review,
            overwrite=self.overwrite,
            on_rows=self.progress.advance,
        )


def staged_report(session: Session) -> ImportReport:
    """How many of the rows that wait, and were compared with the ledger, are what to it."""

    def tally(table: str) -> Tally:
        counted = session.execute(text(f"select state, count(*) from {table} group by state"))
        return Tally(**dict([tuple(row) for row in counted]))

    count_appearances = text("select count(*) from arriving where repeat_of_id is not null")
    return ImportReport(
        claims=tally("arriving"),
        appearances=session.scalar(count_appearances) or 0,
        deployments=tally("described_deployments"),
        measures=tally("described_measures"),
        sources=tally("described_sources"),
    )


def write_staged(
    session: Session,
    report: ImportReport,
    name: str,
    *,
    by: Person,
    at: datetime,
    for_review: Literal["upload", "api"] | None,
    overwrite: bool = False,
    on_rows: Callable[[int], None] = lambda _rows: None,
) -> ImportReport:
    """Write what waits, was compared and found right, by one act; for review as one batch called `name`."""
    batch_id = None
    if for_review is not None:
        batch = Batch(name=name, origin=for_review, recorded_at=at, recorded_by=by.id)
        session.add(batch)
        session.flush()  # its rows refer to it
        batch_id = batch.id
    act = record_act(
        session,
        "import" if for_review is None else "submit",
        by=by,
        at=at,
        origin=for_review or "command_line",
        moves_version=report.describes or for_review is None,
        words=name,
        details=report.details(overwrite=overwrite, batch_id=batch_id),
    )
    write(session, Recording(by, act, batch_id), on_rows)
    return replace(report, version=act.version, batch_id=batch_id)
