"""A running `muster` for tests: a real process, its address, and its end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

MUSTER = Path(sys.executable).with_name("muster")
PATIENCE = 120
"""Seconds after which a process that has not said or done what it should is a failure."""


class Site:
    """A running `muster`, with what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def address(self) -> str:
        """The address that it prints, once it has printed it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError(f"no address: {self.said}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and give the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def muster(*words: str, environment: dict[str, str]) -> Iterator[Site]:
    """A `muster` command in a session of its own; nothing of it is left afterwards."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen(
        [MUSTER, *words],
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield Site(process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def get(address: str) -> str:
    return httpx2.get(address, timeout=PATIENCE).raise_for_status().text
