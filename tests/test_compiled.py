"""Templates that are kept as code: used while nothing changed, and never instead of what was changed."""

import os

import pytest
from jinja2 import DictLoader, Environment

from app.compiled import Compiled


@pytest.fixture
def code(tmp_path):
    """A folder of our code, of which templates may ask something."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "pages.py").write_text("")
    return folder


def shown(text, code, kept, say=str.upper):
    environment = Environment(loader=DictLoader({"page": text}), bytecode_cache=Compiled(kept, code))  # noqa: S701
    environment.filters["said"] = say
    return environment.get_template("page").render()


def test_a_template_is_compiled_again_when_it_or_our_code_changed(tmp_path, code):
    kept = tmp_path / "kept"
    assert shown("{{ 'a' | said }}", code, kept) == "A"
    (first,) = kept.iterdir()
    assert shown("{{ 'a' | said }}", code, kept, say=str.title) == "A"
    assert list(kept.iterdir()) == [first]
    assert shown("{{ 'b' | said }}", code, kept) == "B"
    os.utime(code / "pages.py", (4e9, 4e9))  # later than any clock says that it was written
    assert shown("{{ 'b' | said }}", code, kept, say=str.lower) == "b"
    assert len(list(kept.iterdir())) == 1


def test_where_nothing_can_be_kept_templates_are_compiled_all_the_same(tmp_path, code):
    (tmp_path / "kept").write_text("not a folder")
    assert shown("{{ 'a' | said }}", code, tmp_path / "kept") == "A"
