"""The `muster` command. Exit status: 0 done, 1 refused input, 2 wrong usage."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from types import FrameType

import click
import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from app.accounts.command import user_command
from app.answers.command import read_command
from app.assets import ensure_assets
from app.citations.command import verify_command
from app.database import with_driver
from app.embedded import EmbeddedError, programs
from app.keeping.command import backup_command, check_command, restore_command
from app.ledger.command import import_command
from app.ledger.export_command import export_command
from app.serving import database_address, open_database, what_the_database_said
from app.settings import PROJECT, WrongSettings, read_settings

EXAMPLE = PROJECT / "examples" / "nk-russia"
PORTS_TO_TRY = 20


class WrongUsage(click.ClickException):
    """What cannot be done as it was asked, whatever the database holds."""

    exit_code = 2


class Muster(click.Group):
    """The command's group; what is expected to go wrong is one sentence, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (EmbeddedError, LookupError) as error:
            raise click.ClickException(str(error)) from error
        except WrongSettings as error:
            raise WrongUsage(str(error)) from error
        except (DBAPIError, psycopg.Error) as error:
            if (sentence := what_the_database_said(error)) is None:
                raise
            raise click.ClickException(sentence) from error


@click.group(cls=Muster)
def main() -> None:
    """Muster: a ledger of dated, attributed claims, and what can be known from them."""


main.add_command(export_command)
main.add_command(import_command)
main.add_command(read_command)
main.add_command(user_command)
main.add_command(verify_command)
main.add_command(backup_command)
main.add_command(restore_command)
main.add_command(check_command)

_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option(
    "--port",
    default=None,
    type=click.IntRange(0, 65535),
    help="Port; without one 8000, or the next free one.",
)
_workers = click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve."
)


@main.command()
@_host
@_port
@_workers
def serve(host: str, port: int | None, workers: int) -> None:
    """Serve the site on DATABASE_URL, or on an embedded PostgreSQL."""
    _serve(host, port, workers, demo=False)


@main.command()
@_host
@_port
@_workers
def demo(host: str, port: int | None, workers: int) -> None:
    """Serve the site with the example ledger, imported where the database holds no claims."""
    _serve(host, port, workers, demo=True)


@main.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    with open_database():
        click.echo("The schema is up to date.")


@main.command()
def db() -> None:
    """Open PostgreSQL's own shell, psql, on Muster's database."""
    with database_address() as url:
        address = make_url(with_driver(url))
        # Not on the command line, which other users of the machine can read.
        password = {"PGPASSWORD": address.password} if address.password else {}
        shown = URL.create(
            "postgresql",
            username=address.username,
            host=address.host,
            port=address.port,
            database=address.database,
            query=address.query,
        ).render_as_string()
        sys.exit(subprocess.run([_psql(), shown], env=os.environ | password, check=False).returncode)


def _psql() -> str:
    """The psql that Muster carries, else the one of the machine; raises ClickException."""
    carried = programs() / "psql"
    found = str(carried) if carried.exists() else shutil.which("psql")
    if found is None:
        raise click.ClickException("There is no psql: install PostgreSQL's client programs.")
    return found


def _serve(host: str, port: int | None, workers: int, *, demo: bool) -> None:
    # Set before anything starts: uvicorn hands a signal back to the handler it found, and
    # unwinding from here is what stops the embedded server.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    with database_address() as url, closing(_listen(host, port)) as listener:
        ensure_assets(say=click.echo)  # before the address is printed: the first start compresses Plotly
        _prepare(url, demo=demo)
        os.environ["DATABASE_URL"] = url  # the workers' way to it
        read_settings.cache_clear()
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Muster is at http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C stops it)")
        _run(listener, workers)


def _leave(_: int, __: FrameType | None) -> None:
    sys.exit(0)


def _prepare(url: str, *, demo: bool) -> None:
    """Migrate, and for a demonstration import the example into a database without claims."""
    with open_database(url) as engine:
        if demo:
            from app.ledger.demo import LICENCE, holds_nothing_else, import_example

            import_example(engine, EXAMPLE, at=datetime.now(UTC))
            if holds_nothing_else(engine, EXAMPLE):
                os.environ.setdefault("MUSTER_LICENCE_URL", LICENCE)


def _listen(host: str, port: int | None) -> socket.socket:
    """A listening socket; without a wish for a port, 8000 or the next free one, and said so."""
    wished = 8000 if port is None else port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(wished, wished + (PORTS_TO_TRY if port is None else 1)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            reason = error.strerror or str(error)
            continue
        listener.set_inheritable(True)
        if candidate != wished:
            click.echo(f"Port {wished} is taken, so {candidate} is used.")
        return listener
    raise click.ClickException(f"cannot listen on {host}, port {wished}: {reason}")


def _run(listener: socket.socket, workers: int) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    if workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])
