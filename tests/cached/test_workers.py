"""Several workers share nothing but the database, and none shows what is no longer so."""

import time

import httpx2
import pytest

from tests.cached.conftest import HIT, eventually, how
from tests.factories import ClaimFactory, RevisionFactory
from tests.running import muster

OLDEST = 1.0
"""Seconds: no reader sees a state of the ledger that was over for longer."""


@pytest.fixture
def two_workers(own_url):
    with muster("serve", "--workers", "2", "--port", "0", environment={"DATABASE_URL": own_url}) as site:
        yield site.address()


def asked_anew(address: str, path: str) -> httpx2.Response:
    """An answer over a connection of its own, so that either worker may take it."""
    return httpx2.get(f"{address.rstrip('/')}{path}", timeout=30)


def test_a_change_is_seen_by_every_worker_a_second_later(two_workers, commit):
    commit(lambda: RevisionFactory(claim=ClaimFactory(ref="first"), wording="first words", approved=True))
    for number in range(3):
        ref = f"later-{number}"
        before = [asked_anew(two_workers, "/claims") for _ in range(24)]
        assert not any(f"/claims/{ref}" in answer.text for answer in before)
        eventually(lambda: how(asked_anew(two_workers, "/claims")) == HIT)
        commit(lambda ref=ref: RevisionFactory(claim=ClaimFactory(ref=ref), approved=True))
        time.sleep(OLDEST)
        after = [asked_anew(two_workers, "/claims") for _ in range(24)]
        assert all(f"/claims/{ref}" in answer.text for answer in after)
