"""The numbers of a reading as a CSV: a row for each day on which it changes, with the claims behind it."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from urllib.parse import urlencode

from app.answers.parameters import write_choices
from app.answers.queries import Question
from app.claims.answer import ClaimColumns, claim_answer
from app.claims.approved import ApprovedClaim
from app.claims.forms import CLAIM_COLUMNS
from app.readings.behind import Behind, behind
from app.readings.results import Reading

COLUMNS = (
    "on", "low", "selected", "high", "derived", "strained",
    "low_claims", "selected_claims", "high_claims",
    "deployment", "measure", "kind", "unit", "rule_set", "version", "known_on", "choices",
)  # fmt: skip
"""What a row says. Counts are in the unit; an empty `high` beside a `low` is open, an empty cell no number.

The claims of a cell stand in the order of the argument, a space between them. What was asked stands in
every row, so that a row that was copied elsewhere still says what it is.
"""


NAMED = 100
"""Claims that a cell names; of more it says how many there are, and `why` names them all."""


def reading_csv(asked: Question) -> bytes:
    """The reading as a CSV that any program reads without being told how: UTF-8, a header, ISO dates."""
    reading, points = behind(asked.holding.claims, asked.measure.slug, asked.choices)
    return as_csv(COLUMNS, (_row(asked, reading, point) for point in points))


def _row(asked: Question, reading: Reading, found: Behind) -> list[object]:
    point, choices = found.point, reading.choices
    return [
        point.on.isoformat(),
        point.low,
        point.selected,
        point.high,
        truth(holds=point.derived),
        truth(holds=point.strained),
        names(found.low),
        names(found.selected),
        names(found.high),
        reading.deployment.slug,
        reading.measure.slug,
        reading.measure.kind,
        reading.measure.unit,
        reading.rule_set,
        asked.holding.version,
        choices.known_on,
        urlencode(write_choices(choices)),
    ]


def names(claims: Sequence[str]) -> str:
    """The claims behind a number as one cell. A sum of thousands would be named anew on each of its days."""
    more = len(claims) - NAMED
    return " ".join((*claims[:NAMED], *([f"+{more}"] if more > 0 else [])))


def truth(*, holds: bool) -> str:
    """As programs read it: pandas makes a column of these one of truths."""
    return "true" if holds else "false"


def claims_csv(claims: Iterable[ApprovedClaim], units: dict[str, str]) -> bytes:
    """Claims under the columns of the claims CSV, so that they can be imported elsewhere."""
    return as_csv(CLAIM_COLUMNS, (claim_cells(claim_answer(claim, units)) for claim in claims))


def claim_cells(answer: ClaimColumns) -> list[object]:
    """One claim as the cells of the claims CSV."""
    return [_cell(answer[column]) for column in CLAIM_COLUMNS]  # type: ignore[literal-required]


def _cell(value: object) -> object:
    """A share of 15.5 keeps its decimals, one of 15 gets none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_csv(columns: Sequence[object], rows: Iterable[Sequence[object]] = ()) -> bytes:
    """A header and rows: UTF-8, commas, one line feed at the end of each; None is an empty cell."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue().encode()
