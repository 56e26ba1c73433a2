"""What is done to places: taken into the ledger, described, renamed, moved into another place."""

from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.claims.forms import Problem, check_name, tidied
from app.claims.refusals import NothingChanges, RowRefused
from app.database import broken_rule
from app.errors import NotFound, Refusal
from app.languages.spoken import _
from app.places.models import Place, PlaceDescription
from app.places.queries import Tree, find_place, is_of_another, place_tree
from app.slugs import slug_of


class NewerDescription(Refusal):
    """The place has been described anew since the form was shown: nobody overwrites what they did not see."""


class InACircle(Refusal):
    """A place would come to lie in itself."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def take_in(session: Session, name: str) -> int:
    """The place of that name, new where there is none; nothing is said of it yet."""
    slug = slug_of(name)
    session.execute(insert(Place).values(slug=slug, name=name).on_conflict_do_nothing())
    return session.scalars(select(Place.id).where(Place.slug == slug)).one()


def create_place(
    session: Session,
    name: str,
    *,
    whole: str | None,
    reason: str | None = None,
    by: Person,
    at: datetime,
    origin: str = "desk",
) -> Act:
    """A new place, which lies in `whole` (a slug; None: in none), under a version of its own.

    Raises RowRefused, whose problems name `name` or `whole`; then nothing is stored.
    """
    lock_ledger(session)
    tree = place_tree(session)
    name, problems = _read_name(name)
    slug = slug_of(name)
    if name and not slug:
        problems.append(Problem("name", name, _("needs a letter a to z or a digit, to be given an address")))
    if not problems and (find_place(session, name) is not None or slug in tree):
        problems.append(Problem("name", name, _("is the name or the address of a place already")))
    problems += _unknown(whole, tree)
    if problems:
        raise RowRefused(problems)
    place_id = take_in(session, name)
    act = record_act(
        session,
        "describe",
        by=by,
        at=at,
        origin=origin,
        moves_version=True,
        subject=slug,
        reason=reason,
        words=f"a new place, {name}",
        details={"what": "place"},
    )
    _describe(session, place_id, 1, name, whole, reason=reason, by=by, act=act)
    return act


def describe_place(  # noqa: PLR0913 - what is said of a place, each given by name
    session: Session,
    slug: str,
    *,
    name: str,
    whole: str | None,
    reason: str,
    shown: int,
    by: Person,
    at: datetime,
    origin: str = "desk",
) -> Act:
    """Rename a place, move it into another (`whole`, a slug; None: out of all), or both, from now on.

    `reason` is in words, and public. `shown` is the number of the description that the form showed.
    Raises NotFound, NewerDescription, NothingChanges, InACircle and RowRefused, whose problems name `name`,
    `whole` or `reason`; then nothing is stored.
    """
    lock_ledger(session)
    tree = place_tree(session)
    place = tree.get(slug)
    if place is None:
        raise NotFound(_("There is no place “%(slug)s”.", slug=slug))
    if place.number != shown:
        raise NewerDescription(
            _("Somebody else has described %(name)s anew in the meantime. Look at it first.", name=place.name)
        )
    name, problems = _read_name(name)
    place_id = session.scalars(select(Place.id).where(Place.slug == slug)).one()
    if not problems and is_of_another(session, place_id, name):
        problems.append(Problem("name", name, _("is or was the name of another place, or gives its address")))
    problems += _unknown(whole, tree)
    if not reason.strip():
        problems.append(Problem("reason", "", _("why it is changed is needed")))
    if problems:
        raise RowRefused(problems)
    if (place.name, place.whole) == (name, whole):
        raise NothingChanges(_("%(name)s is described just so already.", name=place.name))
    if whole is not None and whole in {slug, *tree.parts(slug)}:
        raise InACircle(
            _(
                "%(name)s cannot lie in %(whole)s, which lies in it.",
                name=place.name,
                whole=tree[whole].name,
            )
            if whole != slug
            else _("%(name)s cannot lie in itself.", name=place.name)
        )
    act = record_act(
        session,
        "describe",
        by=by,
        at=at,
        origin=origin,
        moves_version=True,
        subject=slug,
        words=reason.strip(),
        details={"what": "place"},
    )
    session.execute(
        update(PlaceDescription)
        .where(PlaceDescription.place_id == place_id, PlaceDescription.replaced_version.is_(None))
        .values(replaced_version=act.version)
        .execution_options(synchronize_session="fetch")
    )
    _describe(session, place_id, place.number + 1, name, whole, reason=reason.strip(), by=by, act=act)
    return act


def _describe(
    session: Session,
    place_id: int,
    number: int,
    name: str,
    whole: str | None,
    *,
    reason: str | None,
    by: Person,
    act: Act,
) -> None:
    told = {"version": act.version, "recorded_by": by.id, "recorded_at": act.at, "origin": act.origin}
    whole_id = None
    if whole is not None:
        # What others lie in is described itself, so that an export says what it is.
        above = session.scalars(select(Place).where(Place.slug == whole)).one()
        whole_id = above.id
        if place_tree(session)[whole].number == 0:
            session.add(PlaceDescription(place_id=whole_id, number=1, name=above.name, reason=reason, **told))
    try:
        with session.begin_nested():
            session.add(
                PlaceDescription(
                    place_id=place_id, number=number, name=name, whole_id=whole_id, reason=reason, **told
                )
            )
    except IntegrityError as error:
        if broken_rule(error) != "place_descriptions_lie_in_no_circle":
            raise
        raise InACircle(_("The place would come to lie in itself.")) from error


def describe_first(
    session: Session, place_id: int, name: str, *, reason: str | None, by: Person, act: Act
) -> None:
    """Describe a place as it came in, from the version of an act on: so that an export says what it is."""
    session.add(
        PlaceDescription(
            place_id=place_id,
            number=1,
            name=name,
            reason=reason,
            version=act.version,
            recorded_by=by.id,
            recorded_at=act.at,
            origin=act.origin,
        )
    )
    session.flush()


def move_part(
    session: Session, part: PlaceDescription, whole_id: int, *, reason: str, by: Person, act: Act
) -> None:
    """Describe a place as lying in another from the version of an act on, in place of `part`."""
    session.execute(
        update(PlaceDescription)
        .where(PlaceDescription.id == part.id)
        .values(replaced_version=act.version)
        .execution_options(synchronize_session="fetch")
    )
    session.add(
        PlaceDescription(
            place_id=part.place_id,
            number=part.number + 1,
            name=part.name,
            whole_id=whole_id,
            reason=reason,
            version=act.version,
            recorded_by=by.id,
            recorded_at=act.at,
            origin=act.origin,
        )
    )
    session.flush()  # the rules of the database are asked here


def _read_name(written: str) -> tuple[str, list[Problem]]:
    """The name in its one spelling, and what is wrong with it."""
    problems: list[Problem] = []
    [name] = tidied((written,), ("name",), problems)
    if not name:
        problems.append(Problem("name", "", _("a name is needed")))
    check_name("name", name, problems)
    return name, problems


def _unknown(whole: str | None, tree: Tree) -> list[Problem]:
    if whole is None or whole in tree:
        return []
    return [Problem("whole", whole, _("is no place of the ledger"))]
