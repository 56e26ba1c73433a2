"""`python -m app.languages [CODE]`, what `make translations` runs; CODE begins another catalogue."""

import sys

from babel import Locale, UnknownLocaleError

from app.languages.catalogues import FOLDER, languages
from app.languages.extracting import missing, stored, texts, updated, written


def main() -> None:
    """Bring every catalogue up to date and say how much each has; the tests name what is missing."""
    for code in sys.argv[1:]:
        _check(code)
    found = texts()
    for language in sorted({*languages()[1:], *sys.argv[1:]}):
        path = FOLDER / f"{language}.po"
        catalogue = updated(found, stored(path, language), language)
        path.write_bytes(written(catalogue))
        left = len(missing(catalogue))
        sys.stdout.write(f"{language}: {len(found) - left} of {len(found)} texts are translated\n")


def _check(code: str) -> None:
    """End where no numbers, days and plurals are known of a language: a site with it could show no page."""
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        sys.exit(f"“{code}” is no language that the Unicode CLDR knows, as de is: no catalogue was begun.")


main()
