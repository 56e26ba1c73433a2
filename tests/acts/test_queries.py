from datetime import timedelta

from app.acts.queries import last_changed_at, ledger_version, recent_acts
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
