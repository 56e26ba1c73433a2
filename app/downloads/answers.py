"""How a file is answered: to any site that asks, under a name of its own, 304 where it is held already."""

from datetime import date

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
READ = ["GET", "HEAD"]
"""The verbs of every download: programs ask for the head first."""

_KEPT = {CSV, ZIP}  # what a browser saves instead of showing it


def file_name(*parts: str, on: date, ending: str) -> str:
    """`nk-troops-russia-sent-2025-04-01.csv`: what is in it, and the day it speaks of. Slugs only."""
    return f"{'-'.join([*parts, on.isoformat()])}.{ending}"


def file_answer(request: Request, body: bytes, media_type: str, name: str) -> Response:
    """A file of this name and content, or 304."""
    answer = open_answer(request, body, media_type)
    way = "attachment" if media_type in _KEPT else "inline"
    answer.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer
