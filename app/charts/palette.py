"""Colours and shapes of every chart, in one place.

`static/css/palette.css` holds the values of bands and families again, for the page; a test
keeps the two equal. Eight families can be told apart at most: the colours were searched for so
that any two of them differ by at least 0.08 in OKLab for normal sight and for the three kinds of
colour blindness (Machado 2009, full severity), and each stands out from the paper by 3:1 or
more. Every family has a shape as well, so colour is never the only difference.
"""

import re
from dataclasses import dataclass

SLOTS = 8
"""How many families have a colour of their own; the rest share `family_other`."""

SYMBOLS = (
    "pentagon",  # slot 0: all other families
    "circle",
    "square",
    "diamond",
    "cross",
    "star",
    "triangle-left",
    "hourglass",
    "triangle-right",
)
"""The shape of each slot, by Plotly's names. None points up or down: that is what arrows do."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and type of one drawing, each a CSS colour or font list."""

    ink: str
    ink_soft: str
    ink_faint: str
    paper: str
    paper_raised: str
    rule: str
    accent: str
    band: str
    selected: str
    contested: str
    family_other: str
    families: tuple[str, ...]
    font_sans: str

    def family(self, slot: int) -> str:
        """The colour of a slot; slot 0 is that of all other families."""
        return self.families[slot - 1] if slot else self.family_other


_SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"

LIGHT = Theme(
    ink="#1b1d1f",
    ink_soft="#4a4f54",
    ink_faint="#6b7177",
    paper="#fbfaf7",
    paper_raised="#ffffff",
    rule="#dedbd3",
    accent="#2f5d8a",
    band="#5a7184",
    selected="#1b1d1f",
    contested="#b3261e",
    family_other="#74777a",
    families=(
        "#5f80f5",
        "#9b4f01",
        "#076f64",
        "#b57ba6",
        "#7a9327",
        "#1b3864",
        "#7b4fb6",
        "#632e15",
    ),
    font_sans=_SANS,
)

DARK = Theme(
    ink="#eceae4",
    ink_soft="#b9bcbe",
    ink_faint="#94999d",
    paper="#14171a",
    paper_raised="#1c2024",
    rule="#33393f",
    accent="#8ab4e0",
    band="#8fa9c4",
    selected="#f4f2ec",
    contested="#ff8a7d",
    family_other="#9a9da0",
    families=(
        "#748ef9",
        "#e49405",
        "#96d2bb",
        "#c08aa4",
        "#adb07d",
        "#57bbe6",
        "#917dc3",
        "#f9c365",
    ),
    font_sans=_SANS,
)

PAGE = Theme(
    ink="var(--ink)",
    ink_soft="var(--ink-soft)",
    ink_faint="var(--ink-faint)",
    paper="var(--paper)",
    paper_raised="var(--paper-raised)",
    rule="var(--rule)",
    accent="var(--accent)",
    band="var(--band)",
    selected="var(--selected)",
    contested="var(--contested)",
    family_other="var(--family-other)",
    families=tuple(f"var(--family-{slot})" for slot in range(1, SLOTS + 1)),
    font_sans="var(--font-sans)",
)
"""Names instead of colours: the page's script fills in what its style sheet says, light or dark."""


def faint(colour: str, alpha: float) -> str:
    """A colour seen through: `#rrggbbaa`, or for a name of the page `var(--name@alpha)`."""
    name = re.fullmatch(r"var\((--[\w-]+)\)", colour)
    if name:
        return f"var({name[1]}@{alpha:g})"
    return f"{colour}{round(alpha * 255):02x}"
