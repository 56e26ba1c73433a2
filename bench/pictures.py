"""How long files of a chart take beside its page: `python -m bench.pictures`.

The founding ledger is imported into a new database on the server of DATABASE_URL, or on an embedded one, and
asked through the whole site. Shown is the best of several runs in milliseconds, and how many times what the
page takes: each run asks for all of them in turn, so that other work on the machine falls on all alike. Every
run has a knowledge date of its own, after the last statement, so that nothing is answered from what is kept.
"""

import logging
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.ledger.actions import import_ledger
from app.main import create_app
from app.settings import PROJECT, Settings
from bench.importing import new_database, server

RUNS = 7
MEASURES = ("sent", "casualties", "present", "containers")
FILES = ("csv", "json", "svg", "png", "card", "zip")


def address(measure: str, file: str, run: int) -> str:
    """Where a file is, or under no name the page: on another knowledge date for each run."""
    path = f"/deployments/nk-troops-russia/{measure}"
    known = f"known_on=2026-10-{run + 1:02}"
    if file == "card":  # which does not say its knowledge date, so that another reading is needed, too
        return f"{path}.png?size=card&since=2024-10-{run + 2:02}&{known}"
    return f"{path}.{file}?{known}" if file else f"{path}?{known}"


def milliseconds(client: TestClient, asked: str) -> float:
    """How long one answer takes."""
    begun = time.perf_counter()
    answer = client.get(asked)
    taken = 1000 * (time.perf_counter() - begun)
    answer.raise_for_status()
    return taken


def rows(client: TestClient) -> list[str]:
    """One line for each measure: the page, then each file and its share of the page's time."""
    lines = []
    for measure in MEASURES:
        runs = [
            [milliseconds(client, address(measure, file, run)) for file in ("", *FILES)]
            for run in range(RUNS)
        ]
        page, *files = (min(times) for times in zip(*runs, strict=True))
        told = "".join(f"{taken:>9.0f} ({taken / page:.1f})" for taken in files)
        lines.append(f"{measure:<12}{page:>7.0f}{told}")
    return lines


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="muster-bench-") as folder,
        server(Path(folder) / "data") as given,
        new_database(given) as engine,
    ):
        with Session(engine) as session, session.begin():
            import_ledger(session, PROJECT / "examples" / "nk-russia", by=COMMAND_LINE, at=datetime.now(UTC))
        url = engine.url.render_as_string(hide_password=False)
        app = create_app(Settings(database_url=url, log_format="json", limit_picture=""))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        logging.disable(logging.WARNING)
        print(f"{'ms':<12}{'page':>7}" + "".join(f"{file:>15}" for file in FILES), flush=True)
        with TestClient(app) as client:
            milliseconds(client, address("sent", "png", RUNS))  # the process that draws is started
            print("\n".join(rows(client)), flush=True)


if __name__ == "__main__":
    main()
