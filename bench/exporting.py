"""How fast a ledger is exported, against a bare COPY TO: `python -m bench.exporting [N ...]`.

Imports made-up ledgers into a new database on the server of DATABASE_URL, or on an embedded one, then exports
each as a folder and as a zip. Beside them the table of revisions, which holds most of what is exported, is
copied out as it is to a file, before and after. Prints megabytes per second (of a zip, of what is in it), the
ratio of each to the bare COPY, and the most memory that this process held.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from sqlalchemy import Engine

from app.ledger.exporting import export_ledger, snapshot
from bench.importing import SIZES, copy_out, new_database, server


def copied(engine: Engine, folder: Path) -> tuple[int, float]:
    """The bytes of all revisions as COPY writes them, and the seconds that it took."""
    path = folder / "revisions.copy"
    begun = time.perf_counter()
    with engine.begin() as connection:
        copy_out(connection, "copy claim_revisions to stdout", path)
    return path.stat().st_size, time.perf_counter() - begun


def exported(engine: Engine, path: Path) -> tuple[int, float]:
    """The bytes of all files of an export, unpacked, and the seconds that it took."""
    begun = time.perf_counter()
    with snapshot(engine) as taken:
        export_ledger(taken, path)
    seconds = time.perf_counter() - begun
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir()), seconds
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist()), seconds


def measure(engine: Engine, folder: Path) -> tuple[float, float, float]:
    """Megabytes per second of a bare COPY, of an export to a folder, and of one to a zip."""
    first = copied(engine, folder)
    to_folder, to_zip = (exported(engine, folder / name) for name in ("exported", "exported.zip"))
    last = copied(engine, folder)
    return rate(first[0] + last[0], first[1] + last[1]), rate(*to_folder), rate(*to_zip)


def rate(size: int, seconds: float) -> float:
    """Megabytes per second."""
    return size / 1e6 / seconds


def fill(engine: Engine, size: int, ledger: Path) -> None:
    """Import a made-up ledger, in processes of their own: only what the export holds is to be measured."""
    address = engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"DATABASE_URL": address, "MUSTER_IMPORT_LIMIT_MB": "100000"}
    muster = [sys.executable, "-c", "from app.cli import main; main()"]
    subprocess.run([sys.executable, "-m", "bench.make_ledger", str(size), str(ledger)], check=True)
    subprocess.run([*muster, "import", str(ledger)], check=True, env=environment, stdout=subprocess.DEVNULL)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")  # as any database is some minutes after


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the export of ledgers against a bare COPY TO.")
    parser.add_argument(
        "sizes", type=int, nargs="*", metavar="N", default=SIZES, help="claims of each ledger"
    )
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as name, server(Path(name) / "data") as address:
        print(f"{'claims':>10}{'bare COPY':>14}{'folder':>14}{'ratio':>8}{'zip':>14}{'ratio':>8}"
              f"{'peak memory':>14}", flush=True)  # fmt: skip
        for size in sizes:
            folder = Path(name) / f"of-{size}"
            folder.mkdir()
            with new_database(address) as engine:
                fill(engine, size, folder / "ledger")
                bare, to_folder, to_zip = measure(engine, folder)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{size:>10,}{bare:>9.1f} MB/s{to_folder:>9.1f} MB/s{to_folder / bare:>8.2f}"
                f"{to_zip:>9.1f} MB/s{to_zip / bare:>8.2f}{peak:>11,} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
