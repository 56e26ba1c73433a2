"""The present, given to whatever needs it: a test sets it by overriding one dependency."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends


def present() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(present)]
