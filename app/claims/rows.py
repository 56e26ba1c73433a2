"""Revisions as rows of the claims CSV, to fill forms, to compare and to weigh."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.claims.forms import ClaimRow


def rows_of(session: Session, revision_ids: Sequence[int]) -> dict[int, ClaimRow]:
    """By id, revisions of any verdict as rows; standing is left empty, because it is no part of them."""
    raise NotImplementedError
