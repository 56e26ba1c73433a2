"""The headline day, and what each family said last about it (method, section 7)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from app.readings.candidates import Candidate, figures_of
from app.readings.choices import Choices
from app.readings.facts import Kind
from app.readings.results import LatestStatement
from app.readings.rules import LATEST_WITHIN_DAYS


def data_through(accepted: Iterable[Candidate]) -> date | None:
    """The last day that an accepted claim covers; None where none was accepted."""
    return max((candidate.last for candidate in accepted), default=None)


def headline_day(choices: Choices, through: date | None, starts_on: date) -> date:
    """`on`, else the last day covered, else the first day of the deployment; at most `known_on`."""
    day = choices.on or through or starts_on
    return day if choices.known_on is None else min(day, choices.known_on)


def latest_statements(
    order: Sequence[Candidate], contested: Collection[str], on: date, kind: Kind
) -> tuple[LatestStatement, ...]:
    """The latest statement of each family that made one in time, the latest as-of first.

    `order` is in precedence order. Totals count that are from the start and no floor of a
    place; of a measure of kind level, where nobody claims totals, its levels.
    """
    newest: dict[str, Candidate] = {}
    for candidate in order:
        if candidate.last > on or not _is_statement(candidate, kind):
            continue
        family = candidate.source.family
        if family not in newest or _when(candidate) > _when(newest[family]):
            newest[family] = candidate
    recent = [
        _statement(family, candidate, on, is_contested=candidate.ref in contested)
        for family, candidate in newest.items()
        if (on - candidate.last).days <= LATEST_WITHIN_DAYS
    ]
    recent.sort(key=lambda statement: statement.family)
    return tuple(sorted(recent, key=lambda statement: (statement.as_of, statement.said_on), reverse=True))


def _is_statement(candidate: Candidate, kind: Kind) -> bool:
    return kind is Kind.LEVEL or (candidate.is_plain_total and not candidate.floor_only)


def _when(candidate: Candidate) -> tuple[date, date]:
    return (candidate.last, candidate.said)


def _statement(family: str, candidate: Candidate, on: date, *, is_contested: bool) -> LatestStatement:
    lowest, highest = _values(candidate)
    return LatestStatement(
        family=family,
        claim_ref=candidate.ref,
        as_of=candidate.last,
        said_on=candidate.said,
        age_days=(on - candidate.last).days,
        contested=is_contested,
        lowest=lowest,
        highest=highest,
    )


def _values(candidate: Candidate) -> tuple[int, int]:
    """The own figure; where there is none, what was stated: both ends of a range, or its one bound."""
    if candidate.claim is None:
        raise ValueError(f"{candidate.ref} is nobody's statement")
    low, point, high, _ = figures_of(candidate.claim)
    value = candidate.value if candidate.value is not None else point
    if value is not None:
        return value, value
    ends = [end for end in (low, high) if end is not None]
    return ends[0], ends[-1]
