"""`make bench`: every measurement in turn, shown as it runs and kept in bench/RESULTS.md.

The figures are of one machine on one day. What counts is their ratios: each work is timed beside
something plain that was run with it.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
MEASUREMENTS = (
    ("Readings over sizes", "bench.readings"),
    ("Import against a bare COPY", "bench.importing"),
    ("Export against a bare COPY TO", "bench.exporting"),
    ("Pages served again, and the first time after a change", "bench.serving"),
    ("Starts, and the memory of workers", "bench.starting"),
    ("Files of a chart beside its page", "bench.pictures"),
    ("What pages cost the database", "bench.pages"),
    ("What a reader waits for", "bench.front"),
)


def main() -> None:
    """Run all measurements and write what they print."""
    cores = os.cpu_count()
    told = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {cores} cores"
    parts = [f"# What was measured\n\nBy `make bench` on {told}.\n"]
    for title, module in MEASUREMENTS:
        print(f"{title} (python -m {module})", flush=True)
        parts.append(f"\n## {title}\n\n`python -m {module}`\n\n```\n{_run(module)}```\n")
        print(flush=True)
    RESULTS.write_text("".join(parts), encoding="utf-8")
    print(f"Written to {RESULTS.parent.name}/{RESULTS.name}.")


def _run(module: str) -> str:
    """What a measurement prints, shown line by line while it runs."""
    lines: list[str] = []
    with subprocess.Popen([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        sys.exit(process.returncode)
    return "".join(lines)


if __name__ == "__main__":
    main()
