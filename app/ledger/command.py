"""`muster import`: what is typed, what is shown while it runs, and what is said at the end."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, Self

import click
from sqlalchemy.orm import Session
from tqdm import tqdm

from app.accounts.models import COMMAND_LINE
from app.ledger.actions import UnknownPerson, import_ledger
from app.ledger.report import ImportReport, Restored, Tally


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what the import would do, and store nothing.")
@click.option("--overwrite", is_flag=True, help="Take rows that equal an earlier state, too.")
@click.option("--as", "user", default=COMMAND_LINE, show_default=True, help="The person who imports.")
def import_command(path: Path, *, dry_run: bool, overwrite: bool, user: str) -> None:
    """Import the ledger at PATH: a claims CSV, a folder with its companion files, or a zip of one.

    All of it or nothing; the same again changes nothing. Rows that equal an earlier state of their claim
    are reported as older and left alone. Exits with 1 when any row is refused.
    """
    from app.serving import open_database  # noqa: PLC0415 - the embedded server is only needed to run

    with open_database() as engine, ProgressBar() as progress, Session(engine) as session, session.begin():
        try:
            report = import_ledger(
                session,
                path,
                by=user,
                at=datetime.now(UTC),
                dry_run=dry_run,
                overwrite=overwrite,
                progress=progress,
            )
        except UnknownPerson as error:
            raise click.ClickException(str(error)) from error
    for line in refused_lines(report):
        click.echo(line, err=True)
    if report.is_refused:
        sys.exit(1)
    for line in report_lines(report, dry_run=dry_run):
        click.echo(line)


class ProgressBar:
    """One bar on standard error for each step of an import; none where that is no terminal."""

    def __init__(self) -> None:
        self.bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def begin(self, step: str, total: int, unit: str) -> None:
        """Close the bar of the step before and open one for this."""
        self.__exit__()
        self.bar = tqdm(
            desc=step, total=total or None, unit=unit, unit_scale=True, disable=None, file=sys.stderr
        )

    def advance(self, count: int) -> None:
        """Move the bar on; a total that was only said, by a zip, may be passed."""
        if self.bar is not None:
            self.bar.update(count)


def refused_lines(report: ImportReport) -> list[str]:
    """What is told of an import that was refused: every row and reason, then how many there were."""
    if not report.is_refused:
        return []
    lines = [str(refusal) for refusal in report.refused]
    if report.refused_count > len(lines):
        lines.append(f"… and {report.refused_count - len(lines):,} more")
    faults = "1 fault" if report.refused_count == 1 else f"{report.refused_count:,} faults"
    return [*lines, f"Nothing was imported: {faults}."]


def report_lines(report: ImportReport, *, dry_run: bool) -> list[str]:
    """What is told of an import that was not refused: the rows of each file, and the version it made."""
    claims, appearances = report.claims.rows - report.appearances, report.appearances
    lines = _restored_lines(report.restored) if report.restored else []
    lines += [f"{claims:,} claims and {appearances:,} appearances: {_told(report.claims)}"]
    for name, tally in (
        ("deployments", report.deployments),
        ("measures", report.measures),
        ("sources", report.sources),
    ):
        if tally.rows:
            lines.append(f"{tally.rows:,} {name}: {_told(tally)}")
    if report.not_read:
        lines.append(f"Not read: {', '.join(report.not_read[:10])}")
    if not report.claims.rows:
        lines.append("The file with the claims has a header and no rows.")
    elif report.version is None:
        lines.append("The ledger holds all of this already; nothing was changed.")
    elif dry_run:
        lines.append("Nothing was stored: this was a dry run.")
    else:
        lines.append(f"The ledger is at version {report.version:,}.")
    return lines


def _restored_lines(restored: Restored) -> list[str]:
    """What is told of a history that was restored."""
    what = f"{restored.revisions:,} revisions and {restored.judgements:,} judgements"
    what += f" of {restored.claims:,} claims and appearances"
    when = ""
    if restored.first_at and restored.last_at:
        first, last = (at.astimezone(UTC).date() for at in (restored.first_at, restored.last_at))
        when = f", recorded from {first} to {last}" if first != last else f", recorded on {first}"
    versions = "version 1" if restored.version == 1 else f"versions 1 to {restored.version:,}"
    lines = [f"History restored: {what}, {versions}{when}"]
    if restored.people:
        people = "1 person" if restored.people == 1 else f"{restored.people:,} people"
        lines.append(f"Restored with it: {people} who acted, under their public names, unable to sign in")
    return lines


def _told(tally: Tally) -> str:
    told = [f"{tally.new:,} new", f"{tally.changed:,} changed", f"{tally.unchanged:,} unchanged"]
    if tally.older:
        told.append(
            f"{tally.older:,} older than what the ledger holds and left alone (--overwrite takes them)"
        )
    return ", ".join(told)
