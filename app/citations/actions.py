"""Citing: the one act of this room, which anybody may do and which changes nothing in the ledger."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.citations.cited import Cited
from app.citations.models import LARGEST_RESULT, Citation
from app.errors import Refusal
from app.languages.spoken import _, count


class TooLarge(Refusal):
    """A result has more bytes than a citation keeps."""


def cite(session: Session, cited: Cited, *, publisher: str, at: datetime) -> Citation:
    """The citation of a view: the one there is, else a new one; also of two who cite it at once.

    Raises TooLarge.
    """
    size = len(cited.text.encode())
    if size > LARGEST_RESULT:
        raise TooLarge(
            _(
                "This result has %(size)s bytes, and a citation keeps at most %(most)s. A single measure, a"
                " shorter time or fewer sources can be cited.",
                size=count(size),
                most=count(LARGEST_RESULT),
            )
        )
    session.execute(
        insert(Citation)
        .values(
            key=cited.key,
            kind=cited.kind,
            address=cited.address,
            version=cited.version,
            version_at=cited.version_at,
            rule_set=cited.rule_set,
            title=cited.title,
            sentence=cited.sentence,
            publisher=publisher,
            result=cited.text,
            digest=cited.digest,
            cited_at=at,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return session.scalars(select(Citation).where(Citation.key == cited.key)).one()


def citation_of(session: Session, key: str) -> Citation | None:
    """The citation of a key; None where there is none."""
    return session.scalar(select(Citation).where(Citation.key == key)) if key.isalnum() else None
