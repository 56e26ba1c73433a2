"""Colours: the same in Python and CSS, visible, and told apart by every kind of eye."""

import re
from itertools import combinations

import numpy as np
import pytest

from app.charts.palette import DARK, LIGHT, PAGE, SLOTS, SYMBOLS, faint
from app.settings import PROJECT

CSS = PROJECT / "static" / "css"
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# Machado, Oliveira and Fernandes 2009: what is left of linear red, green and blue.
SIGHTS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted(
        (float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other)), reverse=True
    )
    return light / dark


def oklab(light):
    mixed = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ np.clip(light, 0, 1)
    )
    return (
        np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        @ mixed
    )


def declared(name):
    """The custom properties of each block of a style sheet: light, dark by system, dark by choice."""
    blocks = re.findall(r"[^{}]*\{([^{}]*)\}", (CSS / name).read_text(encoding="utf-8"))
    read = [dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block)) for block in blocks]
    return [block for block in read if block]


def properties(theme):
    named = {f"--family-{slot}": theme.family(slot) for slot in range(1, SLOTS + 1)}
    others = {name: getattr(theme, name) for name in ("band", "selected", "contested")}
    return {
        **named,
        **{f"--{name}": value for name, value in others.items()},
        "--family-other": theme.family_other,
    }


def test_the_page_and_the_figure_have_the_same_colours():
    light, *dark = declared("palette.css")
    assert light == properties(LIGHT)
    assert dark == [properties(DARK)] * 2


def test_ink_and_paper_are_those_of_the_page():
    light, *dark = declared("tokens.css")
    names = ("ink", "ink_soft", "ink_faint", "paper", "paper_raised", "rule", "accent")
    for theme, block in ((LIGHT, light), *((DARK, block) for block in dark)):
        assert {n: block["--" + n.replace("_", "-")] for n in names} == {n: getattr(theme, n) for n in names}


@THEMES
def test_every_mark_stands_out_from_the_paper_by_three_to_one(theme):
    drawn = [*theme.families, theme.family_other, theme.band, theme.selected, theme.contested]
    weakest = min(contrast(colour, paper) for colour in drawn for paper in (theme.paper, theme.paper_raised))
    assert weakest >= 3


@THEMES
def test_all_text_of_a_chart_stands_out_by_four_and_a_half_to_one(theme):
    assert min(contrast(ink, theme.paper) for ink in (theme.ink, theme.ink_soft, theme.ink_faint)) >= 4.5


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_families_differ_for_every_kind_of_sight(theme, sight):
    seen = [oklab(np.array(SIGHTS[sight]) @ linear(colour)) for colour in theme.families]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 0.08


def test_colour_is_never_the_only_difference():
    assert len(set(SYMBOLS)) == SLOTS + 1


def test_a_colour_of_the_page_stays_a_name_also_seen_through():
    assert faint(PAGE.band, 0.17) == "var(--band@0.17)"
    assert faint("#5a7184", 0.5) == "#5a718480"
