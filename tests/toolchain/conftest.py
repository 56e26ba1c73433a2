"""A clone as `make` sees it, with everything noted as installed, so that no test installs anything."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

from app.assets import ROOT

STARTED = """\
import os, signal, sys

awaited = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
starter = os.getppid()
print("started", *sys.argv[1:], flush=True)
print("told by", signal.sigwait(awaited).name, flush=True)
sys.stdin.readline()
print("left", "before" if os.getppid() == starter else "after", "its starter", flush=True)
"""
"""A site that says what happens to it; once told to leave, it stays until a line or the end is read."""


def environment_of(root: Path):
    """The module `.make/environment.py` of that clone."""
    spec = importlib.util.spec_from_file_location("environment", root / ".make" / "environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path):
    """A clone, in a folder with a space and a ü, whose note says that nothing is missing."""
    root = tmp_path / "a clone ü"
    bin_folder = root / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    shutil.copytree(ROOT / ".make", root / ".make", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "Makefile",
        "pyproject.toml",
        "package-lock.json",
        "requirements.txt",
        "requirements-dev.txt",
    ):
        shutil.copy(ROOT / name, root / name)
    (root / ".venv" / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n")
    (bin_folder / "python").symlink_to(Path(sys.executable).resolve())
    muster = bin_folder / "muster"
    muster.write_text(f"#!{Path(sys.executable).resolve()}\n{STARTED}")
    muster.chmod(0o755)
    note = environment_of(root).wanted_for("test") | {"bundle": "full"}
    (root / ".venv" / "muster.json").write_text(json.dumps(note))
    return root
