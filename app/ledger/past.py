"""What may be written in the files of an export that tell how its ledger came to be what it is."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from app.acts.models import ACT_KINDS, ORIGINS
from app.claims.forms import CLAIM_COLUMNS, ClaimRow, Problem, check_word, claim_row
from app.ledger.companions import (
    DeploymentRow,
    MeasureRow,
    SourceRow,
    read_alias,
    read_deployment,
    read_measure,
    read_merge,
    read_place,
    read_place_alias,
    read_source,
)
from app.ledger.containers import ACTS, DESCRIPTIONS, HISTORY, VERSIONS
from app.ledger.exported import (
    ACT_COLUMNS,
    ALIAS_COLUMNS,
    DESCRIPTION_COLUMNS,
    ENTERING,
    HISTORY_COLUMNS,
    JUDGING,
    MERGE_COLUMNS,
    PLACE_COLUMNS,
    VERSION_COLUMNS,
)
from app.ledger.staging import Sheet, read_claim_cells
from app.ledger.tables import Columns

NOUNS = ("deployment", "measure", "source", "place", "alias", "merge", "place_alias", "place_merge")

ENTRY_ACTS = (*ENTERING, *JUDGING.values())

_MOST_DIGITS = 15
_ENTRY_WIDTH = len(CLAIM_COLUMNS) + 5 + 6  # what is kept of a row of claims besides, and of the history
_ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # a byte of zero in JSON, which no text of a database holds
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # half a character, as it may stand in JSON

TABLES = """
alter table staged_claims add column revision bigint, add column recorded_at timestamptz, add column act text,
  add column reason text, add column words text, add column called text;
create temporary table staged_acts (
  line bigint, bad boolean, called text, version bigint, at timestamptz, kind text, origin text, subject text,
  reason text, words text, role text, details jsonb) on commit drop;
create temporary table staged_versions (
  line bigint, bad boolean, claim_ref text collate "C", noun text, number bigint, version bigint, origin text,
  overridden text) on commit drop;
create temporary table staged_descriptions (
  line bigint, bad boolean, slug text, noun text, number bigint, version bigint, reason text, name text,
  sender text, host text, operation text, starts_on date, level_valid_days bigint, summary text, label text,
  kind text, unit text, definition text, country text, family text, reliability text, stance text, note text,
  operation_slug text, family_slug text, lies_in text, entered_as text, until bigint,
  merged_into text, made_slug text) on commit drop;
"""
"""Where the rows of these files wait, besides the tables of an import."""


def history_sheet() -> Sheet:
    """The history: each row of the claims as it stood, with who entered it, when and why."""
    return Sheet(HISTORY, "staged_claims", Columns(HISTORY_COLUMNS, HISTORY_COLUMNS), _read_entry)


def acts_sheet() -> Sheet:
    """The public log."""
    return Sheet(ACTS, "staged_acts", Columns(ACT_COLUMNS, ACT_COLUMNS), _read_act)


def versions_sheet() -> Sheet:
    """Since when each row of the history counted."""
    return Sheet(VERSIONS, "staged_versions", Columns(VERSION_COLUMNS, VERSION_COLUMNS), _read_version)


def descriptions_sheet() -> Sheet:
    """What was said of deployments, measures, sources and places, of other names and of merges."""
    return Sheet(
        DESCRIPTIONS,
        "staged_descriptions",
        Columns(DESCRIPTION_COLUMNS, DESCRIPTION_COLUMNS),
        _read_description,
    )


def _nothing(name: str, width: int) -> tuple[str, ...]:
    """What waits in place of a row that cannot be read: its name."""
    return (name, *[""] * (width - 1))


class _Entry(NamedTuple):
    claim_ref: str
    revision: str
    recorded_at: str
    act: str
    reason: str
    words: str
    by: str
    row: str


def _read_entry(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    entry = _Entry._make(cells)
    recorded_at = read_moment("recorded_at", entry.recorded_at, problems)
    _check_number("revision", entry.revision, problems)
    check_word("act", entry.act, ENTRY_ACTS, problems)
    _check_person(entry.by, problems)
    row = read_row(entry.row, problems)
    if row is None or recorded_at is None:
        return _nothing(entry.claim_ref, _ENTRY_WIDTH)
    if row.claim_ref != entry.claim_ref:
        problems.append(Problem("row", row.claim_ref, f"is the row of another claim than {entry.claim_ref}"))
    return (
        *read_claim_cells(row, recorded_at.date(), problems),
        entry.revision,
        recorded_at.isoformat(),
        entry.act,
        entry.reason,
        entry.words,
        entry.by,
    )


def read_row(written: str, problems: list[Problem]) -> ClaimRow | None:
    """The row of claims.csv that a cell holds as JSON; None where it is refused among `problems`."""
    cells = _read_cells(written, CLAIM_COLUMNS, problems)
    return None if cells is None else claim_row(cells)


def _read_act(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    version, at, kind, origin, subject, reason, words, by, role, details = cells
    if version:
        _check_number("version", version, problems)
    moment = read_moment("at", at, problems)
    check_word("act", kind, ACT_KINDS, problems)
    check_word("origin", origin, ORIGINS, problems)
    _check_person(by, problems)
    if not role:
        problems.append(Problem("role", "", "the role of the person is needed"))
    _read_json("details", details or "{}", problems)
    return (by, version, moment.isoformat() if moment else "", kind, origin, subject, reason, words, role,
            details or "{}")  # fmt: skip


def _read_version(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    _, noun, number, version, origin, _ = cells
    check_word("noun", noun, ("revision", "judgement"), problems)
    _check_number("number", number, problems)
    _check_number("version", version, problems)
    check_word("origin", origin, ORIGINS, problems)
    return cells


_DESCRIBED = ("name", "sender", "host", "operation", "starts_on", "level_valid_days", "summary", "label",
              "kind", "unit", "definition", "country", "family", "reliability", "stance", "note",
              "operation_slug", "family_slug", "lies_in", "entered_as", "until", "merged_into",
              "made_slug")  # fmt: skip
"""The columns of the waiting room that rows of the companion files fill, each some of them."""

_DESCRIPTION_WIDTH = 5 + len(_DESCRIBED)

_READERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Any]] = MappingProxyType({
    "deployment": (DeploymentRow._fields, (*DeploymentRow._fields, "operation_slug"), read_deployment),
    "measure": (MeasureRow._fields, MeasureRow._fields, read_measure),
    "source": (SourceRow._fields, (*SourceRow._fields, "family_slug", "made_slug"), read_source),
    "place": (PLACE_COLUMNS, PLACE_COLUMNS, read_place),
    "alias": (ALIAS_COLUMNS, ALIAS_COLUMNS, read_alias),
    "merge": (MERGE_COLUMNS, MERGE_COLUMNS, read_merge),
    "place_alias": (ALIAS_COLUMNS, (*ALIAS_COLUMNS, "made_slug"), read_place_alias),
    "place_merge": (MERGE_COLUMNS, MERGE_COLUMNS, read_merge),
})  # fmt: skip
"""By noun, the columns of its file, the columns that are read from them, and how."""


def _read_description(cells: tuple[str, ...], problems: list[Problem]) -> tuple[str, ...]:
    noun, slug, number, version, reason, row = cells
    _check_number("number", number, problems)
    _check_number("version", version, problems)
    check_word("noun", noun, NOUNS, problems)
    if noun not in _READERS:
        return _nothing(slug, _DESCRIPTION_WIDTH)
    columns, read_columns, read = _READERS[noun]
    values = _read_cells(row, columns, problems)
    if values is None:
        return _nothing(slug, _DESCRIPTION_WIDTH)
    described = dict(
        zip(read_columns, read(tuple(values.get(one, "") for one in columns), problems), strict=True)
    )
    if described["slug"] != slug:
        problems.append(Problem("row", described["slug"], f"is the row of another {noun} than {slug}"))
    return (slug, noun, number, version, reason, *(described.get(column, "") for column in _DESCRIBED))


def read_moment(column: str, written: str, problems: list[Problem]) -> datetime | None:
    """The moment, in UTC, that a cell holds; None where it is refused among `problems`."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        problems.append(Problem(column, written, "is no moment as in 2026-11-01T12:00:00.000000Z"))
        return None
    if moment.tzinfo is None:
        problems.append(Problem(column, written, "does not say in which time zone: end it with Z for UTC"))
        return None
    return moment.astimezone(UTC)


def _check_number(column: str, written: str, problems: list[Problem]) -> None:
    plain = written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS
    if not plain or written.startswith("0"):
        problems.append(Problem(column, written, "is not a number from 1 on in plain digits"))


def _check_person(by: str, problems: list[Problem]) -> None:
    if not by.strip():
        problems.append(Problem("by", by, "who did it is needed: a pseudonym or a name"))


def _read_cells(written: str, columns: tuple[str, ...], problems: list[Problem]) -> dict[str, str] | None:
    """The cells of a row that is written as JSON, an empty text for what is null."""
    values = _read_json("row", written, problems)
    if values is None:
        return None
    for column, value in values.items():
        if column not in columns:
            problems.append(Problem("row", column, "is no column of this row"))
            return None
        if value is not None and not isinstance(value, str):
            problems.append(Problem("row", column, "has to be a text, as in the CSV"))
            return None
    return {column: value or "" for column, value in values.items()}


def _read_json(column: str, written: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        values = json.loads(written)
        if _HALF.search(written):
            json.dumps(values, ensure_ascii=False).encode()  # refuses half a character without its other half
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict) and not _ZERO.search(written):
        return values
    problems.append(Problem(column, written, "is no JSON of names and values"))
    return None
