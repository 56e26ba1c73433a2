"""A process that holds the embedded server, as `muster serve` does, for tests to end in many ways.

    holder.py DATA_DIR [MAJOR]

Prints the address, or the refusal; leaves when its input ends. On Ctrl-C it asks the server once
more before it leaves, as requests under way do.
"""

import signal
import sys
from pathlib import Path

import psycopg

from app.embedded import EmbeddedError, embedded_postgres


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def hold(data_dir: Path, major: int | None) -> None:
    with (
        embedded_postgres(data_dir, major=major) as url,
        psycopg.connect(url.replace("+psycopg", "")) as open_one,
    ):
        try:
            say(url)
            sys.stdin.read()
        except KeyboardInterrupt:
            say(open_one.execute("SELECT 'answered after Ctrl-C'").fetchone()[0])


if __name__ == "__main__":
    # Tests that were started in the background, or by nohup, ignore these; a person's terminal does not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        hold(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
    except EmbeddedError as error:
        sys.exit(f"refused: {error}")
