"""Templates as Python's code, kept in `build/templates/`: to compile a page's takes longer than the page.

A kept one is used while its source, Jinja and our own code are as they were: Jinja asks our filters about
constants when it compiles.
"""

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from app.settings import PROJECT


class Compiled(BytecodeCache):
    """Keeps in a folder what it may write there; where it may not, templates are compiled at each start."""

    def __init__(self, folder: Path = PROJECT / "build" / "templates", code: Path = PROJECT / "app") -> None:
        self.folder = folder
        changed = max(path.stat().st_mtime_ns for path in code.rglob("*.py"))
        self.made_by = sha256(f"{version('jinja2')} {changed}".encode()).hexdigest()[:10]

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept; Jinja looks whether that is of the same source and Python."""
        with suppress(OSError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds, all of it or nothing, instead of what was kept of that template."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".draft-")
            with os.fdopen(handle, "wb") as file:
                bucket.write_bytecode(file)
            for old in self.folder.glob(f"{bucket.key}-*"):
                old.unlink(missing_ok=True)
            Path(draft).replace(self._path(bucket))

    def _path(self, bucket: Bucket) -> Path:
        return self.folder / f"{bucket.key}-{self.made_by}"


def compile_all() -> None:
    """Keep every template of the site, as an image does whose account may write nothing."""
    from app.pages import ENVIRONMENT  # noqa: PLC0415 - it keeps what it compiles here

    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


if __name__ == "__main__":
    compile_all()
