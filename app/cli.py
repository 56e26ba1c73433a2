"""The `muster` command. Exit status: 0 done, 1 refused input, 2 wrong usage."""

import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib import import_module
from types import FrameType

import click

PORTS_TO_TRY = 20
IN_ROOMS = {
    "backup": "app.keeping.command:backup_command",
    "check": "app.keeping.command:check_command",
    "export": "app.ledger.export_command:export_command",
    "import": "app.ledger.command:import_command",
    "places": "app.places.command:places_command",
    "read": "app.answers.command:read_command",
    "restore": "app.keeping.command:restore_command",
    "user": "app.accounts.command:user_command",
    "verify": "app.citations.command:verify_command",
}
"""The commands that are not of this file, each loaded when it is asked for."""


class WrongUsage(click.ClickException):
    """What cannot be done as it was asked, whatever the database holds."""

    exit_code = 2


class Muster(click.Group):
    """The command's group; what is expected to go wrong is one sentence, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *IN_ROOMS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        if cmd_name not in IN_ROOMS:
            return super().get_command(ctx, cmd_name)
        module, _colon, name = IN_ROOMS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            refusal = _refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error


def _refusal_of(error: Exception) -> click.ClickException | None:
    """What is said of an error that was to be expected; None where it was not."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    from app.embedded import EmbeddedError
    from app.serving import what_the_database_said
    from app.settings import WrongSettings

    if isinstance(error, EmbeddedError | LookupError):
        return click.ClickException(str(error))
    if isinstance(error, WrongSettings):
        return WrongUsage(str(error))
    said = what_the_database_said(error) if isinstance(error, DBAPIError | psycopg.Error) else None
    return None if said is None else click.ClickException(said)


@click.group(cls=Muster)
def main() -> None:
    """Muster: a ledger of dated, attributed claims, and what can be known from them."""


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
    from app.serving import open_database

    with open_database():
        click.echo("The schema is up to date.")


@main.command()
def db() -> None:
    """Open PostgreSQL's own shell, psql, on Muster's database."""
    from sqlalchemy import URL, make_url

    from app.database import with_driver
    from app.serving import database_address

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
    from app.embedded import programs

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
    # What is made while the site is loaded stays, so there is nothing to collect until it runs (app.memory).
    gc.disable()
    from app.assets import ensure_assets
    from app.memory import share_arenas
    from app.serving import database_address
    from app.settings import read_settings

    share_arenas()
    # To load the site takes longer than all else, so a server of our own starts meanwhile. Nothing is
    # imported beside it: two threads may find modules that import each other half made.
    loading = threading.Thread(target=_load_site, name="loads the site", daemon=True)
    loading.start()
    with database_address() as url, closing(_listen(host, port)) as listener:
        ensure_assets(say=click.echo)  # before the address is printed: the first start compresses Plotly
        loading.join()
        _prepare(url, demo=demo)
        os.environ["DATABASE_URL"] = url  # the workers' way to it
        read_settings.cache_clear()
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Muster is at http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C stops it)")
        _run(listener, workers)


def _load_site() -> None:
    with suppress(Exception):  # who serves it finds the same, and says it
        import_module("app.main")
        import_module("uvicorn")


def _leave(_: int, __: FrameType | None) -> None:
    sys.exit(0)


def _prepare(url: str, *, demo: bool) -> None:
    """Migrate, and for a demonstration import the example into a database without claims."""
    from app.serving import open_database

    with open_database(url) as engine:
        if demo:
            from app.ledger.demo import EXAMPLE, LICENCE, holds_nothing_else, import_example

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

    from app.logs import configure_logs
    from app.memory import settle
    from app.settings import read_settings
    from app.workers import Workers

    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )

    def work() -> bool:
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        return server.started

    if workers == 1:
        work()
        return
    configure_logs(read_settings().log_format)
    settle()
    Workers(workers, work).keep()
