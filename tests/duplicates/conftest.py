"""The desk, visited by readers and by people who are signed in."""

from tests.accounts.conftest import desk, signed_in

__all__ = ["desk", "signed_in"]
