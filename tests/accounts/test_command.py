"""`muster user`: the first administrator, and the way back in for everybody."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import OneTimeLink, Person, SignIn
from app.accounts.passwords import fits
from app.accounts.tokens import hash_secret
from app.acts.models import Act
from app.cli import main
from app.database import connect
from app.settings import read_settings
from tests.accounts.people import PASSWORD
from tests.factories import SignInFactory, used_in


@pytest.fixture
def muster(empty_database, monkeypatch):
    """Runs `muster user …`, gives what it says, and sees to its exit status."""
    monkeypatch.setenv("DATABASE_URL", empty_database)
    monkeypatch.delenv("MUSTER_BASE_URL", raising=False)
    read_settings.cache_clear()

    def run(*arguments, status=0, typed=None):
        result = CliRunner().invoke(main, ["user", *arguments], input=typed)
        assert result.exit_code == status, result.output
        return result.output

    yield run
    read_settings.cache_clear()


@pytest.fixture
def stored(empty_database):
    engine = connect(empty_database)
    with Session(engine) as session, used_in(session):
        yield session
    engine.dispose()


def test_the_first_administrator_is_given_a_link(muster, stored):
    said = muster("add", "ann", "--role", "administrator", "--display-name", "Ann Example")
    secret = re.search(r"^/welcome/(\S+)$", said, re.MULTILINE)[1]
    ann = stored.scalars(select(Person).where(Person.name == "ann")).one()
    assert (ann.role, ann.display_name, ann.password_hash) == ("administrator", "Ann Example", None)
    link = stored.scalars(select(OneTimeLink)).one()
    assert (link.token_hash, link.person_id, link.purpose) == (hash_secret(secret), ann.id, "invite")
    told = [(act.kind, act.by_name, act.origin, act.subject) for act in stored.scalars(select(Act))]
    assert told == [("people", "command-line", "command_line", ann.pseudonym)] * 2


def test_a_link_is_a_whole_address_where_the_site_knows_its_own(muster, monkeypatch):
    monkeypatch.setenv("MUSTER_BASE_URL", "https://muster.example")
    read_settings.cache_clear()
    assert "\nhttps://muster.example/welcome/" in muster("add", "ann", "--role", "editor")


def test_a_password_can_be_sent_on_standard_input(muster, stored):
    muster("add", "ann", "--role", "editor", "--password-stdin", typed=f"{PASSWORD}\n")
    ann = stored.scalars(select(Person).where(Person.name == "ann")).one()
    assert fits(PASSWORD, ann.password_hash)
    assert ann.display_name == "ann"


def test_a_password_can_be_typed_at_the_terminal(muster, stored):
    muster("add", "ann", "--role", "editor", "--password", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert fits(PASSWORD, stored.scalar(select(Person.password_hash).where(Person.name == "ann")))


def test_a_weak_password_is_refused_and_nobody_added(muster):
    typed = "annexample2026\n"
    assert "your own name" in muster(
        "add", "ann", "--role", "editor", "--display-name", "Ann Example", "--password-stdin",
        status=1, typed=typed,
    )  # fmt: skip
    assert "Nobody has an account yet" in muster("list")


def test_a_reset_leaves_the_old_password_until_the_link_is_used(muster, stored):
    muster("add", "ann", "--role", "editor", "--password-stdin", typed=f"{PASSWORD}\n")
    assert "/welcome/" in muster("reset", "ann")
    assert fits(PASSWORD, stored.scalar(select(Person.password_hash).where(Person.name == "ann")))
    assert stored.scalars(select(OneTimeLink)).one().purpose == "reset"


def test_somebody_is_disabled_and_enabled_again(muster, stored):
    muster("add", "ann", "--role", "editor")
    ann = stored.scalars(select(Person).where(Person.name == "ann")).one()
    SignInFactory(person_id=ann.id)
    stored.commit()
    muster("disable", "ann")
    assert "disabled on" in muster("list")
    assert stored.scalars(select(SignIn)).all() == stored.scalars(select(OneTimeLink)).all() == []
    assert "This account is disabled; enable it first." in muster("reset", "ann", status=1)
    muster("enable", "ann")
    assert "no password yet" in muster("list")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["add", "ann", "--role", "editor"], 1, "There is somebody of the name “ann” already."),
        (["add", "Ann Example", "--role", "editor"], 2, "A name to sign in with has"),
        (["add", "bob", "--role", "owner"], 2, "'owner' is not one of"),
        (["add", "bob", "--role", "editor", "--password", "--password-stdin"], 2, "choose one"),
        (["disable", "bob"], 1, "There is nobody of the name “bob”."),
        (["disable", "command-line"], 1, "There is nobody of the name “command-line”."),
        (["enable", "bob"], 1, "There is nobody of the name “bob”."),
        (["reset", "bob"], 1, "There is nobody of the name “bob”."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(muster, arguments, status, said):
    muster("add", "ann", "--role", "editor")
    assert said in muster(*arguments, status=status)
