"""A site that is set up differently for the length of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI


@contextmanager
def changed(app: FastAPI, **values: object) -> Iterator[None]:
    """Inside, what the site keeps in its state is this; pytest's own patches would delete it afterwards."""
    before = {name: getattr(app.state, name) for name in values}
    try:
        for name, value in values.items():
            setattr(app.state, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(app.state, name, value)
