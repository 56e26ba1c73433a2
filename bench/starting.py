"""How long a start takes, and what a worker holds after a walk: `python -m bench.starting [N]`.

The ledger has N claims and one measure of 2,000 more. Timed is from the command to the address that it
prints and to the first page: of `muster serve` on a database that is there, and of `muster demo` with a
server of its own, as `make run` has it, the first time and after that. Our code is compiled before, as
an installation does. Other work on the machine makes seconds longer, and processor time less so: both
are printed, medians.

The walk asks, two at a time, for the chart page of 2,000 claims with many choices, for its files, and
for some hundred pages of every kind that the map of the site names. Memory is read where Linux tells it.
What several workers share counts for each of them in RSS, in parts in PSS, and not at all in USS.
"""

import argparse
import compileall
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx2
import psutil

from app.settings import PROJECT
from bench.importing import server
from bench.ledgers import PAGE, filled
from bench.marks import hand_over
from bench.serving import PATIENCE

SIZE = 10_000
STARTS = 7
WALKERS, KINDS = 2, 60
"""Who asks at once, and for how many pages of one kind."""

MUSTER = str(Path(sys.executable).with_name("muster"))


class Started(NamedTuple):
    """One start: seconds until the address and the first page, and of the processor's time until then."""

    address: float
    page: float
    processor: float


@contextmanager
def site(words: list[str], environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, str, Started]]:
    """A site that has answered its first page; gives its process and address, and how it started."""
    begun = time.perf_counter()
    with subprocess.Popen(
        [MUSTER, *words, "--port", "0"],
        env=settings(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            address = next(
                found[1] for line in process.stdout or () if (found := re.search(r"(http://\S+)/", line))
            )
            told = time.perf_counter() - begun
            httpx2.get(f"{address}/", timeout=PATIENCE).raise_for_status()
            page = time.perf_counter() - begun
            running = psutil.Process(process.pid)
            yield running, address, Started(told, page, sum(map(processor_seconds, ours(running))))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a site: as it is here, with a database of the measurement's own."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"MUSTER_LOG_FORMAT": "json", **environment}


def ours(process: psutil.Process) -> list[psutil.Process]:
    """The processes of a site: not PostgreSQL, which is apart, nor what fills in readings meanwhile."""
    below = [one for one in process.children(recursive=True) if "app.answers.filling" not in one.cmdline()]
    return [process, *(one for one in below if "python" in one.name() or "muster" in one.name())]


def processor_seconds(process: psutil.Process) -> float:
    """What a process has used of the processor so far."""
    used = process.cpu_times()
    return float(used.user + used.system)


# --- A start.


def starts(name: str, words: list[str], environment: Mapping[str, str], number: int = STARTS) -> float:
    """Print the medians of some starts; gives that of seconds to the first page."""
    seen = []
    for _ in range(number):
        with site(words, environment) as (_process, _address, started):
            seen.append(started)
    address, page, processor = (median(column) for column in zip(*seen, strict=True))
    print(f"{name:<44}{address:>9.2f} s{page:>12.2f} s{processor:>12.2f} s", flush=True)
    return page


# --- A walk.


def walk(address: str) -> int:
    """Ask for pages of every kind; gives how many there were."""
    with httpx2.Client(base_url=address, timeout=PATIENCE, headers={"accept-encoding": "br"}) as client:

        def ask(path: str) -> None:
            client.get(path).raise_for_status()

        paths = list(way(client))
        with ThreadPoolExecutor(WALKERS) as walkers:
            list(walkers.map(ask, paths))
    return len(paths)


def way(client: httpx2.Client) -> Iterator[str]:
    """The chart page with some choices, its files, and pages of every kind by the map of the site."""
    days = [date(2023, 1, 1) + timedelta(31 * month) for month in range(12)]
    for choice in ("", "?tolerance=5", *(f"?{asked}={day}" for day in days for asked in ("on", "known_on"))):
        yield f"{PAGE}{choice}"
    yield from (f"/it{PAGE}", f"{PAGE}.csv", f"{PAGE}.json", f"{PAGE}.svg", f"{PAGE}/embed")
    yield from (
        "/",
        "/claims",
        "/sources",
        "/compare",
        "/changes",
        "/method",
        "/places",
        "/it/",
        "/it/claims",
    )
    seen: dict[str, int] = {}
    for path in mapped(client, "/sitemap.xml"):
        kind = f"{path.split('/')[1]} {path.count('/')}"
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= KINDS:
            yield path


def mapped(client: httpx2.Client, path: str) -> Iterator[str]:
    """The paths that a map of the site names, those of its parts included."""
    for found in re.findall(r"<loc>https?://[^/<]+([^<]*)</loc>", client.get(path).text):
        if found.endswith(".xml"):
            yield from mapped(client, found)
        else:
            yield found or "/"


class Held(NamedTuple):
    """What a process holds in megabytes: with what it shares, with its part of that, and alone."""

    rss: float
    pss: float
    uss: float


def memory(workers: int, url: str) -> list[Held]:
    """Print what each process of a site holds after a walk; gives the workers' alone."""
    words = ["serve", "--workers", str(workers)]
    with site(words, {"DATABASE_URL": url}) as (process, address, _started):
        number = walk(address)
        found = []
        for one in ours(process):
            told = one.memory_full_info()
            held = Held(*(size / 2**20 for size in (told.rss, told.pss, told.uss)))
            is_worker = workers == 1 or one != process
            found += [held] if is_worker else []
            role = "worker" if is_worker else "starts the workers"
            shares = zip(("RSS", "PSS", "USS"), held, strict=True)
            print(
                f"{f'{role}, {workers} of them, {number} pages':<44}"
                + "".join(f"{kind} {size:>6.0f} MB  " for kind, size in shares),
                flush=True,
            )
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a start, and weigh a worker.")
    parser.add_argument("size", nargs="?", type=int, default=SIZE, metavar="N", help="claims of the ledger")
    size = parser.parse_args().size
    for folder in ("app", "migrations"):
        compileall.compile_dir(PROJECT / folder, quiet=1)
    print(f"{'':<44}{'address':>11}{'first page':>14}{'processor':>14}")
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, server(Path(name) / "data") as given:
        own = Path(name) / "own"
        Path(name).chmod(0o755)
        starts("muster demo, the first time", ["demo"], {"MUSTER_DATA_DIR": str(own)}, 1)
        again = starts("muster demo, its server started with it", ["demo"], {"MUSTER_DATA_DIR": str(own)})
        hand_over("start with a server", again)
        with filled(given, size) as engine:
            url = engine.url.render_as_string(hide_password=False)
            hand_over("start", starts("muster serve", ["serve"], {"DATABASE_URL": url}))
            starts("muster serve --workers 2", ["serve", "--workers", "2"], {"DATABASE_URL": url})
            hand_over("memory", memory(1, url)[0].rss)
            hand_over("memory of two", max(held.pss for held in memory(2, url)))


if __name__ == "__main__":
    main()
