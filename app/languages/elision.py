"""Articles that lose their vowel before a day that is spoken with one: `dell’8 ottobre`, `dal 9 ottobre`.

A catalogue has one text for all days, so what stands before a value is fitted to it when the text is filled.
Only Italian has the rule so far; another language that elides articles before figures gets its own line.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_ARTICLE = re.compile(r"\b([Ii]l|[Dd]el|[Aa]l|[Dd]al|[Nn]el|[Ss]ul) (?=((?:<[^>]*>)*)%\((\w+)\)s)")
_ELIDED = {"il": "l", "Il": "L"}
_OTTO_OR_UNDICI = re.compile(r"(?:<[^>]*>)*(?:8|11) [^\W\d]")
"""A day as it is written, within a tag or not: eight and eleven are spoken with a vowel."""


def _italian(text: str, values: Mapping[str, Any]) -> str:
    if not _has_an_article(text):
        return text

    def fitted(article: re.Match[str]) -> str:
        if _OTTO_OR_UNDICI.match(str(values.get(article[3], ""))) is None:
            return article[0]
        return f"{_ELIDED.get(article[1], f'{article[1]}l')}’"

    return _ARTICLE.sub(fitted, text)


@lru_cache(maxsize=4096)
def _has_an_article(text: str) -> bool:
    return _ARTICLE.search(text) is not None


_RULES: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {"it": _italian}


def elided(text: str, values: Mapping[str, Any], language: str) -> str:
    """A text of a catalogue, not yet filled in, as these values want it."""
    rule = _RULES.get(language)
    return text if rule is None else rule(text, values)
