"""Slugs: the part of an address that is made from a name, in one way wherever a name becomes one."""

import re
import unicodedata
from functools import lru_cache

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
_OTHERS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65536)
def slug_of(name: str) -> str:
    """The slug of a name; empty where the name has no letter or digit of ASCII in it.

    Unicode NFKD, what is not ASCII dropped, lower case, each run of other characters one hyphen,
    none at the ends.
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", plain.lower()).strip("-")
