"""What a reader waits for: `python -m bench.front`. Needs a Chromium, as the tests of pages do.

The founding ledger is served by one worker, beside two bare pages with the same answer's headers: the drawing
of its chart alone, and a table of 100 rows. Chromium fetches each in turn, with an empty cache, and tells by
its own observers when the first chart was drawn, the largest thing seen, what moved, and how much had come
over the wire. As a phone: 390 pixels, a quarter of the processor, and Lighthouse's slow line (150 ms for an
answer, 1.6 Mbit/s), applied to each request. As a desktop: 1,350 pixels and nothing held back. Shown is the
median of several runs.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx2
from playwright.sync_api import Browser, CDPSession, Error, Page, sync_playwright
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.ledger.actions import import_ledger
from app.settings import PROJECT
from bench.importing import new_database, server
from bench.marks import hand_over
from bench.serving import worker

RUNS = 3
CHART = "/deployments/nk-troops-russia/sent"
PAGES = ("/", "/deployments/nk-troops-russia", "/claims", "/sources", "/changes", "/method", f"/it{CHART}")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SLOW_LINE = {
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 750e3 / 8 * 0.9,
}
"""Lighthouse's slow 4G, as it asks for it of Chromium itself; bytes a second, milliseconds a request."""
DRAWING, ROWS = "the drawing alone", "100 rows alone"
SETTLED = 1500
"""Milliseconds after the last thing happened."""

BARE = """\
import brotli, os
from pathlib import Path
from fastapi import FastAPI, Response
folder = Path(os.environ["BENCH_PAGES"])
pages = {path.stem: brotli.compress(path.read_bytes()) for path in folder.glob("*.html")}
app = FastAPI()
@app.get("/{name}")
async def page(name: str) -> Response:
    headers = {"content-encoding": "br"}
    return Response(pages[name], media_type="text/html; charset=utf-8", headers=headers)
"""
HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
)
OBSERVED = """\
window.seen = { largest: 0, moved: 0, drawing: 0, figure: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.largest = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
const look = () => {
  const now = () => performance.now();
  if (document.querySelector("svg.chart-drawing, svg.chart-spark")) setTimeout(() => seen.drawing ||= now());
  if (document.querySelector(".chart-ready")) setTimeout(() => seen.figure ||= now());
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""A chart is seen when the first frame of which it is a part was painted; none comes before the styles."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit: milliseconds from its start, the score of what moved, bytes over the wire."""

    drawing: float
    largest: float
    figure: float
    moved: float
    bytes_to_drawing: float
    bytes_in_all: float


def bare_pages(folder: Path, chart: str) -> None:
    """The drawing of the chart page alone, and a table of 100 rows."""
    found = re.search(r"data-chart-canvas>(.*?)</div>\s*<p class=\"chart-readout", chart, re.DOTALL)
    if found is None:
        sys.exit("the chart page has no drawing")
    (folder / "drawing.html").write_text(f"{HEAD}<title>Drawing</title>{found[1]}", encoding="utf-8")
    cells = "<td>23 Oct 2024<td>3,000 persons<td>total<td>A source<td>B2<td>A paper"
    rows = "".join(f"<tr><th>{number}{cells}" for number in range(100))
    (folder / "rows.html").write_text(f"{HEAD}<title>Rows</title><table>{rows}</table>", encoding="utf-8")


def visit(chromium: Browser, address: str, *, phone: bool) -> Seen:
    """One visit with an empty cache."""
    size = {"width": 390, "height": 844} if phone else {"width": 1350, "height": 940}
    with chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(OBSERVED)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        if phone:
            session.send("Network.emulateNetworkConditions", {"offline": False, **SLOW_LINE})
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        arrived = Arrivals(session)
        page.goto(address, timeout=120_000)
        settle(page, has_figure=not phone and page.locator("[data-chart]").count() > 0)
        seen: Mapping[str, float] = page.evaluate("seen")
        until = seen["drawing"] or seen["largest"]  # of a page without a chart
        return Seen(**seen, bytes_to_drawing=arrived.until(until), bytes_in_all=arrived.until(None))


def settle(page: Page, *, has_figure: bool) -> None:
    """Wait until the figure is drawn, where there is one to come, and nothing more happens."""
    try:
        if has_figure:
            page.wait_for_selector(".chart-ready", timeout=60_000)
    except Error:
        print("  (the interactive chart did not come)")
    page.wait_for_timeout(SETTLED)


class Arrivals:
    """When how many bytes arrived, heads included, by Chromium's own account."""

    def __init__(self, session: CDPSession) -> None:
        self.begun: float | None = None
        self.ended: list[tuple[float, float]] = []
        session.on("Network.requestWillBeSent", self._begin)
        session.on("Network.loadingFinished", self._end)

    def _begin(self, event: dict[str, float]) -> None:
        self.begun = self.begun or event["timestamp"]

    def _end(self, event: dict[str, float]) -> None:
        self.ended.append((event["timestamp"], event["encodedDataLength"]))

    def until(self, milliseconds: float | None) -> float:
        """Bytes that had arrived by then; None: all."""
        begun = self.begun or 0.0
        return sum(
            size for at, size in self.ended if milliseconds is None or 1000 * (at - begun) <= milliseconds
        )


def visited(chromium: Browser, address: str, *, phone: bool) -> Seen:
    """The medians of several visits."""
    runs = [visit(chromium, address, phone=phone) for _ in range(RUNS)]
    return Seen(**{one.name: median(getattr(run, one.name) for run in runs) for one in fields(Seen)})


def show(chromium: Browser, site: str, bare: str) -> None:
    """All pages as a phone and as a desktop."""
    moved = 0.0
    for phone in (True, False):
        print(f"--- as a {'phone on a slow line' if phone else 'desktop'}")
        print(f"{'':<34}{'chart ms':>9}{'largest':>9}{'figure':>8}{'moved':>8}{'kB then':>9}{'in all':>8}")
        addresses = {DRAWING: f"{bare}/drawing", ROWS: f"{bare}/rows"}
        addresses |= {path: f"{site}{path}" for path in (CHART, *PAGES)}
        seen = {}
        for name, address in addresses.items():
            seen[name] = one = visited(chromium, address, phone=phone)
            print(
                f"{name:<34}{one.drawing:>9.0f}{one.largest:>9.0f}{one.figure:>8.0f}{one.moved:>8.3f}"
                f"{one.bytes_to_drawing / 1000:>9.1f}{one.bytes_in_all / 1000:>8.1f}",
                flush=True,
            )
        moved = max(moved, *(one.moved for one in seen.values()))
        hand_over("phone" if phone else "desktop", seen[CHART].drawing, seen[DRAWING].drawing)
        if phone:
            hand_over("first drawn", seen[CHART].bytes_to_drawing / 1000)
        else:
            hand_over("drawn", seen[CHART].bytes_in_all / 1000)
    hand_over("moved", moved)


def chromium_here() -> str | None:
    """The Chromium of the machine; None where there is none, or none that is known."""
    return os.environ.get("MUSTER_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


@contextmanager
def sites(folder: Path) -> Iterator[tuple[str, str]]:
    """The founding ledger as a site, and bare pages beside it; gives both addresses."""
    with server(folder / "data") as given, new_database(given) as engine:
        with Session(engine) as session, session.begin():
            import_ledger(session, PROJECT / "examples" / "nk-russia", by=COMMAND_LINE, at=datetime.now(UTC))
        url = engine.url.render_as_string(hide_password=False)
        settings = {"DATABASE_URL": url, "MUSTER_LOG_FORMAT": "json"}
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        with worker("app.main:create_app", settings, "--factory") as (_pid, port):
            site = f"http://127.0.0.1:{port}"
            for each in (CHART, *PAGES):  # what is measured is the way to the reader: pages are made before
                httpx2.get(f"{site}{each}", timeout=120).raise_for_status()
            bare_pages(folder, httpx2.get(f"{site}{CHART}", timeout=120).text)
            environment = {"BENCH_PAGES": str(folder), "PYTHONPATH": str(folder)}
            with worker("bare:app", environment) as (_bare_pid, bare_port):
                yield site, f"http://127.0.0.1:{bare_port}"


def main() -> None:
    path = chromium_here()
    if path is None:
        print(
            "No Chromium here, so nothing was measured: `make test` installs one, MUSTER_CHROMIUM names one."
        )
        return
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        tempfile.TemporaryDirectory(prefix="muster-bench-") as name,
        sites(Path(name)) as (site, bare),
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        print(json.dumps({"chromium": chromium.version, "runs": RUNS}))
        show(chromium, site, bare)
        chromium.close()


if __name__ == "__main__":
    main()
