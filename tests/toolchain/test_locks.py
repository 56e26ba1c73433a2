"""What is pinned: the same for the site and its tests, by hash, and from nobody's own mirror."""

import json
import re

import pytest

from app.assets import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def pins(name):
    """Each pinned package with its version and marker, and its hashes."""
    text = (ROOT / name).read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith((" ", "#"))]
    return {
        line.partition(" --hash")[0].strip(): re.findall(r"--hash=(sha256:\w{64})", line) for line in lines
    }


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_by_hash(name):
    for pin, hashes in pins(name).items():
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==\S+( ; .+)?", pin)
        assert hashes


def test_tests_run_on_what_the_site_runs_on():
    """The same versions by the same hashes; what a test needs may need one of them on more systems."""
    tested, served = (
        {pin.partition(" ;")[0]: hashes for pin, hashes in pins(name).items()}
        for name in ("requirements-dev.txt", "requirements.txt")
    )
    assert {pin: tested.get(pin) for pin in served} == served


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", "bench/lighthouse/package-lock.json"])
def test_no_address_is_written_down(name):
    assert re.findall(r"https?:|file:|resolved|--index|--find-links", (ROOT / name).read_text()) == []


def test_the_bundle_is_of_the_version_that_figures_are_made_for():
    import plotly  # noqa: PLC0415 - its import takes a second that the other tests need not wait

    bundle = ROOT.joinpath(plotly.__path__[0], "package_data", "plotly.min.js")
    with bundle.open(encoding="utf-8") as file:
        made_for = re.search(r"plotly\.js v(\S+)", file.read(500))[1]
    assert json.loads((ROOT / "package.json").read_text())["dependencies"] == {
        "plotly.js-basic-dist-min": made_for
    }
