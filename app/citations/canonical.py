"""One spelling of a result, so that equal results have equal bytes, and the digests made from it."""

import json
from base64 import b32encode
from hashlib import sha256

from app.readings.answer import Json

KEY_LENGTH = 16
"""Letters of a key: 80 bits, so that nobody comes upon two results of one key."""


def canonical(content: Json) -> str:
    """JSON without spaces, keys in the order of the alphabet, letters as they are; raises ValueError for NaN.

    It is what RFC 8785 asks for, as far as our results go: their keys are ASCII and their counts whole.
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def short_key(content: Json) -> str:
    """A short name for a content, made of a-z and 2-7: the same for the same content, everywhere."""
    hashed = sha256(canonical(content).encode()).digest()
    return b32encode(hashed).decode().lower()[:KEY_LENGTH]
