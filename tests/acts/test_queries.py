from datetime import timedelta

from app.acts.queries import last_changed_at, last_checked_at, ledger_version, recent_acts
from tests.factories import ActFactory


def test_a_ledger_in_which_nothing_counts_stands_at_version_nought(session):
    assert (ledger_version(session), last_changed_at(session)) == (0, None)


def test_the_ledger_changed_when_its_newest_version_was_made(session, now):
    ActFactory(at=now, moves_version=True)
    ActFactory(at=now + timedelta(hours=1), moves_version=True)
    ActFactory(at=now + timedelta(hours=2), kind="submit")
    assert (ledger_version(session), last_changed_at(session)) == (2, now + timedelta(hours=1))


def test_acts_are_told_last_first_and_page_by_page(session):
    acts = [ActFactory() for _ in range(5)]
    first = recent_acts(session, 2)
    second = recent_acts(session, 2, before=first[-1].id)
    rest = recent_acts(session, 2, before=second[-1].id)
    assert [*first, *second, *rest] == acts[::-1]


def test_what_never_counted_and_who_has_an_account_is_not_told(session):
    for kind in ("submit", "send_back", "reject", "withdraw", "people"):
        ActFactory(kind=kind)
    shown = [ActFactory(kind=kind) for kind in ("import", "approve", "judge", "describe", "check")]
    assert recent_acts(session, 10) == shown[::-1]


def test_a_deployment_was_checked_when_somebody_last_said_so(session, now):
    assert last_checked_at(session, "here") is None
    ActFactory(kind="check", subject="here", at=now)
    ActFactory(kind="check", subject="elsewhere", at=now + timedelta(hours=2))
    ActFactory(kind="check", subject="here", at=now + timedelta(hours=1))
    ActFactory(kind="describe", subject="here", at=now + timedelta(hours=3))
    assert last_checked_at(session, "here") == now + timedelta(hours=1)


def test_a_version_knows_only_of_checks_before_the_next_one(session, now):
    ActFactory(moves_version=True)
    ActFactory(kind="check", subject="here", at=now)
    ActFactory(moves_version=True)
    ActFactory(kind="check", subject="here", at=now + timedelta(days=1))
    assert last_checked_at(session, "here", 1) == now
    assert last_checked_at(session, "here", 2) == last_checked_at(session, "here") == now + timedelta(days=1)
    assert last_checked_at(session, "here", 0) is None
