"""Describing deployments, measures and sources: a further description, and nothing of the past is edited."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger, record_act
from app.acts.models import Act
from app.administration.nouns import Cells, Described, Noun, all_described, changes, described
from app.administration.refusals import NewerDescription
from app.claims.forms import Problem
from app.claims.refusals import NothingChanges, RowRefused
from app.database import broken_rule
from app.deployments.models import Operation
from app.errors import Near, NotFound, nearest
from app.languages.spoken import _
from app.slugs import slug_of
from app.sources.actions import family_named
from app.sources.models import Source, SourceAlias, SourceDescription

JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who made a change and when, and who approved it: the same person where it needs no second."""

    author: Person
    handed_in_at: datetime
    by: Person
    at: datetime
    alone: bool = False  # by its author alone, though it moves readings: four eyes are switched off

    @classmethod
    def at_once(cls, by: Person, at: datetime) -> "Signed":
        """Of a change that needs no second person."""
        return cls(by, at, by, at)


def describe(
    session: Session,
    noun: Noun,
    slug: str,
    cells: Cells,
    *,
    shown: int,
    reason: str | None,
    signed: Signed,
) -> Act:
    """Describe a thing anew, or for the first time (`shown` 0), under a version of its own.

    `shown` is the number of the description that the form showed, `reason` why it is changed: public, and
    needed where something was described before. `cells` are as `read_cells` gives them. Raises NotFound,
    NewerDescription, NothingChanges and RowRefused, whose problems name columns or `reason`; then nothing is
    stored.
    """
    lock_ledger(session)  # whoever comes second sees what the first has changed
    today = _unchanged_since(session, noun, slug, shown)
    problems = check(session, noun, cells, today)
    if today is not None and not (reason or "").strip():
        problems.append(Problem("reason", "", _("why it is changed is needed")))
    if problems:
        raise RowRefused(problems)
    if today is not None and not changes(noun, today.cells, cells):
        raise NothingChanges(_("%(name)s is described just so already.", name=today.name))
    with _said_kindly(session):
        owner_id = today.owner_id if today is not None else _owner(session, noun, cells)
        act = record_act(
            session,
            "describe",
            by=signed.by,
            at=signed.at,
            origin="desk",
            moves_version=True,
            subject=cells["slug"],
            words=None if today is not None else f"a new {noun.name}, {cells[noun.title]}",
            reason=reason,
            details={"what": noun.name, **({"alone": True} if signed.alone else {})},
        )
        _write(session, noun, owner_id, cells, act, today=today, reason=reason, signed=signed)
    return act


def is_own_last_act(session: Session, subject: str, *, reason: str | None, by: Person) -> bool:
    """Whether the last act on a subject was this person's, for this very reason: as after a double click."""
    act = session.execute(
        select(Act.by_id, Act.reason, Act.words)
        .where(Act.subject == subject, Act.kind == "describe")
        .order_by(Act.id.desc())
        .limit(1)
    ).one_or_none()
    return act is not None and act.by_id == by.id and reason in {act.reason, act.words}


def is_saved_just_now(session: Session, version: int, *, by: Person, now: datetime) -> bool:
    """Whether a version is this person's own act of the last minute, which a page then says was saved."""
    act = session.execute(select(Act.by_id, Act.at).where(Act.version == version)).one_or_none()
    return act is not None and act.by_id == by.id and now - act.at <= JUST_NOW


def check(session: Session, noun: Noun, cells: Cells, today: Described | None) -> list[Problem]:
    """What only the database knows to be wrong with a row; `today` is None where it is new."""
    problems: list[Problem] = []
    if today is None:
        known = {one.slug: one.name for one in all_described(session, noun)}
        if cells["slug"] == "new":  # the address of the form in which one is entered
            problems.append(Problem("slug", "new", _("cannot be an address: write another one")))
        if cells["slug"] in known or _slug_taken(session, noun, cells["slug"]):
            problems.append(Problem("slug", cells["slug"], _taken(cells["slug"], known)))
    title = cells[noun.title]
    if today is None or today.cells[noun.title] != title:
        problems += _already_called(session, noun, title, today)
    return problems


def _already_called(session: Session, noun: Noun, title: str, today: Described | None) -> list[Problem]:
    """That something else is called so, in whatever case: readers could not tell the two apart."""
    other = name_leads_to(session, title) if noun.name == "source" else None
    if other is not None and (today is None or other != today.slug):
        sentence = _("leads to the source %(slug)s already, as its name or another name of it", slug=other)
        return [Problem(noun.title, title, sentence)]
    column = getattr(noun.description, noun.title)
    same = session.scalar(
        select(noun.owner.slug)
        .join(noun.description, noun.link == noun.owner.id)
        .where(
            noun.description.replaced_version.is_(None),
            spelt_alike(column, title),
            noun.owner.id != (0 if today is None else today.owner_id),
        )
        .limit(1)
    )
    if same is None:
        return []
    return [Problem(noun.title, title, _("is what %(slug)s is called already, in whatever case", slug=same))]


def spelt_alike(column: SQLColumnExpression[str], name: str) -> ColumnElement[bool]:
    """Whether a name is another one but for capitals and for other forms of the same letters (NFKC)."""
    spelt = func.lower(func.normalize(column, literal_column("NFKC")))
    return spelt == unicodedata.normalize("NFKC", name).lower()


def name_leads_to(session: Session, name: str) -> str | None:
    """The slug of the source that has this name, or another name, today; None: none has."""
    named = select(SourceDescription.source_id).where(
        SourceDescription.name == name, SourceDescription.replaced_version.is_(None)
    )
    known_by = select(SourceAlias.source_id).where(
        SourceAlias.name == name, SourceAlias.replaced_version.is_(None)
    )
    return session.scalar(select(Source.slug).where(Source.id.in_(named) | Source.id.in_(known_by)).limit(1))


def _slug_taken(session: Session, noun: Noun, slug: str) -> bool:
    return session.scalar(select(noun.owner.id).where(noun.owner.slug == slug)) is not None


def _taken(slug: str, known: dict[str, str]) -> str:
    free = next(tried for number in range(2, 10_000) if (tried := f"{slug}-{number}") not in known)
    near = [
        one.name for one in nearest(slug, [Near(name, f"/{slug}") for slug, name in known.items()], at_most=3)
    ]
    return _(
        "is taken; %(free)s is free. Of a like address: %(near)s",
        free=free,
        near=", ".join(near) or known.get(slug, slug),
    )


def _unchanged_since(session: Session, noun: Noun, slug: str, shown: int) -> Described | None:
    """The thing as it is described today; None where it is new and was so when the form was shown."""
    if shown == 0:
        return None
    today = described(session, noun, slug)
    if today is None:
        raise NotFound(_("There is nothing of the address “%(slug)s”.", slug=slug))
    if today.number != shown:
        raise NewerDescription(
            _(
                "Somebody else has changed %(name)s since this form was opened. Look at it first.",
                name=today.name,
            )
        )
    return today


def _owner(session: Session, noun: Noun, cells: Cells) -> int:
    values = {"slug": cells["slug"]} | ({"kind": cells["kind"]} if noun.name == "measure" else {})
    return session.scalars(insert(noun.owner).values(**values).returning(noun.owner.id)).one()  # type: ignore[no-any-return]


def _write(
    session: Session,
    noun: Noun,
    owner_id: int,
    cells: Cells,
    act: Act,
    *,
    today: Described | None,
    reason: str | None,
    signed: Signed,
) -> None:
    if today is not None:
        session.execute(
            update(noun.description)
            .where(noun.link == owner_id, noun.description.replaced_version.is_(None))
            .values(replaced_version=act.version)
            .execution_options(synchronize_session="fetch")
        )
    session.add(
        noun.description(
            **{noun.link.key: owner_id},
            **_values(session, noun, cells),
            number=1 if today is None else today.number + 1,
            version=act.version,
            recorded_by=signed.author.id,
            recorded_at=signed.handed_in_at,
            origin="desk",
            reason=reason,
        )
    )
    session.flush()  # the rules of the database are asked here, where a broken one is said kindly


def _values(session: Session, noun: Noun, cells: Cells) -> dict[str, Any]:
    """The values of a description's columns."""
    values: dict[str, Any] = {}
    for column in noun.changing:
        cell = cells[column.name] or None
        match column.name:
            case "starts_on":
                values["starts_on"] = date.fromisoformat(cells["starts_on"])
            case "level_valid_days":
                values["level_valid_days"] = int(cells["level_valid_days"])
            case "operation":
                values["operation_id"] = _operation_named(session, cells["operation"])
            case "family":
                values["family_id"] = family_named(session, cells["family"])
            case name:
                values[name] = cell
    return values


def _operation_named(session: Session, name: str) -> int | None:
    """The operation of that name, else of the same slug, else a new one; None for no name."""
    if not name:
        return None
    slug = slug_of(name)
    found = session.scalar(
        select(Operation.id)
        .where((Operation.name == name) | (Operation.slug == slug))
        .order_by(func.coalesce(Operation.name == name, False).desc(), Operation.id)
        .limit(1)
    )
    if found is not None:
        return found
    return session.scalars(insert(Operation).values(slug=slug, name=name).returning(Operation.id)).one()


@contextmanager
def _said_kindly(session: Session) -> Iterator[None]:
    """Inside, all is done or nothing; a rule that an editor can know of is raised as a refusal."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        rule = broken_rule(error) or ""
        if rule == "deployment_descriptions_start_before_their_claims_end":
            told = str(getattr(getattr(error.orig, "diag", None), "message_primary", ""))
            reason = _("is later than what is claimed allows: %(told)s", told=told)
            raise RowRefused([Problem("starts_on", "", reason)]) from error
        if rule.endswith(("one_current_per_name", "lead_to_one_source")):
            raise RowRefused([Problem("name", "", _("has just been given to another source"))]) from error
        if rule.endswith("one_per_slug"):
            raise RowRefused([Problem("slug", "", _("has just been taken"))]) from error
        raise


def with_address(cells: Cells, slug: str, noun: Noun, today: Cells | None) -> Cells:
    """The cells with what stands for good as it stands."""
    if today is None:
        return cells
    lasting = {column.name: today[column.name] for column in noun.columns if column.is_lasting}
    return cells | lasting | {"slug": slug}
