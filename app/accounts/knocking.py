"""Somebody says a name and a password: who it is, or how long to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.attempts import begin_attempt, note_failure, note_success, wait_before
from app.accounts.models import Person
from app.accounts.passwords import fits, hash_password, is_outdated
from app.accounts.visits import Visit
from app.languages.spoken import ngettext
from app.logs import log


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt that was not made, because too many failed before it."""

    wait: timedelta

    @property
    def seconds(self) -> int:
        """Whole seconds to wait, rounded up."""
        return -(-self.wait // timedelta(seconds=1))

    @property
    def sentence(self) -> str:
        """What is said to whoever has to wait."""
        if self.seconds < 60:  # noqa: PLR2004
            return ngettext(
                "Too many passwords did not fit. Please wait %(num)s second and try again.",
                "Too many passwords did not fit. Please wait %(num)s seconds and try again.",
                self.seconds,
            )
        return ngettext(
            "Too many passwords did not fit. Please wait %(num)s minute and try again.",
            "Too many passwords did not fit. Please wait %(num)s minutes and try again.",
            -(-self.seconds // 60),
        )


def check_password(
    session: Session, name: str, password: str, *, visit: Visit, at: datetime, key: str
) -> Person | Held | None:
    """Whoever has this name and password; None where nobody has, after the same time.

    A password that does not fit is counted, so the transaction has to be committed also then. `key` blinds
    the names that are counted. A fitting password is hashed anew where our parameters have changed.
    """
    attempt = begin_attempt(session, name, visit, key)
    wait = wait_before(session, attempt, at)
    if wait > timedelta(0):
        log.warning(
            "sign-in held back", seconds=wait.total_seconds(), known_browser=attempt.browser_id is not None
        )
        return Held(wait)
    person = session.scalar(
        select(Person).where(
            Person.name == name, Person.password_hash.is_not(None), Person.disabled_at.is_(None)
        )
    )
    if not fits(password, person.password_hash if person else None) or person is None:
        note_failure(session, attempt, at)
        return None
    note_success(session, attempt)
    if person.password_hash is not None and is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    return person
