"""What an act touched that touched a great many claims."""

from sqlalchemy.orm import Session

from app.changes import parts
from app.changes.parts import keys_of
from tests.visiting import closing_engine


def all_keys(session, version, rows):
    keys = []
    while page := keys_of(session, version, after=keys[-1] if keys else None, limit=rows):
        keys += page
    return keys


def test_parts_that_are_walked_are_those_that_are_sorted(founding_url, monkeypatch):
    with closing_engine(founding_url) as engine, Session(engine) as session:
        sorted_keys = all_keys(session, 1, 1000)
        monkeypatch.setattr(parts, "SORTED", -1)
        assert all_keys(session, 1, 37) == sorted_keys
    assert {key.noun for key in sorted_keys} >= {"deployment", "measure", "source", "claim"}
