"""How fast pages are served: `python -m bench.serving [N ...]`, in ledgers of N claims.

In each ledger one measure has 2,000 claims more. Asked are

- in each ledger, the chart page of that measure the first time after a change to it, beside its reading
  alone, and beside a bare page: an indexed query of the same claims, and a Jinja table of them that is as
  many bytes long, by a worker with the same settings and the same compression;
- in the largest, the chart page over and over, beside a page of as many bytes that FastAPI serves from memory
  by as many workers with the same settings, in turn; and the `304` for a page that the asker holds. 16
  connections ask, each of which waits for its answer before it asks again.

What pages of a large ledger cost besides is in bench.pages, starts and memory are in bench.starting.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx2
import psutil
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.answers.queries import question
from app.memory import settle
from app.readings.choices import Choices
from app.readings.reading import Readings
from app.settings import PROJECT
from bench.importing import server
from bench.ledgers import CLAIMS, MEASURE, PAGE, SLUG, add, changes, filled, write_claims
from bench.load import Answered, ask_for
from bench.marks import hand_over

SIZES = (10_000, 1_000_000)
SECONDS, ROUNDS = 2.0, 3
CHOSEN = f"{PAGE}?tolerance=5"
PATIENCE = 120
"""Seconds in which a server has to answer."""

PLAIN = """\
import os
from pathlib import Path
from fastapi import FastAPI, Response
body, headers = Path(os.environ["BENCH_BODY"]).read_bytes(), {"content-encoding": "br"}
app = FastAPI()
@app.get("/")
async def page() -> Response:
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)
"""
"""A page that was built before, as FastAPI serves it."""

BARE = """\
import os
from fastapi import FastAPI, Response
from jinja2 import Environment
from starlette_compress import CompressMiddleware
from app.database import connect
engine = connect(os.environ["DATABASE_URL"])
query, size = os.environ["BENCH_QUERY"], int(os.environ["BENCH_SIZE"])
table = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ title }}</title><table>{% for row in rows %}"
    "<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>")
app = FastAPI()
app.add_middleware(CompressMiddleware, minimum_size=1000)
shown = 0
@app.get("/")
def page() -> Response:
    global shown
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(query).all()
    if not shown:  # so many rows make a page of that size
        shown = max(1, round(size / len(table.render(title="", rows=rows).encode()) * len(rows)))
    many = rows * (shown // len(rows)) + rows[:shown % len(rows)]
    return Response(table.render(title="Two thousand", rows=many), media_type="text/html; charset=utf-8")
"""
"""The claims of the measure by an indexed query, and a table of them as long as the chart page."""


# --- Servers.


@contextmanager
def worker(module: str, environment: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """One worker of uvicorn as `muster serve` has it; gives its process and port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", module, *options, "--port", str(port)]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error"]
    with subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield process.pid, port
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    sys.exit("a server did not start")


def processor_seconds(process: int) -> float:
    """What a process and those that it started have used of the processor so far."""
    first = psutil.Process(process)
    used = [one.cpu_times() for one in (first, *first.children(recursive=True))]
    return float(sum(one.user + one.system for one in used))


# --- Served again.


class Rate(NamedTuple):
    """Answers in a second, microseconds of the processor for each, and its bytes."""

    rate: float
    used: float
    size: int


HELD = "a page that FastAPI holds"
AGAIN, AS_GZIP, NEGOTIATED = "the chart page again", "as gzip, again", "as browsers ask, again"
WITH_CHOICES, KNOWN = "with choices, again", "304, the asker holds it"
BROWSERS = "gzip, deflate, br, zstd"


def served_again(url: str, folder: Path, workers: int) -> dict[str, Rate]:
    """The chart page from memory, beside a page that FastAPI holds: the best of some rounds."""
    body = folder / "body"
    many = ("--workers", str(workers)) if workers > 1 else ()
    settings = {"DATABASE_URL": url, "MUSTER_LOG_FORMAT": "json"}
    with worker("app.main:create_app", settings, "--factory", *many) as (pid, port):
        with asking(port) as client:
            brotli = {"accept-encoding": "br"}
            with client.stream("GET", PAGE, headers=brotli) as raw:
                body.write_bytes(b"".join(raw.iter_raw()))
                etag = raw.headers["etag"]
        (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
        plain = worker("plain:app", {"BENCH_BODY": str(body), "PYTHONPATH": str(folder)}, *many)
        with plain as (plain_pid, plain_port):
            held = f"If-None-Match: {etag}\r\n"
            kinds: dict[str, tuple[int, Callable[[], Answered]]] = {
                HELD: (plain_pid, lambda: ask_for(plain_port, "/", SECONDS)),
                AGAIN: (pid, lambda: ask_for(port, PAGE, SECONDS)),
                AS_GZIP: (pid, lambda: ask_for(port, PAGE, SECONDS, encoding="gzip")),
                NEGOTIATED: (pid, lambda: ask_for(port, PAGE, SECONDS, encoding=BROWSERS)),
                WITH_CHOICES: (pid, lambda: ask_for(port, CHOSEN, SECONDS)),
                KNOWN: (pid, lambda: ask_for(port, PAGE, SECONDS, status=304, headers=held)),
            }
            for _process, ask in kinds.values():
                ask()  # each worker has made each page before it is timed
            rates: dict[str, list[Rate]] = {kind: [] for kind in kinds}
            for _ in range(ROUNDS):
                for kind, (process, ask) in kinds.items():
                    before = processor_seconds(process)
                    answered = ask()
                    used = (processor_seconds(process) - before) / answered.number
                    rates[kind].append(Rate(answered.rate, 1e6 * used, answered.size))
    return {kind: max(found) for kind, found in rates.items()}


def show_again(url: str, folder: Path) -> None:
    """Print how pages are served from memory by one worker and by two, and hand it over."""
    for workers in (1, 2):
        told = "one worker" if workers == 1 else f"{workers} workers"
        print(f"{told:<28}{'a second':>10}{'ratio':>8}{'µs of processor':>17}{'bytes':>9}")
        found = served_again(url, folder, workers)
        held, again = found[HELD].rate, found[AGAIN].rate
        for kind, (rate, used, size) in found.items():
            print(f"{kind:<28}{rate:>10,.0f}{rate / held:>8.2f}{used:>17.0f}{size:>9,}", flush=True)
        if workers == 1:
            hand_over("again", again, held)
            hand_over("again with choices", found[WITH_CHOICES].rate, held)
            hand_over("304", found[KNOWN].rate, again)
        else:
            hand_over("again, two workers", again, held)


# --- The first time after a change.


class FirstTime(NamedTuple):
    """Medians in milliseconds: the chart page, its reading alone, the bare page."""

    page: float
    reading: float
    bare: float


def first_time(url: str, engine: Engine, folder: Path) -> FirstTime:
    """The chart page after each of some changes to its measure, and what is beside it; prints them."""
    pages, readings, bare = [], [], []
    (folder / "bare.py").write_text(BARE, encoding="utf-8")
    muster = worker("app.main:create_app", {"DATABASE_URL": url, "MUSTER_LOG_FORMAT": "json"}, "--factory")
    with muster as (_pid, port), asking(port) as client:
        size = bytes_of(client, PAGE)
        environment = {
            "DATABASE_URL": url,
            "BENCH_QUERY": the_query(engine),
            "BENCH_SIZE": str(size),
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{folder}",
        }
        with worker("bare:app", environment) as (_bare_pid, bare_port), asking(bare_port) as other:
            bare_size = bytes_of(other, "/")
            for row in changes():
                add(engine, write_claims(folder / "change.csv", [row]))
                time.sleep(0.3)  # the worker hears of the change, and reads what the database has written
                pages.append(seconds_of(client, PAGE))
                readings.append(reading_alone(engine))
                bare.append(seconds_of(other, "/"))
    found = FirstTime(*(1000 * median(times) for times in (pages, readings, bare)))
    print(f"first time after a change   {found.page:>8.0f} ms, {size:,} bytes")
    print(f"its reading alone           {found.reading:>8.0f} ms")
    print(f"a query and a bare page     {found.bare:>8.0f} ms, {bare_size:,} bytes")
    print(
        f"all but the reading         {(found.page - found.reading) / found.bare:>8.1f} of that", flush=True
    )
    return found


@contextmanager
def asking(port: int) -> Iterator[httpx2.Client]:
    """A browser that asks a worker."""
    headers = {"accept-encoding": BROWSERS}
    none = httpx2.Limits(max_keepalive_connections=0)  # between two questions the server would hang up
    address = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=address, timeout=PATIENCE, headers=headers, limits=none) as client:
        yield client


def bytes_of(client: httpx2.Client, path: str) -> int:
    """How long a page is before it is compressed."""
    return len(client.get(path, headers={"accept-encoding": "identity"}).raise_for_status().content)


def seconds_of(client: httpx2.Client, path: str) -> float:
    """From the question to the last byte, as it comes over the wire."""
    begun = time.perf_counter()
    with client.stream("GET", path) as answer:
        answer.raise_for_status()
        for _ in answer.iter_raw():
            pass
    return time.perf_counter() - begun


def reading_alone(engine: Engine) -> float:
    """Seconds that the arithmetic takes, its claims loaded."""
    with Session(engine) as session:
        asked = question(session, SLUG, MEASURE, Choices())
    begun = time.perf_counter()
    Readings(asked.holding.claims, asked.choices).reading(MEASURE)
    return time.perf_counter() - begun


def the_query(engine: Engine) -> str:
    """The claims of the measure that count, by the index of its deployment and measure."""
    with engine.connect() as connection:
        named = "select d.id, m.id from deployments d, measures m where d.slug = :slug and m.slug = :measure"
        ids = connection.execute(text(named), {"slug": SLUG, "measure": MEASURE}).one()
    about = f"select * from claim_revisions where deployment_id = {ids[0]} and measure_id = {ids[1]}"  # noqa: S608
    return f"{about} and approved_version is not null and replaced_version is null"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time how pages are served.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="claims of a ledger")
    parser.add_argument("--first-time", action="store_true", help="only the page after a change")
    given = parser.parse_args()
    times: dict[int, FirstTime] = {}
    settle()  # the reading alone is timed as a worker's would be
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, server(Path(name) / "data") as address:
        folder = Path(name)
        for size in sorted(given.sizes):
            with filled(address, size) as engine:
                url = engine.url.render_as_string(hide_password=False)
                print(f"--- a ledger of {size:,} claims and {CLAIMS:,} about one measure", flush=True)
                times[size] = first_time(url, engine, folder)
                if size == max(given.sizes) and not given.first_time:
                    show_again(url, folder)
    least, most = times[min(times)], times[max(times)]
    hand_over("reading", most.reading)
    hand_over("first time", most.page - most.reading, most.bare)
    if len(times) > 1:
        hand_over("larger ledger", most.page, least.page)
        print(f"first time in the largest: {most.page / least.page:.2f} of that in the smallest")


if __name__ == "__main__":
    main()
