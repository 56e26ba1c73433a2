"""Limits on guessing, and that nobody is locked out by them. Times are worked out by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.attempts import (
    begin_attempt,
    forget_failures,
    note_failure,
    note_success,
    wait_after,
    wait_before,
)
from app.accounts.models import FailedSignIn
from app.accounts.tokens import hash_secret
from app.accounts.visits import Visit
from app.database import connect
from tests.factories import NOW, FailedSignInFactory, KnownBrowserFactory, PersonFactory

KEY = "key"
HOME, AWAY = Visit(network="192.0.2.1"), Visit(network="198.51.100.1")
NOTHING = timedelta(0)


def fail(session, times, *, name="ann", visit=HOME, at=NOW):
    attempt = begin_attempt(session, name, visit, KEY)
    for _ in range(times):
        note_failure(session, attempt, at)
    session.flush()


def wait(session, *, name="ann", visit=HOME, at=NOW):
    return wait_before(session, begin_attempt(session, name, visit, KEY), at)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 10), (6, 20), (7, 40), (11, 640), (12, 900), (13, 900), (100000, 900)],
)
def test_pauses_grow_to_a_quarter_of_an_hour(failures, seconds):
    assert wait_after(failures) == timedelta(seconds=seconds)


def test_a_pause_is_counted_from_the_last_failure(session):
    fail(session, 4, at=NOW - timedelta(hours=1))
    assert wait(session) == NOTHING
    fail(session, 1)
    assert wait(session) == timedelta(seconds=10)
    assert wait(session, at=NOW + timedelta(seconds=4)) == timedelta(seconds=6)
    assert wait(session, at=NOW + timedelta(seconds=10)) == NOTHING


def test_failures_elsewhere_and_for_other_names_do_not_pause(session):
    fail(session, 10)
    assert wait(session, visit=AWAY) == NOTHING
    assert wait(session, name="bob") == NOTHING
    assert wait(session, visit=Visit()) == NOTHING


def test_a_name_that_nobody_bears_is_counted_like_any_other(session):
    PersonFactory(name="ann")
    fail(session, 6, name="ann")
    fail(session, 6, name="nobody")
    assert wait(session, name="ann") == wait(session, name="nobody") == timedelta(seconds=20)


def test_failures_are_forgotten_after_a_day(session):
    fail(session, 10)
    later = NOW + timedelta(days=1)
    assert wait(session, at=later) == NOTHING
    fail(session, 1, at=later)
    assert session.scalar(select(func.count()).select_from(FailedSignIn)) == 1


def test_a_success_forgets_the_failures_of_the_same_account_and_place_alone(session):
    fail(session, 6)
    fail(session, 6, visit=AWAY)
    note_success(session, begin_attempt(session, "ann", HOME, KEY))
    assert wait(session) == NOTHING
    assert wait(session, visit=AWAY) == timedelta(seconds=20)


def test_many_addresses_together_are_held_to_fifty_failures_an_hour(session):
    for number in range(50):
        at = NOW - timedelta(minutes=59) + timedelta(minutes=number)
        fail(session, 1, visit=Visit(network=f"203.0.113.{number}"), at=at)
    assert wait(session, visit=AWAY) == timedelta(minutes=1)  # until the first of them is an hour old
    assert wait(session, visit=AWAY, at=NOW + timedelta(minutes=1)) == NOTHING
    assert wait(session, name="bob", visit=AWAY) == NOTHING


def test_one_address_is_held_to_a_hundred_failures_an_hour(session):
    for number in range(100):
        fail(session, 1, name=f"person-{number}", at=NOW - timedelta(minutes=20))
    assert wait(session, name="new") == timedelta(minutes=40)
    assert wait(session, name="new", visit=AWAY) == NOTHING


def test_a_known_browser_gets_through_whatever_strangers_do(session):
    ann = PersonFactory(name="ann")
    KnownBrowserFactory(person_id=ann.id, token_hash=hash_secret("cookie"))
    for number in range(60):
        fail(session, 1, visit=Visit(network=f"203.0.113.{number}"))
    fail(session, 20, visit=HOME)
    known = Visit(network=HOME.network, known_as="cookie")
    assert wait(session, visit=known) == NOTHING
    assert wait(session, visit=Visit(network=HOME.network, known_as="forged")) > NOTHING
    assert wait(session, name="bob", visit=known) == NOTHING
    fail(session, 20, name="bob", visit=HOME)
    assert wait(session, name="bob", visit=known) > NOTHING  # it is known for ann alone


def test_a_known_browser_is_held_by_its_own_failures_from_wherever(session):
    ann = PersonFactory(name="ann")
    KnownBrowserFactory(person_id=ann.id, token_hash=hash_secret("cookie"))
    fail(session, 6, visit=Visit(network=HOME.network, known_as="cookie"))
    assert wait(session, visit=Visit(network=AWAY.network, known_as="cookie")) == timedelta(seconds=20)
    assert wait(session, visit=HOME) == NOTHING


def test_a_one_time_link_forgets_all_failures_of_its_owner(session):
    fail(session, 6)
    fail(session, 6, visit=AWAY)
    fail(session, 6, name="bob")
    forget_failures(session, "ann", KEY)
    assert wait(session) == wait(session, visit=AWAY) == NOTHING
    assert wait(session, name="bob") > NOTHING


def test_what_was_typed_as_a_name_is_not_kept(session):
    FailedSignInFactory()
    fail(session, 1, name="my secret password")
    assert "secret" not in " ".join(session.scalars(select(FailedSignIn.account)))
    assert (
        begin_attempt(session, "ann", HOME, KEY).account != begin_attempt(session, "ann", HOME, "k").account
    )


def test_guesses_sent_at_once_take_turns(empty_database):
    """Twenty at once: each sees the failures of those before it, so that the sixth has to wait."""
    engine = connect(empty_database, pool_size=20)

    def guess(_):
        with Session(engine) as session, session.begin():
            attempt = begin_attempt(session, "ann", HOME, KEY)
            held = wait_before(session, attempt, NOW) > NOTHING
            if not held:
                note_failure(session, attempt, NOW)
            return held

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(guess, range(20))) == [False] * 5 + [True] * 15
    engine.dispose()
