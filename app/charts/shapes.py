"""Symbols and numbers of server-drawn charts, as SVG likes them."""

import re
from html import escape
from math import cos, pi, sin

from app.charts.palette import SYMBOLS

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(words: str) -> str:
    """Words as the content of an element; what XML has no place for becomes U+FFFD."""
    return escape(_NOT_IN_XML.sub("\ufffd", words), quote=False)


def number(value: float) -> str:
    """One decimal at most, and no zeros for nothing."""
    return f"{value:.1f}".removesuffix(".0")


def attributes(**values: object) -> str:
    """` name="value"` for each; `class_` is written class, other underscores become hyphens."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in values.items()
    )


def tag(name: str, content: str = "", **values: object) -> str:
    """One element; `content` is markup already."""
    head = f"<{name}{attributes(**values)}"
    return f"{head}>{content}</{name}>" if content else f"{head}/>"


def text(words: str, **values: object) -> str:
    """A text element."""
    return tag("text", escaped(words), **values)


def symbol_path(slot: int, size: float) -> str:
    """The outline of a slot's symbol around the origin, about `size` pixels across."""
    r = size / 2
    n = number
    a, b, s, d = r * 1.15, r * 0.4, r * 0.9, r * 1.25
    paths = {
        "circle": f"M{n(-r)} 0a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 {n(-2 * r)} 0z",
        "square": f"M{n(-s)} {n(-s)}h{n(2 * s)}v{n(2 * s)}h{n(-2 * s)}z",
        "diamond": f"M0 {n(-d)}L{n(d)} 0L0 {n(d)}L{n(-d)} 0z",
        "cross": (
            f"M{n(-b)} {n(-a)}h{n(2 * b)}v{n(a - b)}h{n(a - b)}v{n(2 * b)}h{n(b - a)}v{n(a - b)}"
            f"h{n(-2 * b)}v{n(b - a)}h{n(b - a)}v{n(-2 * b)}h{n(a - b)}z"
        ),
        "star": _corners([r * 1.3, r * 0.55] * 5),
        "triangle-left": f"M{n(-a)} 0L{n(r * 0.85)} {n(-r * 1.1)}V{n(r * 1.1)}z",
        "triangle-right": f"M{n(a)} 0L{n(-r * 0.85)} {n(-r * 1.1)}V{n(r * 1.1)}z",
        "hourglass": f"M{n(-r)} {n(-r)}H{n(r)}L{n(-r)} {n(r)}H{n(r)}z",
        "pentagon": _corners([r * 1.05] * 5),
    }
    return paths[SYMBOLS[slot]]


def _corners(radii: list[float]) -> str:
    """A closed path with its corners at these distances, the first one on top."""
    turn = 2 * pi / len(radii)
    points = [(r * sin(i * turn), -r * cos(i * turn)) for i, r in enumerate(radii)]
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z"


def arrow_head(size: float) -> float:
    """The height of an arrow beside a symbol of this size, in pixels."""
    return max(size * 0.62, 4)


def arrow_path(size: float, *, up: bool) -> str:
    """An arrow beyond a symbol of this size, pointing away from it."""
    head = arrow_head(size)
    base = size / 2 + 1
    sign = -1 if up else 1
    return f"M0 {number(sign * (base + head))}L{number(head / 2)} {number(sign * base)}H{number(-head / 2)}z"
