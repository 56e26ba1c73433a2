"""What is done to people: invited, given another role, disabled; and what they do to their own account.

Each act is logged under the person's pseudonym, because the log outlives what it names and is partly public.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.api_tokens import NameTaken
from app.accounts.models import COMMAND_LINE, OneTimeLink, Person, Purpose, Role, SignIn
from app.accounts.passwords import hash_password
from app.accounts.pseudonyms import new_pseudonym
from app.accounts.sessions import end_sign_ins
from app.accounts.tokens import hash_secret, new_secret
from app.acts.actions import record_act
from app.database import broken_rule
from app.errors import NotFound, Refusal
from app.languages.spoken import _

LINK_LASTS = {Purpose.INVITE: timedelta(days=7), Purpose.RESET: timedelta(days=1)}


class LinkEnded(Refusal):
    """A one-time link that opens nothing any more, or never did."""

    status = HTTPStatus.GONE


class OwnAccount(Refusal):
    """Administrators neither disable themselves nor change their own role: so one always remains."""


class LastAdministrator(Refusal):
    """Nobody would be left who can invite, disable and give roles."""


class NoLongerAdministrator(Refusal):
    """Who asks for this has lost the role in the meantime."""

    status = HTTPStatus.FORBIDDEN


class AlreadyDisabled(Refusal):
    """A disabled account gets no link and no other role before it is enabled."""


def add_person(
    session: Session, *, name: str, display_name: str, role: Role, by: Person, at: datetime, origin: str
) -> Person:
    """A new person, who cannot sign in before setting a password. Raises NameTaken."""
    person = Person(
        name=name, display_name=display_name, role=role, pseudonym=new_pseudonym(session), created_at=at
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        if broken_rule(error) != "people_one_per_name":
            raise
        raise NameTaken(_("There is somebody of the name “%(name)s” already.", name=name)) from error
    _log(session, person, f"invited as {role}", by=by, at=at, origin=origin, role=role)
    return person


def give_link(session: Session, person: Person, *, by: Person, at: datetime, origin: str) -> str:
    """A one-time link by which `person` sets a password; gives the secret, which is not kept.

    It replaces one that is still open. Raises AlreadyDisabled.
    """
    lock_people(session, person, by)
    _refuse_disabled(person)
    purpose = Purpose.RESET if person.password_hash else Purpose.INVITE
    _withdraw_links(session, person)
    secret = new_secret()
    session.add(
        OneTimeLink(
            token_hash=hash_secret(secret),
            person_id=person.id,
            purpose=purpose,
            created_at=at,
            created_by=by.id,
            expires_at=at + LINK_LASTS[purpose],
        )
    )
    done = (
        "given a link to a new password" if purpose is Purpose.RESET else "given a link to a first password"
    )
    _log(session, person, done, by=by, at=at, origin=origin)
    return secret


def open_link(session: Session, secret: str, *, at: datetime) -> OneTimeLink:
    """The link with this secret, locked until the transaction ends. Raises LinkEnded."""
    link = session.scalar(
        select(OneTimeLink).where(OneTimeLink.token_hash == hash_secret(secret)).with_for_update()
    )
    if link is None or link.used_at is not None or link.expires_at <= at or link.person.disabled_at:
        raise LinkEnded(
            _(
                "This link opens nothing any more: it has been used, has expired, or was replaced by a newer"
                " one. An administrator can give you another."
            )
        )
    return link


def use_link(session: Session, link: OneTimeLink, password: str, *, at: datetime) -> Person:
    """Set the password of the person whom an open link is for, and sign them out wherever they were."""
    link.used_at = at
    person = link.person
    person.password_hash = hash_password(password)
    end_sign_ins(session, person)
    _log(session, person, "password set by a one-time link", by=person, at=at, origin="desk")
    return person


def set_password(
    session: Session,
    person: Person,
    password: str,
    *,
    by: Person,
    at: datetime,
    origin: str,
    staying: SignIn | None = None,
) -> None:
    """Give a person a new password; sign them out everywhere but at `staying`, and withdraw open links."""
    person.password_hash = hash_password(password)
    end_sign_ins(session, person, but=staying)
    _withdraw_links(session, person)
    _log(session, person, "password changed", by=by, at=at, origin=origin)


def name_in_public(
    session: Session, person: Person, *, display_name: str, named_in_public: bool, at: datetime
) -> None:
    """Choose one's own name, and whether the public reads it or the pseudonym."""
    if (person.display_name, person.named_in_public) == (display_name, named_in_public):
        return
    person.display_name, person.named_in_public = display_name, named_in_public
    done = "named in public from now on" if named_in_public else "goes by the pseudonym from now on"
    _log(session, person, done, by=person, at=at, origin="desk")


def change_role(
    session: Session,
    person: Person,
    role: Role,
    *,
    by: Person,
    at: datetime,
    origin: str,
    reason: str | None = None,
) -> None:
    """Give a person another role and sign them out, so that no browser goes on with the old one.

    `reason` is in words, for the log. Raises OwnAccount, NoLongerAdministrator, LastAdministrator or
    AlreadyDisabled.
    """
    _refuse_own(person, by)
    lock_people(session, person, by)
    _refuse_disabled(person)
    if person.role == role:
        return
    before = person.role
    with _one_administrator_stays(session):
        person.role = role
    end_sign_ins(session, person)
    done = f"{before} before, {role} now"
    _log(session, person, done, by=by, at=at, origin=origin, reason=reason, role=role)


def disable(
    session: Session, person: Person, *, by: Person, at: datetime, origin: str, reason: str | None = None
) -> None:
    """Keep a person out from now on: signed out, links withdrawn, API tokens refused.

    Raises OwnAccount, NoLongerAdministrator or LastAdministrator. Nothing that they did is taken back.
    """
    _refuse_own(person, by)
    lock_people(session, person, by)
    if person.disabled_at is not None:
        return
    with _one_administrator_stays(session):
        person.disabled_at = at
    end_sign_ins(session, person)
    _withdraw_links(session, person)
    _log(session, person, "disabled", by=by, at=at, origin=origin, reason=reason)


def enable(
    session: Session, person: Person, *, by: Person, at: datetime, origin: str, reason: str | None = None
) -> None:
    """Let a disabled person in again, with the password they had. Raises NoLongerAdministrator."""
    lock_people(session, person, by)
    if person.disabled_at is None:
        return
    person.disabled_at = None
    _log(session, person, "enabled again", by=by, at=at, origin=origin, reason=reason)


def sign_out(
    session: Session, person: Person, sign_in_id: int | None, *, by: Person, at: datetime, origin: str
) -> None:
    """Sign a person out of one browser, or everywhere (None). Raises NoLongerAdministrator and NotFound."""
    lock_people(session, person, by)
    theirs = delete(SignIn).where(SignIn.person_id == person.id)
    if sign_in_id is not None:
        theirs = theirs.where(SignIn.id == sign_in_id)
    ended = len(session.scalars(theirs.returning(SignIn.id)).all())
    if sign_in_id is not None and not ended:
        raise NotFound(_("There is no such browser that is signed in."))
    if ended:
        where = "out of one browser" if sign_in_id is not None else "out everywhere"
        _log(session, person, f"signed {where}", by=by, at=at, origin=origin)


@contextmanager
def _one_administrator_stays(session: Session) -> Iterator[None]:
    """Inside, an account is changed; raises LastAdministrator where nobody would be left who can undo it."""
    try:
        with session.begin_nested():
            yield
            session.flush()  # the rule of the database is asked here
    except IntegrityError as error:
        if broken_rule(error) != "people_keep_an_administrator":
            raise
        raise LastAdministrator(_("This is the last administrator: make somebody else one first.")) from error


def lock_people(session: Session, person: Person, by: Person) -> None:
    """Hold both until the transaction ends, as they are now. Raises NoLongerAdministrator.

    Otherwise two administrators who disable one another at once would both succeed.
    """
    both = select(Person).where(Person.id.in_((person.id, by.id))).order_by(Person.id)
    # With key_share, what else they are doing at this moment need not wait.
    locked = both.with_for_update(key_share=True).execution_options(populate_existing=True)
    session.scalars(locked).all()
    if by.disabled_at is not None or not by.may(Role.ADMINISTRATOR):
        raise NoLongerAdministrator(_("You are no administrator any more, so nothing was done."))


def _refuse_own(person: Person, by: Person) -> None:
    if person.id == by.id or person.name == COMMAND_LINE:
        raise OwnAccount(_("Nobody does this to their own account; another administrator can."))


def _refuse_disabled(person: Person) -> None:
    if person.disabled_at is not None:
        raise AlreadyDisabled(_("This account is disabled; enable it first."))


def _withdraw_links(session: Session, person: Person) -> None:
    session.execute(
        delete(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
    )


def _log(
    session: Session,
    person: Person,
    done: str,
    *,
    by: Person,
    at: datetime,
    origin: str,
    reason: str | None = None,
    **details: Any,
) -> None:
    record_act(
        session,
        "people",
        by=by,
        at=at,
        origin=origin,
        moves_version=False,
        subject=person.pseudonym,
        reason=reason,
        words=done,
        details=details,
    )
