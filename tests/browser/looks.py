"""What every page has to stand in a browser: the rules of accessibility, and windows of any width.

Each theme is tried once, light in a wide window and dark on a phone: colours come from tokens of the theme
alone, and what is laid out differs with the width alone. The width that lies between is measured only.
"""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LOOKS = (("light", 1440), ("dark", 360))
BETWEEN = 800
"""The width, in pixels, of a window between a phone's and a desk's."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

_RUN = """async (tags) => {
  // What a rule found in order is not told: of a long page that would be most of the time.
  const found = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => [rule.id, node.html.slice(0, 200), node.failureSummary]),
  );
}"""


_FITS = """async () => {
  const root = document.documentElement;
  for (let frame = 0; frame < 300 && root.scrollWidth > root.clientWidth; frame += 1) {
    await new Promise(requestAnimationFrame);
  }
  return root.scrollWidth <= root.clientWidth;
}"""


def broken_rules(page: Page, rules: Iterable[str] = RULES) -> list[Any]:
    """What axe has to say against the page as it stands: of each fault its rule, its element and why.

    axe is handed to the page by the browser's own tools, which a site's policy does not bind.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN, list(rules))


def fits(page: Page) -> bool:
    """Whether nothing runs out of the window, once what is drawn by scripts has followed its width."""
    return page.evaluate(_FITS)


def look(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def unfold(page: Page) -> None:
    """Open whatever the page keeps folded."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def stands(page: Page) -> None:
    """The page, with all that it folds, breaks no rule and runs out of no window."""
    unfold(page)
    for scheme, width in LOOKS:
        look(page, scheme, width)
        assert fits(page), f"{page.url}, {width} pixels"
        told = broken_rules(page)
        assert not told, f"{page.url}, {scheme}, {width} pixels: {told}"
    look(page, "light", BETWEEN)
    assert fits(page), f"{page.url}, {BETWEEN} pixels"
