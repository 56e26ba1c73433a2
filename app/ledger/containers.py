"""Opening a ledger: a claims CSV, a folder with its companions, or a zip of one.

Nothing is unpacked to disk, and a file's size is counted while it is read: what a zip says of itself is
not trusted.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from app.ledger.refusals import shortened

CLAIMS = "claims.csv"
COMPANIONS = ("deployments.csv", "measures.csv", "sources.csv")
HISTORY = "history.csv"
ACTS = "acts.csv"
VERSIONS = "versions.csv"
DESCRIPTIONS = "descriptions.csv"
PAST = (HISTORY, ACTS, VERSIONS, DESCRIPTIONS)
"""What an export adds, to restore how a ledger came to be what it is (docs/exports.md)."""

PACKAGE = "datapackage.json"
BESIDE = (PACKAGE,)

MOST_FILES = 1000
"""Files that a zip may hold; a ledger has nine."""

_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SIZE = 22  # bytes of the record at the end of a zip, without its comment
_LONGEST_TAIL = _END_SIZE + 65_535  # with the longest comment
_LARGEST_DIRECTORY = 1_000_000  # bytes; zipfile reads it into memory as a whole
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)


class NotALedger(Exception):
    """What was given cannot be read as a ledger; `file` names the part at fault, None: the whole."""

    def __init__(self, reason: str, file: str | None = None) -> None:
        super().__init__(reason)
        self.file = file


class _Opens(Protocol):
    def __call__(self, name: str) -> BinaryIO: ...


@dataclass
class Container:
    """The files of a ledger, each opened by its plain name and read as a stream of bytes."""

    sizes: dict[str, int]  # bytes of each file that can be read, as its container says; for a progress bar
    past: dict[str, int]  # likewise of the files that tell how the ledger came to be what it is
    left: list[str]  # other files, which are not read
    opens: _Opens
    limit: int  # bytes of all files together, once unpacked
    claims_name: str = CLAIMS  # how the file with the claims is called
    taken: int = 0

    @contextmanager
    def open(self, name: str) -> Iterator["CountedStream"]:
        """One file; raises NotALedger where it cannot be read or is too much."""
        with _told(name):
            stream = self.opens(name)
        with stream:
            yield CountedStream(self, name, stream)


@contextmanager
def _told(file: str | None) -> Iterator[None]:
    """What goes wrong while a file is opened or read, in a sentence."""
    try:
        yield
    except OSError as error:
        raise NotALedger(f"cannot be read: {error.strerror or error}", file) from error
    except _UNREADABLE as error:
        raise NotALedger(f"the zip is damaged or cannot be read ({error})", file) from error


@dataclass
class CountedStream:
    """Bytes of one file, counted against the limit of its container."""

    container: Container
    name: str
    stream: BinaryIO

    def read(self, size: int) -> bytes:
        with _told(self.name):
            chunk = self.stream.read(size)
        self.container.taken += len(chunk)
        if self.container.taken > self.container.limit:
            megabytes = self.container.limit // 1_000_000
            raise NotALedger(
                f"is larger than {megabytes:,} MB once unpacked, the most that is read", self.name
            )
        return chunk


@contextmanager
def open_container(path: Path, limit_mb: int) -> Iterator[Container]:
    """The ledger at `path`; raises NotALedger with a sentence where there is none."""
    with ExitStack() as held:
        with _told(None):
            container = _container(path, limit_mb * 1_000_000, held)
        yield container


def _container(path: Path, limit: int, held: ExitStack) -> Container:
    """The container at `path`; what it keeps open is closed with `held`."""
    if path.is_dir():
        return _folder(path, limit)
    if _begins_like_a_zip(path):
        stream = held.enter_context(path.open("rb"))
        _check_directory(stream)
        return _unzipped(held.enter_context(zipfile.ZipFile(stream)), limit)
    return Container({CLAIMS: path.stat().st_size}, {}, [], lambda _name: path.open("rb"), limit, path.name)


def _begins_like_a_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in {b"PK\x03\x04", _END_OF_DIRECTORY}


def _folder(path: Path, limit: int) -> Container:
    files = {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
    _require_claims(files, "the folder")
    sizes = {name: file.stat().st_size for name, file in files.items()}
    return Container(*_sorted_out(sizes), lambda name: files[name].open("rb"), limit)


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a zip whose list of files alone would fill the memory."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _LONGEST_TAIL))
    tail = stream.read()
    record = tail[tail.rfind(_END_OF_DIRECTORY) :]
    if len(record) < _END_SIZE:
        raise NotALedger("the zip is damaged: its end is missing")
    if int.from_bytes(record[12:16], "little") > _LARGEST_DIRECTORY:
        raise NotALedger(f"the zip holds more than {MOST_FILES:,} files")
    stream.seek(0)


def _unzipped(archive: zipfile.ZipFile, limit: int) -> Container:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise NotALedger(f"the zip holds more than {MOST_FILES:,} files")
    for entry in entries:
        _refuse_tricks(entry)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise NotALedger("is a spreadsheet or text document: save the table as CSV (UTF-8) first")
    files = [entry for entry in entries if not entry.is_dir() and not _is_hidden(entry.filename)]
    top = _top_folder(files)
    named: dict[str, zipfile.ZipInfo] = {}
    for entry in files:
        name = entry.filename.removeprefix(top)
        if name in named:
            raise NotALedger("is in the zip more than once", name)
        named[name] = entry
    _require_claims(named, "the zip")
    sizes = {name: entry.file_size for name, entry in named.items()}
    return Container(*_sorted_out(sizes), lambda name: archive.open(named[name]), limit)  # type: ignore[arg-type]


def _refuse_tricks(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    shown = shortened(name)
    if path.is_absolute() or name[1:2] == ":":
        raise NotALedger("the zip holds an absolute path", shown)
    if ".." in path.parts:
        raise NotALedger("the zip holds a path that leaves its folder", shown)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise NotALedger("the zip holds a link instead of a file", shown)
    if entry.flag_bits & 0x1:
        raise NotALedger("the zip is encrypted: make one without a password", shown)
    if name.lower().endswith(".zip"):
        raise NotALedger("the zip holds another zip: unpack it first", shown)


def _top_folder(files: list[zipfile.ZipInfo]) -> str:
    """The one folder in which a zip keeps its ledger, with its slash; empty where it has none."""
    names = [entry.filename for entry in files]
    if CLAIMS in names:
        return ""
    tops = [name.removesuffix(CLAIMS) for name in names if name.endswith(f"/{CLAIMS}")]
    if len(tops) > 1:
        raise NotALedger(f"the zip holds more than one {CLAIMS}")
    return tops[0] if tops and tops[0].count("/") == 1 else ""


def _is_hidden(name: str) -> bool:
    """What systems add by themselves, such as .DS_Store and __MACOSX."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _is_read(name: str) -> bool:
    return name in {CLAIMS, *COMPANIONS}


def _require_claims(names: dict[str, Path] | dict[str, zipfile.ZipInfo], where: str) -> None:
    if CLAIMS in names:
        return
    others = sorted(name for name in names if name.lower().endswith(".csv") and not _is_read(name))[:3]
    hint = f"; {', '.join(others)} is there: rename the file that holds the claims" if others else ""
    raise NotALedger(f"{where} has no {CLAIMS}{hint}")


def _sorted_out(sizes: dict[str, int]) -> tuple[dict[str, int], dict[str, int], list[str]]:
    """The files of the ledger as it stands, those of its past, and the names of those that are neither."""
    usual = ("readme", "license", "licence", ".")
    left = [
        name
        for name in sorted(sizes)
        if not _is_read(name) and name not in {*PAST, *BESIDE} and not name.lower().startswith(usual)
    ]
    now = {name: size for name, size in sizes.items() if _is_read(name)}
    return now, {name: sizes[name] for name in PAST if name in sizes}, left
