"""Holders as real processes, and the proof after each test that none of them left anything running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.embedded.account import server_account
from app.embedded.server import Server

PROJECT = Path(__file__).parents[2]
PATIENCE = 120  # seconds for what takes one or a few, also where others keep the disk busy


@dataclass
class Holder:
    """A holder in a process of its own, as whatever user started it."""

    process: subprocess.Popen[str]
    data_dir: Path
    url: str = ""

    def read_url(self) -> "Holder":
        """Wait until it holds the server; a refusal fails the test."""
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("postgresql+psycopg://"), self.process.communicate()[1]
        return self

    def run(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            ran = connection.execute(statement)
            return ran.fetchall() if ran.description else []

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(PATIENCE)

    def leave(self) -> str:
        """Leave as at the end of a command; gives what it said."""
        said, complaint = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, complaint
        return said

    def refusal(self) -> str:
        complaint = self.process.communicate(timeout=PATIENCE)[1]
        assert complaint.startswith("refused: "), complaint
        return complaint

    def postmaster(self) -> int:
        return int((self.data_dir / "pg/postmaster.pid").read_text().split()[0])


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something that comes about by itself."""

    def wait(come_about: Callable[[], bool]) -> None:
        patience = time.monotonic() + PATIENCE
        while not come_about():
            assert time.monotonic() < patience, "it did not come about"
            time.sleep(0.01)

    return wait


@pytest.fixture
def alive() -> Callable[[Path], bool]:
    """Whether any process of the server over a data folder is left."""

    def is_alive(data_dir: Path) -> bool:
        return Server(data_dir, Path(), server_account(data_dir)).is_alive()

    return is_alive


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def hold(data_dir: Path, keepers, alive, until):
    """Start holders; after the test all must be gone, their servers and keepers too."""
    held: list[Holder] = []

    def begin(
        where: Path = data_dir,
        major: int | None = None,
        *,
        python: str = sys.executable,
        muster: Path = PROJECT,
        environment: dict[str, str] | None = None,
        **identity: object,
    ) -> Holder:
        # Without `site`: in a plain C locale Python 3.11 cannot read a .pth file that names a folder with ü.
        plain = [python, "-S"] if python == sys.executable else [python]
        path = os.pathsep.join([str(muster), *(sys.path if python == sys.executable else [])])
        script = muster / "holder.py" if muster != PROJECT else Path(__file__).with_name("holder.py")
        process = subprocess.Popen(
            [*plain, str(script), str(where), *([str(major)] if major else [])],
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a terminal of its own, so to speak: Ctrl-C reaches the whole of it
            **identity,
        )
        held.append(Holder(process, where))
        return held[-1]

    yield begin
    for holder in held:
        with suppress(ProcessLookupError):
            os.killpg(holder.process.pid, signal.SIGKILL)
        holder.process.wait()
        for stream in (holder.process.stdin, holder.process.stdout, holder.process.stderr):
            stream.close()
    for folder in {holder.data_dir for holder in held}:
        if folder.is_dir():
            until(lambda folder=folder: not alive(folder) and not keepers(folder))


@pytest.fixture
def keepers() -> Callable[[Path], list[int]]:
    """The keepers of the server over a data folder, by process number."""

    def find(data_dir: Path) -> list[int]:
        listed = subprocess.run(
            ["/bin/ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        )
        lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
        wanted = f"keeper.py {data_dir.resolve()}/"
        return [int(number) for number, *said in lines if wanted in "".join(said)]

    return find
