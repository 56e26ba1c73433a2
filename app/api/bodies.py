"""Bodies that programs send: read no further than they may be large, each field at fault named."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO, NoReturn

from fastapi import Depends, Request
from python_multipart.exceptions import MultipartParseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from app.accounts.cookies import settings_of
from app.answers.parameters import BadParameter
from app.claims.forms import CLAIM_COLUMNS, LONGEST_TEXT, ClaimRow
from app.errors import Refusal
from app.review.acts_of_editors import ACTS

LARGEST_ROW = 1_000_000
"""Bytes of a row as JSON."""

FIGURES = ("low", "point", "high", "credibility")
"""The columns that may be numbers; every other is text."""

REASONS = tuple(str(reason) for reason in ACTS["correct"].reasons)
"""Why a claim is corrected."""

BESIDE = ("reason", "words", "overridden")
"""What can be said beside the columns of a row."""


class BadBody(Refusal):
    """What was sent cannot be read at all."""

    status = HTTPStatus.BAD_REQUEST


class OtherKind(Refusal):
    """What was sent is of a kind that is not taken here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooLarge(Refusal):
    """What was sent is more than is read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BadFields(Refusal):
    """What was sent can be read, and some of it cannot stand; every fault is named."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: list[BadParameter]) -> None:
        super().__init__("Some of what was sent cannot be taken.")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row as it was sent, and what was said beside it."""

    row: ClaimRow
    reason: str | None = None
    words: str | None = None
    overridden: str | None = None


async def sent_row(request: Request) -> SentRow:
    """The row in the body. Raises OtherKind, TooLarge, BadBody and BadFields."""
    if _kind(request) != "application/json":
        raise OtherKind("A row is taken as application/json.")
    body = b"".join([chunk async for chunk in _limited(request, LARGEST_ROW)])
    try:
        sent = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):  # what is no UTF-8 is a ValueError, too
        raise BadBody("The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise BadFields([BadParameter("", "A row is an object with the columns of the claims CSV as keys.")])
    return read_row(sent)


SentRowBody = Annotated[SentRow, Depends(sent_row)]


def read_row(sent: Mapping[str, object]) -> SentRow:
    """An object as a row: text, or for figures numbers; null and empty text are "not known"."""
    errors: list[BadParameter] = []
    cells = {name: _cell(name, sent.get(name), errors) for name in (*CLAIM_COLUMNS, *BESIDE)}
    errors += [
        BadParameter(name, "is no column of the claims CSV, and nothing that is said beside a row")
        for name in sent
        if name not in cells
    ]
    beside = {name: cells.pop(name).strip() or None for name in BESIDE}
    if (reason := beside["reason"]) is not None and reason not in REASONS:
        errors.append(BadParameter("reason", f"“{reason}” is none of {', '.join(REASONS)}"))
    errors += [
        BadParameter(name, f"is text of at most {LONGEST_TEXT:,} characters, without control characters")
        for name, said in beside.items()
        if said is not None and (len(said) > LONGEST_TEXT or not _is_text(said))
    ]
    if errors:
        raise BadFields(errors)
    return SentRow(ClaimRow(**cells), **beside)


def _cell(name: str, value: object, errors: list[BadParameter]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if name in FIGURES and isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    kinds = "text, a number or null" if name in FIGURES else "text or null"
    errors.append(BadParameter(name, f"has to be {kinds}"))
    return ""


def _is_text(said: str) -> bool:
    return all(letter.isprintable() or letter in "\n\r\t" for letter in said)


def _no_number(written: str) -> NoReturn:
    raise ValueError(written)


@dataclass(frozen=True, slots=True)
class SentLedger:
    """A claims CSV or a zip of a ledger, on disk until it has been answered."""

    path: Path


_SUFFIXES = {"text/csv": ".csv", "application/zip": ".zip"}
TAKEN = (*_SUFFIXES, "multipart/form-data")
_LONGEST_NAME = 100


async def sent_ledger(request: Request) -> AsyncIterator[SentLedger]:
    """The file in the body. Raises OtherKind, TooLarge, BadBody and BadFields."""
    kind = _kind(request)
    if kind not in TAKEN:
        raise OtherKind(f"A ledger is taken as {', '.join(TAKEN[:-1])} or {TAKEN[-1]}.")
    with TemporaryDirectory(prefix="muster-import-") as folder:
        if kind in _SUFFIXES:
            path = Path(folder, f"{'ledger' if kind == 'application/zip' else 'claims'}{_SUFFIXES[kind]}")
            await _store(request, path)
        else:
            async with _part_of(request) as part:
                path = Path(folder, _plain(part.filename or ""))
                await run_in_threadpool(_copy, part.file, path)
        if path.stat().st_size == 0:
            raise BadBody("Nothing was sent.")
        yield SentLedger(path)


SentLedgerBody = Annotated[SentLedger, Depends(sent_ledger)]


async def _store(request: Request, path: Path) -> None:
    with path.open("wb") as file:
        async for chunk in _limited(request, _largest(request)):
            await run_in_threadpool(file.write, chunk)


@asynccontextmanager
async def _part_of(request: Request) -> AsyncIterator[UploadFile]:
    """The one file of a form."""
    limited = _limited(request, _largest(request))

    async def receive() -> Message:
        chunk = await anext(limited, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    try:
        form = await Request(request.scope, receive).form(max_files=1, max_fields=10)
    except (HTTPException, MultipartParseError):
        raise BadBody("The form cannot be read: it has to be multipart/form-data with one file.") from None
    files = [value for value in form.values() if isinstance(value, UploadFile)]
    try:
        if not files:
            raise BadFields([BadParameter("file", "a claims CSV or a zip of a ledger is needed")])
        yield files[0]
    finally:
        await form.close()


def _copy(source: BinaryIO, path: Path) -> None:
    with path.open("wb") as file:
        while chunk := source.read(1 << 20):
            file.write(chunk)


def _plain(name: str) -> str:
    """A file's name as it is kept and shown: its last part, of letters that can be read."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in last if letter.isprintable())[-_LONGEST_NAME:].strip(" .")
    return plain or "ledger"


def _largest(request: Request) -> int:
    return settings_of(request).upload_limit_mb * 1_000_000


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _limited(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body, a piece at a time, and no more of it than this. Raises TooLarge."""
    too_large = TooLarge(f"At most {most / 1_000_000:,.0f} MB are taken at once.")
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > most:
        raise too_large
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > most:
            raise too_large
        if chunk:
            yield chunk
