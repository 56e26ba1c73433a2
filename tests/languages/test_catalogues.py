"""The catalogues: whole, up to date, and with the same places for values as the texts that they translate."""

import ast
import re
import runpy
from functools import cache

import pytest
from babel.messages import Catalog

from app.accounts.models import Role
from app.claims.words import Nature, Qualifier, Standing, StandingReason
from app.languages.catalogues import FOLDER, catalogue_of, languages, own_name
from app.languages.codes import SAID, many_of, number_of
from app.languages.extracting import missing, stored, texts, updated, written
from app.languages.spoken import count, language_now, ngettext, speaking
from app.pages import ENVIRONMENT
from app.settings import PROJECT
from app.sources.models import DOCUMENT_STATES, SOURCE_KINDS, STANCES

TRANSLATED = languages()[1:]
_TAGS = re.compile(r"<(/?\w+)")
_VALUES = re.compile(r"%\(\w+\)s")


@cache
def found() -> Catalog:
    """All that is marked; read once, for it takes seconds."""
    return texts()


@cache
def kept(language: str) -> Catalog:
    return stored(FOLDER / f"{language}.po", language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_text_and_no_other(language):
    again = written(updated(found(), kept(language), language))
    assert (FOLDER / f"{language}.po").read_bytes() == again, "run `make translations`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_untranslated(language):
    whole = updated(found(), kept(language), language)  # with where each text stands
    left = [(message.id, [where for where, _line in message.locations]) for message in missing(whole)]
    assert left == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_and_the_tags_of_its_text(language):
    catalogue = kept(language)
    wrong = [f"{message.id}: {error}" for message in catalogue for error in message.check(catalogue)]
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        for said in message.string if isinstance(message.string, tuple) else (message.string,):
            if sorted(_TAGS.findall(said)) != sorted(_TAGS.findall(ids[-1])):
                wrong.append(f"{ids[-1]}: other tags")
            if set(_VALUES.findall(said)) - {value for one in ids for value in _VALUES.findall(one)}:
                wrong.append(f"{ids[-1]}: a value that is not given")
            if '"' in _TAGS.sub("", re.sub(r"<[^>]*>", "", said)):
                wrong.append(f"{ids[-1]}: a straight quotation mark, which ends an attribute")
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_begins_and_ends_as_its_text_does(language):
    """Capitals at the beginning, full stop and space at the end: texts stand beside one another."""
    wrong = []
    for message in kept(language):
        text = message.id[0] if isinstance(message.id, tuple) else message.id
        said = message.string[0] if isinstance(message.string, tuple) else message.string
        if text and said and (text[-1] in ".:?" or said[-1] in ".:?") and text[-1] != said[-1]:
            wrong.append((text, said))
        if text and said and (text != text.strip()) != (said != said.strip()):
            wrong.append((text, said))
    assert wrong == []


def test_every_code_that_is_stored_has_its_word():
    codes = {
        *Nature,
        *Qualifier,
        *Standing,
        *StandingReason,
        *Role,
        *SOURCE_KINDS,
        *STANCES,
        *DOCUMENT_STATES,
    }
    assert {code.replace("_", " ") for code in codes} <= SAID
    with speaking("it"):
        assert [many_of(nature) for nature in Nature][:2] == ["totali", "incrementi"]
        assert number_of(Nature.STANCE, 1) == "1 presa di posizione"


def test_the_function_of_a_text_is_never_the_name_of_a_value():
    """`_` would be called as what it was last set to: in a loop, or for what is not needed of a pair."""
    shadowed = []
    for path in sorted(PROJECT.glob("app/**/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "app.languages.spoken"
            for alias in node.names
        }
        if "_" not in imports:
            continue
        for function in [tree, *(one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))]:
            shadowed += [f"{path.name}:{line}" for line in _set_in(function)]
    assert shadowed == []


def _set_in(scope: ast.AST) -> list[int]:
    """Lines on which `_` is given a value in a scope; those of comprehensions are scopes of their own."""
    lines = []
    if isinstance(scope, ast.FunctionDef):
        lines += [scope.lineno for one in scope.args.args if one.arg == "_"]
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store):
            lines.append(node.lineno)
        inner = (ast.FunctionDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
        if not isinstance(node, inner):
            waiting += ast.iter_child_nodes(node)
    return lines


def test_a_language_is_spoken_within_and_no_longer():
    assert language_now() == "en"
    with speaking("it"):
        assert ngettext("%(num)s claim", "%(num)s claims", 12_000) == "12.000 dichiarazioni"
        with speaking("en"):
            assert ngettext("%(num)s claim", "%(num)s claims", 1) == "1 claim"
        assert count(1234.5) == "1.234,5"
    assert language_now() == "en"


def test_a_language_without_a_catalogue_says_what_is_written():
    assert catalogue_of("de").gettext("Claims") == "Claims"
    assert [own_name(code) for code in ("en", "it", "de")] == ["English", "Italiano", "Deutsch"]


def test_a_third_language_begins_with_every_text_and_nothing_else():
    begun = updated(found(), None, "uk")
    assert len(missing(begun)) == len([message for message in begun if message.id])
    forms = [message.string for message in begun if message.pluralizable and message.id]
    assert {len(form) for form in forms} == {begun.num_plurals} == {3}  # Ukrainian has three


def test_a_template_says_a_constant_anew_for_each_page():
    """Jinja evaluates filters of constants as it reads a template, in whatever language that is."""
    template = ENVIRONMENT.from_string(
        "{{ 'claim' | in_words }} {{ 'RUS' | country }} {{ 'Sent' | known }} {{ 1200 | count }}"
    )
    said = []
    for code in ("en", "it", "en"):
        with speaking(code):
            said.append(template.render())
    assert said == [
        "claim Russia Sent 1,200",
        "dichiarazione Russia Inviati 1.200",
        "claim Russia Sent 1,200",
    ]


def test_a_language_of_which_nothing_is_known_is_not_begun(monkeypatch):
    monkeypatch.setattr("sys.argv", ["app.languages", "qps"])
    with pytest.raises(SystemExit, match="“qps” is no language that the Unicode CLDR knows"):
        runpy.run_module("app.languages", run_name="__main__")
    assert "qps" not in languages()
    assert not (FOLDER / "qps.po").exists()
