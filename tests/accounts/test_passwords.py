"""Which passwords are refused, and how they are kept."""

import re

import pytest
from argon2 import PasswordHasher

from app.accounts.passwords import HASHER, fits, hash_password, is_outdated, why_weak

FREQUENT = [
    "password12345", "Passwort!!2024", "admin.admin.1",
    "muster2026muster", "letmein-letmein", "welcomewelcome99",
]  # fmt: skip
ROWS = [
    "1234567890123", "098765432109", "qwertyuiop12", "qwertzuiopas!",
    "poiuytrewq99", "abcdefghijkl1", "1qaz2wsx3edc",
]  # fmt: skip
REPEATED = ["aaaaaaaaaaaa", "abcabcabcabc", "12121212121212", "hunter2hunter2", "----------------"]
OWN = ["annexample2026", "Example-Ann-1", "ann.example.99", "ännexämple12"]
GOOD = ["four unrelated words", "vier tote fische lachen", "мойдлинныйсекрет", "839201748392", "Xk3#vQ9!mPz2"]


@pytest.mark.parametrize(
    ("passwords", "reason"),
    [
        (FREQUENT, "tried first"),
        (ROWS, "follows the keyboard"),
        (REPEATED, "repeats itself"),
        (OWN, "your own name"),
        (["eleven char", "", "aaa"], "at least 12 characters"),
        (["four unrelated words " * 25], "at most 500"),
    ],
)
def test_what_a_guesser_tries_first_is_refused(passwords, reason):
    for password in passwords:
        assert reason in (why_weak(password, "ann", "Ann Example") or "accepted"), password


@pytest.mark.parametrize("password", GOOD)
def test_length_is_enough_and_no_kind_of_character_is_demanded(password):
    assert why_weak(password, "ann", "Ann Example") is None


def test_a_password_is_kept_as_argon2id_of_the_second_choice_of_rfc_9106():
    kept = hash_password("four unrelated words")
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", kept)
    assert kept != hash_password("four unrelated words")
    assert fits("four unrelated words", kept)
    assert not fits("four unrelated word", kept)
    assert not is_outdated(kept)


def test_a_password_fits_however_its_letters_are_composed():
    assert fits("caf\u0065\u0301 caf\u00e9 caf\u00e9", hash_password("caf\u00e9 caf\u00e9 caf\u00e9"))


def test_without_a_hash_the_work_is_the_same_and_nothing_fits(monkeypatch):
    worked = []
    verify = PasswordHasher.verify

    def note(hasher, kept, password):
        worked.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", note)
    assert not fits("four unrelated words", None)
    assert not fits("other", HASHER.hash("four unrelated words"))
    assert worked[0] == worked[1] == "$argon2id$v=19$m=65536,t=3,p=4"


def test_a_hash_made_with_other_parameters_is_outdated():
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("four unrelated words"))
