"""A database in which people have worked: a ledger with history, accounts, drafts and a queue."""

from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE
from app.claims.models import Claim
from app.ledger.actions import import_ledger
from app.places.actions import create_place, describe_place
from tests.claims.entering import a_row, enter, entered_and_approved
from tests.factories import (
    NOW,
    ApiTokenFactory,
    DeploymentFactory,
    DraftFactory,
    JudgementFactory,
    KnownBrowserFactory,
    MeasureFactory,
    OneTimeLinkFactory,
    PersonFactory,
    RevisionFactory,
    SignInFactory,
    SourceDescriptionFactory,
    SourceFactory,
    used_in,
)
from tests.visiting import FOUNDING, IMPORTED_AT, closing_engine

_ROWS = 'select t::text from public."{table}" t order by 1'

PASSWORD = "four unrelated words"


def live_in(engine: Engine, ledger: Path | None = FOUNDING) -> None:
    """Enter, correct, judge, reject and draft; sign in and hand out a token; then import a ledger."""
    with Session(engine) as session, session.begin(), used_in(session):
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        ann = PersonFactory(name="ann", role="reviewer", password_hash=quick.hash(PASSWORD))
        PersonFactory(name="bob", disabled_at=NOW)
        DeploymentFactory(slug="coast-guard")
        MeasureFactory(slug="patrols")
        watch = SourceFactory(slug="harbour-watch", name="Harbour Watch")
        row = a_row(deployment="coast-guard", measure="patrols", source="Harbour Watch")
        counts = entered_and_approved(session, row, by=ann)
        claim = session.get(Claim, counts.claim_id)
        same = {
            "deployment_id": counts.deployment_id,
            "measure_id": counts.measure_id,
            "source_id": counts.source_id,
        }
        RevisionFactory(claim=claim, point=310, approved=True, **same)
        RevisionFactory(claim=claim, point=999, rejected=True, **same)
        RevisionFactory(claim=claim, point=320, **same)  # waits for its verdict
        JudgementFactory(claim=claim, approved=True)
        JudgementFactory(claim=claim, standing="good", approved=True)
        SourceDescriptionFactory(source=watch, name="The Harbour Watch", reliability="B")
        enter(session, row._replace(claim_ref="waits", point="400", source="The Harbour Watch"), by=ann)
        DraftFactory(person_id=ann.id, claim=claim)
        DraftFactory(person_id=ann.id)
        SignInFactory(person_id=ann.id)
        KnownBrowserFactory(person_id=ann.id)
        OneTimeLinkFactory(person_id=ann.id)
        ApiTokenFactory(person_id=ann.id, name="live")
        ApiTokenFactory(person_id=ann.id, name="revoked", revoked_at=NOW + timedelta(days=1))
        if ledger is not None:
            import_ledger(session, ledger, by=COMMAND_LINE, at=IMPORTED_AT)
        create_place(session, "Harbour Province", whole=None, by=ann, at=IMPORTED_AT)
        create_place(session, "Old Quay", whole="harbour-province", by=ann, at=IMPORTED_AT)
        moved = {"name": "New Quay", "whole": None, "reason": "It was rebuilt elsewhere.", "shown": 1}
        describe_place(session, "old-quay", **moved, by=ann, at=IMPORTED_AT)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of their text."""
    with closing_engine(url) as engine, engine.connect() as connection:
        tables = connection.scalars(
            text("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
        ).all()
        return {
            table: [(row[0],) for row in connection.exec_driver_sql(_ROWS.format(table=table))]
            for table in sorted(tables)
        }
