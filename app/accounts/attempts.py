"""Limits on guessing passwords that a stranger cannot use to lock somebody out.

Failures are counted per account and address, more loosely per account and per address, and for a browser
in which the person has signed in before by themselves. docs/decisions/0005-signing-in.md argues the numbers.
Names that nobody bears are counted like any other, so that a limit tells nothing about who has an account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import FailedSignIn, KnownBrowser, Person
from app.accounts.tokens import blind, hash_secret
from app.accounts.visits import Visit

WITHOUT_WAITING = 5
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
"""After so many failures the next attempt waits: first so long, each time twice as long, at most so long."""

PER_ACCOUNT = 50
PER_NETWORK = 100
LOOSELY_WITHIN = timedelta(hours=1)
"""Failures of one account from all strange browsers, and of one address for all accounts."""

REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who says a name: what failures are counted by."""

    account: str
    network: str | None
    browser_id: int | None  # None: a browser in which this person has not signed in before


def begin_attempt(session: Session, name: str, visit: Visit, key: str) -> Attempt:
    """The attempt; others for the same account from the same place wait until this transaction ends.

    Otherwise a hundred guesses sent at once would each find that none had failed yet.
    """
    attempt = Attempt(blind(name, key), visit.network, _known_browser(session, name, visit))
    place = attempt.network if attempt.browser_id is None else attempt.browser_id
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{attempt.account} {place}", 0))
    session.execute(select(lock))
    return attempt


def wait_before(session: Session, attempt: Attempt, at: datetime) -> timedelta:
    """How long this attempt has to wait still; zero: it may be made."""
    failures, last = session.execute(
        select(func.count(), func.max(FailedSignIn.at)).where(
            *_alike(attempt), FailedSignIn.at > at - REMEMBERED
        )
    ).one()
    until = [last + wait_after(failures)] if last else []
    if attempt.browser_id is None:
        strange = FailedSignIn.browser_id.is_(None)
        until += _over(session, PER_ACCOUNT, at, FailedSignIn.account == attempt.account, strange)
        if attempt.network is not None:
            until += _over(session, PER_NETWORK, at, FailedSignIn.network == attempt.network, strange)
    return max([moment - at for moment in until] + [timedelta(0)])


def wait_after(failures: int) -> timedelta:
    """The pause that so many failures of one account from one place demand."""
    over = failures - WITHOUT_WAITING
    return min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT) if over >= 0 else timedelta(0)


def note_failure(session: Session, attempt: Attempt, at: datetime) -> None:
    """Count a password that did not fit, and forget those of more than a day ago."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.at <= at - REMEMBERED))
    session.add(
        FailedSignIn(at=at, account=attempt.account, network=attempt.network, browser_id=attempt.browser_id)
    )


def note_success(session: Session, attempt: Attempt) -> None:
    """Forget the failures of this account from this place; those from elsewhere still count."""
    session.execute(delete(FailedSignIn).where(*_alike(attempt)))


def forget_failures(session: Session, name: str, key: str) -> None:
    """Forget all failures of an account, whose owner has come by a one-time link."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.account == blind(name, key)))


def _alike(attempt: Attempt) -> list[ColumnElement[bool]]:
    """Failures of the same account from the same browser, or for strange browsers from the same address."""
    alike = [
        FailedSignIn.account == attempt.account,
        FailedSignIn.browser_id.is_not_distinct_from(attempt.browser_id),
    ]
    if attempt.browser_id is None:
        alike.append(FailedSignIn.network.is_not_distinct_from(attempt.network))
    return alike


def _over(session: Session, most: int, at: datetime, *which: ColumnElement[bool]) -> list[datetime]:
    """The moment at which fewer than `most` of these failures will be recent; none where they are now."""
    decisive = (
        select(FailedSignIn.at)
        .where(*which, FailedSignIn.at > at - LOOSELY_WITHIN)
        .order_by(FailedSignIn.at.desc())
        .offset(most - 1)
        .limit(1)
    )
    return [moment + LOOSELY_WITHIN for moment in session.scalars(decisive)]


def _known_browser(session: Session, name: str, visit: Visit) -> int | None:
    if visit.known_as is None:
        return None
    known = (
        select(KnownBrowser.id)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(Person.name == name, KnownBrowser.token_hash == hash_secret(visit.known_as))
    )
    return session.scalar(known)
