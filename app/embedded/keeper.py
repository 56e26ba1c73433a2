"""The keeper: a small process that starts the server and stops it when nobody holds it any more.

A script of the standard library alone, so that it starts quickly. It sits in a session of its
own: Ctrl-C in a terminal reaches every process in the foreground there, and the server must
outlive its clients. It reads no input and trusts no process number: the kernel releases the
lock of a holder however that holder ends.

    keeper.py HOLDERS_LOCK SERVER_LOCK_DESCRIPTOR UID GID POSTGRES ARGUMENT...

UID and GID are -1 where the server runs as whoever starts it. Runs in the data folder of the server.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
PATIENCE = 60  # seconds for the last checkpoint; a server stopped harder than that recovers from its log
PR_SET_PDEATHSIG = 1


class ChildChanged(Exception):
    """The server ended, or was paused or resumed."""


def main(holders: str, server_lock: int, uid: int, gid: int, command: list[str]) -> None:
    """Start the server, wait until all holders have left or the server has ended, and stop it."""
    if os.fork():
        os._exit(0)  # whoever starts us need not wait for us, nor find a dead child later
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    identity = {"user": uid, "group": gid, "extra_groups": []} if uid >= 0 else {}
    server = subprocess.Popen(  # type: ignore[call-overload]  # the types of the identity are mixed
        command,
        pass_fds=[server_lock],
        preexec_fn=_follow(os.getpid()),  # noqa: PLW1509 - there is one thread here
        **identity,
    )
    os.close(server_lock)  # from here on the lock says whether the server lives, not whether we do
    _keep(server, holders)


def _keep(server: subprocess.Popen[bytes], holders: str) -> None:
    signal.signal(signal.SIGCHLD, _child_changed)
    with open(holders, "rb+") as lock:  # noqa: PTH123 - pathlib would double the time this script takes to start
        while True:
            try:
                if server.poll() is not None:
                    return
                fcntl.flock(lock, fcntl.LOCK_EX)  # granted when the last holder has gone
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                break
            except ChildChanged:
                continue
        _stop(server)  # still holding the lock: who comes now waits, and then starts anew


def _stop(server: subprocess.Popen[bytes]) -> None:
    for number in (FAST, IMMEDIATE):
        server.send_signal(number)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        return
    server.kill()
    server.wait()


def _child_changed(_number: int, _frame: FrameType | None) -> None:
    raise ChildChanged


def _follow(keeper: int) -> Callable[[], None] | None:
    """Where Linux can do it, a keeper that is killed takes the server with it, by a fast shutdown."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def follow() -> None:  # runs after the account has changed, which would clear the setting
        prctl(PR_SET_PDEATHSIG, FAST)
        if os.getppid() != keeper:
            os._exit(1)

    return follow


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
