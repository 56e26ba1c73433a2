"""Sign-ins: opened, found again by their cookie, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, select, update
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import KnownBrowser, Person, SignIn
from app.accounts.tokens import hash_secret, new_secret
from app.accounts.visits import Visit

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen; not every page has to write a row."""

BROWSER_KNOWN_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a browser is handed when somebody has signed in: the secrets of its two cookies."""

    person: Person
    token: str
    known_as: str


def open_sign_in(
    session: Session, person: Person, visit: Visit, *, at: datetime, lifetime: timedelta
) -> Opened:
    """Sign a person in under a new secret, and forget the sign-ins of anybody that have expired."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= at))
    token = new_secret()
    session.add(
        SignIn(
            token_hash=hash_secret(token),
            person_id=person.id,
            signed_in_at=at,
            last_seen_at=at,
            expires_at=at + lifetime,
            browser=visit.browser,
            network=visit.neighbourhood,
        )
    )
    return Opened(person, token, _know_browser(session, person, visit, at))


def find_sign_in(session: Session, token: str, *, at: datetime, idle: timedelta) -> SignIn | None:
    """The sign-in with this secret; None where it was ended, has expired or its person is disabled."""
    found = session.scalar(
        select(SignIn)
        .join(SignIn.person)
        .options(contains_eager(SignIn.person))
        .where(
            SignIn.token_hash == hash_secret(token),
            SignIn.expires_at > at,
            SignIn.last_seen_at > at - idle,
            Person.disabled_at.is_(None),
        )
    )
    if found is not None and at - found.last_seen_at >= SEEN_EVERY:
        session.execute(_seen(found.id, at))
    return found


def change_secret(session: Session, sign_in: SignIn) -> str:
    """A new secret for a sign-in that goes on, so that a copy of the old one is worth nothing."""
    token = new_secret()
    sign_in.token_hash = hash_secret(token)
    session.add(sign_in)
    return token


def end_sign_in(session: Session, token: str) -> None:
    """Sign the browser out that has this secret, if any has."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_secret(token)))


def end_sign_ins(session: Session, person: Person, *, but: SignIn | None = None) -> None:
    """Sign a person out everywhere, or everywhere else."""
    ending = delete(SignIn).where(SignIn.person_id == person.id)
    session.execute(ending if but is None else ending.where(SignIn.id != but.id))


def _seen(sign_in_id: int, at: datetime) -> Update:
    """Note that somebody was seen, unless another page of theirs is just noting it: nobody waits for this."""
    free = select(SignIn.id).where(SignIn.id == sign_in_id).with_for_update(skip_locked=True)
    return (
        update(SignIn)
        .where(SignIn.id.in_(free.scalar_subquery()), SignIn.last_seen_at < at)
        .values(last_seen_at=at)
        .execution_options(synchronize_session=False)
    )


def _know_browser(session: Session, person: Person, visit: Visit, at: datetime) -> str:
    """The secret by which this browser is known for this person from now on; kept if it had one."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.last_seen_at <= at - BROWSER_KNOWN_FOR))
    if visit.known_as is not None:
        same = KnownBrowser.token_hash == hash_secret(visit.known_as)
        known = session.scalars(select(KnownBrowser).where(same)).all()
        for browser in known:
            if browser.person_id == person.id:
                browser.last_seen_at = max(at, browser.first_seen_at)
                return visit.known_as
    known_as = visit.known_as if visit.known_as is not None and known else new_secret()
    session.add(
        KnownBrowser(token_hash=hash_secret(known_as), person_id=person.id, first_seen_at=at, last_seen_at=at)
    )
    return known_as
