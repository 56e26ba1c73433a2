"""However a holder or the server ends: nothing is left running, and nothing entered is lost."""

import fcntl
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.embedded.account import server_account


@pytest.fixture
def a_table(hold):
    """A holder whose database has something to lose."""
    holder = hold().read_url()
    holder.run("CREATE TABLE kept AS SELECT 42 AS figure")
    return holder


@pytest.mark.parametrize("major", [16, 18])
def test_data_are_kept_and_served_by_the_version_that_made_them(hold, data_dir, alive, major):
    first = hold(major=major).read_url()
    first.run("CREATE TABLE kept AS SELECT 42 AS figure")
    first.leave()
    assert not alive(data_dir)
    second = hold().read_url()
    assert second.run("SELECT figure, current_setting('server_version_num')::int / 10000 FROM kept") == [
        (42, major)
    ]
    second.leave()
    assert not alive(data_dir)


def test_without_data_the_newest_version_starts_with_what_muster_needs(hold):
    holder = hold().read_url()
    asked = "SELECT current_setting('fsync'), current_setting('listen_addresses'), upper('ü')"
    assert holder.run(asked) == [("on", "", "Ü")]
    made = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'muster'"
    assert holder.run(made) == [("UTF8", "C")]
    assert holder.run("SELECT current_setting('server_version_num')::int / 10000") == [(18,)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_holder_ended_by_a_signal_leaves_no_server(a_table, hold, data_dir, alive, keepers, until, number):
    a_table.end(number)
    until(lambda: not alive(data_dir) and not keepers(data_dir))
    assert hold().read_url().run("SELECT figure FROM kept") == [(42,)]


def test_ctrl_c_reaches_the_holder_and_not_the_server(hold, data_dir, alive):
    holder = hold().read_url()
    os.killpg(holder.process.pid, signal.SIGINT)
    assert "answered after Ctrl-C" in holder.leave()
    assert not alive(data_dir)


def test_a_killed_postmaster_is_recovered_at_the_next_start(a_table, hold, data_dir):
    os.kill(a_table.postmaster(), signal.SIGKILL)
    a_table.process.stdin.close()
    a_table.process.wait()
    assert hold().read_url().run("SELECT figure FROM kept") == [(42,)]


def test_whoever_comes_after_a_killed_postmaster_brings_the_server_back_for_all(a_table, hold):
    os.kill(a_table.postmaster(), signal.SIGKILL)
    hold().read_url()
    assert a_table.run("SELECT figure FROM kept") == [(42,)]


def test_a_process_with_the_number_of_a_crashed_server_is_not_taken_for_it(a_table, hold, data_dir):
    notice = data_dir / "pg/postmaster.pid"
    lines = notice.read_text().splitlines()
    a_table.leave()
    bystander = subprocess.Popen(["/bin/sleep", "60"], **server_account(data_dir).identity())
    try:
        notice.write_text("\n".join([str(bystander.pid), *lines[1:]]))
        assert hold().read_url().run("SELECT figure FROM kept") == [(42,)]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_data_that_were_half_made_are_made_anew(hold, data_dir):
    half = data_dir / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert hold().read_url().run("SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_keeper_that_does_not_react_keeps_nothing_running(hold, data_dir, alive, keepers, until):
    holder = hold().read_url()
    (keeper,) = keepers(data_dir)
    os.kill(keeper, signal.SIGSTOP)
    try:
        holder.leave()
        assert not alive(data_dir)
    finally:
        os.kill(keeper, signal.SIGCONT)
    until(lambda: not keepers(data_dir))


def test_a_keeper_that_is_paused_at_its_turn_keeps_nothing_running(hold, data_dir, alive, keepers, until):
    holder = hold().read_url()
    (keeper,) = keepers(data_dir)
    os.kill(keeper, signal.SIGSTOP)
    with (data_dir / "holders.lock").open("rb+") as lock, ThreadPoolExecutor(1) as thread:
        turn = thread.submit(fcntl.flock, lock, fcntl.LOCK_EX)  # as the keeper would, and then does nothing
        try:
            holder.leave()
            assert not alive(data_dir)
            turn.result()
        finally:
            os.kill(keeper, signal.SIGCONT)
    until(lambda: not keepers(data_dir))


if sys.platform == "linux":

    def test_a_killed_keeper_takes_the_server_with_it(a_table, hold, data_dir, alive, keepers, until):
        (keeper,) = keepers(data_dir)
        os.kill(keeper, signal.SIGKILL)
        until(lambda: not alive(data_dir))
        a_table.end(signal.SIGKILL)
        assert hold().read_url().run("SELECT figure FROM kept") == [(42,)]
