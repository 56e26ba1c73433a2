"""A PNG as rows of pixels, read with nothing but the standard library."""

import struct
import zlib


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def pixels_of(png: bytes) -> list[bytes]:
    """The rows from top to bottom, four bytes for each pixel."""
    width, height = size_of(png)
    depth, colour = png[24], png[25]
    assert (depth, colour) == (8, 6), "eight bits of red, green, blue and alpha each"
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    raw, stride = zlib.decompress(data), 4 * width
    rows: list[bytes] = []
    before = bytes(stride)
    for row in range(height):
        start = row * (stride + 1)
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], before)
        rows.append(before)
    return rows


def inked(png: bytes) -> int:
    """How many pixels differ from the first one, which is paper."""
    rows = pixels_of(png)
    paper = rows[0][:4]
    return sum(row[place : place + 4] != paper for row in rows for place in range(0, len(row), 4))


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """One row as it was before the filter of PNG (RFC 2083, section 6)."""
    row = bytearray(line)
    for place in range(len(row)):
        left = row[place - 4] if place >= 4 else 0
        corner = above[place - 4] if place >= 4 else 0
        up = above[place]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[place] = (row[place] + guess) & 0xFF
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))
