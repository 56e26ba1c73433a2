"""The site as a person starts and stops it: real processes, an embedded server, real signals."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.claims.models import Claim
from app.database import connect
from tests.factories import RevisionFactory, used_in
from tests.running import MUSTER, PATIENCE, Site, get, muster

READING = "api/v1/deployments/nk-troops-russia/readings/sent"


def offspring(process: subprocess.Popen[str]) -> Sequence[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def wait_until_gone(processes: Sequence[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive


def postmaster(environment: dict[str, str]) -> Path:
    """The file that an embedded server has as long as it runs."""
    return Path(environment["MUSTER_DATA_DIR"], "pg", "postmaster.pid")


@pytest.fixture
def own_server(tmp_path: Path) -> dict[str, str]:
    """An environment in which Muster starts its own PostgreSQL, in a folder of this test."""
    tmp_path.chmod(0o755)
    return {"MUSTER_DATA_DIR": str(tmp_path / "data")}


def test_a_second_start_keeps_all_data_and_imports_nothing_again(own_server: dict[str, str]) -> None:
    with muster("demo", environment=own_server) as first:
        reading = json.loads(get(first.address() + READING))
        assert postmaster(own_server).is_file()
        assert first.stop() == 0
    assert not postmaster(own_server).exists()
    with muster("demo", environment=own_server) as second:
        assert json.loads(get(second.address() + READING)) == reading
        assert second.stop(signal.SIGINT) == 0
    assert reading["version"] == 1
    assert reading["headline"]["selected"] == 15000


def test_ctrl_c_at_a_terminal_reaches_all_processes_and_stops_cleanly(own_server: dict[str, str]) -> None:
    with muster("serve", environment=own_server) as site:
        assert get(site.address() + "healthz") == "ok\n"
        os.killpg(site.process.pid, signal.SIGINT)
        assert site.process.wait(PATIENCE) == 0
    assert not postmaster(own_server).exists()


def test_several_workers_serve_and_stop_together(own_server: dict[str, str]) -> None:
    with muster("serve", "--workers", "2", environment=own_server) as site:
        address = site.address()
        assert json.loads(get(address + "readyz")) == {"database": "reachable", "schema": "current"}
        served = workers_of(site, 2)
        served[0].kill()
        assert served[0].pid not in {worker.pid for worker in workers_of(site, 2, without=served[0])}
        assert get(address + "healthz") == "ok\n"
        started = offspring(site.process)
        assert site.stop() == 0
    wait_until_gone(started)
    assert not postmaster(own_server).exists()


def test_workers_do_not_outlive_whoever_started_them(own_server: dict[str, str]) -> None:
    with muster("serve", "--workers", "2", environment=own_server) as site:
        assert get(site.address() + "healthz") == "ok\n"
        started = workers_of(site, 2)
        site.stop(signal.SIGKILL)
    wait_until_gone(started)
    deadline = time.monotonic() + PATIENCE
    while postmaster(own_server).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not postmaster(own_server).exists()


def workers_of(site: Site, number: int, without: psutil.Process | None = None) -> list[psutil.Process]:
    """So many worker processes, once they are there; `without` is one that must not be there any more."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = psutil.Process(site.process.pid).children()
        if len(found) == number and without not in found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"there are no {number} workers")


def test_a_taken_port_is_said_and_the_next_one_used(own_server: dict[str, str]) -> None:
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody else may already hold it, which is as good
            holder.bind(("127.0.0.1", 8000))
            holder.listen()
        with muster("serve", environment=own_server) as site:
            address = site.address()
            assert get(address + "healthz") == "ok\n"
            assert not address.startswith("http://127.0.0.1:8000/")
            assert any("Port 8000 is taken" in line for line in site.said)


def test_a_wished_port_that_is_taken_is_refused_by_name(own_server: dict[str, str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as holder:
        port = holder.getsockname()[1]
        environment = os.environ | own_server
        environment.pop("DATABASE_URL", None)
        refused = subprocess.run(
            [MUSTER, "serve", "--port", str(port)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in refused.stderr


def test_a_given_database_is_used_and_no_server_started(
    empty_database: str, own_server: dict[str, str]
) -> None:
    with muster("demo", environment=own_server | {"DATABASE_URL": empty_database}) as site:
        assert json.loads(get(site.address() + READING))["version"] == 1
        assert offspring(site.process) == []
        assert site.stop() == 0
    assert not Path(own_server["MUSTER_DATA_DIR"]).exists()


def test_the_demonstration_never_touches_a_database_that_holds_claims(
    empty_database: str, own_server: dict[str, str]
) -> None:
    engine = connect(empty_database)
    with Session(engine) as session, session.begin(), used_in(session):
        RevisionFactory(approved=True)
    with muster("demo", environment=own_server | {"DATABASE_URL": empty_database}) as site:
        get(site.address() + "readyz")
        assert site.stop() == 0
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == 1
    engine.dispose()


def test_an_unreachable_database_is_one_sentence(own_server: dict[str, str]) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none"
    failed = subprocess.run(
        [MUSTER, "serve"],
        env=os.environ | own_server | {"DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "The database cannot be reached" in failed.stderr
