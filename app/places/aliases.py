"""Other names of places, in any language or script: noted, and taken back."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.refusals import BadName
from app.claims.forms import Problem, check_name, tidied
from app.languages.spoken import _
from app.places.actions import describe_first
from app.places.merging import standing
from app.places.models import Place, PlaceAlias
from app.places.queries import find_place, is_of_another
from app.slugs import slug_of


def noted_aliases(session: Session, place_id: int) -> list[tuple[str, datetime]]:
    """The other names of a place today with when each was noted, the last first."""
    rows = session.execute(
        select(PlaceAlias.name, Act.at)
        .join(Act, Act.version == PlaceAlias.version)
        .where(PlaceAlias.place_id == place_id, PlaceAlias.replaced_version.is_(None))
        .order_by(PlaceAlias.version.desc())
    )
    return [(name, at) for name, at in rows]


def add_alias(
    session: Session,
    slug: str,
    name: str,
    *,
    reason: str | None = None,
    by: Person,
    at: datetime,
    origin: str = "desk",
) -> Act:
    """Note another name of a place: search, forms, spreadsheets and files find it by that from now on.

    Where the name gives a slug, that leads to the place as well. Raises NotFound and BadName; then nothing
    is stored.
    """
    lock_ledger(session)
    place = standing(session, slug)
    name = check_alias(session, slug, name)
    act = _act(session, slug, f"also known as {name}", reason, by, at, origin)
    if place.number == 0:  # so that an export says what it is
        describe_first(session, place.id, place.name, reason=reason, by=by, act=act)
    session.add(PlaceAlias(place_id=place.id, name=name, slug=slug_of(name) or None, version=act.version))
    session.flush()  # the rules of the database are asked here
    return act


def check_alias(session: Session, slug: str, name: str) -> str:
    """A name in its one spelling that may be another one of a place. Raises NotFound and BadName."""
    place = standing(session, slug)
    problems: list[Problem] = []
    [name] = tidied((name,), ("name",), problems)
    check_name("name", name, problems)
    if problems:
        raise BadName(_("“%(name)s” %(reason)s.", name=name[:80], reason=problems[0].reason))
    if not name:
        raise BadName(_("Write the other name."))
    if place.into is not None:
        raise BadName(
            _("%(name)s was merged into %(into)s: note it there.", name=place.name, into=place.into_name)
        )
    found = find_place(session, name)
    if found is not None and (
        found != place.id or _is_name(session, place.id, name) or is_of_another(session, place.id, name)
    ):
        other = session.get_one(Place, found).slug
        raise BadName(
            _("“%(name)s” leads to this place already.", name=name)
            if other == slug
            else _("“%(name)s” leads to the place %(other)s already.", name=name, other=other)
        )
    return name


def _is_name(session: Session, place_id: int, name: str) -> bool:
    """Whether a name is noted of the place as it is spelt; one that only gives its slug is not."""
    known = select(PlaceAlias.id).where(
        PlaceAlias.place_id == place_id, PlaceAlias.name == name, PlaceAlias.replaced_version.is_(None)
    )
    return (
        session.scalar(known) is not None
        or session.scalar(
            select(func.count()).select_from(Place).where(Place.id == place_id, Place.name == name)
        )
        == 1
    )


def end_alias(
    session: Session, slug: str, name: str, *, reason: str | None = None, by: Person, at: datetime
) -> Act | None:
    """Take another name back; None where it is none, as after a double click. Raises NotFound."""
    lock_ledger(session)
    place = standing(session, slug)
    if name not in {known for known, _at in noted_aliases(session, place.id)}:
        return None
    act = _act(session, slug, f"no longer known as {name}", reason, by, at, "desk")
    session.execute(
        update(PlaceAlias)
        .where(
            PlaceAlias.place_id == place.id, PlaceAlias.name == name, PlaceAlias.replaced_version.is_(None)
        )
        .values(replaced_version=act.version)
        .execution_options(synchronize_session=False)
    )
    return act


def _act(
    session: Session, slug: str, words: str, reason: str | None, by: Person, at: datetime, origin: str
) -> Act:
    return record_act(
        session,
        "describe",
        by=by,
        at=at,
        origin=origin,
        moves_version=True,
        subject=slug,
        reason=reason,
        words=words,
        details={"what": "place name"},
    )
