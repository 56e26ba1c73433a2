"""What is looked after: the columns of deployments, measures and sources, as forms ask for them.

The columns are those of the companion files of a ledger, and what is typed is read as a row of them would be.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.claims.forms import LONGEST_NAME, Problem
from app.deployments.models import Deployment, DeploymentDescription, Operation
from app.languages.spoken import N_, _, count
from app.ledger.companions import (
    DeploymentRow,
    MeasureRow,
    SourceRow,
    read_deployment,
    read_measure,
    read_source,
)
from app.measures.models import Measure, MeasureDescription
from app.slugs import slug_of
from app.sources.models import RELIABILITIES, SOURCE_KINDS, STANCES, Family, Source, SourceDescription

LONGEST_TEXT = 10_000
"""Characters of a text of several lines: a definition, a summary, a remark."""

_WHOLE_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HIDDEN = {"Cc", "Cf", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"

Cells = dict[str, str]
"""A row of a companion file by column, in its one spelling; empty is not known."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a form asks for it. Labels, hints and words of choices wait to be said (`N_`)."""

    name: str
    label: str
    hint: str = ""
    lines: bool = False  # several of them
    is_required: bool = False
    is_lasting: bool = False  # given once: addresses are made from it, or claims were made under it
    moves: bool = False  # what readings are made of, or what their numbers mean
    choices: Mapping[str, str] | None = None  # by value; None: any text
    offered: str = ""  # a list of names to choose from: operations, families, countries
    kind: str = "text"  # of the input


@dataclass(frozen=True, slots=True)
class Noun:
    """Deployments, measures or sources."""

    name: str
    one: str  # "a deployment", to be said
    many: str
    row: type[tuple[str, ...]]
    read: Callable[[tuple[str, ...], list[Problem]], tuple[str, ...]]
    columns: tuple[Column, ...]
    owner: Any
    description: Any
    link: InstrumentedAttribute[int]  # from a description to its owner
    group: tuple[str, Any, InstrumentedAttribute[str]] | None  # its column, its table and its name

    @property
    def title(self) -> str:
        """The column that names it."""
        return "label" if self.name == "measure" else "name"

    @property
    def changing(self) -> tuple[Column, ...]:
        """The columns that another description may fill otherwise."""
        return tuple(column for column in self.columns if not column.is_lasting)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


_SLUG = Column(
    "slug",
    N_("Address"),
    N_("Small letters, digits and hyphens. It stays for good: links and files name it."),
    is_lasting=True,
)

DEPLOYMENT = Noun(
    "deployment",
    N_("deployment"),
    N_("Deployments"),
    DeploymentRow,
    read_deployment,
    (
        Column("name", N_("Name"), is_required=True),
        _SLUG,
        Column(
            "sender", N_("Sender"), N_("ISO 3166-1 code of three letters, or a name."), offered="countries"
        ),
        Column("host", N_("Host"), N_("Likewise: where they are."), offered="countries"),
        Column(
            "operation",
            N_("Operation"),
            N_("What groups it with others. A new one is created."),
            offered="operations",
        ),
        Column(
            "starts_on",
            N_("Starts on"),
            N_(
                "The first day on which anybody can have been counted, as 2024-10-01. "
                "Readings are nought before it."
            ),
            is_required=True,
            moves=True,
        ),
        Column(
            "level_valid_days",
            N_("Days that a level holds"),
            N_("After so many days without another figure there is none. Empty: 120."),
            moves=True,
        ),
        Column("summary", N_("Summary"), N_("Public, a sentence or two."), lines=True),
    ),
    Deployment,
    DeploymentDescription,
    DeploymentDescription.deployment_id,
    ("operation", Operation, Operation.name),
)

MEASURE = Noun(
    "measure",
    N_("measure"),
    N_("Measures"),
    MeasureRow,
    read_measure,
    (
        Column("label", N_("Label"), is_required=True),
        _SLUG,
        Column(
            "kind",
            N_("Kind"),
            N_("It stays for good: claims are made under it."),
            is_required=True,
            is_lasting=True,
            choices={
                "flow": N_("flow: adds up and never falls (sent, killed)"),
                "level": N_("level: goes up and down (present)"),
            },
        ),
        Column("unit", N_("Unit"), N_("What is counted: persons, vehicles."), is_required=True, moves=True),
        Column(
            "definition",
            N_("Definition"),
            N_("Public. What counts under it, and what does not."),
            lines=True,
            moves=True,
        ),
    ),
    Measure,
    MeasureDescription,
    MeasureDescription.measure_id,
    None,
)

_UNKNOWN = {"": N_("not known")}
KIND_WORDS = {
    "government": N_("government"),
    "military": N_("military"),
    "intelligence": N_("intelligence"),
    "media": N_("media"),
    "ngo": N_("ngo"),
    "international": N_("international"),
    "officials_unnamed": N_("officials unnamed"),
    "research": N_("research"),
}
GRADE_WORDS = {
    "A": N_("A, reliable"),
    "B": N_("B, usually reliable"),
    "C": N_("C, fairly reliable"),
    "D": N_("D, not usually reliable"),
    "E": N_("E, unreliable"),
    "F": N_("F, cannot be judged"),
}
STANCE_WORDS = {
    "own": N_("the sender’s own side"),
    "opponent": N_("the sender’s opponent"),
    "third": N_("a third party"),
}
assert tuple(KIND_WORDS) == SOURCE_KINDS  # noqa: S101 - a word for each, in the order of the database
assert tuple(GRADE_WORDS) == RELIABILITIES  # noqa: S101
assert tuple(STANCE_WORDS) == STANCES  # noqa: S101

SOURCE = Noun(
    "source",
    N_("source"),
    N_("Sources"),
    SourceRow,
    read_source,
    (
        Column("name", N_("Name"), N_("Who said it, not who printed it."), is_required=True),
        Column(
            "slug",
            N_("Address"),
            N_("Empty: made from the name. It stays for good: links name it."),
            is_lasting=True,
        ),
        Column("kind", N_("Kind"), choices=_UNKNOWN | KIND_WORDS),
        Column(
            "country", N_("Country"), N_("ISO 3166-1 code of three letters, or a name."), offered="countries"
        ),
        Column(
            "family",
            N_("Family"),
            N_(
                "Sources of one family do not corroborate one another. "
                "A new one is created; empty: by itself."
            ),
            moves=True,
            offered="families",
        ),
        Column("reliability", N_("Reliability"), moves=True, choices={"": N_("not graded"), **GRADE_WORDS}),
        Column("stance", N_("Stance towards the sender"), moves=True, choices=_UNKNOWN | STANCE_WORDS),
        Column("note", N_("Remark"), N_("Public. Who it is, and what its grade rests on."), lines=True),
    ),
    Source,
    SourceDescription,
    SourceDescription.source_id,
    ("family", Family, Family.name),
)

NOUNS: Mapping[str, Noun] = MappingProxyType({noun.name: noun for noun in (DEPLOYMENT, MEASURE, SOURCE)})


@dataclass(frozen=True, slots=True)
class Described:
    """What the ledger says of one thing today."""

    owner_id: int
    slug: str
    number: int  # of the description
    version: int  # from which on it holds
    cells: Cells

    @property
    def name(self) -> str:
        """What it is called."""
        return self.cells.get("name") or self.cells["label"]


def described(session: Session, noun: Noun, slug: str) -> Described | None:
    """One thing as it is described today; None where there is none of that slug. One SELECT."""
    if not slug.isprintable():
        return None
    row = session.execute(_described(noun).where(noun.owner.slug == slug)).one_or_none()
    return None if row is None else _read(noun, row)


def all_described(session: Session, noun: Noun, slugs: Collection[str] | None = None) -> list[Described]:
    """All of them, or those of these slugs, in the order in which they came into the ledger. One SELECT."""
    query = _described(noun).order_by(noun.owner.id)
    if slugs is not None:
        query = query.where(noun.owner.slug.in_(slugs))
    return [_read(noun, row) for row in session.execute(query)]


def _described(noun: Noun) -> Select[Any, Any, Any]:
    query = select(noun.owner, noun.description, noun.group[2] if noun.group else null())
    query = query.join(noun.description, noun.link == noun.owner.id)
    if noun.group:
        column, table, _name = noun.group
        query = query.outerjoin(table, table.id == getattr(noun.description, f"{column}_id"))
    return query.where(noun.description.replaced_version.is_(None))


def _read(noun: Noun, row: Any) -> Described:
    owner, description, group = row
    cells: Cells = {}
    for column in noun.columns:
        if noun.group and column.name == noun.group[0]:
            value = group
        elif column.name in {"slug", "kind"} and column.is_lasting:
            value = getattr(owner, column.name)
        else:
            value = getattr(description, column.name)
        cells[column.name] = "" if value is None else str(value)
    return Described(owner.id, owner.slug, description.number, description.version, cells)


def read_cells(
    noun: Noun, typed: Mapping[str, str], today: Cells | None = None
) -> tuple[Cells, list[Problem]]:
    """What was typed in its one spelling, an address made where none was given, and all that is wrong.

    What stands in the ledger `today` may be kept, also where a form would not take it.
    """
    names = noun.row._fields  # type: ignore[attr-defined]  # a row is a named tuple
    values = {name: typed.get(name, "").replace("\r\n", "\n") for name in names}
    given, title = values["slug"].strip(), values[noun.title].strip()
    values["slug"] = given or slug_of(title)
    problems: list[Problem] = []
    read = noun.read(tuple(values[name] for name in names), problems)
    cells: Cells = dict(zip(names, read[: len(names)], strict=True))
    found: list[Problem] = []
    for column in noun.columns:
        kept = today is not None and cells[column.name] == today[column.name]
        said = [one for one in problems if one.column == column.name]
        found += [] if kept else _of_form(column, cells[column.name], said)
    if not given and any(one.column == noun.title for one in found):
        found = [one for one in found if one.column != "slug"]  # it is made of the title, which is wrong
    elif not values["slug"] and title:
        found = [one for one in found if one.column != "slug"]
        found.append(Problem("slug", "", _("write one: the name has no letter a to z and no digit")))
    return cells, found


def _of_form(column: Column, cell: str, problems: list[Problem]) -> list[Problem]:
    """What is wrong with a cell as a form says it; `problems` are what a file would be told."""
    if not cell:
        return [Problem(column.name, "", _("please fill this in"))] if column.is_required else problems
    if problems and column.name == "starts_on" and not _WHOLE_DAY.fullmatch(cell):
        return [Problem(column.name, cell, _("has to be a full date, as 2024-10-01"))]
    most = LONGEST_TEXT if column.lines else LONGEST_NAME
    if len(cell) > most:
        many = count(len(cell))
        reason = _("has %(many)s characters, at most %(most)s can be", many=many, most=count(most))
        return [Problem(column.name, cell, reason)]
    if not problems and not column.lines and has_hidden(cell):
        return [Problem(column.name, cell, _("holds a line break or a character that cannot be seen"))]
    return problems


def has_hidden(text: str) -> bool:
    """Whether a line holds a line break or characters that show nothing; joiners of scripts may be."""
    return not text.isprintable() and any(
        unicodedata.category(one) in _HIDDEN and one not in _JOINERS for one in text
    )


def changes(noun: Noun, before: Cells, after: Cells) -> list[Column]:
    """The columns in which two descriptions differ."""
    return [column for column in noun.changing if before[column.name] != after[column.name]]
