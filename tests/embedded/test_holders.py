"""Several holders of one server: who comes first starts it, who leaves last sees it stopped."""

import signal
import subprocess
import sys

from app.embedded import embedded_postgres


def test_a_second_process_joins_and_the_last_one_out_stops_the_server(hold, data_dir, alive):
    first = hold().read_url()
    second = hold().read_url()
    assert second.url == first.url
    assert second.postmaster() == first.postmaster()
    first.leave()
    assert second.run("SELECT 1") == [(1,)]
    second.leave()
    assert not alive(data_dir)


def test_killing_the_holder_who_started_the_server_leaves_it_to_the_others(hold, data_dir, alive):
    first = hold().read_url()
    second = hold().read_url()
    first.end(signal.SIGKILL)
    assert second.run("SELECT 1") == [(1,)]
    second.leave()
    assert not alive(data_dir)


def test_four_that_start_at_once_make_one_server(hold, data_dir, alive, until):
    holders = [holder.read_url() for holder in [hold() for _ in range(4)]]
    started = "SELECT pg_postmaster_start_time(), system_identifier FROM pg_control_system()"
    assert len({holder.run(started)[0] for holder in holders}) == 1
    for holder in holders:
        holder.process.stdin.close()
    assert [holder.process.wait() for holder in holders] == [0] * 4
    until(lambda: not alive(data_dir))


def test_whoever_comes_while_the_server_stops_gets_a_new_one(hold, data_dir):
    for _ in range(3):
        leaving = hold().read_url()
        leaving.process.stdin.close()
        coming = hold()
        assert coming.read_url().run("SELECT 1") == [(1,)]
        coming.end(signal.SIGKILL)


def test_a_process_may_hold_the_server_twice(data_dir, alive):
    with embedded_postgres(data_dir) as outer:
        with embedded_postgres(data_dir) as inner:
            assert inner == outer
        assert alive(data_dir)
    assert not alive(data_dir)


FORKED = """
import os, sys
from contextlib import ExitStack
from pathlib import Path
import psycopg
from app.embedded import embedded_postgres

with ExitStack() as held:
    url = held.enter_context(embedded_postgres(Path(sys.argv[1]))).replace("+psycopg", "")
    if os.fork() == 0:
        held.close()
        os._exit(0)
    assert os.wait()[1] == 0
    with psycopg.connect(url) as connection:
        print(connection.execute("SELECT 'still there'").fetchone()[0])
"""


def test_a_forked_child_that_leaves_stops_nothing(tmp_path, alive):
    data_dir = tmp_path / "its address is a link that must stay" / "data"
    ran = subprocess.run(
        [sys.executable, "-c", FORKED, str(data_dir)], capture_output=True, text=True, check=False
    )
    assert ran.stdout == "still there\n", ran.stderr
    assert not alive(data_dir)
