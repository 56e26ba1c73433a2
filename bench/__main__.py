"""`make bench`: every measurement in turn, and one table of what is asked, in bench/RESULTS.md.

The figures are of one machine on one day. What counts is their ratios: each work is timed beside something
plain that was run with it. A measurement that fails is named, and the others still run; exit status 1 then.

MUSTER_BENCH_CLAIMS says how many claims the large ledger has, a million unless told. DATABASE_URL names a
server on which databases of our own may be made and dropped; without it one is started. `python -m bench
serving front` runs those alone, and writes nothing.
"""

import argparse
import os
import platform
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.settings import PROJECT
from bench.importing import server
from bench.ledgers import filled, named
from bench.marks import FILE, handed_over, table

RESULTS = Path(__file__).with_name("RESULTS.md")
SMALL, LARGE = 10_000, int(os.environ.get("MUSTER_BENCH_CLAIMS", "1000000"))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One of the programs of this folder, and of how much it is asked here."""

    title: str
    name: str
    arguments: tuple[str, ...] = ()
    reads: tuple[int, ...] = ()  # the sizes of the ledgers that it shares with others

    @property
    def words(self) -> str:
        """The command, as one types it."""
        return " ".join(("python -m", f"bench.{self.name}", *self.arguments))


MEASUREMENTS = (
    Measurement(
        "Pages served again, and the first time after a change", "serving",
        (str(SMALL), str(LARGE)), reads=(SMALL, LARGE),
    ),
    Measurement("Starts, and the memory of workers", "starting", (str(SMALL),), reads=(SMALL,)),
    Measurement("What a reader waits for", "front"),
    Measurement("What Lighthouse finds", "audits"),
    Measurement("Readings over sizes", "readings", ("2000", "8000")),
    Measurement("Import against a bare COPY", "importing", ("100000",)),
    Measurement("Export against a bare COPY TO", "exporting", ("100000",)),
    Measurement("Files of a chart beside its page", "pictures"),
    Measurement("What pages cost the database", "pages", (str(LARGE), "--runs", "1"), reads=(LARGE,)),
)  # fmt: skip


@dataclass
class Report:
    """What is said of a run, besides the table."""

    details: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def written(self, marks: str, seconds: float) -> str:
        """All of RESULTS.md."""
        cores = os.cpu_count()
        when = f"{datetime.now(UTC):%Y-%m-%d}"
        head = (
            f"# What was measured\n\nBy `make bench` on {when}, Python {platform.python_version()}, "
            f"{cores} cores, on which the database, the site and whoever asked ran at once; "
            f"{seconds / 60:.0f} minutes in all.\n\n{marks}\n"
        )
        failed = f"\nNot measured, as it failed: {', '.join(self.failed)}.\n" if self.failed else ""
        return "".join((head, failed, *self.details))


def main() -> None:
    """Run what is asked for, print the table, and write it with all details where all was."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what has a stated speed.")
    names = [one.name for one in MEASUREMENTS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only some of: {', '.join(names)}")
    asked = parser.parse_args().names
    if unknown := set(asked) - set(names):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}")
    wanted = [one for one in MEASUREMENTS if not asked or one.name in asked]
    begun, report = time.monotonic(), Report()
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name:
        marks = Path(name) / "marks.jsonl"
        with surroundings(Path(name), wanted, report) as environment:
            for measurement in wanted:
                run(measurement, environment | {FILE: str(marks)}, report)
        shown = table(handed_over(marks))
    print(shown)
    if not asked:
        RESULTS.write_text(report.written(shown, time.monotonic() - begun), encoding="utf-8")
        print(f"\nWritten to {RESULTS.parent.name}/{RESULTS.name}.")
    if report.failed:
        sys.exit(f"Failed: {', '.join(report.failed)}.")


@contextmanager
def surroundings(folder: Path, wanted: list[Measurement], report: Report) -> Iterator[dict[str, str]]:
    """A server, the ledgers that measurements share, a Chromium; gives the environment that names them."""
    environment = dict(os.environ)
    if any(one.name in {"front", "audits"} for one in wanted):
        chromium = runpy.run_path(str(PROJECT / ".make" / "chromium.py"))["found_or_installed"]()
        environment |= {"MUSTER_CHROMIUM": chromium} if chromium else {}
    with server(folder / "data") as address, ExitStack() as stack:
        ledgers = {}
        for size in sorted({size for one in wanted for size in one.reads}):
            print(f"Filling a ledger of {size:,} claims …", flush=True)
            begun = time.monotonic()
            try:
                ledgers[size] = stack.enter_context(filled(address, size))
            except Exception as error:  # noqa: BLE001 - whatever it is, what needs no ledger still runs
                print(error, flush=True)
                report.failed.append(f"filling a ledger of {size:,} claims")
            else:
                print(f"  in {time.monotonic() - begun:.0f} s\n", flush=True)
        yield environment | {"DATABASE_URL": address} | named(ledgers)


def run(measurement: Measurement, environment: Mapping[str, str], report: Report) -> None:
    """One measurement, shown line by line while it runs and kept; a failed one is named."""
    print(f"{measurement.title} ({measurement.words})", flush=True)
    begun, lines = time.monotonic(), []
    command = [sys.executable, "-m", f"bench.{measurement.name}", *measurement.arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        report.failed.append(measurement.words)
    took = f"{time.monotonic() - begun:.0f} s"
    print(f"  {'failed after' if process.returncode else 'in'} {took}\n", flush=True)
    report.details.append(
        f"\n## {measurement.title}\n\n`{measurement.words}`, {took}\n\n```\n{''.join(lines)}```\n"
    )


if __name__ == "__main__":
    main()
