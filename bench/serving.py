"""How fast pages are served: `python -m bench.serving [N ...]`, in ledgers of N claims.

In each ledger one measure has 2,000 claims more. One worker of uvicorn answers 16 connections, each of which
waits for its answer before it asks again. Asked are

- the chart page of that measure, over and over, beside a page of as many bytes that FastAPI serves from
  memory by a worker with the same settings, in turn; and the `304` for a page that the asker holds;
- the chart page the first time after a change to the measure, beside its reading alone, and beside a bare
  page: an indexed query of the same claims, and a Jinja table of them that is as many bytes long, by a worker
  with the same settings and the same compression.

Last, how long `muster serve` takes to its first page, and the memory of its worker. Processor time and
memory of another process are read where Linux tells them.
"""

import argparse
import csv
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import httpx2
import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.answers.queries import question
from app.claims.forms import CLAIM_COLUMNS
from app.database import connect
from app.ledger.actions import import_ledger
from app.readings.choices import Choices
from app.readings.reading import Readings
from app.settings import PROJECT
from bench.importing import new_database, server
from bench.load import Answered, ask_for
from bench.make_ledger import Maker, Row, write_ledger, zipf

SIZES = (10_000, 1_000_000)
SLUG, MEASURE, CLAIMS = "two-thousand", "sent", 2_000
PAGE = f"/deployments/{SLUG}/{MEASURE}"
SECONDS, ROUNDS, CHANGES = 2.0, 3, 7
READING_GOAL, BARE_GOAL, LARGER_GOAL = 300, 3, 1.5
"""Milliseconds of a reading; what all else may take beside a bare page; a large ledger beside a small one."""
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


def the_measure(count: int) -> Iterator[Row]:
    """Rows of claims about one measure of one deployment, of every nature that a flow has."""
    maker = Maker(2)
    maker.starts = {SLUG: date(2021, 1, 1)}
    maker.deployments = zipf([SLUG])
    refs: set[str] = set()
    for row in maker.rows(10 * count):
        if row["nature"] == "level" or row["repeat_of"] or row["supersedes"]:
            continue
        if len(refs) == count:
            return
        ref = f"two-{row['claim_ref']}"
        part_of = f"two-{row['part_of']}" if f"two-{row['part_of']}" in refs else ""
        refs.add(ref)
        yield {**row, "claim_ref": ref, "measure": MEASURE, "part_of": part_of}


def write_claims(path: Path, rows: Iterator[Row] | list[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, CLAIM_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def add(engine: Engine, path: Path) -> None:
    """Import a file or folder; ends the run where it is refused."""
    with Session(engine) as session, session.begin():
        report = import_ledger(session, path, by=COMMAND_LINE, at=datetime.now(UTC))
        if report.is_refused:
            sys.exit("\n".join(map(str, report.refused)))


def fill(engine: Engine, folder: Path, size: int) -> list[Row]:
    """A ledger of that many claims and the measure of 2,000; gives rows that are not in it yet."""
    write_ledger(folder / "ledger", size, 1)
    add(engine, folder / "ledger")
    with (folder / "deployments.csv").open("w", encoding="utf-8") as file:
        file.write("slug,name,sender,host,operation,starts_on\n")
        file.write(f"{SLUG},Two thousand,AAA,BBB,Operation 1,2021-01-01\n")
    rows = list(the_measure(CLAIMS + CHANGES))
    (folder / "two").mkdir()
    (folder / "deployments.csv").rename(folder / "two" / "deployments.csv")
    write_claims(folder / "two" / "claims.csv", rows[:CLAIMS])
    add(engine, folder / "two")
    with psycopg.connect(
        engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    ) as one:
        one.autocommit = True
        one.execute("vacuum analyze")
    return rows[CLAIMS:]


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
    """What a process has used of the processor so far; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process: int) -> float:
    """The memory that a process holds; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


# --- Served again.


def served_again(url: str, folder: Path) -> None:
    """The chart page from memory, beside a page that FastAPI holds."""
    body = folder / "body"
    muster = worker("app.main:create_app", {"DATABASE_URL": url, "MUSTER_LOG_FORMAT": "json"}, "--factory")
    with muster as (pid, port):
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            chosen = f"{PAGE}?tolerance=5"
            for path in (PAGE, chosen):
                client.get(path, headers={"accept-encoding": "br"}).raise_for_status()
            with client.stream("GET", PAGE, headers={"accept-encoding": "br"}) as raw:
                body.write_bytes(b"".join(raw.iter_raw()))
            etag = client.get(PAGE, headers={"accept-encoding": "br"}).headers["etag"]
        (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
        plain = worker("plain:app", {"BENCH_BODY": str(body), "PYTHONPATH": str(folder)})
        with plain as (plain_pid, plain_port):
            kinds: dict[str, tuple[int, Callable[[], Answered]]] = {
                "a page that FastAPI holds": (plain_pid, lambda: ask_for(plain_port, "/", SECONDS)),
                "the chart page again": (pid, lambda: ask_for(port, PAGE, SECONDS)),
                "with choices, again": (pid, lambda: ask_for(port, chosen, SECONDS)),
                "304, the asker holds it": (
                    pid,
                    lambda: ask_for(port, PAGE, SECONDS, status=304, headers=f"If-None-Match: {etag}\r\n"),
                ),
            }
            rates: dict[str, list[tuple[float, float, int]]] = {kind: [] for kind in kinds}
            for _ in range(ROUNDS):
                for kind, (process, ask) in kinds.items():
                    before = processor_seconds(process)
                    answered = ask()
                    used = (processor_seconds(process) - before) / answered.number
                    rates[kind].append((answered.rate, 1e6 * used, answered.size))
    print(f"{'':<28}{'a second':>10}{'ratio':>8}{'µs of processor':>17}{'bytes':>9}")
    against = max(rate for rate, _used, _size in rates["a page that FastAPI holds"])
    for kind, found in rates.items():
        rate, used, size = max(found)
        print(f"{kind:<28}{rate:>10,.0f}{rate / against:>8.2f}{used:>17.0f}{size:>9,}", flush=True)


# --- The first time after a change.


def first_time(url: str, engine: Engine, folder: Path, rows: list[Row]) -> float:
    """The chart page after each of some changes to its measure; gives the median in milliseconds."""
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
            for row in rows:
                add(engine, write_claims(folder / "change.csv", [row]))
                time.sleep(0.3)  # the worker hears of the change, and reads what the database has written
                pages.append(seconds_of(client, PAGE))
                readings.append(reading_alone(engine))
                bare.append(seconds_of(other, "/"))
    page, reading, plain = (1000 * median(times) for times in (pages, readings, bare))
    print(f"first time after a change   {page:>8.0f} ms, {size:,} bytes")
    print(f"its reading alone           {reading:>8.0f} ms; goal: under {READING_GOAL}")
    print(f"a query and a bare page     {plain:>8.0f} ms, {bare_size:,} bytes")
    print(f"all but the reading         {(page - reading) / plain:>8.1f} of that; goal: at most {BARE_GOAL}")
    return page


@contextmanager
def asking(port: int) -> Iterator[httpx2.Client]:
    """A browser that asks a worker."""
    headers = {"accept-encoding": "gzip, deflate, br, zstd"}
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


# --- A start.


def start(url: str) -> None:
    """From the command to the first page, and what the worker then holds."""
    begun = time.perf_counter()
    command = [str(Path(sys.executable).with_name("muster")), "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            address = next(
                found[0] for line in process.stdout or () if (found := re.search(r"http://\S+", line))
            )
            httpx2.get(address, timeout=PATIENCE).raise_for_status()
            first = time.perf_counter() - begun
            for path in (PAGE, "/claims", "/sources", "/compare", "/changes", "/method"):
                httpx2.get(f"{address.rstrip('/')}{path}", timeout=PATIENCE).raise_for_status()
            held = megabytes(process.pid)
            print(f"start to the first page     {first:>8.2f} s; memory of the worker {held:.0f} MB")
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time how pages are served.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="N", help="claims of a ledger")
    parser.add_argument("--first-time", action="store_true", help="only the page after a change")
    given = parser.parse_args()
    times: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, server(Path(name) / "data") as address:
        for size in given.sizes:
            with new_database(address) as engine, tempfile.TemporaryDirectory(dir=name) as folder:
                rows = fill(engine, Path(folder), size)
                url = engine.url.render_as_string(hide_password=False)
                again = connect(url)
                print(f"--- a ledger of {size:,} claims and {CLAIMS:,} about one measure", flush=True)
                times[size] = first_time(url, again, Path(folder), rows)
                if not given.first_time:
                    served_again(url, Path(folder))
                    start(url)
                again.dispose()
    least, most = min(times), max(times)
    if least != most:
        ratio = times[most] / times[least]
        print(f"first time at {most:,} claims: {ratio:.2f} of that at {least:,}; goal: at most {LARGER_GOAL}")


if __name__ == "__main__":
    main()
