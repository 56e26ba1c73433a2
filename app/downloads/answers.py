"""How a file is answered: to any site that asks, under a name of its own, 304 where it is held already."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

from fastapi import Request
from fastapi.responses import Response

from app.answers.views import open_answer

CSV, JSON, SVG, PNG, ZIP = (
    "text/csv; charset=utf-8; header=present",
    "application/json",
    "image/svg+xml",
    "image/png",
    "application/zip",
)
_KEPT = {CSV, ZIP}  # what a browser saves instead of showing it


def file_name(*parts: str, on: date, ending: str) -> str:
    """`nk-troops-russia-sent-2025-04-01.csv`: what is in it, and the day it speaks of. Slugs only."""
    return f"{'-'.join([*parts, on.isoformat()])}.{ending}"


def file_answer(request: Request, body: bytes, media_type: str, name: str) -> Response:
    """A file of this name and content, or 304."""
    return named(open_answer(request, body, media_type), media_type, name)


def made_answer(
    request: Request, mark: str, make: Callable[[], bytes], media_type: str, name: str
) -> Response:
    """The same for what takes long to make: made only for who does not hold it; `mark` changes as it does."""
    headers = held_headers(mark)
    if is_held(request, headers["ETag"]):
        return named(Response(status_code=304, headers=headers), media_type, name)
    return named(Response(make(), headers=headers, media_type=media_type), media_type, name)


def held_headers(mark: str) -> dict[str, str]:
    """The headers of an answer that changes as `mark` does."""
    etag = f'"{sha256(mark.encode()).hexdigest()[:32]}"'
    return {"ETag": etag, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}


def is_held(request: Request, etag: str) -> bool:
    """Whether the asker says that it holds what has this ETag."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return etag in known or "*" in known


def named(answer: Response, media_type: str, name: str) -> Response:
    """The answer under the name that it is saved by; what browsers can show they show."""
    way = "attachment" if media_type in _KEPT else "inline"
    answer.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer
