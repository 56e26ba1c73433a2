"""What changed about a place: its descriptions one after the other, its other names, its merges."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.acts.models import Act
from app.claims.differences import Difference
from app.languages.spoken import _
from app.places.models import Place, PlaceAlias, PlaceDescription, PlaceMerge
from app.sources.history import Event


def place_history(session: Session, slug: str) -> list[Event]:
    """What changed about a place since it came into the ledger, the last first. Three SELECTs."""
    found = [*_described(session, slug), *_named(session, slug), *_merged(session, slug)]
    return sorted(found, key=lambda event: event.version, reverse=True)


def _described(session: Session, slug: str) -> list[Event]:
    whole, of_whole = aliased(Place), aliased(PlaceDescription)
    rows = session.execute(
        select(PlaceDescription, Person, Place.name, func.coalesce(of_whole.name, whole.name))
        .join(Place, Place.id == PlaceDescription.place_id)
        .join(Person, Person.id == PlaceDescription.recorded_by)
        .outerjoin(whole, whole.id == PlaceDescription.whole_id)
        .outerjoin(of_whole, (of_whole.place_id == whole.id) & of_whole.replaced_version.is_(None))
        .where(Place.slug == slug)
        .order_by(PlaceDescription.number)
    ).all()
    found = []
    for before, (told, person, entered_as, above) in zip([None, *rows], rows, strict=False):
        # Claims may have named it before it was described, by the name with which it came in.
        was = (entered_as, None) if before is None else (before[0].name, before[3])
        differences = tuple(
            Difference(what, one, other)
            for what, one, other in ((_("Name"), was[0], told.name), (_("Lies in"), was[1], above))
            if one != other
        )
        sentence = "" if differences else _("Described for the first time.")
        found.append(
            Event(
                told.version,
                told.recorded_at,
                person.public_name,
                None,
                told.reason,
                sentence if before is None else "",
                differences,
            )
        )
    return found


def _named(session: Session, slug: str) -> list[Event]:
    began, ended = aliased(Act), aliased(Act)
    by, ended_by = aliased(Person), aliased(Person)
    rows = session.execute(
        select(PlaceAlias.name, began, by, ended, ended_by)
        .join(Place, Place.id == PlaceAlias.place_id)
        .join(began, began.version == PlaceAlias.version)
        .join(by, by.id == began.by_id)
        .outerjoin(ended, ended.version == PlaceAlias.replaced_version)
        .outerjoin(ended_by, ended_by.id == ended.by_id)
        .where(Place.slug == slug)
    ).all()
    noted = [
        _event(act, person, _("Also known as %(name)s.", name=name)) for name, act, person, _end, _who in rows
    ]
    taken_back = [
        _event(act, person, _("No longer known as %(name)s.", name=name))
        for name, _began, _who, act, person in rows
        if act is not None
    ]
    return noted + taken_back


def _merged(session: Session, slug: str) -> list[Event]:
    """What was merged into it, or taken out of it again, and what became of itself."""
    names = _names()
    rows = session.execute(
        select(PlaceMerge, Place.slug, Act, Person, names["name"], names["into_slug"], names["into_name"])
        .join(Place, Place.id == PlaceMerge.place_id)
        .outerjoin(_OF_PLACE, (_OF_PLACE.place_id == Place.id) & _OF_PLACE.replaced_version.is_(None))
        .outerjoin(_INTO, _INTO.id == PlaceMerge.into_id)
        .outerjoin(_OF_INTO, (_OF_INTO.place_id == _INTO.id) & _OF_INTO.replaced_version.is_(None))
        .join(Act, Act.version == PlaceMerge.version)
        .join(Person, Person.id == Act.by_id)
        .where(
            PlaceMerge.place_id.in_(
                select(PlaceMerge.place_id)
                .join(Place, Place.id.in_([PlaceMerge.place_id, PlaceMerge.into_id]))
                .where(Place.slug == slug)
            )
        )
        .order_by(PlaceMerge.place_id, PlaceMerge.number)
    ).all()
    found: list[Event] = []
    was_into: dict[int, str | None] = {}
    for merge, own, act, person, name, into, into_name in rows:
        if slug in {own, into or was_into.get(merge.place_id)}:
            if into is None:
                sentence = _("%(name)s stands by itself again.", name=name)
            elif own == slug:
                sentence = _("It was merged into %(into)s.", into=into_name)
            else:
                sentence = _("%(name)s was merged into it.", name=name)
            found.append(_event(act, person, sentence))
        was_into[merge.place_id] = into
    return found


_INTO, _OF_PLACE, _OF_INTO = aliased(Place), aliased(PlaceDescription), aliased(PlaceDescription)


def _names() -> Mapping[str, Any]:
    return {
        "name": func.coalesce(_OF_PLACE.name, Place.name),
        "into_slug": _INTO.slug,
        "into_name": func.coalesce(_OF_INTO.name, _INTO.name),
    }


def _event(act: Act, person: Person, sentence: str) -> Event:
    return Event(act.version or 0, act.at, person.public_name, None, act.reason, sentence)
