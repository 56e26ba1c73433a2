"""What README.md shows works as it stands there."""

import re
import subprocess
import sys

import httpx2

from app.settings import PROJECT
from tests.running import PATIENCE, muster

SHOWN = "http://127.0.0.1:8000/"
"""The address that README.md takes for the site's; a test has another."""


def python_shown() -> str:
    """The example in Python."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    return shown


def test_the_numbers_of_a_chart_are_three_lines_of_python_away(empty_database, tmp_path):
    code = python_shown()
    assert len([line for line in code.splitlines() if line]) == 3
    environment = {"DATABASE_URL": empty_database, "MUSTER_DATA_DIR": str(tmp_path)}
    with muster("demo", environment=environment) as site:
        address = site.address()
        reading = httpx2.get(
            f"{address}api/v1/deployments/nk-troops-russia/readings/sent", timeout=PATIENCE
        ).json()
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", code.replace(SHOWN, address)],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert site.stop() == 0
    assert (ran.returncode, ran.stderr) == (0, "")
    [point] = [point for point in reading["points"] if point["on"] <= "2025-04-01"][-1:]
    printed = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    assert float(printed["low"]) == point["low"]
    assert float(printed["selected"]) == point["selected"]
    assert float(printed["high"]) == point["high"]
    assert f"Name: {point['on']}" in ran.stdout
    assert printed["selected_claims"]
