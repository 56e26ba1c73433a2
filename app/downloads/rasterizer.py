"""A process that makes PNG from SVG for one worker of the site: `python -m app.downloads.rasterizer`.

The renderer holds Python's lock for as long as it draws. In a process of its own it keeps nobody waiting
but those who ask for pictures. It reads a question and writes an answer, over and over, and ends when
nothing more is to be read: also when the worker is gone, however it ended.

    question  zoom (8 bytes, a float), length of the SVG (4 bytes), the SVG as UTF-8
    answer    1 byte, 0 where it could not be drawn; length (4 bytes); the PNG, or why
"""

import struct
import sys
from typing import BinaryIO

from app.downloads.fonts import files_for

QUESTION, ANSWER = struct.Struct(">dI"), struct.Struct(">?I")


def render(svg: str, zoom: float) -> bytes:
    """The picture as PNG. Its letters come from our own fonts: it looks the same on every machine."""
    import resvg_py  # noqa: PLC0415 - a worker imports this file for how to ask, and never draws

    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        skip_system_fonts=True,
        font_files=files_for(svg),
        font_family="Noto Sans",
        sans_serif_family="Noto Sans",
    )
    return drawn


def answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nothing more is asked."""
    while head := questions.read(QUESTION.size):
        zoom, length = QUESTION.unpack(head)
        svg = questions.read(length).decode()
        try:
            drawn, body = True, render(svg, zoom)
        except ValueError as error:  # the renderer's word for whatever it cannot draw
            drawn, body = False, str(error).encode()
        answers.write(ANSWER.pack(drawn, len(body)) + body)
        answers.flush()


if __name__ == "__main__":
    answer_all(sys.stdin.buffer, sys.stdout.buffer)
