"""`python -m app.languages [CODE]`, what `make translations` runs; CODE begins another catalogue."""

import sys

from app.languages.catalogues import FOLDER, languages
from app.languages.extracting import missing, stored, texts, updated, written


def main() -> None:
    """Bring every catalogue up to date and say how much each has; the tests name what is missing."""
    found = texts()
    for language in sorted({*languages()[1:], *sys.argv[1:]}):
        path = FOLDER / f"{language}.po"
        catalogue = updated(found, stored(path, language), language)
        path.write_bytes(written(catalogue))
        left = len(missing(catalogue))
        sys.stdout.write(f"{language}: {len(found) - left} of {len(found)} texts are translated\n")


main()
