"""A table in the body of a request: a file, or text that was pasted; no more of it than is ever read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.types import Message

from app.accounts.guards import Editor
from app.languages.spoken import _
from app.sheets.reading import LARGEST_FILE
from app.sheets.staging import LONGEST_NAME

_ROOM = 1_000_000
"""Bytes that a form takes besides the file in it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in the form; with a problem, nothing else but what was pasted."""

    name: str = ""  # the file's; empty: the table was pasted
    file: bytes = b""
    pasted: str = ""
    problem: str = ""  # a sentence
    field: str = "table"  # that it is about


async def brought(request: Request, _editor: Editor) -> Brought:
    """The table in the form; who is no editor has been turned away before it is read."""
    most = LARGEST_FILE + _ROOM
    too_large = Brought(
        problem=_("More than %(most)s MB were sent, the most that is read.", most=LARGEST_FILE // 10**6)
    )
    taken = 0
    chunks = request.stream()

    async def receive() -> Message:
        nonlocal taken
        chunk = await anext(chunks, None)
        taken += len(chunk or b"")
        return {
            "type": "http.request",
            "body": (chunk or b"") if taken <= most else b"",
            "more_body": chunk is not None and taken <= most,
        }

    try:
        parsed = Request(request.scope, receive)
        form = await parsed.form(max_files=1, max_fields=10, max_part_size=LARGEST_FILE)
        try:
            found = await _found(form)
        finally:
            await form.close()
    except (HTTPException, MultiPartException):
        found = Brought(problem=_("The form cannot be read. Choose the file again."))
    await _drain(chunks)
    return too_large if taken > most else found


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read on and forget: a browser shows an answer only once it has sent everything."""
    async for _chunk in chunks:
        pass


async def _found(form: FormData) -> Brought:
    uploaded, pasted = form.get("table"), form.get("pasted")
    pasted = pasted if isinstance(pasted, str) else ""
    is_file = isinstance(uploaded, UploadFile) and bool(uploaded.filename)
    if is_file and pasted.strip():
        return Brought(pasted=pasted, problem=_("Choose a file or paste a table, not both."))
    if isinstance(uploaded, UploadFile) and is_file:
        return Brought(plain_name(uploaded.filename or ""), await uploaded.read())
    if pasted.strip():
        return Brought("", pasted.encode("utf-8", "replace"), pasted, field="pasted")
    return Brought(problem=_("Choose a file, or paste a table."))


def plain_name(name: str) -> str:
    """A file's name as it is kept and shown: its last part, of letters that can be read."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in last if letter.isprintable())[-LONGEST_NAME:].strip(" .")
    return plain or _("table")


BroughtTable = Annotated[Brought, Depends(brought)]
