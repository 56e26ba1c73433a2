"""The log, the version of the ledger, and what they let nobody do."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update

from app.acts.models import Act, Ledger
from app.acts.queries import ledger_version
from tests.factories import (
    NOW,
    ActFactory,
    DeploymentDescriptionFactory,
    MeasureDescriptionFactory,
    PersonFactory,
    PlaceDescriptionFactory,
    SourceDescriptionFactory,
    current_session,
    new_version,
)
from tests.rules import each_broken, insert_copies, refused, update_by_hand

DESCRIBED = pytest.mark.parametrize(
    "made",
    [
        DeploymentDescriptionFactory,
        MeasureDescriptionFactory,
        PlaceDescriptionFactory,
        SourceDescriptionFactory,
    ],
    ids=["deployment", "measure", "place", "source"],
)


def act_by_hand(session, **values):
    """An act written without the action that takes its version."""
    person = PersonFactory()
    row = {"at": NOW, "by_id": person.id, "by_name": person.name, "by_role": "editor", "origin": "desk"}
    session.execute(Act.__table__.insert().values(row | {"kind": "check"} | values))


def move_by_hand(session, to: str) -> None:
    session.execute(update(Ledger).values(version=text(to)), execution_options={"synchronize_session": False})


def move_without_an_act(session) -> None:
    move_by_hand(session, "version + 1")
    session.execute(text("set constraints all immediate"))


BROKEN = [
    ("acts_kind_is_known", lambda session: ActFactory(kind="sign_in")),
    ("acts_origin_is_known", lambda session: ActFactory(origin="post")),
    ("acts_no_empty_text", lambda session: ActFactory(reason="")),
    ("acts_details_are_named", lambda session: act_by_hand(session, details=["a", "list"])),
    ("acts_at_in_known_years", lambda session: ActFactory(at=datetime(3000, 1, 1, tzinfo=UTC))),
    ("acts_versions_from_one", lambda session: act_by_hand(session, version=0)),
    ("acts_take_the_version", lambda session: act_by_hand(session, version=1)),
    ("acts_one_per_version", lambda session: act_by_hand(session, version=new_version())),
    ("ledger_rises_by_one", lambda session: move_by_hand(session, "version + 2")),
    ("ledger_rises_by_one", lambda session: move_by_hand(session, "version")),
    ("ledger_rises_by_one", lambda session: move_by_hand(session, "version - 1")),
    ("ledger_rises_by_one", lambda session: move_by_hand(session, "null")),
    ("ledger_has_one_row", lambda session: session.execute(text("insert into ledger values (false, 0)"))),
    ("ledger_pkey", lambda session: session.execute(text("insert into ledger default values"))),
    ("ledger_has_an_act", move_without_an_act),
]


@each_broken(BROKEN)
def test_what_no_log_can_hold_is_refused(session, rule, attempt):
    with refused(session, rule):
        attempt(session)


def again(made, first, **values):
    """The same factory for another description of what `first` describes."""
    owner = made._meta.base_declarations["owner"]
    return made(**{owner: getattr(first, owner)}, **values)


def of_the_past(made):
    return made(version=new_version(), replaced_version=new_version())


def same_number(made):
    first = of_the_past(made)
    version = first.replaced_version
    return again(made, first, number=1, version=version, replaced_version=new_version())


def second_current(made):
    insert_copies(current_session(), made(), {"number": 2, "version": new_version()})


def replaced_at_once(made):
    version = new_version()
    return made(version=version, replaced_version=version)


DESCRIPTIONS = [
    ("numbered_from_one", lambda made: made(number=0)),
    ("one_per_{owner}_number", same_number),
    ("one_current", second_current),
    ("numbers_follow", lambda made: made(number=2)),
    ("numbers_follow", lambda made: again(made, of_the_past(made))),  # a version between them has none
    ("replaced_later", replaced_at_once),
    ("recorded_in_known_years", lambda made: made(recorded_at=datetime(1, 1, 1, tzinfo=UTC))),
]


@DESCRIBED
@each_broken(DESCRIPTIONS)
def test_what_does_not_follow_on_a_description_is_refused(session, made, rule, attempt):
    rule = rule.format(owner=made._meta.base_declarations["owner"])
    with refused(session, f"{made._meta.model.__tablename__}_{rule}"):
        attempt(made)


@DESCRIBED
def test_a_description_ceases_once(session, made):
    past = of_the_past(made)
    for version in (None, new_version()):
        with refused(session, f"{past.__tablename__}_closed_once"):
            update_by_hand(session, past, replaced_version=version)


@DESCRIBED
def test_a_description_begins_where_the_one_before_ceased(session, made):
    past = of_the_past(made)
    assert again(made, past, version=past.replaced_version).number == 2


def test_an_act_that_moves_nothing_has_no_version(session):
    before = ledger_version(session)
    assert ActFactory(kind="check").version is None
    assert ledger_version(session) == before
