"""Everything that has to hold before code is shared: lint, layout, types, tests. What `make test` runs.

All of it runs, whatever fails first; what failed is named at the end. Exit status 1 when anything did,
or when the tests that need a browser had to be left out.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from chromium import found_or_installed

PYTHON = [sys.executable, "-m"]
CHECKS = {
    "ruff check (make lint)": [*PYTHON, "ruff", "check", "--quiet", "."],
    "ruff format (make format)": [*PYTHON, "ruff", "format", "--quiet", "--check", "."],
}
TYPES = [*PYTHON, "mypy", "app"]
SIGTERM = "SIGTERM"
LEFT_OUT = (
    "the tests in Chromium, which was not found and could not be installed (MUSTER_CHROMIUM=… names one)"
)


def main() -> int:
    """Runs all checks and says which failed, in a sentence each."""
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    chromium = found_or_installed()
    tests = [*PYTHON, "pytest", "--numprocesses=logical", "--maxprocesses=8", "--dist=loadfile"]
    tests += ["--no-loadscope-reorder", "--quiet"]  # in the order of tests/conftest.py: the longest first
    if chromium is None:
        tests += ["-m", "not browser"]
    else:
        print(f"Chromium for the tests: {chromium}", flush=True)
        os.environ["MUSTER_CHROMIUM"] = chromium
    with beside("mypy (make types), beside the tests", TYPES) as types:
        if not passes("pytest", [*tests, *sys.argv[1:]]):
            failed.append("pytest")
        if not is_well(types):
            failed.append("mypy (make types)")
    # pytest's closing line stays the last one where nothing else is to be said.
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    if chromium is None:
        print(f"Left out: {LEFT_OUT}.", flush=True)
    return 1 if failed or chromium is None else 0


def passes(name: str, command: list[str]) -> bool:
    """Whether a check succeeds; one that is interrupted is left the time to clean up after itself."""
    print(f"— {name}", flush=True)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait() == 0
        except KeyboardInterrupt as interrupt:
            # Ctrl-C has reached it already, a SIGTERM to us alone has not.
            if interrupt.args == (SIGTERM,):
                process.send_signal(signal.SIGINT)
            process.wait()
            raise


@contextmanager
def beside(name: str, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a check that keeps what it says to itself; it ends at the latest when the block is left."""
    print(f"— {name}", flush=True)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def is_well(process: subprocess.Popen[str]) -> bool:
    """Whether a check that was started beside others succeeds; if not, what it said is told."""
    said, _ = process.communicate()
    if process.returncode:
        print(said, flush=True)
    return process.returncode == 0


def stop(_: int, __: object) -> None:
    raise KeyboardInterrupt(SIGTERM)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
