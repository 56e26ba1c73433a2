"""Static files as browsers get them: named after their content, compressed once, kept for a year.

`ensure_assets` turns `static/` and the Plotly bundle into `build/static/`. A file whose name carries
a part of its SHA-256 never changes, so browsers may keep it for good and a second build has nothing to
do: what is there under the right name is right. References between our own files (`url(…)` in CSS,
`import … from` in JavaScript) are rewritten to those names.

Sources are split by subject, and a page asks for one style sheet and one script: those of
`static/bundles/` take others in, by `@import "…";` and `import "…";` alone on a line. What is taken in
is not served by itself (decision 0018).
"""

import gzip
import os
import re
import tempfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

import brotli
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = Path(__file__).resolve().parent.parent
PLOTLY = "js/plotly.js"
"""The name under which pages ask for Plotly, whichever bundle it turns out to be."""
WITHIN_PAGES = "inline/"
"""The folder of scripts that stand within pages (`written_out`) and have no address."""

_BASIC_BUNDLE = Path("node_modules", "plotly.js-basic-dist-min", "plotly-basic.min.js")
_REFERENCES = {
    ".css": re.compile(r"""(?P<before>\burl\(\s*["']?)(?P<name>[^"')\s]+)(?P<after>["']?\s*\))"""),
    ".js": re.compile(
        r"""(?P<before>\b(?:from|import)\s*\(?\s*["'])(?P<name>\.{1,2}/[^"']+)(?P<after>["'])"""
    ),
}
_TAKEN_IN = {
    ".css": re.compile(r"""^@import\s+["'](?P<name>[^"']+)["'](?P<media>[^;]*);[^\S\n]*$""", re.MULTILINE),
    ".js": re.compile(r"""^import\s+["'](?P<name>\.{1,2}/[^"']+)["'];[^\S\n]*$""", re.MULTILINE),
}
"""Where a file takes in another whole."""
_EXCHANGED = re.compile(r"^(?:export\b|import\s*[{*\w])", re.MULTILINE)
"""A name that a script gives to others or has from them."""
_SPACE = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"')]*\))|/\*.*?\*/|\s+""", re.DOTALL)
_TIGHT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"')]*\))|\s*([{};,])\s*""")
_COMPILED_EARLY = b"//# allFunctionsCalledOnLoad\n"
"""Asks a browser to compile all of a script while it comes in, beside the page, and not when it runs, in it.

Chromium took 90 to 100 ms of the page's own time to run Plotly, 14 with this line before it.
"""
_WORTH_THE_WAIT = 2_000_000
"""Bytes up to which Brotli does its best: 1.4 s for Plotly's small bundle; its full one would take 6.5 s."""
_ELSEWHERE = re.compile(r"#|/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Written out, because Python's own table changes with its version and with the machine it runs on.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class UnknownAsset(LookupError):
    """A page or a file asks for a static file that isn't there; its text says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which fingerprinted name stands for each static file, and the folder that holds them."""

    folder: Path
    names: Mapping[str, str]

    def url(self, name: str) -> str:
        """`css/site.css` as the address that serves it; raises UnknownAsset."""
        if name not in self.names:
            near = get_close_matches(name, self.names)
            raise UnknownAsset(f"no static file “{name}”" + (f", perhaps “{near[0]}”" if near else ""))
        return f"/static/{self.names[name]}"


def ensure_assets(root: Path = ROOT, *, say: Callable[[str], None] = print) -> Manifest:
    """Builds what is missing in `build/static/` and says which name stands for which file.

    Costs some milliseconds when nothing changed: the files are read and hashed, not compressed.
    `say` is told, in a sentence, of a start that takes longer and of a bundle that is larger than
    need be. Several processes may do this at once. Raises UnknownAsset for a reference between our
    own files that leads nowhere, or in a circle.
    """
    folder = root / "build" / "static"
    own = root / "static"
    sources = {
        path.relative_to(own).as_posix(): path
        for path in sorted(own.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    taken_in = {part for name, path in sources.items() for part in _parts(name, path)}
    names: dict[str, str] = {}
    for name in sources:
        if name in taken_in or name.startswith(WITHIN_PAGES):
            # Not to be served; looked at all the same, for what leads nowhere.
            _whole(name, sources, names, folder, PurePosixPath(name).parent, open_names=())
        else:
            _build_own(name, sources, names, folder, open_names=())
    names[PLOTLY] = _build_plotly(root, folder, say)
    return Manifest(folder, names)


@cache
def written_out(name: str, root: Path = ROOT) -> str:
    """A script of `static/` with what it takes in, as it stands within a page; raises UnknownAsset.

    It stays without its comments, which are lines of their own, and without indents.
    """
    own = root / "static"
    sources = {path.relative_to(own).as_posix(): path for path in own.rglob("*.js")}
    text = _whole(name, sources, {}, own, PurePosixPath(name).parent, open_names=())
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def permit_of(script: str) -> str:
    """What a Content-Security-Policy says to let a page run this script, which stands within it."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _parts(name: str, path: Path) -> set[str]:
    """The names of the files that this one takes in."""
    pattern = _TAKEN_IN.get(path.suffix)
    if pattern is None:
        return set()
    here = PurePosixPath(name).parent
    return {normpath(f"{here}/{match['name']}") for match in pattern.finditer(path.read_text("utf-8"))}


def _build_own(
    name: str, sources: Mapping[str, Path], names: dict[str, str], folder: Path, open_names: tuple[str, ...]
) -> str:
    """The fingerprinted name of one of our own files, after those of the files that it refers to."""
    if name in names:
        return names[name]
    suffix = PurePosixPath(name).suffix
    if suffix not in _TYPES:
        raise UnknownAsset(f"static/{name} is of no known type: name its media type in app/assets.py")
    if suffix in _REFERENCES:
        text = _whole(name, sources, names, folder, PurePosixPath(name).parent, open_names)
        content = (_tightened(text) if suffix == ".css" else text).encode()
    else:
        content = sources[name].read_bytes()
    names[name] = _keep(folder, name, content)
    return names[name]


def _whole(
    name: str,
    sources: Mapping[str, Path],
    names: dict[str, str],
    folder: Path,
    into: PurePosixPath,
    open_names: tuple[str, ...],
) -> str:
    """The text of a style sheet or script with what it takes in, its references as they are from `into`."""
    if name in open_names:
        raise UnknownAsset(f"static files refer to each other in a circle: {' → '.join([*open_names, name])}")
    here, suffix = str(PurePosixPath(name).parent), PurePosixPath(name).suffix
    further = (*open_names, name)

    def found(written: str) -> str:
        wanted = normpath(f"{here}/{written}")
        if wanted not in sources:
            raise UnknownAsset(f"static/{name} refers to “{written}”, and there is no static/{wanted}")
        return wanted

    def rewrite(match: re.Match[str]) -> str:
        if _ELSEWHERE.match(match["name"]):
            return match[0]
        # What follows a # names a part of the file, as of an SVG with several pictures.
        path, mark, part = match["name"].partition("#")
        target = relpath(_build_own(found(path), sources, names, folder, further), into)
        # A JavaScript import without a leading dot would be the name of a package.
        target = target if target.startswith("../") else f"./{target}"
        return f"{match['before']}{target}{mark}{part}{match['after']}"

    def take_in(match: re.Match[str]) -> str:
        part = found(match["name"])
        text = _whole(part, sources, names, folder, into, further)
        if suffix == ".css":
            media = match["media"].strip()
            return f"@media {media} {{\n{text}}}\n" if media else text
        if _EXCHANGED.search(text):
            raise UnknownAsset(f"static/{name} takes in static/{part}, which imports or exports names")
        return f"{{\n{text}}}\n"  # a block: what it names stays its own, as in a module

    # Split where others are taken in: their references are theirs to rewrite.
    text, done, end = sources[name].read_text("utf-8"), [], 0
    for match in _TAKEN_IN[suffix].finditer(text):
        done += [_REFERENCES[suffix].sub(rewrite, text[end : match.start()]), take_in(match)]
        end = match.end()
    return "".join([*done, _REFERENCES[suffix].sub(rewrite, text[end:])])


def _tightened(css: str) -> str:
    """A style sheet without comments and without space that says nothing."""
    spaced = _SPACE.sub(lambda match: match[1] or " ", css)
    tight = _TIGHT.sub(lambda match: match[1] or match[2], spaced)
    return tight.replace(";}", "}").strip()


def _build_plotly(root: Path, folder: Path, say: Callable[[str], None]) -> str:
    """The small bundle that npm installed, or else the full one inside Plotly's Python package."""
    small = root / _BASIC_BUNDLE
    if small.is_file():
        return _keep(folder, PLOTLY, _COMPILED_EARLY + small.read_bytes(), say=say)
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise UnknownAsset("no Plotly bundle: neither node_modules nor the Python package has one")
    say(
        "Charts use Plotly's full bundle, three times the size of the small one: "
        "npm had not installed it (`make assets` tries again)."
    )
    full = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    return _keep(folder, PLOTLY, _COMPILED_EARLY + full.read_bytes(), say=say)


def _keep(folder: Path, name: str, content: bytes, say: Callable[[str], None] | None = None) -> str:
    """Writes a file and its compressed forms unless they are there; gives its fingerprinted name."""
    path = PurePosixPath(name)
    kept = str(path.with_name(f"{path.stem}.{sha256(content).hexdigest()[:10]}{path.suffix}"))
    target = folder / kept
    if target.is_file():
        return kept
    if say is not None:
        say(f"Compressing {path.name}, once …")
    target.parent.mkdir(parents=True, exist_ok=True)
    quality = 11 if len(content) <= _WORTH_THE_WAIT else 9
    for suffix, squeezed in (
        (".br", brotli.compress(content, quality=quality, lgwin=24)),
        (".gz", gzip.compress(content, 9, mtime=0)),
    ):
        if len(squeezed) < len(content):
            _write(target.with_name(target.name + suffix), squeezed)
    # The plain file comes last: where it is, its compressed forms are.
    _write(target, content)
    return kept


def _write(path: Path, content: bytes) -> None:
    """Writes all of a file or nothing, whoever else writes it and whenever this process ends."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes files that only their owner may read; the umask had no say in it.
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def static_app(manifest: Manifest) -> StaticFiles:
    """The ASGI application to mount at `/static`: every answer may be kept for a year."""
    return _Fingerprinted(directory=manifest.folder)


class _Fingerprinted(StaticFiles):
    """Starlette's static files, from the form that the browser takes and the shortest path there.

    Starlette brings ETag, 304, ranges, HEAD and the guard against paths that climb; it has no
    compressed forms of its own.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        taken = _encodings_taken(Headers(scope=scope).get("accept-encoding", ""))
        for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
            if encoding in taken and self.lookup_path(path + suffix)[1] is not None:
                return _dressed(await super().get_response(path + suffix, scope), path, encoding)
        return _dressed(await super().get_response(path, scope), path, None)


def _dressed(response: Response, path: str, encoding: str | None) -> Response:
    """The answer with the headers that a file named after its content deserves."""
    response.headers["cache-control"] = "public, max-age=31536000, immutable"
    response.headers["vary"] = "Accept-Encoding"
    if isinstance(response, FileResponse):
        response.headers["content-type"] = _TYPES[PurePosixPath(path).suffix]
        if encoding is not None:
            response.headers["content-encoding"] = encoding
    return response


def _encodings_taken(header: str) -> set[str]:
    """The codings that an Accept-Encoding header names, without those it refuses with `q=0`."""
    taken = set()
    for entry in header.lower().split(","):
        coding, _, quality = entry.replace(" ", "").partition(";q=")
        if not quality or quality.strip("0.") != "":
            taken.add(coding)
    return taken


if __name__ == "__main__":
    ensure_assets()
