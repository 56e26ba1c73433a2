"""`muster export`: what is typed, what is shown while it runs, and what is said at the end."""

from pathlib import Path

import click

from app.ledger.command import ProgressBar
from app.ledger.exporting import NotWritten, export_ledger, is_zip, snapshot
from app.settings import read_settings


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
def export_command(path: Path) -> None:
    """Export the whole ledger to PATH: a folder of CSV files, or a zip of them where PATH ends in .zip.

    Imported into an empty database it gives the same readings, its history included, and exports to the same
    bytes. An earlier export at PATH is replaced; anything else is left alone, and the exit status is 1.
    """
    from app.serving import open_database  # noqa: PLC0415 - the embedded server is only needed to run

    licence_url = read_settings().licence_url
    with (
        open_database() as engine,
        ProgressBar() as progress,
        snapshot(engine, licence_url=licence_url) as taken,
    ):
        progress.begin("Exporting", taken.row_count(), " rows")
        try:
            export_ledger(taken, path, progress.advance)
        except NotWritten as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
        version = taken.state.version
    what = "zip" if is_zip(path) else "folder"
    click.echo(f"The ledger at version {version:,} is in the {what} {path}.")
