"""The static files: their names, the forms they are kept in, and the headers they are served with."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.assets import Manifest, UnknownAsset, ensure_assets, permit_of, static_app, written_out

YEAR = "public, max-age=31536000, immutable"
STYLE = "body{color: black}\n" * 40
SERVED = "body{color: black}" * 40


def quiet(sentence):
    """Nobody listens: what is said has a test of its own."""


@pytest.fixture
def tree(tmp_path):
    """A small tree with a path that has a space and a ü, and the small Plotly bundle as npm leaves it."""
    root = tmp_path / "a ü tree"
    bundle = root / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
    bundle.parent.mkdir(parents=True)
    bundle.write_text("window.Plotly = {};\n" * 50)
    write(root, "static/css/site.css", STYLE)
    return root


def write(root: Path, name: str, text: str):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def built(tree, name):
    manifest = ensure_assets(tree, say=quiet)
    return (manifest.folder / manifest.names[name]).read_text()


def visit(tree):
    app = FastAPI()
    manifest = ensure_assets(tree, say=quiet)
    app.mount("/static", static_app(manifest))
    return TestClient(app), manifest


def test_a_name_carries_the_fingerprint_of_its_content(tree):
    before = ensure_assets(tree, say=quiet).url("css/site.css")
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{10}\.css", before)
    write(tree, "static/css/site.css", STYLE.replace("black", "navy"))
    assert ensure_assets(tree, say=quiet).url("css/site.css") != before


def test_nothing_is_written_when_nothing_changed(tree):
    folder = ensure_assets(tree, say=quiet).folder
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    ensure_assets(tree, say=quiet)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert len(before) == 2 + 2 * 3


def test_a_tree_that_cannot_be_written_is_served_when_it_was_built_before(tree):
    before = ensure_assets(tree, say=quiet)
    for path in (tree / "build").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert ensure_assets(tree, say=quiet) == before


def test_compressed_forms_say_the_same(tree):
    manifest = ensure_assets(tree, say=quiet)
    path = manifest.folder / manifest.names["css/site.css"]
    assert brotli.decompress(path.with_name(path.name + ".br").read_bytes()).decode() == SERVED
    assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()).decode() == SERVED


def test_a_file_that_compression_would_enlarge_is_kept_plain(tree):
    write(tree, "static/img/dot.svg", "<svg/>")
    manifest = ensure_assets(tree, say=quiet)
    path = manifest.folder / manifest.names["img/dot.svg"]
    assert [kept.name for kept in path.parent.iterdir()] == [path.name]


def test_a_style_sheet_refers_to_fingerprinted_names(tree):
    write(tree, "static/img/mark.svg", "<svg/>")
    write(
        tree,
        "static/css/site.css",
        "a { background: url(../img/mark.svg#dark) }\n"
        "b { background: url('data:image/svg+xml,x') }\nc { fill: url(#hatch) }",
    )
    assert re.fullmatch(
        r"a\{background: url\(\.\./img/mark\.[0-9a-f]{10}\.svg#dark\)\}"
        r"b\{background: url\('data:image/svg\+xml,x'\)\}c\{fill: url\(#hatch\)\}",
        built(tree, "css/site.css"),
    )


def test_a_bundle_of_styles_holds_what_it_takes_in_in_its_order_and_from_its_own_place(tree):
    write(tree, "static/img/mark.svg", "<svg/>")
    write(tree, "static/css/parts/list.css", "li { background: url(../../img/mark.svg) }")
    write(tree, "static/css/print.css", "@page { margin: 0 }")
    write(tree, "static/bundles/base.css", '@import "../css/site.css";\n@import "../css/print.css" print;\n')
    write(
        tree, "static/bundles/all.css", '@import "base.css";\n@import "../css/parts/list.css";\np { top: 0 }'
    )
    assert re.fullmatch(
        re.escape(SERVED) + r"@media print\{@page\{margin: 0\}\}"
        r"li\{background: url\(\.\./img/mark\.[0-9a-f]{10}\.svg\)\}p\{top: 0\}",
        built(tree, "bundles/all.css"),
    )
    names = ensure_assets(tree, say=quiet).names
    assert set(names) == {"bundles/all.css", "img/mark.svg", "js/plotly.js"}


def test_a_changed_part_renames_the_bundle_that_takes_it_in(tree):
    write(tree, "static/bundles/all.css", '@import "../css/site.css";')
    before = ensure_assets(tree, say=quiet).url("bundles/all.css")
    write(tree, "static/css/site.css", "body { color: navy }")
    assert ensure_assets(tree, say=quiet).url("bundles/all.css") != before


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/* a { b: c } */ a , b > c { top : 0 ; }", "a,b > c{top : 0}"),
        ("a::before { content: ' ; /* no comment */ ' }", "a::before{content: ' ; /* no comment */ '}"),
        ('a { content: "\\" }" ; left: calc(1px + 2px) }', 'a{content: "\\" }";left: calc(1px + 2px)}'),
        ("a :hover { top: 0 }\n\n b{}", "a :hover{top: 0}b{}"),
        (
            "a { b: url(data:image/png;base64,/*,+a) }",
            "a{b: url(data:image/png;base64,/*,+a)}",
        ),
    ],
)
def test_a_style_sheet_loses_what_says_nothing(tree, written, served):
    write(tree, "static/css/site.css", written)
    assert built(tree, "css/site.css") == served


def test_a_bundle_of_scripts_keeps_apart_what_its_parts_name(tree):
    write(tree, "static/js/range.js", "export const days = 30;")
    write(tree, "static/js/a.js", 'const names = 1;\nimport("./range.js");\n')
    write(tree, "static/js/b.js", "const names = 2;\n")
    write(tree, "static/bundles/all.js", '// Both.\n\nimport "../js/a.js";\nimport "../js/b.js";\n')
    assert re.fullmatch(
        r"// Both\.\n\n\{\nconst names = 1;\nimport\(\"\.\./js/range\.[0-9a-f]{10}\.js\"\);\n\}\n"
        r"\n\{\nconst names = 2;\n\}\n\n",
        built(tree, "bundles/all.js"),
    )


def test_a_script_within_pages_has_no_comments_and_no_address(tree):
    write(tree, "static/js/a.js", "// Why.\nif (true) {\n  // Because.\n  go();\n}\n")
    write(tree, "static/inline/first.js", '// All.\nimport "../js/a.js";\n')
    assert written_out("inline/first.js", tree) == "{\nif (true) {\ngo();\n}\n}"
    assert set(ensure_assets(tree, say=quiet).names) == {"css/site.css", "js/plotly.js"}
    # The figure is of RFC 6234's own example.
    assert permit_of("abc") == "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"


def test_a_script_imports_fingerprinted_names(tree):
    write(tree, "static/js/range.js", "export const days = 30;")
    write(tree, "static/js/chart.js", 'import { days } from "./range.js";\nawait import("./range.js");')
    assert re.fullmatch(
        r'import \{ days \} from "\./range\.[0-9a-f]{10}\.js";\n'
        r'await import\("\./range\.[0-9a-f]{10}\.js"\);',
        built(tree, "js/chart.js"),
    )


def test_a_changed_import_renames_the_file_that_imports_it(tree):
    write(tree, "static/js/range.js", "export const days = 30;")
    write(tree, "static/js/chart.js", 'import { days } from "./range.js";')
    before = ensure_assets(tree, say=quiet).url("js/chart.js")
    write(tree, "static/js/range.js", "export const days = 90;")
    assert ensure_assets(tree, say=quiet).url("js/chart.js") != before


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"css/a.css": "p { background: url(../img/gone.svg) }"}, "there is no static/img/gone.svg"),
        ({"js/a.js": 'import "./b.js";', "js/b.js": 'import "./a.js";'}, "js/a.js → js/b.js → js/a.js"),
        ({"css/a.css": '@import "gone.css";'}, "there is no static/css/gone.css"),
        (
            {"js/a.js": 'import "./b.js";', "js/b.js": "export const b = 1;"},
            "static/js/a.js takes in static/js/b.js, which imports or exports names",
        ),
        ({"notes.doc": "x"}, "name its media type"),
    ],
)
def test_a_reference_that_leads_nowhere_stops_the_build(tree, files, said):
    for name, text in files.items():
        write(tree, f"static/{name}", text)
    with pytest.raises(UnknownAsset, match=re.escape(said)):
        ensure_assets(tree, say=quiet)


def test_a_page_that_asks_for_no_such_file_is_told_the_nearest_name():
    manifest = Manifest(Path(), {"css/site.css": "css/site.0123456789.css"})
    with pytest.raises(UnknownAsset, match=r"no static file “css/sites.css”, perhaps “css/site.css”"):
        manifest.url("css/sites.css")


def test_browsers_are_asked_to_compile_the_chart_library_while_it_comes_in(tree):
    assert built(tree, "js/plotly.js").startswith("//# allFunctionsCalledOnLoad\nwindow.Plotly")


def test_the_full_bundle_stands_in_for_the_small_one_with_a_word(tree):
    (tree / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js").unlink()
    said = []
    manifest = ensure_assets(tree, say=said.append)
    assert said[0].startswith("Charts use Plotly's full bundle")
    assert (manifest.folder / manifest.names["js/plotly.js"]).stat().st_size > 4_000_000


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.000, gzip;q=0", None),
        ("identity", None),
    ],
)
def test_a_browser_gets_the_shortest_form_it_takes(tree, accepts, encoding):
    client, manifest = visit(tree)
    answer = client.get(manifest.url("css/site.css"), headers={"accept-encoding": accepts})
    assert answer.status_code == 200
    assert answer.text == SERVED
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == YEAR
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_browser_that_has_the_file_is_told_so(tree):
    client, manifest = visit(tree)
    first = client.get(manifest.url("js/plotly.js"))
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    again = client.get(manifest.url("js/plotly.js"), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == YEAR
    assert again.headers["vary"] == "Accept-Encoding"


def test_each_form_has_an_etag_of_its_own(tree):
    client, manifest = visit(tree)
    etags = {
        client.head(manifest.url("css/site.css"), headers={"accept-encoding": accepts}).headers["etag"]
        for accepts in ("br", "gzip", "identity")
    }
    assert len(etags) == 3


@pytest.mark.parametrize(
    "path", ["/static/css/site.css", "/static/../manifest", "/static/%2e%2e/x", "/static/"]
)
def test_what_is_not_there_is_not_found_and_not_kept(tree, path):
    client, _ = visit(tree)
    answer = client.get(path)
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


def test_static_files_are_read_only(tree):
    client, manifest = visit(tree)
    assert client.post(manifest.url("css/site.css")).status_code == 405
