"""Finds a Chromium for the tests, or gets one.

One that is on the machine is taken as it is; as root on Debian and its kin it is installed with apt;
elsewhere Playwright downloads its own. A browser is believed when it has said its version: on Ubuntu
there is a command of that name which only says how to install one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
# DejaVu has the letters of Europe, Droid Sans Fallback those of East Asia in 2 MB.
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-droid-fallback")


def found() -> str | None:
    """The path of a Chromium that starts; None when there is none."""
    for candidate in candidates():
        if succeeds([candidate, "--version"]):
            return candidate
    return None


def candidates() -> Iterator[str]:
    """Where a Chromium may be: what MUSTER_CHROMIUM names, the PATH, Playwright's own."""
    named = os.environ.get("MUSTER_CHROMIUM")
    if named:
        yield named
        return
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            yield path
    yield from (path for path in ELSEWHERE if Path(path).exists())
    asked = [sys.executable, "-c", PLAYWRIGHTS_OWN]
    done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode == 0 and Path(done.stdout.strip()).exists():
        yield done.stdout.strip()


PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def found_or_installed() -> str | None:
    """As found(), after an attempt to install one where there is none; says what it does."""
    chromium = found()
    if chromium is not None or os.environ.get("MUSTER_CHROMIUM"):
        return chromium
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("No Chromium here; installing Debian's …", flush=True)
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--option=DPkg::Lock::Timeout=120", "--quiet", "--yes"]
        # Lists that could not all be fetched may still name what is wanted.
        succeeds(["apt-get", "update", "--quiet"], settings)
        if succeeds([*install, "--no-install-recommends", *PACKAGES], settings):
            chromium = found()
    if chromium is None:
        print("No Chromium here; downloading Playwright's …", flush=True)
        download = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        if succeeds(download):
            chromium = found()
    return chromium


def succeeds(command: list[str], settings: dict[str, str] | None = None) -> bool:
    """Whether a command starts and ends well; its last words are shown when it does not end well."""
    try:
        done = subprocess.run(
            command,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return False
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-5:]), flush=True)
    return done.returncode == 0
