"""Carries out the Dockerfile's steps in a folder, for a machine without Docker. Linux, as root.

`python .make/image.py FOLDER` leaves there one folder per stage; the last, `site`, holds what the image
would. Each step sees its stage at /muster, as in the image, in a mount namespace of its own;
`python .make/image.py FOLDER COMMAND…` then runs a command in the last stage as an account that owns
nothing. It shows that the steps succeed on a clean tree with nothing but the files that .dockerignore
lets in, and that the site runs from them. It doesn't show what comes of the base images (this machine's
Python and npm stand in for theirs) or of the limits in docker-compose.yml.
"""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = "/muster"
"""The image's WORKDIR, which stands for the stage's folder."""


def main(target: Path) -> None:
    """Goes through the Dockerfile, one step after the other; stops at the first that fails."""
    copy_context(target / "context")
    stage = target
    for step in steps():
        print(step, flush=True)
        word, _, rest = step.partition(" ")
        if word == "FROM":
            stage = target / rest.rpartition(" AS ")[2]
            stage.mkdir()
        elif word == "COPY":
            copy(shlex.split(rest), target, stage)
        elif word == "RUN" and not rest.startswith("useradd"):
            run_in(stage, ["/bin/sh", "-c", rest.replace("python -m venv", f"{sys.executable} -m venv")])


def run_in(stage: Path, command: list[str]) -> None:
    """Runs a command that sees this stage, and no other, at /muster."""
    Path(HOME).mkdir(exist_ok=True)
    mounted = f'mount --bind "$0" {HOME} && cd {HOME} && exec "$@"'
    unshared = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", mounted, str(stage)]
    subprocess.run([*unshared, *command], check=True)


def steps() -> list[str]:
    """The Dockerfile's instructions, continued lines joined, comments gone."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def copy_context(context: Path) -> None:
    """What git knows of, as .dockerignore lets it in: it names what stays, each at the top."""
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    listed = subprocess.run(["git", "ls-files", "-z", "--", *kept], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    for name in filter(None, listed.stdout.decode().split("\0")):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, context / name)


def copy(words: list[str], target: Path, stage: Path) -> None:
    """One COPY: from the context, or from an earlier stage."""
    source = target / "context"
    if words[0].startswith("--from="):
        source = target / words.pop(0).removeprefix("--from=")
    *names, place = words
    for name in names:
        origin = source / name.removeprefix(HOME).lstrip("/")
        goal = stage / place.removeprefix(HOME).lstrip("/")
        if origin.is_dir():
            shutil.copytree(origin, goal, dirs_exist_ok=True, symlinks=True)
        else:
            goal.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, goal)


if __name__ == "__main__":
    folder, *command = sys.argv[1:]
    if command:
        nobody = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"]
        run_in(Path(folder).resolve() / "site", [*nobody, *command])
    else:
        main(Path(folder).resolve())
