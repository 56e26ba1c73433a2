"""Passwords: which are refused, and how they are kept and compared.

Argon2id with the parameters that argon2-cffi recommends (the second choice of RFC 9106). They travel in the
hash, so that raising them later needs no migration: `is_outdated` says which hashes to make anew.
"""

import re
import unicodedata
from base64 import b64encode
from secrets import token_bytes
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.languages.spoken import N_, _, known

SHORTEST = 12
LONGEST = 500
"""Characters: enough for any phrase, and a bound on what a stranger can make us hash."""

HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)
"""Each hash takes 64 MiB for a moment; many at once would be a way to exhaust a small machine."""

_DIFFERENT = 5
"""Characters that a password has to have at least, repetitions not counted."""

_STEMS = """
    password passwort passwd pass kennwort geheim secret parola motdepasse contrasena senha hunter letmein
    welcome willkommen iloveyou loveyou princess sunshine football baseball superman batman dragon monkey
    master shadow trustno changeme default admin administrator administration root user login editor
    reviewer muster ledger testtest test qwerty qwertz azerty abc correcthorsebatterystaple
"""
"""What the commonest long passwords are made of, once digits and signs around it are gone."""

_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnmqwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnmqwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""Rows that fingers follow; with what stands at their end continued."""

_NOT_A_LETTER = re.compile(r"[\W\d_]+")


def why_weak(password: str, *own: str) -> str | None:
    """Why a password is refused, in a sentence; None: it is accepted.

    `own` are the names of the person. Length is what counts; beyond it only what a guesser tries
    first is refused, and nothing is demanded about capitals, digits or signs.
    """
    if len(password) < SHORTEST:
        return _(
            "A password needs at least %(shortest)s characters; a few unrelated words are good.",
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("A password may have at most %(longest)s characters.", longest=LONGEST)
    plain = _plain(password)
    letters = _letters(password)
    stems = frozenset(_STEMS.split())
    names = {_letters(word) for name in own for word in (name, *name.split())}
    reasons = (
        (
            N_("This password repeats itself; please choose another."),
            len(set(plain)) < _DIFFERENT or _is_repeated(plain),
        ),
        (
            N_("This password follows the keyboard or the alphabet; please choose another."),
            _follows_a_row(plain),
        ),
        (
            N_("This password is among those that are tried first; please choose another."),
            _made_of(letters, stems),
        ),
        (
            N_("This password is made of your own name; please choose another."),
            _made_of(letters, stems | {name for name in names if len(name) > 1}),
        ),
    )
    return next((known(sentence) for sentence, holds in reasons if holds), None)


def hash_password(password: str) -> str:
    """The Argon2 hash of a password; slow on purpose."""
    with _AT_ONCE:
        return HASHER.hash(_one_spelling(password))


def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password. Without a hash False, after the same time."""
    with _AT_ONCE:
        try:
            HASHER.verify(password_hash or _nobodys_hash(), _one_spelling(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than a new one would be."""
    return HASHER.check_needs_rehash(password_hash)


def _one_spelling(password: str) -> str:
    """One spelling, whichever way a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])


def _plain(words: str) -> str:
    """Lower case, without accents and spaces."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in decomposed if not (unicodedata.combining(letter) or letter.isspace()))


def _letters(words: str) -> str:
    return _NOT_A_LETTER.sub("", _plain(words))


def _is_repeated(plain: str) -> bool:
    """Whether it is one part over and over, like `abcdeabcdeab`."""
    return any((plain[:size] * len(plain))[: len(plain)] == plain for size in range(1, len(plain) // 2 + 1))


def _follows_a_row(plain: str) -> bool:
    """Whether it is a piece of a row, in either direction, but for at most three characters."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    return any(plain[start:end] in row for row in rows for start, end in _almost_all(len(plain)))


def _almost_all(length: int) -> list[tuple[int, int]]:
    return [(cut, length - 3 + cut) for cut in range(4)]


def _made_of(letters: str, stems: frozenset[str]) -> bool:
    """Whether there are letters, and none is left once these words are taken out, the longest first."""
    left = letters
    for stem in sorted(stems, key=len, reverse=True):
        left = left.replace(stem, "")
    return left != letters and not left


def _nobodys_hash() -> str:
    """A hash that no password fits, and with which comparing takes as long as with a new one."""
    parameters = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    salt, digest = (_without_padding(size) for size in (HASHER.salt_len, HASHER.hash_len))
    return f"$argon2id$v=19${parameters}${salt}${digest}"


def _without_padding(size: int) -> str:
    return b64encode(token_bytes(size)).decode().rstrip("=")
