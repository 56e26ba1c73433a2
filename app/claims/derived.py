"""What follows from claims and is kept beside them (words, likeness), written once for many.

Triggers write it for each statement. Whoever writes many claims in several statements lets it wait, and has
it written for all of them at once.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session


def let_derived_wait(session: Session) -> None:
    """Let what follows from claims wait for `write_derived`.

    Where that is forgotten, the database writes it before the transaction ends.
    """
    session.execute(text("set local muster.derived = 'together'"))


def prepare_words(session: Session, revision_ids: Sequence[int]) -> None:
    """Make the words of revisions that are to count, for `write_derived` of this transaction.

    They follow from what never changes. So this is done before the ledger is locked, while nobody waits.
    """
    session.execute(text("select prepare_words(cast(:ids as bigint[]))"), {"ids": list(revision_ids)})


def write_derived(session: Session) -> None:
    """Write what follows from all claims that were written since `let_derived_wait`."""
    # Words are sorted into the index of the search together, which takes half as long.
    session.execute(text("set local gin_pending_list_limit = '128MB'; set local muster.derived = ''"))
    session.execute(text("set local work_mem = '64MB'; set local maintenance_work_mem = '128MB'"))
    session.execute(text("select write_derived()"))
    session.execute(text("select gin_clean_pending_list('claim_texts_by_words')"))
