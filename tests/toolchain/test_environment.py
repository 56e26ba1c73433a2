"""`.make/`: which Python is taken, when something is installed, and how signals reach the site."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.conftest import environment_of

REAL_PYTHON = Path(sys.executable).resolve()


def note_of(clone):
    return json.loads((clone / ".venv" / "muster.json").read_text())


def missing(clone, part, **changes):
    """What would be made up for if the note said otherwise; None takes a line away."""
    environment = environment_of(clone)
    note = {name: value for name, value in (note_of(clone) | changes).items() if value is not None}
    return environment.missing(environment.wanted_for(part), note)


def make(clone, word, **channels):
    """`make WORD` in a session of its own, so that a signal to its group reaches no one else."""
    usual = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(
        ["make", word],
        cwd=clone,
        env={"PATH": os.environ["PATH"]},
        text=True,
        start_new_session=True,
        **(usual | channels),
    )


def run_with(clone, path, **settings):
    """`.make/with run` with only these folders on the PATH; the command is Python's name for itself."""
    return subprocess.run(
        ["/bin/sh", ".make/with", "run", "/bin/echo", "started"],
        cwd=clone,
        env={"PATH": path, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def a_python(folder: Path, name: str, script: str):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return folder


@pytest.mark.parametrize("part", ["run", "test"])
def test_nothing_is_missing_where_all_was_installed(clone, part):
    assert missing(clone, part) == []


@pytest.mark.parametrize("name", ["where", "python", "requirements.txt", "project", "package-lock.json"])
def test_what_is_noted_otherwise_is_made_up_for(clone, name):
    assert missing(clone, "run", **{name: "otherwise"}) == [name]


def test_the_site_does_without_what_only_tests_need(clone):
    assert missing(clone, "run", **{"requirements-dev.txt": None}) == []
    assert missing(clone, "test", **{"requirements-dev.txt": None}) == ["requirements-dev.txt"]


def test_a_setting_of_a_linter_installs_nothing(clone):
    with (clone / "pyproject.toml").open("a") as file:
        file.write("\n[tool.codespell]\nquiet-level = 1\n")
    assert missing(clone, "run") == []


def test_a_new_dependency_installs_the_project_again(clone):
    path = clone / "pyproject.toml"
    path.write_text(path.read_text().replace('"alembic",', '"alembic>=1",'))
    assert missing(clone, "run") == ["project"]


def test_a_bundle_that_is_gone_is_installed_again(clone):
    assert missing(clone, "run", bundle="small") == ["package-lock.json"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"installing": "yes"}, "The last installation was interrupted"),
        ({"where": "/elsewhere/.venv"}, "It was moved here"),
        ({"python": "cpython-310 x86_64 /usr/bin/python3.10"}, "Its Python is another"),
    ],
)
def test_what_cannot_be_mended_is_made_anew(clone, changes, reason):
    environment = environment_of(clone)
    assert environment.why_anew(missing(clone, "run", **changes), note_of(clone) | changes) == reason


def test_a_dead_python_is_made_anew(clone):
    (clone / ".venv" / "bin" / "python").unlink()
    (clone / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    environment = environment_of(clone)
    assert environment.why_anew([], note_of(clone)) == "Its Python is gone"
    assert environment.why_anew(list(note_of(clone)), {}) == "There is none yet"


def test_a_folder_that_is_no_environment_is_left_alone(clone):
    (clone / ".venv" / "pyvenv.cfg").unlink()
    environment = environment_of(clone)
    with pytest.raises(environment.Refused, match="is no Python environment: move it away"):
        environment.make_venv("There is none yet")
    assert (clone / ".venv" / "bin" / "muster").is_file()


def test_settings_that_lead_packages_astray_are_left_out(clone, monkeypatch):
    for name, value in {
        "USER": "1",
        "TARGET": "/x",
        "REQUIRE_HASHES": "1",
        "INDEX_URL": "https://mirror",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PYTHONPATH", "/x")
    settings = environment_of(clone).pip_settings()
    assert (settings["PIP_USER"], settings["PIP_REQUIRE_HASHES"]) == ("0", "0")
    assert settings["PIP_INDEX_URL"] == "https://mirror"
    assert "PIP_TARGET" not in settings
    assert "PYTHONPATH" not in settings


def test_a_start_with_nothing_to_do_needs_no_python_on_the_path(clone):
    done = run_with(clone, "/nonexistent")
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")


def test_a_python_that_only_says_how_to_install_one_is_passed_over(clone, tmp_path):
    (clone / ".venv" / "bin" / "python").unlink()
    folder = a_python(tmp_path / "bin", "python3.13", "echo 'not installed' >&2; exit 127")
    a_python(folder, "python3", f'exec "{REAL_PYTHON}" -c "print(\'the second was asked\')"')
    assert run_with(clone, str(folder)).stdout == "the second was asked\n"


def test_without_a_python_a_sentence_says_what_to_install(clone):
    (clone / ".venv" / "bin" / "python").unlink()
    done = run_with(clone, "/nonexistent")
    assert done.returncode == 1
    assert done.stderr.startswith("Muster needs Python 3.11 or newer, and none was found on the PATH.")


def test_a_python_asked_for_by_name_is_not_replaced(clone, tmp_path):
    folder = a_python(tmp_path / "bin", "old", "exit 1")
    done = run_with(clone, os.environ["PATH"], PYTHON=str(folder / "old"))
    assert done.returncode == 1
    assert done.stderr == f"PYTHON={folder}/old is no Python 3.11 or newer with its venv module.\n"


@pytest.mark.parametrize("whom", ["make alone", "all, as Ctrl-C does"])
def test_a_signal_reaches_the_site_and_make_waits_for_it(clone, whom):
    # What make itself says of a signal, on its standard error, differs from one run to the next.
    with make(clone, "run", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout.readline() == "started demo\n"
        if whom == "make alone":
            process.send_signal(signal.SIGTERM)
        else:
            os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == f"told by {'SIGTERM' if whom == 'make alone' else 'SIGINT'}\n"
        assert process.poll() is None
        said, _ = process.communicate("leave now\n")
    assert said == "left before its starter\n"


def test_make_alone_lists_its_words(clone):
    with make(clone, "help") as process:
        words = re.findall(r"^  make (\w+) +\S", process.stdout.read(), re.MULTILINE)
    wanted = ["help", "run", "test", "lint", "format", "types", "translations"]
    wanted += ["bench", "migrate", "db", "assets", "lock"]
    assert words == wanted
