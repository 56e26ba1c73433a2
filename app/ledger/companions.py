"""What may be written in the companion files of a ledger: one row per deployment, measure and source."""

import re
from typing import NamedTuple

from app.claims.forms import LONGEST_NAME, Problem, check_name, check_word, read_day, tidied
from app.languages.spoken import N_, _, known
from app.slugs import SLUG, slug_of
from app.sources.models import RELIABILITIES, SOURCE_KINDS, STANCES

_USUAL_LEVEL_DAYS = "120"
_PLAIN_DAYS = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_PLAIN_VERSION = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_NEEDED = {
    "name": N_("a name is needed"),
    "label": N_("a label is needed"),
    "unit": N_("a unit is needed"),
    "starts_on": N_("a starts_on is needed"),
    "entered_as": N_("an entered_as is needed"),
}


class DeploymentRow(NamedTuple):
    """The cells of deployments.csv."""

    slug: str
    name: str
    sender: str
    host: str
    operation: str
    starts_on: str
    level_valid_days: str
    summary: str


class MeasureRow(NamedTuple):
    """The cells of measures.csv."""

    slug: str
    label: str
    kind: str
    unit: str
    definition: str


class SourceRow(NamedTuple):
    """The cells of sources.csv."""

    name: str
    kind: str
    country: str
    family: str
    reliability: str
    stance: str
    note: str
    slug: str


def read_deployment(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """A row of deployments.csv in its one spelling, followed by the slug of its operation."""
    row = DeploymentRow._make(tidied(cells, DeploymentRow._fields, problems))
    _check_slug(row.slug, problems)
    _require("name", row.name, problems)
    _require("starts_on", row.starts_on, problems)
    starts_on = read_day("starts_on", row.starts_on, problems)
    if starts_on and not starts_on.is_one_day:
        problems.append(Problem("starts_on", row.starts_on, _("has to be a full date")))
    if row.level_valid_days and not _PLAIN_DAYS.fullmatch(row.level_valid_days):
        reason = _("is not a number of days in plain digits, 1 or more")
        problems.append(Problem("level_valid_days", row.level_valid_days, reason))
    operation_slug = _slug_of_group("operation", row.operation, problems)
    return (*row._replace(level_valid_days=row.level_valid_days or _USUAL_LEVEL_DAYS), operation_slug)


def read_measure(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """A row of measures.csv in its one spelling."""
    row = MeasureRow._make(tidied(cells, MeasureRow._fields, problems))
    _check_slug(row.slug, problems)
    _require("label", row.label, problems)
    _require("unit", row.unit, problems)
    check_word("kind", row.kind, ("flow", "level"), problems)
    return row


def read_source(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """A row of sources.csv in its one spelling, followed by the slugs of its family and of its name."""
    row = SourceRow._make(tidied(cells, SourceRow._fields, problems))
    _require("name", row.name, problems)
    check_name("name", row.name, problems)
    if row.slug:
        _check_slug(row.slug, problems)
    for column, word, words in (
        ("kind", row.kind, SOURCE_KINDS),
        ("reliability", row.reliability, RELIABILITIES),
        ("stance", row.stance, STANCES),
    ):
        if word:
            check_word(column, word, words, problems)
    return (*row, _slug_of_group("family", row.family, problems), slug_of(row.name))


def read_place(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """What an export says of a place: its slug, its name, the slug of its whole, the name it came in with."""
    columns = ("slug", "name", "lies_in", "entered_as")
    row = slug, name, lies_in, entered_as = tuple(tidied(cells, columns, problems))
    _require("name", name, problems)
    check_name("name", name, problems)
    _require("entered_as", entered_as, problems)
    if slug_of(entered_as) != slug:
        problems.append(Problem("entered_as", entered_as, f"is no name of which the slug {slug} is made"))
    if lies_in:
        _check_slug(lies_in, problems)
    return row


def read_alias(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """Another name of a source or place: its slug, the name, and at which version it ceased to be one."""
    row = _slug, name, until = tuple(tidied(cells, ("slug", "name", "until"), problems))
    _require("name", name, problems)
    check_name("name", name, problems)
    if until and not _PLAIN_VERSION.fullmatch(until):
        problems.append(Problem("until", until, "is no version in plain digits"))
    return row


def read_place_alias(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """Another name of a place, as of a source; with the slug that it gives, which may be none."""
    row = read_alias(cells, problems)
    return (*row, slug_of(row[1]))


def read_merge(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    """That a source was merged: its slug, and that of the one it was merged into; empty: it stands again."""
    row = _slug, into = tuple(tidied(cells, ("slug", "merged_into"), problems))
    if into:
        _check_slug(into, problems)
    return row


def _check_slug(slug: str, problems: list[Problem]) -> None:
    if not slug:
        problems.append(Problem("slug", "", _("a slug is needed")))
    elif len(slug) > LONGEST_NAME or not SLUG.fullmatch(slug):
        reason = _("is not a slug: small letters, digits and hyphens, first a letter or digit")
        problems.append(Problem("slug", slug, reason))


def _require(column: str, value: str, problems: list[Problem]) -> None:
    if not value:
        problems.append(Problem(column, "", known(_NEEDED[column])))


def _slug_of_group(column: str, name: str, problems: list[Problem]) -> str:
    check_name(column, name, problems)
    slug = slug_of(name)
    if name and not slug:
        reason = _("needs a letter a to z or a digit, to be given an address")
        problems.append(Problem(column, name, reason))
    return slug
