"""An exported ledger read where there is no database: what it held of a deployment, at any of its versions.

    ledger = offline_ledger(Path("ledger.zip"))     # a folder does as well; raises NotALedger
    ledger.version, ledger.rule_set                 # as the export says of itself
    ledger.changed_files()                          # whose bytes are not those that were exported
    held = ledger.holding("nk-troops-russia", version=12)   # DeploymentClaims, None: unknown at that version
    read_measure(held, "sent", choices)             # the same reading as from the database

Files are streamed at every question; only what is about the deployment is kept.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from app.claims.approved import ApprovedClaim, Attribution
from app.claims.forms import Problem, read_claim
from app.claims.rows import as_claim
from app.claims.words import Standing
from app.ledger.companions import SourceRow
from app.ledger.containers import (
    ACTS,
    DESCRIPTIONS,
    HISTORY,
    PACKAGE,
    VERSIONS,
    Container,
    NotALedger,
    open_container,
)
from app.ledger.exported import ACT_COLUMNS, DESCRIPTION_COLUMNS, HISTORY_COLUMNS, VERSION_COLUMNS
from app.ledger.past import read_moment, read_row
from app.ledger.tables import CHUNK, Columns, Unreadable, read_rows
from app.readings.facts import DeploymentClaims, DeploymentFacts, Kind, MeasureFacts
from app.settings import read_settings
from app.slugs import slug_of

_NOUNS = ("deployment", "measure", "source", "place")
_LARGEST_PACKAGE = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class OfflineLedger:
    """An export at `path`, as it says of itself."""

    path: Path
    version: int
    rule_set: str
    package: dict[str, Any]  # datapackage.json

    def holding(self, deployment: str, version: int | None = None) -> DeploymentClaims | None:
        """The claims about a deployment at a version (None: the newest), and all measures it knew then.

        Claims that were set aside or retracted are among them, with their standing; appearances are left
        out and counted. None where the ledger knew no such deployment at that version. Raises NotALedger
        for a version that the export does not hold, and where a file cannot be read.
        """
        at = self.version if version is None else version
        if not 0 <= at <= self.version:
            raise NotALedger(f"holds the versions up to {self.version}, and not {at}")
        with self._opened() as container:
            described = _described(container, at)
            facts = described["deployment"].get(deployment)
            if facts is None:
                return None
            sources = {slug: _attribution(slug, row) for slug, row in described["source"].items()}
            claims = _claims(container, deployment, at, sources, _slugs_by_name(container))
            claims = [_placed(claim, described["place"]) for claim in claims]
        return DeploymentClaims.of(
            DeploymentFacts(
                deployment, date.fromisoformat(facts["starts_on"]), int(facts["level_valid_days"])
            ),
            [
                MeasureFacts(slug, Kind(row["kind"]), row["unit"])
                for slug, row in described["measure"].items()
            ],
            claims,
        )

    def described(self, version: int | None = None) -> dict[str, dict[str, dict[str, str]]]:
        """By noun (deployment, measure, source, place) and slug, the cells that described it at a version."""
        with self._opened() as container:
            return _described(container, self.version if version is None else version)

    def made_at(self, version: int) -> datetime | None:
        """When the ledger came to a version; None where the export does not say."""
        with self._opened() as container:
            if ACTS not in container.past:
                return None
            for cells in _rows(container, ACTS, ACT_COLUMNS):
                if cells[0] == str(version):
                    return read_moment("at", cells[1], [])
        return None

    def deployments(self) -> list[str]:
        """The slugs of the deployments that the newest version knows."""
        with self._opened() as container:
            return list(_described(container, self.version)["deployment"])

    def changed_files(self) -> tuple[str, ...]:
        """The files that are missing, or whose bytes are not the ones that were exported."""
        with self._opened() as container:
            held = container.sizes | container.past
            return tuple(
                resource["path"]
                for resource in self.package["resources"]
                if resource["path"] not in held or _digest(container, resource["path"]) != resource["hash"]
            )

    @contextmanager
    def _opened(self) -> Iterator[Container]:
        try:
            with open_container(self.path, read_settings().import_limit_mb) as container:
                yield container
        except Unreadable as error:
            raise NotALedger(f"cannot be read: line {error.line}: {error}") from error


def offline_ledger(path: Path) -> OfflineLedger:
    """The export at `path`, a folder or a zip; raises NotALedger with a sentence where there is none."""
    with open_container(path, read_settings().import_limit_mb) as container:
        if missing := [name for name in (HISTORY, VERSIONS, DESCRIPTIONS) if name not in container.past]:
            raise NotALedger(f"is no whole export: {missing[0]} is missing")
        try:
            with container.open(PACKAGE) as stream:
                package = json.loads(stream.read(_LARGEST_PACKAGE))
            about = package["muster"]
            return OfflineLedger(path, int(about["version"]), str(about["rule_set"]), package)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise NotALedger("is missing, or does not say what is exported", PACKAGE) from error


def _digest(container: Container, name: str) -> str:
    digest = hashlib.sha256()
    with container.open(name) as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return f"sha256:{digest.hexdigest()}"


def _rows(container: Container, name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of a file, their cells in the order of the columns."""

    def fault(line: int, reason: str) -> None:
        raise NotALedger(f"line {line}: {reason}", name)

    with container.open(name) as stream:
        for _, cells in read_rows(stream, Columns(columns, columns), fault):
            yield cells


def _described(container: Container, version: int) -> dict[str, dict[str, dict[str, str]]]:
    """By noun and slug, the rows that described things at a version, in the order in which they came."""
    found: dict[str, dict[str, dict[str, str]]] = {noun: {} for noun in _NOUNS}
    for noun, slug, _, since, _, row in _rows(container, DESCRIPTIONS, DESCRIPTION_COLUMNS):
        if noun in found and int(since) <= version:  # names and merges of sources are no part of a reading
            found[noun][slug] = json.loads(row)
    return found


def _placed(claim: ApprovedClaim, places: dict[str, dict[str, str]]) -> ApprovedClaim:
    """The claim with what its place was called, and in which places it lay."""
    place = places.get(claim.place or "")
    if place is None:
        return claim
    wholes: dict[str, str] = {}
    while (whole := place["lies_in"]) and whole not in wholes:
        place = places.get(whole, {"lies_in": "", "name": whole})
        wholes[whole] = place["name"]
    return replace(
        claim,
        place_name=places[claim.place or ""]["name"],
        place_wholes=tuple(wholes),
        place_whole_names=tuple(wholes.values()),
    )


def _attribution(slug: str, row: dict[str, str]) -> Attribution:
    return Attribution(
        slug=slug,
        name=row["name"],
        family=slug_of(row["family"]) or slug,
        family_name=row["family"] or row["name"],
        kind=row["kind"] or None,
        country=row["country"] or None,
        reliability=row["reliability"] or None,
        stance=row["stance"] or None,
    )


def _slugs_by_name(container: Container) -> dict[str, str]:
    """The slugs of sources by their names of today, by which rows of whatever age call them."""
    columns = SourceRow._fields
    return {row.name: row.slug for row in map(SourceRow._make, _rows(container, "sources.csv", columns))}


class _Entry(NamedTuple):
    ref: str
    revision: str
    recorded_at: str
    row: str
    noun: str
    version: int


def _entries(container: Container) -> Iterator[_Entry]:
    """The rows of the history, each with the version from which on it counted: one line of each file."""
    entries = _rows(container, HISTORY, HISTORY_COLUMNS)
    for cells, since in zip(entries, _rows(container, VERSIONS, VERSION_COLUMNS), strict=True):
        if cells[0] != since[0]:
            raise NotALedger(f"{cells[0]} stands where {VERSIONS} has {since[0]}", HISTORY)
        yield _Entry(cells[0], cells[1], cells[2], cells[7], since[1], int(since[3]))


def _claims(
    container: Container,
    deployment: str,
    version: int,
    sources: dict[str, Attribution],
    slugs: dict[str, str],
) -> list[ApprovedClaim]:
    """What counted of a deployment at a version, appearances left out and counted."""
    claims: list[ApprovedClaim] = []
    appearances: dict[str, int] = {}
    named = f'"{deployment}"'
    for _, of_claim in groupby(_entries(container), key=lambda entry: entry.ref):
        held = [entry for entry in of_claim if entry.version <= version]
        revisions = [entry for entry in held if entry.noun == "revision"]
        # Read as JSON only where it is about the deployment, or names a claim that may be.
        if not revisions or not (named in held[-1].row or _repeats(held[-1].row)):
            continue
        claim = _claim(held[-1], revisions[-1], sources, slugs)
        if claim.repeat_of is not None:
            appearances[claim.repeat_of] = appearances.get(claim.repeat_of, 0) + 1
        elif claim.deployment == deployment:
            claims.append(claim)
    return [replace(claim, appearances=appearances.get(claim.ref, 0)) for claim in claims]


def _repeats(row: str) -> bool:
    return '"repeat_of":""' not in row


def _claim(
    newest: _Entry, revision: _Entry, sources: dict[str, Attribution], slugs: dict[str, str]
) -> ApprovedClaim:
    problems: list[Problem] = []
    recorded_at = read_moment("recorded_at", revision.recorded_at, problems)
    row = read_row(newest.row, problems)
    if row is None or recorded_at is None:
        raise NotALedger(f"what it says of {newest.ref} cannot be read: {problems[0].reason}", HISTORY)
    read = read_claim(row, recorded_at.date())
    if read.problems:
        problem = read.problems[0]
        raise NotALedger(f"{newest.ref}: {problem.column}, “{problem.value}”, {problem.reason}", HISTORY)
    source = sources.get(slugs.get(row.source, ""))
    if source is None:
        raise NotALedger(f"{row.source}, the source of {newest.ref}, is not described", HISTORY)
    return replace(
        as_claim(read, source, recorded_at),
        standing=Standing(read.row.standing),
        standing_reason=read.row.standing_reason or None,
        standing_on=date.fromisoformat(read.row.standing_on) if read.row.standing_on else None,
        revision=int(revision.revision),
    )
