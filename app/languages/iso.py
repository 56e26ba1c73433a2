"""Languages of ISO 639-1 by their codes, without the 7,700 others that a worker would carry along."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pycountry


@cache
def english_names() -> Mapping[str, str]:
    """The names of all languages that have a code of two letters, by that code."""
    # A database of our own: pycountry's lasts as long as the process, and takes 3.4 MB.
    database = pycountry.Languages(pycountry.languages.filename)
    return MappingProxyType({one.alpha_2: one.name for one in database if hasattr(one, "alpha_2")})
