"""Two at once, each with a connection of their own, on a database that keeps what they commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.administration.actions import Signed, describe
from app.administration.merging import merge
from app.administration.nouns import SOURCE, described
from app.administration.proposals import decide_proposal, propose_description
from app.administration.refusals import NewerDescription, NotToBeMerged
from app.claims.refusals import AlreadyDecided, RowRefused
from app.database import connect
from app.errors import Refusal
from app.models import Claim, Person, Revision, Source, SourceDescription
from tests.claims.entering import a_ledger, a_row, enter, entered_and_approved
from tests.factories import NOW, PersonFactory, SourceFactory, used_in


@pytest.fixture
def ledger(empty_database: str) -> Iterator[Engine]:
    """A claim that counts, a source without any, and three people."""
    engine = connect(empty_database)
    with Session(engine) as session, used_in(session):
        a_ledger()
        entered_and_approved(session, a_row(claim_ref="root"))
        SourceFactory(slug="remains", name="Remains")
        for name in ("ann", "bea", "carl"):
            PersonFactory(name=name, role="reviewer")
        session.commit()
    yield engine
    engine.dispose()


def at_once(engine: Engine, *acts: Callable[[Session, Person], object]) -> list[object]:
    """What came of different people doing these things at the same moment: done, or how each was refused."""
    ready = Barrier(len(acts))

    def one(name: str, act: Callable[[Session, Person], object]) -> object:
        with Session(engine) as session:
            by = session.scalars(select(Person).where(Person.name == name)).one()
            ready.wait()
            try:
                act(session, by)
                session.commit()
            except Refusal as refusal:
                session.rollback()
                return type(refusal)
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, ("bea", "carl"), acts))


def used_source(session: Session) -> str:
    return session.scalars(select(Source.slug).where(Source.slug != "remains")).one()


def test_of_two_who_describe_at_once_the_second_is_told(ledger):
    def regrade(grade: str) -> Callable[[Session, Person], object]:
        def act(session: Session, by: Person) -> object:
            today = described(session, SOURCE, "remains")
            cells = today.cells | {"reliability": grade}
            signed = Signed.at_once(by, NOW)
            return describe(session, SOURCE, "remains", cells, shown=1, reason="Why.", signed=signed)

        return act

    assert sorted(map(str, at_once(ledger, regrade("A"), regrade("B")))) == sorted(
        map(str, ["done", NewerDescription])
    )
    with Session(ledger) as session:
        now = select(SourceDescription.number).join(Source).where(
            Source.slug == "remains", SourceDescription.replaced_version.is_(None)
        )  # fmt: skip
        assert session.scalars(now).one() == 2


def test_a_proposal_gets_one_verdict(ledger):
    with Session(ledger) as session:
        ann = session.scalars(select(Person).where(Person.name == "ann")).one()
        today = described(session, SOURCE, "remains")
        proposal = propose_description(
            session,
            SOURCE,
            "remains",
            today.cells | {"reliability": "A"},
            shown=1,
            reason="Why.",
            by=ann,
            at=NOW,
        ).id
        session.commit()

    def approve(session: Session, by: Person) -> object:
        return decide_proposal(session, proposal, "approved", by=by, at=NOW)

    assert sorted(map(str, at_once(ledger, approve, approve))) == sorted(map(str, ["done", AlreadyDecided]))


def test_no_claim_slips_under_a_source_while_it_is_merged(ledger):
    with Session(ledger) as session:
        old = used_source(session)

    def merge_it(session: Session, by: Person) -> object:
        return merge(session, old, "remains", reason="One.", signed=Signed(by, NOW, by, NOW, alone=True))

    def hand_in(session: Session, by: Person) -> object:
        return enter(session, a_row(claim_ref="late"), by=by)

    merged, entered = at_once(ledger, merge_it, hand_in)
    with Session(ledger) as session:
        names = dict(
            session.execute(
                select(Claim.ref, Source.slug)
                .join(Revision, Revision.claim_id == Claim.id)
                .join(Source, Source.id == Revision.source_id)
                .where(Revision.replaced_version.is_(None))
            ).all()
        )
    if merged == "done":
        assert names["root"] == "remains"
        assert names.get("late", "remains") == "remains"
        assert entered in {"done", RowRefused}
    else:
        assert merged is NotToBeMerged
        assert (entered, set(names.values())) == ("done", {old})
