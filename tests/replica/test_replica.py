"""Public pages are read from a real streaming replica while it is new enough, and from the primary else."""

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.accounts.cookies import names_somebody
from app.accounts.models import COMMAND_LINE
from app.cached.state import State
from app.ledger.actions import import_ledger
from app.main import create_app
from app.replica.sessions import reaches
from app.settings import PROJECT, Settings
from tests.cached.conftest import HIT, MISS, eventually, how
from tests.factories import ClaimFactory, RevisionFactory, used_in
from tests.visiting import closing_engine, counted_statements

FOUNDING = PROJECT / "examples" / "nk-russia"


@contextmanager
def site_on(primary, replica, *, page_cache_mb=0):
    settings = Settings(
        database_url=primary, replica_url=replica, log_format="json", page_cache_mb=page_cache_mb
    )
    app = create_app(settings)
    with TestClient(app, follow_redirects=False) as client:
        eventually(app.state.watch.known)
        yield client


def commit(pair, ref):
    """An approved claim, committed on the primary."""
    with closing_engine(pair.primary) as engine, Session(engine) as session, used_in(session):
        RevisionFactory(claim=ClaimFactory(ref=ref), approved=True)
        session.commit()


def caught_up(pair, replica):
    """Wait until the replica has replayed all that the primary has written."""
    written = pair.on(pair.primary, "select pg_logical_emit_message(true, 'muster', 'until here')")
    eventually(lambda: pair.on(replica, f"select pg_last_wal_replay_lsn() >= '{written}'"))


def read_where(site, path="/claims", **asked):
    """Which servers the page of a path was read from."""
    state = site.app.state
    with counted_statements(state.engine) as primary, counted_statements(state.replica.engine) as replica:
        answer = site.get(path, **asked)
    assert answer.status_code == 200
    pages = {"primary": primary, "replica": replica}
    # The replica is asked first how far it has come, and the watch asks the primary: neither reads a page.
    return {name for name, sent in pages.items() if any("claim_revisions" in one for one in sent)}


def known(site):
    """Wait until the worker knows what the primary holds now."""
    eventually(lambda: site.app.state.watch.ask() and site.app.state.watch.known())


def test_what_the_replica_has_replayed_is_read_there(pair):
    commit(pair, "replayed")
    with pair.replica() as replica, site_on(pair.primary, replica) as site:
        caught_up(pair, replica)
        known(site)
        assert read_where(site) == {"replica"}
        assert "/claims/replayed" in site.get("/claims").text
        assert site.get("/readyz").json()["replica"] == "read"


def test_whoever_is_signed_in_reads_the_primary_and_writes_go_there(pair):
    with pair.replica() as replica, site_on(pair.primary, replica) as site:
        caught_up(pair, replica)
        known(site)
        assert read_where(site, headers={"cookie": "muster=somebody"}) == {"primary"}
        assert read_where(site, headers={"cookie": "muster-browser=known"}) == {"replica"}
        with counted_statements(site.app.state.replica.engine) as there:
            site.post("/report", data={"about": "/claims"})
        assert there == []


def test_a_replica_that_lags_is_not_read_until_it_has_caught_up(pair):
    with pair.replica() as replica, site_on(pair.primary, replica, page_cache_mb=8) as site:
        caught_up(pair, replica)
        pair.on(replica, "select pg_wal_replay_pause()")
        eventually(lambda: pair.on(replica, "select pg_get_wal_replay_pause_state()") == "paused")
        commit(pair, "late")
        known(site)
        first = site.get("/claims")
        assert "/claims/late" in first.text
        assert how(first) == MISS
        assert how(site.get("/claims")) == HIT
        assert read_where(site, "/claims?sort=said") == {"primary"}
        assert site.get("/readyz").json()["replica"] == "behind"
        pair.on(replica, "select pg_wal_replay_resume()")
        caught_up(pair, replica)
        known(site)
        assert read_where(site, "/claims?sort=-said") == {"replica"}


def test_a_replica_that_dies_is_missed_by_nobody_and_read_again_when_it_is_back(pair):
    with ExitStack() as running:
        replica = running.enter_context(pair.replica())
        with site_on(pair.primary, replica) as site:
            caught_up(pair, replica)
            known(site)
            assert read_where(site) == {"replica"}
            running.close()
            assert read_where(site) == {"primary"}
            assert site.get("/readyz").json()["replica"] == "unreachable"
            with pair.replica() as again:
                assert again == replica
                caught_up(pair, replica)
                eventually(lambda: site.get("/readyz").json()["replica"] == "read")
                known(site)
                assert read_where(site) == {"replica"}


def test_a_page_that_the_replica_drops_halfway_is_made_from_the_primary(pair):
    commit(pair, "halfway")
    with pair.replica() as replica, site_on(pair.primary, replica) as site:
        caught_up(pair, replica)
        known(site)
        asked = []

        def cut(connection, cursor, statement, *others):
            """End the connection, as a dying server does, once the page itself is read."""
            if "claim_revisions" in statement and not asked:
                asked.append(statement)
                pair.on(replica, f"select pg_terminate_backend({cursor.connection.info.backend_pid}, 5000)")

        event.listen(site.app.state.replica.engine, "before_cursor_execute", cut)
        answer = site.get("/claims")
        assert asked
        assert answer.status_code == 200
        assert "/claims/halfway" in answer.text
        assert read_where(site) == {"primary"}  # it rests for a while


@pytest.mark.parametrize(
    ("version", "acts", "holds"),
    [
        (7, "4 5 6", True),
        (8, "5 6 7", True),  # 4 is older than all that it lists, and there
        (6, "4 5 6", False),
        (7, "4 5", False),
        (7, "4 6 7", False),  # 5 was begun before 6 and committed after it
        (7, "", False),
    ],
)
def test_a_replica_holds_enough_when_it_has_the_version_and_every_act(version, acts, holds):
    assert reaches(version, acts, State(7, "4 5 6", "2026-11-23")) is holds


@pytest.mark.parametrize(
    ("cookie", "somebody"),
    [
        (b"muster=abc", True),
        (b"a=b; muster=abc", True),
        (b"__Host-muster=abc", True),
        (b"muster-browser=abc", False),
        (b"muster=", False),
        (b"xmuster=abc", False),
    ],
)
def test_a_sign_in_is_seen_in_the_cookie(cookie, somebody):
    assert names_somebody([(b"cookie", cookie)]) is somebody
    assert not names_somebody([(b"accept", cookie)])


def test_without_a_replica_the_site_says_nothing_of_one(pair):
    app = create_app(Settings(database_url=pair.primary, log_format="json", page_cache_mb=0))
    with TestClient(app) as client:
        assert client.get("/readyz").json() == {"database": "reachable", "schema": "current"}
        assert app.state.watch is None


PAGES = (
    "/",
    "/deployments/nk-troops-russia",
    "/deployments/nk-troops-russia/sent",
    "/deployments/nk-troops-russia/sent/why",
    "/deployments/nk-troops-russia/sent.csv",
    "/claims/nis-3000-20241023",
    "/sources/south-korea-national-intelligence-service-nis",
    "/compare?series=nk-troops-russia/sent",
    "/changes/1",
    "/search?q=troops",
    "/cite?of=/deployments/nk-troops-russia/sent",
    "/api/v1/claims/nis-3000-20241023",
)


def test_pages_are_whole_on_a_replica_where_they_can_keep_nothing(pair):
    """What readings come to is computed, cannot be kept, and is shown all the same."""
    with closing_engine(pair.primary) as engine, Session(engine) as session, session.begin():
        assert not import_ledger(session, FOUNDING, by=COMMAND_LINE, at=datetime.now(UTC)).is_refused
    with pair.replica() as replica, site_on(pair.primary, replica) as site:
        caught_up(pair, replica)
        known(site)
        for path in PAGES:
            with counted_statements(site.app.state.engine) as primary:
                assert site.get(path).status_code == 200, path
            assert not [sent for sent in primary if "claim_revisions" in sent], path
