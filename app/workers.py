"""Several workers of one site, forked from a process that has loaded it and does nothing else.

They share what was loaded: another worker takes milliseconds and the memory that it adds, instead of a whole
start and a whole site. The process that forks has neither threads nor connections. It replaces a worker that
ends, and all of them stop when it is told to stop, or ends in any other way. Decision record 0020 weighs what
other servers do.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from app.logs import log

FAILED = 3
"""The exit status of a worker that could not begin to serve: another would fare no better."""

PATIENCE = 15.0
"""Seconds in which a worker that was told to stop has to have ended."""

_PAUSE = 0.5  # seconds before a worker is replaced, and between two looks at those that are stopping


class Workers:
    """Processes that do the same `work`, which gives whether it could begin."""

    def __init__(self, number: int, work: Callable[[], bool]) -> None:
        self.number = number
        self.work = work
        # Nobody writes into it: a worker reads that there is no more to come when we are gone.
        self.life, self.ours = os.pipe()
        self.running: set[int] = set()

    def keep(self) -> None:
        """Have all of them work, until this is interrupted. Ends the process where one cannot begin."""
        try:
            while True:
                while len(self.running) < self.number:
                    self._start()
                ended, status = os.wait()
                if ended not in self.running:
                    continue
                self.running.discard(ended)
                code = os.waitstatus_to_exitcode(status)
                if code == FAILED:
                    sys.exit("A worker could not begin to serve; what it said of that is above.")
                log.warning("a worker ended and is replaced", status=code)
                time.sleep(_PAUSE)
        finally:
            self._stop()

    def _start(self) -> None:
        worker = os.fork()
        if worker:
            self.running.add(worker)
            return
        code = 1
        try:
            os.close(self.ours)
            threading.Thread(target=self._follow, name="follow", daemon=True).start()
            code = 0 if self.work() else FAILED
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001 - it is a process's last word, and goes where that goes
            sys.excepthook(*sys.exc_info())
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):
                    stream.flush()
            # Not by way of the frames that we were forked in: what is open there is the parent's to close.
            os._exit(code)

    def _follow(self) -> None:
        """Stop when the process that started us is gone, however it ended."""
        os.read(self.life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # told once, we are stopping
        for worker in self.running:
            os.kill(worker, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while self.running:
            for worker in tuple(self.running):
                if os.waitpid(worker, os.WNOHANG)[0]:
                    self.running.discard(worker)
                elif time.monotonic() > end:
                    os.kill(worker, signal.SIGKILL)
            time.sleep(_PAUSE / 25)
