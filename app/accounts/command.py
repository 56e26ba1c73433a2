"""`muster user`: people from the terminal, by whoever has the machine in hand."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, disable, enable, give_link, lock_people, set_password
from app.accounts.forms import InviteForm
from app.accounts.models import Person, Role
from app.accounts.passwords import why_weak
from app.accounts.queries import all_people, command_line, open_links, person_named
from app.errors import Refusal
from app.forms import Values, read_form
from app.serving import open_database
from app.settings import read_settings

ORIGIN = "command_line"


@click.group("user")
def user_command() -> None:
    """People who enter and review: add, disable, enable, reset, list."""


def _password_options(command: Callable[..., None]) -> Callable[..., None]:
    ask = click.option("--password", "ask", is_flag=True, help="Ask for a password, and make no link.")
    read = click.option(
        "--password-stdin", "read", is_flag=True, help="Read it from the first line of input."
    )
    return ask(read(command))


@user_command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--display-name", help="How colleagues call them; without one as NAME.")
@_password_options
def add(name: str, role: str, display_name: str | None, *, ask: bool, read: bool) -> None:
    """Add NAME, and print a one-time link by which they set a password."""
    typed = Values([("name", name), ("display_name", display_name or name), ("role", role)])
    form, errors = read_form(InviteForm, typed)
    if form is None:
        raise click.UsageError(" ".join(f"{error.label}: {error.message}" for error in errors))
    password = _given_password(form.name, form.display_name, ask=ask, read=read)
    with _acting() as (session, by, at):
        person = add_person(
            session,
            name=form.name,
            display_name=form.display_name,
            role=form.role,
            by=by,
            at=at,
            origin=ORIGIN,
        )
        said = _password_or_link(session, person, password, by, at)
    click.echo(f"{person.name} is added as {person.role}, in public {person.pseudonym}.")
    click.echo(said)


@user_command.command("reset")
@click.argument("name")
@_password_options
def reset(name: str, *, ask: bool, read: bool) -> None:
    """Print a one-time link by which NAME sets a new password."""
    with _acting() as (session, by, at):
        person = person_named(session, name)
        password = _given_password(name, person.display_name, ask=ask, read=read)
        said = _password_or_link(session, person, password, by, at)
    click.echo(said)


@user_command.command("disable")
@click.argument("name")
def disable_person(name: str) -> None:
    """Keep NAME out: signed out, links withdrawn, API tokens refused. What they did stays."""
    with _acting() as (session, by, at):
        disable(session, person_named(session, name), by=by, at=at, origin=ORIGIN)
    click.echo(f"{name} is disabled.")


@user_command.command("enable")
@click.argument("name")
def enable_person(name: str) -> None:
    """Let NAME in again, with the password they had."""
    with _acting() as (session, by, at):
        enable(session, person_named(session, name), by=by, at=at, origin=ORIGIN)
    click.echo(f"{name} is enabled.")


@user_command.command("list")
def list_people() -> None:
    """List everybody with an account."""
    with _acting() as (session, _, at):
        people = all_people(session)
        links = open_links(session, at, people)
    if not people:
        click.echo("Nobody has an account yet: muster user add NAME --role administrator")
    for person in people:
        if person.disabled_at:
            state = f"disabled on {person.disabled_at:%Y-%m-%d}"
        elif person.id in links:
            state = f"link until {links[person.id].expires_at:%Y-%m-%d %H:%M} UTC"
        else:
            state = "can sign in" if person.password_hash else "no password yet"
        click.echo(
            f"{person.name:<20} {person.role:<14} {person.pseudonym:<24} {state:<30} {person.display_name}"
        )


@contextmanager
def _acting() -> Iterator[tuple[Session, Person, datetime]]:
    """One transaction in the name of the command line; what is refused is one sentence."""
    try:
        with open_database() as engine, Session(engine, expire_on_commit=False) as session, session.begin():
            yield session, command_line(session), datetime.now(UTC)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def _given_password(*own: str, ask: bool, read: bool) -> str | None:
    """The password typed at the terminal or sent to us; None: a link is wanted. Raises ClickException."""
    if ask and read:
        raise click.UsageError("--password asks for it and --password-stdin reads it; choose one.")
    if not (ask or read):
        return None
    password: str = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if ask
        else sys.stdin.readline().rstrip("\r\n")
    )
    if weak := why_weak(password, *own):
        raise click.ClickException(weak)
    return password


def _password_or_link(
    session: Session, person: Person, password: str | None, by: Person, at: datetime
) -> str:
    if password is None:
        path = f"/welcome/{give_link(session, person, by=by, at=at, origin=ORIGIN)}"
        until = open_links(session, at, [person])[person.id].expires_at
        where = read_settings().base_url or ""
        return (
            f"They set a password here, once, until {until:%Y-%m-%d %H:%M} UTC"
            f"{'' if where else ' (a path on the site)'}:\n{where}{path}"
        )
    lock_people(session, person, by)
    set_password(session, person, password, by=by, at=at, origin=ORIGIN)
    return "The password is set."
