"""History stands: no row goes, none is rewritten, and a version of the past stays as it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import models
from app.acts.queries import ledger_version
from app.database import connect
from tests import factories
from tests.factories import (
    DeploymentDescriptionFactory,
    JudgementFactory,
    RevisionFactory,
    SourceDescriptionFactory,
    new_version,
    used_in,
)
from tests.rules import insert_copies, refused, update_by_hand

MAY_CHANGE = {
    models.Act: set(),
    models.ApiToken: {"last_used_at", "revoked_at"},
    models.Batch: set(),
    models.Citation: set(),
    models.Claim: set(),
    models.Deployment: set(),
    models.DeploymentDescription: {"replaced_version"},
    models.Distinction: set(),
    models.DocumentNote: set(),
    models.ErrorReport: set(),
    models.Family: {"name"},
    models.Judgement: {
        "verdict", "decided_by", "decided_at", "decision_reason", "approved_alone", "overridden",
        "approved_version", "replaced_version",
    },
    models.Ledger: {"version"},
    models.Measure: set(),
    models.MeasureDescription: {"replaced_version"},
    models.Operation: {"name"},
    models.Person: {"display_name", "role", "named_in_public", "password_hash", "disabled_at"},
    models.Place: set(),
    models.PlaceAlias: {"replaced_version"},
    models.PlaceDescription: {"replaced_version"},
    models.PlaceMerge: {"replaced_version"},
    models.Proposal: {
        "verdict", "decided_by", "decided_at", "decision_reason", "approved_alone", "version",
    },
    models.ReportAnswer: set(),
    models.Revision: {
        "verdict", "decided_by", "decided_at", "decision_reason", "approved_alone", "overridden",
        "approved_version", "replaced_version",
    },
    models.Source: set(),
    models.SourceAlias: {"replaced_version"},
    models.SourceDescription: {"replaced_version"},
    models.SourceDocument: set(),
    models.SourceMerge: {"replaced_version"},
}  # fmt: skip
"""What of each table an UPDATE may touch, and no more."""

each_table = pytest.mark.parametrize("model", MAY_CHANGE, ids=lambda model: model.__tablename__)


def some_row(session, model):
    """A row of the table, made by its factory; the ledger has its one."""
    if model is models.Ledger:
        return session.scalars(select(model)).one()
    return getattr(factories, f"{model.__name__}Factory")()


def test_all_of_the_ledger_is_history_and_of_the_accounts_who_acted_and_by_which_token():
    """How people sign in, what is not handed in yet and the words of claims come and go; all else stands."""
    counted = {models.Subject, models.NatureTally, models.Voice, models.KeptReading, models.KeptFared}
    counted |= {models.KeptClaims, models.KeptEffect, models.Touch, models.TouchedSubject}
    counted.add(models.TouchedVoice)
    comes_and_goes = {
        *counted,
        models.Alike,
        models.ClaimText,
        models.NameWords,
        models.Draft,
        models.Submission,
    }
    comes_and_goes |= {
        models.ColumnMapping,
        models.Spreadsheet,
        models.SpreadsheetCheck,
        models.SpreadsheetRow,
    }
    tables = {mapper.class_ for mapper in models.Base.registry.mappers} - comes_and_goes
    of_the_ledger = {model for model in tables if model.__module__ != "app.accounts.models"}
    assert of_the_ledger | {models.Person, models.ApiToken} == set(MAY_CHANGE)


@each_table
def test_no_row_is_deleted(session, model):
    some_row(session, model)
    with refused(session, f"{model.__tablename__}_stand"):
        session.execute(model.__table__.delete())


@each_table
def test_no_table_is_emptied(session, model):
    with refused(session, f"{model.__tablename__}_never_emptied"):
        session.execute(text(f'truncate "{model.__tablename__}" cascade'))


@each_table
def test_every_column_stands_save_those_that_say_what_became_of_a_row(session, model):
    """Read from the triggers' own text, so that a column added later is not forgotten."""
    find = text(
        "select pg_get_triggerdef(oid) from pg_trigger"
        " where tgname = 'stand_as_written' and tgrelid = cast(:name as regclass)"
    )
    stands = session.scalar(find, {"name": model.__tablename__})
    columns = {column.name for column in model.__table__.columns}
    assert {name for name in columns if f"old.{name}" not in stands} == MAY_CHANGE[model]


REWRITTEN = [
    (models.Act, "reason", "other"),
    (models.ApiToken, "scopes", ["imports"]),
    (models.Batch, "name", "other.csv"),
    (models.Citation, "sentence", "other"),
    (models.Claim, "ref", "other"),
    (models.Deployment, "slug", "other"),
    (models.DeploymentDescription, "summary", "other"),
    (models.Distinction, "state", "open"),
    (models.Distinction, "version", 17),
    (models.DocumentNote, "state", "readable"),
    (models.DocumentNote, "archived_url", "https://archive.example/other"),
    (models.ErrorReport, "words", "other"),
    (models.ErrorReport, "url", "https://other.example/"),
    (models.Family, "slug", "other"),
    (models.Judgement, "words", "other"),
    (models.Measure, "slug", "other"),
    (models.MeasureDescription, "unit", "vehicles"),
    (models.Operation, "slug", "other"),
    (models.Person, "name", "other"),
    (models.Person, "pseudonym", "other"),
    (models.Place, "slug", "other"),
    (models.PlaceAlias, "name", "other"),
    (models.PlaceMerge, "reason", "other"),
    (models.ReportAnswer, "words", "other"),
    (models.Revision, "point", 101),
    (models.Revision, "point", text("point::numeric(20, 2)")),  # equal, but not as it was written
    (models.Revision, "said_on", "2025-03-28"),
    (models.Revision, "note", "other"),
    (models.Revision, "id", text("default")),
    (models.Source, "slug", "other"),
    (models.SourceDescription, "reliability", "A"),
    (models.SourceDocument, "title", "other"),
    (models.SourceAlias, "name", "other"),
    (models.SourceMerge, "reason", "other"),
    (models.Proposal, "reason", "other"),
    (models.Proposal, "content", {"cells": {"name": "other"}}),
]


@pytest.mark.parametrize(("model", "column", "value"), REWRITTEN)
def test_no_row_is_rewritten(session, model, column, value):
    row = some_row(session, model)
    with refused(session, f"{model.__tablename__}_stand_as_written"):
        update_by_hand(session, row, **{column: value})


def test_no_row_is_rewritten_by_way_of_an_insert(session):
    claim = factories.ClaimFactory()
    with refused(session, "claims_stand_as_written"):
        session.execute(
            text(
                "insert into claims (id, ref) overriding system value values (:id, :ref)"
                " on conflict (id) do update set ref = 'other'"
            ),
            {"id": claim.id, "ref": claim.ref},
        )


def test_no_row_is_rewritten_by_way_of_a_merge(session):
    revision = RevisionFactory(approved=True)
    with refused(session, "claim_revisions_stand_as_written"):
        session.execute(
            text(
                "merge into claim_revisions r using (values (:id)) as v (id) on r.id = v.id"
                " when matched then update set point = 1"
            ),
            {"id": revision.id},
        )


def test_no_row_is_rewritten_together_with_its_verdict(session):
    revision = RevisionFactory()
    reviewer = factories.PersonFactory(role="reviewer").id
    with refused(session, "claim_revisions_stand_as_written"):
        update_by_hand(
            session, revision, point=1, verdict="approved", decided_by=reviewer,
            decided_at=factories.NOW, approved_version=new_version(),
        )  # fmt: skip


def test_copy_is_no_way_past_the_rules(session):
    claim = factories.ClaimFactory()
    driver = session.connection().connection.driver_connection
    columns = "claim_id, number, standing, recorded_at, origin, recorded_by"
    row = (claim.id, 2, "good", factories.NOW, "desk", factories.PersonFactory().id)
    with (
        pytest.raises(psycopg.IntegrityError) as error,
        driver.cursor() as cursor,
        cursor.copy(f"copy judgements ({columns}) from stdin") as copy,
    ):
        copy.write_row(row)
    assert error.value.diag.constraint_name == "judgements_numbers_follow"


# Versions of the past. These tests commit, in databases of their own.


@pytest.fixture
def own_engine(empty_database):
    engine = connect(empty_database)
    yield engine
    engine.dispose()


def committed(engine: Engine, make: Callable[[], object]) -> object:
    """What `make` gives, by factories, in a transaction of its own."""
    with Session(engine, expire_on_commit=False) as session, used_in(session):
        made = make()
        session.commit()
        return made


@pytest.mark.parametrize("made", [RevisionFactory, JudgementFactory], ids=["revision", "judgement"])
def test_nothing_begins_or_ceases_to_count_at_a_version_of_the_past(own_engine, made):
    """A reading at a fixed version never changes: that version was read already."""
    first = committed(own_engine, lambda: made(approved=True))
    waiting = committed(own_engine, made)
    past = committed(own_engine, new_version)
    table = first.__tablename__
    with Session(own_engine) as session, used_in(session):
        decision = {"verdict": "approved", "decided_at": factories.NOW, "decided_by": first.decided_by}
        for _ in range(2):
            with refused(session, f"{table}_cease_at_a_new_version"):
                update_by_hand(session, first, replaced_version=past)
            with refused(session, f"{table}_cease_at_a_new_version"):
                update_by_hand(session, waiting, **decision, approved_version=past)
            with refused(session, f"{table}_count_from_a_new_version"):
                insert_copies(session, first, {"claim_id": factories.ClaimFactory().id})
            new_version()  # nor does a new version of this transaction open the door to older ones
        update_by_hand(session, waiting, **decision, approved_version=ledger_version(session))
        update_by_hand(session, first, replaced_version=ledger_version(session))


def test_no_description_begins_or_ceases_at_a_version_of_the_past(own_engine):
    first = committed(own_engine, SourceDescriptionFactory)
    past = committed(own_engine, new_version)
    with Session(own_engine) as session, used_in(session):
        with refused(session, "source_descriptions_cease_at_a_new_version"):
            update_by_hand(session, first, replaced_version=past)
        other = factories.SourceFactory(described=False)
        with refused(session, "source_descriptions_count_from_a_new_version"):
            insert_copies(session, first, {"source_id": other.id, "name": "Other"})


@pytest.mark.parametrize(
    ("made", "owner"),
    [
        (factories.SourceAliasFactory, factories.SourceFactory),
        (factories.SourceMergeFactory, factories.SourceFactory),
        (factories.PlaceAliasFactory, factories.PlaceFactory),
        (factories.PlaceMergeFactory, factories.PlaceFactory),
    ],
)
def test_no_name_and_no_merge_begins_or_ceases_at_a_version_of_the_past(own_engine, made, owner):
    first = committed(own_engine, made)
    past = committed(own_engine, new_version)
    with Session(own_engine) as session, used_in(session):
        with refused(session, f"{made._meta.model.__tablename__}_cease_at_a_new_version"):
            update_by_hand(session, first, replaced_version=past)
        other = {f"{owner._meta.model.__name__.lower()}_id": owner().id, "version": past}
        named = {"name": "Other"} if "name" in made._meta.model.__table__.columns else {}
        with refused(session, f"{made._meta.model.__tablename__}_count_from_a_new_version"):
            insert_copies(session, first, other | named)


def test_a_version_given_up_in_a_savepoint_is_given_again(own_engine):
    before = committed(own_engine, new_version)
    with Session(own_engine) as session, used_in(session):
        with session.begin_nested() as savepoint:
            new_version()
            savepoint.rollback()
        again = RevisionFactory(approved=True)
        session.commit()
        assert again.approved_version > before


def test_a_version_without_an_act_is_not_committed(own_engine):
    with pytest.raises(DBAPIError) as error, own_engine.begin() as connection:
        connection.execute(update(models.Ledger).values(version=1))
    assert error.value.orig.diag.constraint_name == "ledger_has_an_act"


# Two people at once: neither sees what the other has not committed, and still only one gets through.


def test_two_at_once_do_not_name_one_another(own_engine):
    first = committed(own_engine, lambda: RevisionFactory(approved=True))
    alike = {name: getattr(first, name) for name in ("source_id", "deployment_id", "measure_id")}
    # Nothing else is made below that could wait: no version is taken.
    second = committed(own_engine, lambda: RevisionFactory(approved=True, **alike))

    def restate(one, other):
        return lambda: RevisionFactory(claim_id=one.claim_id, supersedes_id=other.claim_id, **alike)

    assert both_at_once(own_engine, restate(first, second), restate(second, first)) == (
        "claim_revisions_never_in_a_circle"
    )


def test_a_claim_and_a_later_start_do_not_pass_one_another(own_engine):
    described = committed(own_engine, DeploymentDescriptionFactory)
    deployment = {"deployment_id": described.deployment_id}
    beside = committed(own_engine, lambda: RevisionFactory(**deployment))
    known = {**deployment, "measure_id": beside.measure_id, "source_id": beside.source_id}

    def start_on(day):
        return lambda: DeploymentDescriptionFactory(**deployment, starts_on=day)

    def claim_of_5_october():
        return RevisionFactory(**known, as_of="2024-10-05")

    in_time = both_at_once(own_engine, claim_of_5_october, start_on(date(2024, 10, 5)))
    too_late = both_at_once(own_engine, claim_of_5_october, start_on(date(2024, 10, 6)))
    assert (in_time, too_late) == ("", "deployment_descriptions_start_before_their_claims_end")


def both_at_once(engine: Engine, first: Callable[[], object], second: Callable[[], object]) -> str:
    """The name of the rule that refused the second, which began before the first was committed.

    Empty where none did. The factories are no friends of threads: only one thread works at a time,
    because the second waits for a lock that the first holds.
    """
    with Session(engine) as session, ThreadPoolExecutor(1) as other, used_in(session):
        first()
        session.flush()
        after = other.submit(committed, engine, second)
        wait_for_a_lock(engine, unless=after.done)
        session.commit()
        error = after.exception(timeout=60)
    return error.orig.diag.constraint_name if isinstance(error, DBAPIError) else ""


def wait_for_a_lock(engine: Engine, *, unless: Callable[[], bool]) -> None:
    """Return once somebody waits for a lock of this database, or the other has come through without."""
    waiting = (
        select(func.count())
        .select_from(text("pg_stat_activity"))
        .where(text("datname = current_database() and wait_event_type = 'Lock'"))
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        while not watcher.scalar(waiting) and not unless():
            watcher.execute(select(func.pg_sleep(0.01)))
