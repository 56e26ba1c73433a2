"""The style of a picture: the page's own rules for drawings, with colours in place of their names.

Programs that draw SVG outside a browser know neither variables nor rules for containers, so both are
resolved here: `--own`, the colour of a family, becomes the colour that is inherited.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from app.charts.palette import SLOTS, Theme
from app.downloads.fonts import FAMILIES
from app.settings import PROJECT

_AROUND = "/* Around the chart. */"  # where the rules of the style sheet turn from drawings to pages
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONTAINER = re.compile(r"@container[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_SPACE = re.compile(r"\s*([{};:,])\s*")

SHEET = """
.paper{fill:var(--paper)}
.title,.words,.small,.faint{fill:var(--ink);font:400 15px var(--font-sans)}
.card-title,.card-words,.card-small{fill:var(--ink);font:400 29px var(--font-sans)}
.title{font-size:26px;font-weight:700}
.small{font-size:13px;fill:var(--ink-soft)}
.faint{font-size:12px;fill:var(--ink-faint)}
.rule{stroke:var(--rule)}
.card-title{font-size:46px;font-weight:700}
.card-small{font-size:22px;fill:var(--ink-soft)}
"""
"""What stands around the chart: heading, sentences, legend and source line."""


@cache
def style_of(theme: Theme) -> str:
    """The content of the style element of a picture in this theme."""
    rules = (PROJECT / "static" / "css" / "chart.css").read_text(encoding="utf-8")
    drawing, _, _ = rules.partition(_AROUND)
    css = _CONTAINER.sub("", _REMARK.sub("", drawing)) + SHEET
    css = css.replace("--own:", "color:").replace("var(--own)", "currentColor")
    values = _values(theme)
    css = _VARIABLE.sub(lambda named: values[named[1]], css)
    return _SPACE.sub(r"\1", css).replace(";}", "}").strip()


def _values(theme: Theme) -> dict[str, str]:
    """By the names that style sheets use."""
    names = ("ink", "ink_soft", "ink_faint", "paper", "rule", "accent", "band", "selected", "contested")
    return {
        **{name.replace("_", "-"): getattr(theme, name) for name in names},
        **{f"family-{slot}": theme.family(slot) for slot in range(1, SLOTS + 1)},
        "family-other": theme.family_other,
        "font-sans": FAMILIES,
    }


@cache
def policy_of(theme: Theme) -> str:
    """The Content-Security-Policy of a picture that is opened by itself: its own style, and nothing else."""
    digest = b64encode(sha256(style_of(theme).encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
