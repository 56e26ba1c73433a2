"""People and what they are signed in with, as their pages list them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import COMMAND_LINE, OneTimeLink, Person, SignIn
from app.acts.models import Act
from app.errors import Near, NotFound, nearest
from app.languages.spoken import _


def all_people(session: Session) -> Sequence[Person]:
    """Everybody with an account, by name; the command line is nobody."""
    return session.scalars(select(Person).where(Person.name != COMMAND_LINE).order_by(Person.name)).all()


def people_listed(session: Session, q: str, *, after: int, limit: int) -> tuple[Sequence[Person], int]:
    """People whose names hold the letters `q`, by name, from the one that `after` others precede; how many.

    Two SELECTs.
    """
    held = [
        column.icontains(q, autoescape=True)
        for column in (Person.name, Person.display_name, Person.pseudonym, Person.role)
    ]
    wanted = (Person.name != COMMAND_LINE, or_(*held) if q else true())
    number = session.scalar(select(func.count()).select_from(Person).where(*wanted)) or 0
    query = select(Person).where(*wanted).order_by(Person.name).offset(after).limit(limit)
    return session.scalars(query).all(), number


def person_named(session: Session, name: str) -> Person:
    """The person who signs in by this name. Raises NotFound, which names people that are spelt alike."""
    found = session.scalar(select(Person).where(Person.name == name)) if name.isprintable() else None
    if found is not None and name != COMMAND_LINE:
        return found
    near = nearest(name, [Near(one.name, f"/desk/people/{one.name}") for one in all_people(session)])
    raise NotFound(_("There is nobody of the name “%(name)s”.", name=name), near)


def invited_as(session: Session, name: str, display_name: str, role: str) -> Person | None:
    """The person who was invited by just these words and has no password yet; None: there is nobody."""
    return session.scalar(
        select(Person).where(
            Person.name == name,
            Person.name != COMMAND_LINE,
            Person.display_name == display_name,
            Person.role == role,
            Person.password_hash.is_(None),
            Person.disabled_at.is_(None),
        )
    )


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


def open_links(session: Session, at: datetime, people: Iterable[Person]) -> dict[int, OneTimeLink]:
    """The one-time links of these people that could still be used, by the id of the person they are for."""
    unused = select(OneTimeLink).where(
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > at,
        OneTimeLink.person_id.in_([person.id for person in people]),
    )
    return {link.person_id: link for link in session.scalars(unused)}
