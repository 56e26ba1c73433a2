"""Daily figures of a third-party collection, turned into a ledger: `python convert.py FROM INTO --help`.

The collection keeps one file for people and one for equipment, a row a day, every column a count from the
first day of the war on. Here each cell becomes one claim: a total, as of its day, said on that day by one
source, with the hedge that the collection keeps beside it. Nothing is summed, filled in or put right: where a
count falls, both figures are handed on, and it is for the ledger's method to say that they contradict one
another. A column, a hedge or a cell that is not understood stops the conversion, with its place.

It needs nothing besides Python's own library, so that it can be copied and changed for another layout.
"""

# ruff: noqa: INP001 - a script to be copied, in a folder that is no package

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DEPLOYMENT = "russian-forces-ukraine"
SOURCE = "General Staff of the Armed Forces of Ukraine"

PERSONNEL, EQUIPMENT = "russia_losses_personnel", "russia_losses_equipment"
CORRECTIONS = "russia_losses_equipment_correction"
"""The files of the collection, each a .csv or a .json; the last one may be missing."""


@dataclass(frozen=True)
class Measure:
    """What one column counts. `until` is the last day of the column, where it was joined into another one."""

    slug: str
    label: str
    unit: str
    definition: str
    until: date | None = None


JOINED_ON = date(2022, 5, 1)
"""From this day on two columns are counted as one; as measures all three stay apart."""

MEASURES: Mapping[str, Measure] = {
    "personnel": Measure("personnel-lost", "Personnel lost", "persons",
        "Losses of personnel as the source counts them, without saying how many were killed, wounded, missing"
        " or captured."),
    "POW": Measure("captured", "Captured", "persons", "Persons taken prisoner, as the source counts them."),
    "aircraft": Measure("aircraft-lost", "Aircraft lost", "aircraft", "Aeroplanes."),
    "helicopter": Measure("helicopters-lost", "Helicopters lost", "helicopters", "Helicopters."),
    "tank": Measure("tanks-lost", "Tanks lost", "tanks", "Tanks."),
    "APC": Measure("armoured-vehicles-lost", "Armoured vehicles lost", "vehicles",
        "Armoured personnel carriers and other armoured fighting vehicles."),
    "field artillery": Measure("artillery-lost", "Artillery lost", "pieces", "Guns, howitzers and mortars."),
    "MRL": Measure("rocket-launchers-lost", "Rocket launchers lost", "launchers",
        "Multiple rocket launchers."),
    "military auto": Measure("vehicles-lost", "Vehicles lost", "vehicles",
        "Unarmoured vehicles, without fuel tankers.", until=JOINED_ON - timedelta(days=1)),
    "fuel tank": Measure("fuel-tankers-lost", "Fuel tankers lost", "vehicles", "Fuel tankers.",
        until=JOINED_ON - timedelta(days=1)),
    "vehicles and fuel tanks": Measure("vehicles-and-tankers-lost", "Vehicles and fuel tankers lost",
        "vehicles", "Unarmoured vehicles and fuel tankers, counted together from 1 May 2022 on."),
    "drone": Measure("drones-lost", "Drones lost", "drones", "Unmanned aircraft."),
    "naval ship": Measure("ships-lost", "Ships and boats lost", "vessels", "Ships and boats."),
    "submarines": Measure("submarines-lost", "Submarines lost", "submarines", "Submarines."),
    "anti-aircraft warfare": Measure("air-defence-lost", "Air defence lost", "systems",
        "Systems of air defence."),
    "special equipment": Measure("special-equipment-lost", "Special equipment lost", "pieces",
        "Special equipment, as the source calls it."),
    "mobile SRBM system": Measure("missile-systems-lost", "Missile systems lost", "systems",
        "Mobile systems for short-range ballistic missiles."),
    "cruise missiles": Measure("cruise-missiles-lost", "Cruise missiles shot down", "missiles",
        "Cruise missiles."),
    "ground robotic systems": Measure("ground-robots-lost", "Ground robots lost", "robots",
        "Robotic systems on the ground."),
}  # fmt: skip
"""By column of the collection, what it counts."""

LEFT_OUT = frozenset({"date", "day", "personnel*", "greatest losses direction"})
"""Columns that are no counts: the day, its number, the hedge, and words about where most was lost."""

HEDGES: Mapping[str, tuple[str, str]] = {"about": ("about", "point"), "more": ("more_than", "low")}
"""By the word beside a figure of personnel, the qualifier, and the cell that the figure fills."""

CLAIM_COLUMNS = ("claim_ref", "deployment", "measure", "nature", "low", "point", "qualifier", "as_of",
                 "said_on", "source", "publisher", "title", "url", "note")  # fmt: skip
TITLE = "Daily losses of Russian forces as claimed by the General Staff of Ukraine, collected day by day"

Row = Mapping[str, str]


class NotUnderstood(Exception):
    """Something in a file that this converter does not know; its text names the place."""


@dataclass(frozen=True)
class Collection:
    """The rows of the three files, each with its place, and who collected them."""

    personnel: Sequence[tuple[str, Row]]
    equipment: Sequence[tuple[str, Row]]
    corrections: Sequence[tuple[str, Row]]
    collected_by: str
    url: str = ""


def read_collection(folder: Path, collected_by: str, url: str = "") -> Collection:
    """The files in a folder. Raises NotUnderstood."""
    personnel, equipment = (list(read_rows(folder, name)) for name in (PERSONNEL, EQUIPMENT))
    has_corrections = any((folder / f"{CORRECTIONS}.{ending}").exists() for ending in ("csv", "json"))
    corrections = list(read_rows(folder, CORRECTIONS)) if has_corrections else []
    return Collection(personnel, equipment, corrections, collected_by, url)


def read_rows(folder: Path, name: str) -> Iterator[tuple[str, Row]]:
    """Each row with its place, from a .csv or a .json of that name; an empty cell is not known."""
    as_csv, as_json = folder / f"{name}.csv", folder / f"{name}.json"
    if as_csv.exists():
        with as_csv.open(encoding="utf-8-sig", newline="") as file:
            for row in (reader := csv.DictReader(file)):
                place = f"{as_csv.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise NotUnderstood(f"{place}: has not as many cells as the header names")
                yield place, row
    elif as_json.exists():
        for number, values in enumerate(json.loads(as_json.read_text(encoding="utf-8")), 1):
            row = {column: "" if value is None else str(value) for column, value in values.items()}
            yield f"{as_json.name}, entry {number}", row
    else:
        raise NotUnderstood(f"neither {as_csv.name} nor {as_json.name} is in {folder}")


def claims(collection: Collection) -> Iterator[dict[str, str]]:
    """A row of claims.csv for each figure: by file, then by day as the file has them, then by column."""
    corrected = dict(_corrections(collection.corrections))
    for rows in (collection.personnel, collection.equipment):
        before: dict[str, int] = {}
        days: set[date] = set()
        for place, row in rows:
            day = _day(place, row)
            if day in days:
                raise NotUnderstood(f"{place}: {day} is there twice")
            days.add(day)
            for column, measure in _counts(place, row):
                figure = _whole(place, column, row[column])
                _check_joined(place, column, measure, day)
                note = _note(before.get(column), figure, corrected.get((day, column), 0))
                before[column] = figure
                yield _claim(collection, measure, day, figure, _hedge(place, column, row), note)


def _counts(place: str, row: Row) -> Iterator[tuple[str, Measure]]:
    """The columns of a row that hold a figure."""
    for column, cell in row.items():
        if column in LEFT_OUT:
            continue
        if column not in MEASURES:
            raise NotUnderstood(f"{place}: the column “{column}” is not known")
        if cell.strip():
            yield column, MEASURES[column]


def _corrections(rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[tuple[date, str], int]]:
    """By day and column, by how much the collection says that the count was corrected; zeros left out."""
    for place, row in rows:
        day = _day(place, row)
        for column, _measure in _counts(place, row):
            cell = row[column].strip()
            by = _whole(place, column, cell.removeprefix("-"))
            if by:
                yield (day, column), -by if cell.startswith("-") else by


def _day(place: str, row: Row) -> date:
    try:
        return date.fromisoformat(row.get("date", ""))
    except ValueError:
        raise NotUnderstood(f"{place}, column date, “{row.get('date', '')}”: is not a day") from None


def _whole(place: str, column: str, cell: str) -> int:
    plain = cell.strip().removesuffix(".0")  # as some programs write whole numbers of a column with gaps
    if not (plain.isascii() and plain.isdigit()):
        raise NotUnderstood(f"{place}, column {column}, “{cell}”: is not a whole number")
    return int(plain)


def _hedge(place: str, column: str, row: Row) -> tuple[str, str]:
    """The qualifier of a figure, and the cell that it fills."""
    if column != "personnel":
        return "stated", "point"
    word = row.get("personnel*", "").strip()
    if word not in HEDGES:
        raise NotUnderstood(f"{place}, column personnel*, “{word}”: is none of {', '.join(HEDGES)}")
    return HEDGES[word]


def _check_joined(place: str, column: str, measure: Measure, day: date) -> None:
    if measure.until is not None and day > measure.until:
        raise NotUnderstood(
            f"{place}, column {column}: has a figure after {measure.until}, when it was joined"
        )


def _note(before: int | None, figure: int, corrected: int) -> str:
    """What has to be known of a figure: that the count fell, or that the collection lists a correction."""
    said = []
    if before is not None and figure < before:
        said.append(f"The count falls: the last figure before was {before:,}.")
    if corrected:
        said.append(f"The collection lists a correction by {corrected:+,} on this day.")
    return " ".join(said)


def _claim(
    collection: Collection, measure: Measure, day: date, figure: int, hedge: tuple[str, str], note: str
) -> dict[str, str]:
    qualifier, cell = hedge
    return {
        "claim_ref": f"ua-genstaff-{measure.slug}-{day:%Y%m%d}",
        "deployment": DEPLOYMENT,
        "measure": measure.slug,
        "nature": "total",
        "low": "",
        "point": "",
        cell: str(figure),
        "qualifier": qualifier,
        "as_of": day.isoformat(),
        "said_on": day.isoformat(),
        "source": SOURCE,
        "publisher": collection.collected_by,
        "title": TITLE,
        "url": collection.url,
        "note": note,
    }


def write_ledger(collection: Collection, into: Path) -> int:
    """Write the four files of a ledger into a folder; gives the number of claims."""
    rows = list(claims(collection))
    used = {row["measure"] for row in rows}
    into.mkdir(parents=True, exist_ok=True)
    _write(into / "claims.csv", CLAIM_COLUMNS, rows)
    _write(
        into / "measures.csv",
        ("slug", "label", "kind", "unit", "definition"),
        [
            {"slug": one.slug, "label": one.label, "kind": "flow", "unit": one.unit,
             "definition": one.definition}
            for one in MEASURES.values() if one.slug in used
        ],
    )  # fmt: skip
    deployment = {
        "slug": DEPLOYMENT,
        "name": "Russian forces in the war against Ukraine",
        "sender": "RUS",
        "host": "UKR",
        "starts_on": "2022-02-24",
        "summary": "Losses of Russian forces since the invasion of February 2022, as the other side claims.",
    }
    _write(into / "deployments.csv", tuple(deployment), [deployment])
    source = {
        "name": SOURCE,
        "kind": "military",
        "country": "UKR",
        "family": "Ukrainian government",
        "stance": "opponent",
        "note": "One of the parties to the war counts the losses of the other. Published once a day.",
    }
    _write(into / "sources.csv", tuple(source), [source])
    return len(rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; gives its exit status: 0, or 1 where something was not understood."""
    parser = argparse.ArgumentParser(description="Turn daily figures of a collection into a Muster ledger.")
    parser.add_argument(
        "folder", type=Path, help=f"holds {PERSONNEL}, {EQUIPMENT} and, perhaps, {CORRECTIONS}"
    )
    parser.add_argument("into", type=Path, help="the folder of the ledger, made where there is none")
    parser.add_argument("--collected-by", required=True, metavar="NAME", help="who collected the figures")
    parser.add_argument("--url", default="", help="where the collection is published")
    asked = parser.parse_args(arguments)
    try:
        number = write_ledger(read_collection(asked.folder, asked.collected_by, asked.url), asked.into)
    except NotUnderstood as error:
        sys.stderr.write(f"Nothing was written. {error}\n")
        return 1
    sys.stdout.write(
        f"{number:,} claims are in {asked.into}. Take them in with: muster import {asked.into}\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
