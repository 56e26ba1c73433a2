"""PNG from our own SVG, without a browser: one picture after the other, in a process beside each worker."""

import subprocess
import sys
from collections import OrderedDict
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import BinaryIO

from fastapi import Request

from app.downloads.rasterizer import ANSWER, QUESTION
from app.errors import Refusal
from app.languages.spoken import _
from app.settings import PROJECT

KEPT = 32
"""Pictures that are kept, of some 200 kB each: a chart that is linked to is asked for again and again."""

PATIENCE = 10
"""Seconds that a request waits for those before it."""


class Busy(Refusal):
    """So much is asked for that this would wait too long."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.headers = {"Retry-After": str(PATIENCE)}


class CannotDraw(Exception):
    """The renderer refused a picture of ours: a fault of the program."""


class Rasterizer:
    """Draws for one worker. The process starts with the first picture and is started again if it ended."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._kept: OrderedDict[tuple[bytes, float], bytes] = OrderedDict()

    def png(self, svg: str, zoom: float) -> bytes:
        """The picture, `zoom` pixels for each pixel of the SVG. Raises Busy, and CannotDraw."""
        key = sha256(svg.encode()).digest(), zoom
        if not self._lock.acquire(timeout=PATIENCE):
            raise Busy(_("More pictures are asked for than can be drawn at once. Try again shortly."))
        try:
            if key not in self._kept:
                self._kept[key] = self._ask(svg.encode(), zoom)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()  # nothing more is asked, so it ends by itself
            self._process = None

    def _ask(self, svg: bytes, zoom: float) -> bytes:
        question = QUESTION.pack(zoom, len(svg)) + svg
        try:
            return self._answered(question)
        except (BrokenPipeError, EOFError):
            self._forget()
            return self._answered(question)

    def _answered(self, question: bytes) -> bytes:
        asking, answering = self._pipes()
        asking.write(question)
        asking.flush()
        drawn, length = ANSWER.unpack(_all_of(answering, ANSWER.size))
        body = _all_of(answering, length)
        if not drawn:
            raise CannotDraw(body.decode())
        return body

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.downloads.rasterizer"],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None and answering is not None  # noqa: S101, PT018 - both were asked for
        return asking, answering  # type: ignore[return-value]  # pipes of bytes

    def _forget(self) -> None:
        """Leave a process behind that ended."""
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                try:
                    if pipe is not None:
                        pipe.close()
                except BrokenPipeError:
                    continue  # what it was not told is told to the next one
            self._process.wait()
            self._process = None


def png_of(request: Request, svg: str, zoom: float) -> bytes:
    """The picture, drawn by the worker that was asked."""
    rasterizer: Rasterizer = request.app.state.rasterizer
    return rasterizer.png(svg, zoom)


def _all_of(stream: BinaryIO, length: int) -> bytes:
    """So many bytes; raises EOFError where the process ended before."""
    read = stream.read(length)
    if len(read) < length:
        raise EOFError
    return read
