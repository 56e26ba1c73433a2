"""The catalogues: one file for each language besides English, in GNU gettext's format.

`app/languages/it.po` is all that Italian takes. A file is read when its language is first asked for.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
"""What the interface is written in."""

FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that the interface has, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def own_name(language: str) -> str:
    """How a language calls itself: `English`, `Italiano`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


@cache
def catalogue_of(language: str) -> NullTranslations:
    """The texts of a language; for English, which is written where it is used, nothing but itself."""
    path = FOLDER / f"{language}.po"
    if language == ENGLISH or not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
