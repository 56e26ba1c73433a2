"""Other names by which a source is known: noted, and taken back."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.actions import name_leads_to, spelt_alike
from app.administration.merging import standing
from app.administration.refusals import BadName
from app.claims.forms import Problem, check_name, tidied
from app.languages.spoken import _
from app.sources.models import Source, SourceAlias, SourceDescription


def aliases_of(session: Session, source_id: int) -> list[str]:
    """The other names of a source itself today, in their order."""
    return list(
        session.scalars(
            select(SourceAlias.name)
            .where(SourceAlias.source_id == source_id, SourceAlias.replaced_version.is_(None))
            .order_by(SourceAlias.name)
        )
    )


def noted_aliases(session: Session, source_id: int) -> list[tuple[str, datetime]]:
    """The other names of a source today with when each was noted, the last first."""
    rows = session.execute(
        select(SourceAlias.name, Act.at)
        .join(Act, Act.version == SourceAlias.version)
        .where(SourceAlias.source_id == source_id, SourceAlias.replaced_version.is_(None))
        .order_by(SourceAlias.version.desc())
    )
    return [(name, at) for name, at in rows]


def add_alias(
    session: Session, slug: str, name: str, *, reason: str | None = None, by: Person, at: datetime
) -> Act:
    """Note another name of a source: search, the form and files find it by that from now on.

    Raises NotFound and BadName; then nothing is stored.
    """
    lock_ledger(session)
    name = check_alias(session, slug, name)
    act = _act(session, slug, f"also known as {name}", reason, by, at)
    session.add(SourceAlias(source_id=standing(session, slug).id, name=name, version=act.version))
    session.flush()  # the rules of the database are asked here
    return act


def check_alias(session: Session, slug: str, name: str) -> str:
    """A name in its one spelling that may be another one of a source. Raises NotFound and BadName."""
    source = standing(session, slug)
    problems: list[Problem] = []
    [name] = tidied((name,), ("name",), problems)
    check_name("name", name, problems)
    if problems:
        raise BadName(_("“%(name)s” %(reason)s.", name=name[:80], reason=problems[0].reason))
    if not name:
        raise BadName(_("Write the other name."))
    if source.into is not None:
        raise BadName(
            _("%(name)s was merged into %(into)s: note it there.", name=source.name, into=source.into_name)
        )
    other = name_leads_to(session, name) or _of_other_case(session, name, source.id)
    if other is not None:
        raise BadName(
            _("“%(name)s” leads to this source already.", name=name)
            if other == slug
            else _("“%(name)s” leads to the source %(other)s already.", name=name, other=other)
        )
    return name


def _of_other_case(session: Session, name: str, source_id: int) -> str | None:
    """The slug of another source that is called so but for capitals; None: there is none."""
    found: str | None = session.scalar(
        select(Source.slug)
        .join(SourceDescription, SourceDescription.source_id == Source.id)
        .where(
            SourceDescription.replaced_version.is_(None),
            spelt_alike(SourceDescription.name, name),
            Source.id != source_id,
        )
        .limit(1)
    )
    return found


def end_alias(
    session: Session, slug: str, name: str, *, reason: str | None = None, by: Person, at: datetime
) -> Act | None:
    """Take another name back; None where it is none, as after a double click. Raises NotFound."""
    lock_ledger(session)
    source = standing(session, slug)
    if name not in aliases_of(session, source.id):
        return None
    act = _act(session, slug, f"no longer known as {name}", reason, by, at)
    session.execute(
        update(SourceAlias)
        .where(
            SourceAlias.source_id == source.id,
            SourceAlias.name == name,
            SourceAlias.replaced_version.is_(None),
        )
        .values(replaced_version=act.version)
        .execution_options(synchronize_session=False)
    )
    return act


def _act(session: Session, slug: str, words: str, reason: str | None, by: Person, at: datetime) -> Act:
    return record_act(
        session,
        "describe",
        by=by,
        at=at,
        origin="desk",
        moves_version=True,
        subject=slug,
        reason=reason,
        words=words,
        details={"what": "alias"},
    )
