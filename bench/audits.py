"""What Lighthouse finds of a chart page: `python -m bench.audits`. Needs npm, Node and a Chromium.

The founding ledger is served by one worker, beside a bare page of 100 rows. Lighthouse, which is installed
into bench/lighthouse as its lock file says when it is first asked for, visits the chart page as a phone and
as a desktop, and the bare page as a phone, in turn; shown are the medians of five visits each.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.front import CHART, chromium_here, sites
from bench.marks import hand_over

HERE = Path(__file__).with_name("lighthouse")
RUNS = 5
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE = 180
"""Seconds in which a visit is done."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What Lighthouse said of one visit."""

    scores: Mapping[str, float]  # of 100, by category
    largest: float  # seconds until the largest thing was painted
    moved: float
    kilobytes: float

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Visit":
        """From Lighthouse's own report; RuntimeError where the page could not be judged."""
        if "runtimeError" in report:
            raise RuntimeError(report["runtimeError"]["message"])
        audits = report["audits"]
        return cls(
            {name: 100 * report["categories"][name]["score"] for name in CATEGORIES},
            audits["largest-contentful-paint"]["numericValue"] / 1000,
            audits["cumulative-layout-shift"]["numericValue"],
            audits["total-byte-weight"]["numericValue"] / 1000,
        )


def medians(visits: Sequence[Visit]) -> Visit:
    """Each figure for itself."""
    return Visit(
        {name: median(one.scores[name] for one in visits) for name in CATEGORIES},
        median(one.largest for one in visits),
        median(one.moved for one in visits),
        median(one.kilobytes for one in visits),
    )


def installed(npm: str) -> None:
    """Install Lighthouse as it is locked, unless it is there; CalledProcessError where npm cannot."""
    wanted = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    there = HERE / "node_modules" / "lighthouse" / "package.json"
    version = wanted["node_modules/lighthouse"]["version"]
    if there.exists() and json.loads(there.read_text("utf-8"))["version"] == version:
        return
    print(f"Installing Lighthouse {version} …", flush=True)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([npm, "ci", *options], cwd=HERE, check=True)


def visit(chromium: str, address: str, folder: Path, *, phone: bool) -> Visit:
    """One visit by a browser of its own."""
    path = folder / "report.json"
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = ["node", str(HERE / "node_modules" / "lighthouse" / "cli" / "index.js"), address]
    command += ["--quiet", "--no-enable-error-reporting", f"--chrome-flags={flags}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={path}"]
    command += [] if phone else ["--preset=desktop"]
    subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": chromium}, timeout=PATIENCE)
    return Visit.of(json.loads(path.read_text("utf-8")))


def show(kinds: Mapping[str, tuple[str, bool]], chromium: str, folder: Path, runs: int) -> dict[str, Visit]:
    """Visit all in turn, so that other work on the machine falls on all alike; print the medians."""
    visits: dict[str, list[Visit]] = {kind: [] for kind in kinds}
    for _ in range(runs):
        for kind, (address, phone) in kinds.items():
            visits[kind].append(visit(chromium, address, folder, phone=phone))
    print(f"{'':<28}{'performance':>12}{'accessibility':>14}{'practices':>10}{'SEO':>5}", end="")
    print(f"{'largest':>10}{'moved':>8}{'kB':>7}")
    found = {kind: medians(each) for kind, each in visits.items()}
    for kind, one in found.items():
        performance, accessibility, practices, seo = (one.scores[name] for name in CATEGORIES)
        print(f"{kind:<28}{performance:>12.0f}{accessibility:>14.0f}{practices:>10.0f}{seo:>5.0f}", end="")
        print(f"{one.largest:>8.2f} s{one.moved:>8.3f}{one.kilobytes:>7.0f}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask Lighthouse about a chart page.")
    parser.add_argument("--runs", type=int, default=RUNS, help="visits of each kind")
    runs = parser.parse_args().runs
    chromium, npm = chromium_here(), shutil.which("npm")
    if chromium is None or npm is None or shutil.which("node") is None:
        print("Lighthouse needs a Chromium, Node and npm, and not all are here; nothing was measured.")
        return
    installed(npm)
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, sites(Path(name)) as (site, bare):
        kinds = {
            "chart page, mobile": (f"{site}{CHART}", True),
            "chart page, desktop": (f"{site}{CHART}", False),
            "100 rows alone, mobile": (f"{bare}/rows", True),
        }
        mobile, desktop, rows = show(kinds, chromium, Path(name), runs).values()
    hand_over("performance, mobile", mobile.scores["performance"])
    hand_over("performance, desktop", desktop.scores["performance"])
    for category in CATEGORIES[1:]:
        hand_over(category, min(mobile.scores[category], desktop.scores[category]))
    hand_over("largest paint", mobile.largest, rows.largest)
    hand_over("shift", max(mobile.moved, desktop.moved))


if __name__ == "__main__":
    main()
