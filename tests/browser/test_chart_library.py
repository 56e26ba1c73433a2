"""The chart library as the site serves it, in a real browser."""

import json

from app.assets import ROOT, ensure_assets


def test_the_chart_library_starts_and_is_the_one_that_is_pinned(page):
    manifest = ensure_assets()
    page.add_script_tag(path=manifest.folder / manifest.names["js/plotly.js"])
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"]["plotly.js-basic-dist-min"]
    assert page.evaluate("Plotly.version") == pinned


def test_a_step_line_is_drawn(page):
    manifest = ensure_assets()
    page.add_script_tag(path=manifest.folder / manifest.names["js/plotly.js"])
    page.set_content("<div id=chart></div>")
    page.evaluate("Plotly.newPlot('chart', [{x: [1, 2, 3], y: [1, 3, 2], line: {shape: 'hv'}}])")
    assert page.locator("#chart path.js-line").get_attribute("d").startswith("M")
