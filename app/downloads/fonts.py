"""How wide words are: the letters of the fonts that pictures are drawn with, measured from their files.

A picture has no browser that would break its lines, so they are broken here, by the same numbers. Files
are read as OpenType describes them: `cmap` leads from a letter to its glyph, `hmtx` has the glyph's width.
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path

import fontpkg_noto_sans  # type: ignore[import-untyped]  # one path, and no types
import pylopdf_fonts_ko

SANS: Path = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
HANGUL = pylopdf_fonts_ko.sans_path()
"""Hangul, and the Chinese characters of Korean texts; what neither font has is drawn as an empty box."""

FAMILIES = (
    "'Noto Sans','Noto Sans KR','Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,"
    "system-ui,sans-serif"
)  # fmt: skip
"""The fonts by which a picture is measured, and those of other machines that are not much wider."""

WIDER = 1.1
"""How much wider lines may be where a machine has none of these fonts: so much room is left for them."""

BOLDER = 1.09
"""How much wider words are in the heaviest weight that is used; measured, and rounded up."""

_UNKNOWN = 0.6  # of an em: the empty box, and letters of no font


_NONE = 0xFFFF  # no letter is so wide


@dataclass(frozen=True, slots=True)
class Font:
    """A font's file and the widths of its letters by code point, two bytes each, in parts of an em."""

    path: Path
    per_em: int
    widths: "array[int]"

    def ems(self, code: int) -> float | None:
        """The width of a letter; None where the font does not have it."""
        wide = self.widths[code] if code < len(self.widths) else _NONE
        return None if wide == _NONE else wide / self.per_em


@cache
def _font(path: Path) -> Font:
    """A font, read once, and only when a letter is looked for in it."""
    return _read(path)


def files_for(words: str) -> list[str]:
    """The files without which some of these words could not be drawn: the second is rarely among them."""
    missing = [code for code in map(ord, set(words)) if _font(SANS).ems(code) is None]
    is_needed = missing and any(_font(HANGUL).ems(code) is not None for code in missing)
    return [str(SANS), str(HANGUL)] if is_needed else [str(SANS)]


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Pixels to be kept for a line, `size` being that of the type: its width, and some for other fonts."""
    return sum(map(_ems, words)) * size * WIDER * (BOLDER if bold else 1)


@lru_cache(maxsize=2048)
def _ems(letter: str) -> float:
    """The width of a letter in the first font that has it."""
    for path in (SANS, HANGUL):
        ems = _font(path).ems(ord(letter))
        if ems is not None:
            return ems
    return _UNKNOWN


def wrapped(words: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The words in lines that fit into `room` pixels; a word that is too long by itself is broken."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, size, room, bold=bold)
        lines += whole
    return [*lines, line] if line else lines


def shortened(
    lines: Sequence[str], at_most: int, size: float, room: float, *, bold: bool = False
) -> list[str]:
    """The first lines, the last of them with an ellipsis where there were more."""
    if len(lines) <= at_most:
        return list(lines)
    last = lines[at_most - 1]
    while last and width(f"{last}…", size, bold=bold) > room:
        last = last[:-1]
    return [*lines[: at_most - 1], f"{last.rstrip(' ,;')}…"]


def _broken(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    """A word in pieces that fit; at least one letter each."""
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, size, bold=bold) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def _read(path: Path) -> Font:
    data = path.read_bytes()
    tables = _tables(data)
    (per_em,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (measured,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    # Pairs of an advance and a bearing; glyphs beyond the last pair are as wide as it.
    advances = array("H", struct.unpack_from(f">{2 * measured}H", data, tables["hmtx"])[::2])
    widths = array("H", [_NONE])
    for code, glyph in _glyphs(data, tables["cmap"]):
        if code >= len(widths):
            widths.extend(array("H", [_NONE]) * (code + 1 - len(widths)))
        widths[code] = advances[min(glyph, measured - 1)]
    return Font(path, per_em, widths)


def _tables(data: bytes) -> dict[str, int]:
    """Where each table of the file begins."""
    (number,) = struct.unpack_from(">H", data, 4)
    found = {}
    for place in range(number):
        name, _, begin, _ = struct.unpack_from(">4sIII", data, 12 + 16 * place)
        found[name.decode("ascii")] = begin
    return found


def _glyphs(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Code points and their glyphs, from the subtables of formats 4 and 12; others repeat them."""
    (number,) = struct.unpack_from(">H", data, cmap + 2)
    for place in range(number):
        (offset,) = struct.unpack_from(">I", data, cmap + 4 + 8 * place + 4)
        begin = cmap + offset
        (form,) = struct.unpack_from(">H", data, begin)
        if form == _SEGMENTS:
            yield from _of_segments(data, begin)
        elif form == _GROUPS:
            yield from _of_groups(data, begin)


_SEGMENTS, _GROUPS = 4, 12


def _of_groups(data: bytes, begin: int) -> Iterator[tuple[int, int]]:
    (number,) = struct.unpack_from(">I", data, begin + 12)
    groups = struct.iter_unpack(">III", data[begin + 16 : begin + 16 + 12 * number])
    for first, last, glyph in groups:
        yield from zip(range(first, last + 1), count(glyph), strict=False)


def _of_segments(data: bytes, begin: int) -> Iterator[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", data, begin + 6)
    number = twice // 2
    ends_at = begin + 14
    ends = struct.unpack_from(f">{number}H", data, ends_at)
    starts = struct.unpack_from(f">{number}H", data, ends_at + twice + 2)
    deltas = struct.unpack_from(f">{number}h", data, ends_at + 2 * twice + 2)
    offsets_at = ends_at + 3 * twice + 2
    offsets = struct.unpack_from(f">{number}H", data, offsets_at)
    for place, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                at = offsets_at + 2 * place + offset + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", data, at)
            if glyph:
                yield code, (glyph + delta) & 0xFFFF
