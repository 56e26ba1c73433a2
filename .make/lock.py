"""Looks for newer versions of all dependencies and pins them with their hashes. What `make lock` runs.

uv is installed into `.venv` for this alone: it can pin for every system and Python at once. No address
of an index is written down, so that a mirror serves as well.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--upgrade"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header"),
]
FILES = {
    "requirements.txt": ["pyproject.toml", "--group", "build"],
    "requirements-dev.txt": [
        *("--constraint", "requirements.txt", "pyproject.toml"),
        *("--group", "build", "--group", "test", "--group", "lint"),
    ],
    "requirements-node.txt": ["--group", "node"],
}


def main() -> None:
    """Writes the three requirements files, package.json and package-lock.json."""
    run(sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "uv")
    for name, sources in FILES.items():
        print(f"{name} …", flush=True)
        run(*COMPILE, *sources, "--output-file", name)
    run(sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt")
    pin_bundle(version_of_plotly_js())


def version_of_plotly_js() -> str:
    """The version of plotly.js that the Python package draws for; it says so in the head of its bundle."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        sys.exit("Plotly is not installed.")
    bundle = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    with bundle.open(encoding="utf-8") as file:
        version = re.search(r"plotly\.js v(\d+\.\d+\.\d+)", file.read(1000))
    if version is None:
        sys.exit(f"{bundle} does not say its version.")
    return version[1]


def pin_bundle(version: str) -> None:
    """Pins the small bundle at this version; npm finds its hash."""
    print(f"package-lock.json, plotly.js {version} …", flush=True)
    if shutil.which("npm") is None:
        sys.exit("npm is needed to pin the JavaScript; everything else is done.")
    path = ROOT / "package.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["dependencies"]["plotly.js-basic-dist-min"] = version
    path.write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    run("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts")


def run(*command: str) -> None:
    settings = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(command, cwd=ROOT, env=settings, check=True)


if __name__ == "__main__":
    main()
