"""People and what they are signed in with, as their pages list them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE, OneTimeLink, Person, SignIn
from app.acts.models import Act
from app.errors import Near, NotFound, nearest
from app.languages.spoken import _


def all_people(session: Session) -> Sequence[Person]:
    """Everybody with an account, by name; the command line is nobody."""
    return session.scalars(select(Person).where(Person.name != COMMAND_LINE).order_by(Person.name)).all()


def person_named(session: Session, name: str) -> Person:
    """The person who signs in by this name. Raises NotFound, which names people that are spelt alike."""
    people = {person.name: person for person in all_people(session)}
    if name in people:
        return people[name]
    near = nearest(name, [Near(other, f"/desk/people/{other}") for other in people])
    raise NotFound(_("There is nobody of the name “%(name)s”.", name=name), near)


def command_line(session: Session) -> Person:
    """The command line as a person, who acts for whoever has the machine in hand."""
    return session.scalars(select(Person).where(Person.name == COMMAND_LINE)).one()


def open_sign_ins(session: Session, person: Person, *, at: datetime, idle: timedelta) -> Sequence[SignIn]:
    """Where a person is signed in, the last seen first."""
    alive = (SignIn.expires_at > at, SignIn.last_seen_at > at - idle)
    theirs = select(SignIn).where(SignIn.person_id == person.id, *alive)
    return session.scalars(theirs.order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())).all()


def acts_about(session: Session, person: Person) -> Sequence[Act]:
    """What was done to an account, by itself and by others, the last first; at most fifty acts."""
    about = select(Act).where(Act.kind == "people", Act.subject == person.pseudonym)
    return session.scalars(about.order_by(Act.id.desc()).limit(50)).all()


def open_links(session: Session, at: datetime) -> dict[int, OneTimeLink]:
    """The one-time links that could still be used, by the id of the person they are for."""
    unused = select(OneTimeLink).where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > at)
    return {link.person_id: link for link in session.scalars(unused)}
