"""The site as people at the desk use it."""

from tests.accounts.conftest import desk, signed_in

__all__ = ["desk", "signed_in"]
