"""places.csv: places, and in which others they lie, taken into a ledger that has places already.

A folder of the common format has no such file: an export tells of places in its descriptions. This one is for
whoever keeps the places of a country in a table. All of it counts, or nothing.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.acts.actions import lock_ledger
from app.claims.refusals import RowRefused
from app.places.actions import InACircle, create_place, describe_place
from app.places.models import Place
from app.places.queries import PlaceText, Tree, find_place, place_tree
from app.slugs import slug_of

COLUMNS = ("slug", "name", "lies_in")
LARGEST_FILE = 5_000_000  # bytes
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: what a place is called, and in which it lies (a slug or a name; empty: none)."""

    line: int
    slug: str  # empty: it is known by its name
    name: str
    lies_in: str


@dataclass(slots=True)
class Taken:
    """What became of a file. Where anything was refused, nothing of it counts."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[str] = field(default_factory=list)


class _Waits(Exception):
    """What the row lies in is not there yet, or still lies in it."""


def read_places(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a file, and what is wrong with it, each with its line."""
    if path.stat().st_size > LARGEST_FILE:
        return [], [f"{path.name} is larger than {LARGEST_FILE // 10**6} MB"]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(csv.reader(file, strict=True), path.name)
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [f"{path.name} cannot be read as a CSV in UTF-8: {error}"]


def _read(lines: Iterator[list[str]], name: str) -> tuple[list[Row], list[str]]:
    header = [cell.strip() for cell in next(lines, [])]
    unknown = [column for column in header if column not in COLUMNS]
    if unknown or len(set(header)) < len(header) or "name" not in header:
        what = (
            f"unknown column {unknown[0]}" if unknown else "every column once, and name among them, is needed"
        )
        return [], [f"{name}, line 1: {what}. Columns are {', '.join(COLUMNS)}."]
    rows, faults = [], []
    for line, cells in enumerate(lines, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults.append(f"{name}, line {line}: has {len(cells)} cells, and the header {len(header)}")
            continue
        said = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        rows.append(Row(line, said.get("slug", ""), said["name"], said.get("lies_in", "")))
    if len(rows) > MOST_ROWS:
        faults.append(f"{name}: has more than {MOST_ROWS:,} rows")
    return rows, faults


def take_places(
    session: Session,
    rows: Sequence[Row],
    *,
    reason: str,
    by: Person,
    at: datetime,
    origin: str = "command_line",
) -> Taken:
    """Take places in: new ones, and those that are called or lie otherwise, each with an act of its own.

    A place is known by its slug, else by any name that it has or had. Whatever order the rows are in, what
    others lie in comes first. The caller rolls back where anything was refused.
    """
    lock_ledger(session)
    taken = Taken()
    seen: dict[str, int] = {}
    waiting = list(rows)
    while waiting:
        later: list[tuple[Row, str]] = []
        for row in waiting:
            tree = place_tree(session)
            try:
                place = _known(session, tree, row)
                slug = place.slug if place is not None else slug_of(row.name)
                if slug in seen and seen[slug] != row.line:
                    taken.refused.append(f"line {row.line}: {row.name} is in line {seen[slug]} already")
                    continue
                _take(session, tree, place, row, taken, reason=reason, by=by, at=at, origin=origin)
                seen[slug] = row.line
            except _Waits as why:
                later.append((row, str(why)))
            except RowRefused as refusal:
                one = refusal.problems[0]
                taken.refused.append(f"line {row.line}: {one.column} “{one.value}” {one.reason}")
        if len(later) == len(waiting):  # nothing more comes of it
            taken.refused += [f"line {row.line}: {why}" for row, why in later]
            break
        waiting = [row for row, _why in later]
    return taken


def _take(  # noqa: PLR0913 - a row, and who takes it how
    session: Session,
    tree: Tree,
    place: PlaceText | None,
    row: Row,
    taken: Taken,
    *,
    reason: str,
    by: Person,
    at: datetime,
    origin: str,
) -> None:
    whole = _whole(session, tree, row)
    if place is None:
        if row.slug and row.slug != slug_of(row.name):
            raise _Waits(
                f"slug “{row.slug}” is of no place, and a new one of this name would be {slug_of(row.name)}"
            )
        create_place(session, row.name, whole=whole, reason=reason, by=by, at=at, origin=origin)
        taken.new += 1
        return
    name = row.name if row.slug else place.name  # by another name alone it is found, and not renamed
    if (name, whole) == (place.name, place.whole):
        taken.same += 1
        return
    try:
        describe_place(
            session,
            place.slug,
            name=name,
            whole=whole,
            reason=reason,
            shown=place.number,
            by=by,
            at=at,
            origin=origin,
        )
    except InACircle as circle:
        raise _Waits(circle.sentence) from circle
    taken.changed += 1


def _known(session: Session, tree: Tree, row: Row) -> PlaceText | None:
    if row.slug:
        return tree.get(row.slug)
    found = find_place(session, row.name)
    return None if found is None else tree[session.get_one(Place, found).slug]


def _whole(session: Session, tree: Tree, row: Row) -> str | None:
    """The slug of the place in which it is to lie. Raises _Waits: it is not there, or not yet."""
    if not row.lies_in:
        return None
    if row.lies_in in tree:
        return row.lies_in
    found = find_place(session, row.lies_in)
    if found is None:
        raise _Waits(f"lies_in “{row.lies_in}” is no place of the ledger or of this file")
    return session.scalars(select(Place.slug).where(Place.id == found)).one()
