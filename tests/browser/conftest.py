"""Chromium, for the tests of this folder; each of them is marked `browser` by being here.

`make test` finds or installs a Chromium and names it in MUSTER_CHROMIUM. Tests run by hand take what
is on the PATH, or else Playwright's own.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is no failure

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that phones home would meet the closed network, slowly and many times over.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium; a test opens a page of its own with `chromium.new_page()`.

    Of a module, not of the session: while Playwright runs, no other test of the process could start an
    event loop.
    """
    path = os.environ.get("MUSTER_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    # Chromium refuses to run as root in its sandbox, and CI runs as root.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*QUIET]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(founding_address: str) -> str:
    """Where the founding ledger is read; a module that changes its ledger serves one of its own."""
    return founding_address


@pytest.fixture
def page(chromium):
    """A page in a context of its own, without cookies or a cache of another test."""
    with chromium.new_context() as context:
        yield context.new_page()
