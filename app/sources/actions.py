"""Describing sources: taken into the ledger in the place where they are first needed."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.claims.forms import Problem, check_name, check_word, tidied
from app.claims.refusals import RowRefused
from app.slugs import SLUG, slug_of
from app.sources.models import (
    RELIABILITIES,
    SOURCE_KINDS,
    STANCES,
    Family,
    Source,
    SourceAlias,
    SourceDescription,
)


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as it is entered; the columns of sources.csv, empty where not known."""

    name: str
    kind: str = ""
    country: str = ""
    family: str = ""  # by name; a new one is created
    reliability: str = ""
    stance: str = ""
    note: str = ""
    slug: str = ""  # empty: made from the name


_COLUMNS = tuple(field.name for field in fields(NewSource))


def read_new_source(source: NewSource) -> tuple[NewSource, list[Problem]]:
    """The source in its one spelling, its slug made where none was given, and all that is wrong with it."""
    problems: list[Problem] = []
    cells = tidied(tuple(getattr(source, column) for column in _COLUMNS), _COLUMNS, problems)
    source = NewSource(**dict(zip(_COLUMNS, cells, strict=True)))
    if not source.name:
        problems.append(Problem("name", "", "a name is needed"))
    check_name("name", source.name, problems)
    check_name("family", source.family, problems)
    if source.family and not slug_of(source.family):
        reason = "needs a letter a to z or a digit, to be given an address"
        problems.append(Problem("family", source.family, reason))
    for column, word, words in (
        ("kind", source.kind, SOURCE_KINDS),
        ("reliability", source.reliability, RELIABILITIES),
        ("stance", source.stance, STANCES),
    ):
        if word:
            check_word(column, word, words, problems)
    slug = source.slug or slug_of(source.name)
    if source.name and not SLUG.fullmatch(slug):
        reason = "needs small letters, digits and hyphens, first a letter or digit"
        problems.append(Problem("slug", slug, reason))
    check_name("slug", slug, problems)
    return replace(source, slug=slug), problems


def find_source(session: Session, name: str) -> int | None:
    """The id of the source that a name leads to; None: there is none.

    That is the one called so today, else the one known by it as another name, else the only one that ever
    was called so. A name of a source that was merged leads to the one under which its claims stand now.
    """
    called = select(SourceDescription.source_id).where(SourceDescription.name == name)
    known_by = select(SourceAlias.source_id).where(SourceAlias.name == name)
    for query in (
        called.where(SourceDescription.replaced_version.is_(None)),
        known_by.where(SourceAlias.replaced_version.is_(None)),
        called.distinct().limit(2),
    ):
        found = session.scalars(query).all()
        if len(found) == 1:
            return session.scalar(select(func.source_now(found[0])))
    return None


def create_source(
    session: Session, source: NewSource, *, by: Person, at: datetime, origin: str = "desk"
) -> int:
    """Take a source into the ledger, described at once under a version of its own; gives its id.

    Where somebody else has just done so under the same name, it is theirs. Raises RowRefused, whose
    problems name the fields of NewSource.
    """
    source, problems = read_new_source(source)
    if problems:
        raise RowRefused(problems)
    # Sources come into the ledger one after the other, or two of one name would be made at once.
    lock_ledger(session)
    if (found := find_source(session, source.name)) is not None:
        return found
    source_id: int | None = session.scalar(
        insert(Source).values(slug=source.slug).on_conflict_do_nothing().returning(Source.id)
    )
    if source_id is None:
        raise RowRefused([Problem("slug", source.slug, "is that of another source: write another one")])
    act = record_act(
        session,
        "describe",
        by=by,
        at=at,
        origin=origin,
        moves_version=True,
        subject=source.slug,
        words=f"a new source, {source.name}",
        details={"what": "source"},
    )
    session.add(
        SourceDescription(
            source_id=source_id,
            number=1,
            name=source.name,
            kind=source.kind or None,
            country=source.country or None,
            family_id=family_named(session, source.family),
            reliability=source.reliability or None,
            stance=source.stance or None,
            note=source.note or None,
            version=act.version,
            recorded_by=by.id,
            recorded_at=at,
            origin=origin,
        )
    )
    session.flush()  # the first claim of the source is about to refer to it
    return source_id


def family_named(session: Session, name: str) -> int | None:
    """The family of that name, else of the same slug, else a new one; None for no name."""
    if not name:
        return None
    slug = slug_of(name)
    found: int | None = session.scalar(
        select(Family.id)
        .where((Family.name == name) | (Family.slug == slug))
        .order_by(func.coalesce(Family.name == name, False).desc(), Family.id)
        .limit(1)
    )
    if found is not None:
        return found
    return session.scalars(insert(Family).values(slug=slug, name=name).returning(Family.id)).one()
