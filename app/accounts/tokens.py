"""Random secrets that are handed out once, and the hashes by which they are known again."""

import hmac
from hashlib import sha256
from secrets import token_urlsafe


def new_secret(prefix: str = "") -> str:
    """A secret of 256 random bits that may stand in an address, a header or a cookie."""
    return prefix + token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a secret, in hex. It is too long to be guessed, so a fast hash is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def blind(words: str, key: str) -> str:
    """A hash of words that could be guessed, in hex: of use only to who holds the key."""
    return hmac.new(key.encode(), words.encode("utf-8", "surrogatepass"), sha256).hexdigest()
