"""`muster places`: places and in which others they lie, from a CSV."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE, Person
from app.places.importing import Taken, read_places, take_places


@click.command("places")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", default="As a list of places says.", show_default=True, help="Why; it is public.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and store nothing.")
def places_command(path: Path, *, reason: str, dry_run: bool) -> None:
    """Take in the places of a CSV with the columns name, lies_in and slug (the last two may be missing).

    All of it or nothing; the same again changes nothing. A place of a known slug is called and lies from now
    on as the file says; one of a known name lies so. Exits with 1 when any row is refused.
    """
    from app.serving import open_database  # noqa: PLC0415 - the embedded server is only needed to run

    if not reason.strip():
        raise click.UsageError("A reason is needed.")
    rows, faults = read_places(path)
    taken = Taken(refused=faults)
    if not faults:
        with open_database() as engine, Session(engine) as session:
            by = session.scalars(select(Person).where(Person.name == COMMAND_LINE)).one()
            taken = take_places(session, rows, reason=reason, by=by, at=datetime.now(UTC))
            if taken.refused or dry_run:
                session.rollback()
            else:
                session.commit()
    for refusal in taken.refused:
        click.echo(refusal, err=True)
    if taken.refused:
        click.echo(f"Nothing was taken in: {len(taken.refused):,} refused.", err=True)
        sys.exit(1)
    click.echo(
        f"{len(rows):,} places: {taken.new:,} new, {taken.changed:,} changed, {taken.same:,} unchanged"
    )
    if dry_run:
        click.echo("Nothing was stored: this was a dry run.")
