"""A worker knows the state of the ledger without asking for each request."""

import socket
from contextlib import suppress
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cached.state import PATIENCE, TRUSTED, Watch
from app.database import connect
from tests.cached.conftest import eventually
from tests.factories import ActFactory, RevisionFactory, used_in
from tests.visiting import closing_engine


@pytest.fixture
def engine_of_own(own_url):
    with closing_engine(own_url) as engine:
        yield engine


@pytest.fixture
def watch(engine_of_own):
    watch = Watch(engine_of_own)
    watch.start()
    yield watch
    watch.stop()


def test_what_is_known_is_too_old_after_a_moment(engine_of_own):
    now = [100.0]
    watch = Watch(engine_of_own, clock=lambda: now[0])
    assert watch.known() is None
    assert watch.ask().version == 0
    now[0] += TRUSTED - 0.01
    assert watch.known() is not None
    now[0] += 0.02
    assert watch.known() is None


def test_the_watch_learns_of_every_act(watch, commit):
    first = eventually(watch.known)
    commit(lambda: RevisionFactory(approved=True))
    second = eventually(lambda: (known := watch.known()) and known.version > first.version and known)
    commit(lambda: ActFactory(kind="check", moves_version=False))
    third = eventually(lambda: (known := watch.known()) and known.acts != second.acts and known)
    assert third.version == second.version


def test_a_connection_that_is_cut_is_made_again(watch, commit, engine_of_own):
    first = eventually(watch.known)
    with engine_of_own.connect() as connection:
        cut = connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'muster watch' and datname = current_database()"
            )
        ).all()
    assert len(cut) == 1
    commit(lambda: RevisionFactory(approved=True))
    eventually(lambda: (known := watch.known()) and known.version > first.version)


def test_without_the_watch_a_worker_asks_for_itself(engine_of_own, commit):
    watch = Watch(engine_of_own)
    first = watch.ask()
    commit(lambda: RevisionFactory(approved=True))
    assert watch.ask().version > first.version


def test_an_old_answer_does_not_replace_a_newer_one(engine_of_own):
    watch = Watch(engine_of_own, clock=lambda: 10.0)
    watch._note(2, "2", 10.0)
    watch._note(1, "1", 9.5)
    assert watch.known().version == 2


def test_nothing_is_known_of_a_database_that_is_out_of_reach(server):
    engine = connect("postgresql://nobody@127.0.0.1:1/nothing")
    assert Watch(engine).ask() is None
    engine.dispose()


def test_an_act_committed_after_a_later_one_is_noticed(engine_of_own, commit):
    """Its id is the smaller one: the newest id alone would say that nothing was done."""
    watch = Watch(engine_of_own)
    with Session(engine_of_own) as slow, slow.begin(), used_in(slow):
        ActFactory(kind="check", moves_version=False)
        commit(lambda: ActFactory(kind="check", moves_version=False))
        before = watch.ask()
    assert watch.ask().acts != before.acts


def test_a_connection_that_died_in_silence_is_cut_where_the_database_answers_others(engine_of_own):
    """As behind a firewall that has forgotten it: nothing comes, not even its end."""
    now = [100.0]
    ours, theirs = socket.socketpair()
    waits, ended = Event(), Event()

    class Silent:
        def fileno(self):
            return ours.fileno()

        def execute(self, question):
            waits.set()
            assert ours.recv(1) == b""
            ended.set()
            raise psycopg.OperationalError("the connection is over")

    watch = Watch(engine_of_own, clock=lambda: now[0])

    def listen():
        with watch._held(Silent()), suppress(psycopg.OperationalError):
            watch._ask_on(Silent())

    thread = Thread(target=listen)
    thread.start()
    assert waits.wait(20)
    assert watch.ask() is not None
    assert not ended.is_set()
    now[0] += PATIENCE + 0.1
    assert watch.ask() is not None
    assert ended.wait(20)
    thread.join()
    theirs.close()
    ours.close()
    assert watch.ask() is not None  # nothing is left to cut


@pytest.mark.parametrize(("said", "milliseconds"), [("", "10000"), ("tcp_user_timeout=700", "700")])
def test_a_machine_that_is_gone_is_not_waited_for_long(own_url, said, milliseconds):
    address = own_url + ("&" if "?" in own_url else "?") + said if said else own_url
    with closing_engine(address) as engine, engine.connect() as connection:
        asked = connection.connection.driver_connection.info.get_parameters()
    assert asked["tcp_user_timeout"] == milliseconds
