"""`muster backup`, `muster restore` and `muster check`: what is typed, and what is said at the end."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
from tqdm import tqdm

from app.database import connect
from app.keeping.backup import back_up
from app.keeping.finding import Invariant
from app.keeping.invariants import INVARIANTS, Checked, check
from app.keeping.refusals import NotKept
from app.keeping.restore import Restored, restore
from app.ledger.command import ProgressBar
from app.serving import database_address

MOST_NAMED = 20
"""Rows that are named of each invariant that is broken; the rest are counted."""

_file = click.argument("path", metavar="FILE", type=click.Path(path_type=Path))


@click.command("backup")
@_file
@click.option("--force", is_flag=True, help="Replace FILE, once the new backup is whole.")
def backup_command(path: Path, *, force: bool) -> None:
    """Back the whole database up to FILE: ledger, history, people, drafts and what waits for its verdict.

    The site may go on running. FILE holds the hashes of passwords and can be read by its owner alone;
    nobody who is signed in is in it.
    """
    with _refusals(), database_address() as url, ProgressBar() as progress:
        manifest = back_up(url, path, at=datetime.now(UTC), force=force, progress=progress)
    click.echo(f"{path}: {manifest.counted}, {path.stat().st_size:,} bytes.")


@click.command("restore")
@_file
@click.option("--replace", is_flag=True, help="Put it in the place of all that the database holds.")
def restore_command(path: Path, *, replace: bool) -> None:
    """Restore the backup FILE into an empty database: all of it or nothing.

    Stop the site first. Everybody signs in anew with the password they had when the backup was made, and
    all API tokens are revoked.
    """
    with _refusals(), database_address() as url, ProgressBar() as progress:
        done = restore(url, path, replace=replace, at=datetime.now(UTC), progress=progress)
    for line in restored_lines(done):
        click.echo(line)


@click.command("check")
@click.option("--all", "every", is_flag=True, help="Name every row at fault, not twenty for each invariant.")
def check_command(*, every: bool) -> None:
    """Check every invariant of what is stored, and name each row that breaks one.

    Changes nothing, and the site may go on running. Exits with 1 when any is broken.
    """
    at_fault: Counter[str] = Counter()

    def tell(invariant: Invariant, sentence: str) -> None:
        if not at_fault[invariant.name]:
            tqdm.write(f"{invariant.name}: {invariant.holds}", file=sys.stdout)
        at_fault[invariant.name] += 1
        tqdm.write(f"  {sentence}.", file=sys.stdout)

    with database_address() as url, ProgressBar() as progress:
        engine = connect(url)
        try:
            checked = check(engine, tell, progress, most=None if every else MOST_NAMED)
        finally:
            engine.dispose()
    for line in checked_lines(checked, named=at_fault.total()):
        click.echo(line)
    if checked.broken:
        sys.exit(1)


def checked_lines(checked: Checked, *, named: int) -> list[str]:
    """What is told at the end of a check."""
    if not checked.broken:
        return [f"All {checked.invariants} invariants hold, at ledger version {checked.version:,}."]
    left = checked.faults - named
    are = "is" if checked.broken == 1 else "are"
    faults = "1 fault" if checked.faults == 1 else f"{checked.faults:,} faults"
    rest = "; the others could not be asked" if checked.invariants < len(INVARIANTS) else ""
    said = [f"{checked.broken} of {len(INVARIANTS)} invariants {are} broken, by {faults}{rest}."]
    return [f"… and {left:,} more; --all names them.", *said] if left else said


def restored_lines(done: Restored) -> list[str]:
    """What is told of a restore."""
    manifest = done.manifest
    lines = [f"Restored the backup of {manifest.made_at}: {manifest.counted}."]
    if done.migrated:
        lines.append(f"Its schema, {manifest.schema}, was brought up to date.")
    if done.tokens:
        lines.append(f"{done.tokens:,} API {'token is' if done.tokens == 1 else 'tokens are'} revoked.")
    if done.disabled:
        lines.append(f"Disabled again: {', '.join(done.disabled)}.")
    lines.append(
        "Passwords and accounts are those of the backup: muster user list shows who can sign in. "
        "muster check looks at all that is stored."
    )
    return lines


@contextmanager
def _refusals() -> Iterator[None]:
    """Inside, what is refused is one sentence at the terminal, and SIGTERM unwinds as Ctrl-C does."""
    usual = signal.signal(signal.SIGTERM, _stopped)
    try:
        yield
    except NotKept as refusal:
        raise click.ClickException(str(refusal)) from refusal
    finally:
        signal.signal(signal.SIGTERM, usual)


def _stopped(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
