"""The rules of the database, said to whoever breaks one: recognised by its name, never by its text."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.claims.forms import ClaimRow, Problem
from app.claims.refusals import NewerRevision, Overtaken, RowRefused, WaitsAlready
from app.database import broken_rule
from app.errors import Refusal
from app.languages.spoken import N_, known

_OF_ROWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "flow_natures_on_flows": ("nature", N_("is nothing that this measure has, which is a level")),
        "levels_on_levels": ("nature", N_("is nothing that this measure has, which is a flow")),
        "end_after_the_start": ("as_of", N_("ends before its deployment starts")),
        "name_claims": (
            "repeat_of",
            N_("does not work out: an appearance neither names another one nor is itself named by a claim"),
        ),
        "restate_the_same": (
            "supersedes",
            N_("can only be restated by its own source, later, for the same measure and days (or is a plan)"),
        ),
        "name_a_source_that_stands": (
            "source",
            N_("was merged into another source just now: hand it in once more"),
        ),
        "never_in_a_circle": ("part_of", N_("leads back to the claim itself, in a circle")),
        "said_by_the_day_recorded_or_published": (
            "said_on",
            N_("lies ahead: give the day on which it was published"),
        ),
    }
)  # fmt: skip
"""Rules that a row which is right in itself can break all the same: the column at fault, and why."""

_OF_TURNS: Mapping[str, tuple[type[Refusal], str]] = MappingProxyType(
    {
        "one_open": (
            WaitsAlready,
            N_("Something about this claim was handed in just before, and waits for its verdict."),
        ),
        "one_per_claim_id_number": (
            NewerRevision,
            N_("Somebody else has handed in something about this claim just now. Look at it first."),
        ),
        "numbers_follow": (
            NewerRevision,
            N_("This claim has changed in the meantime. Look at it first."),
        ),
        "approved_in_turn": (
            Overtaken,
            N_("A newer one counts by now, so this one cannot be approved any more."),
        ),
        "one_current": (
            Overtaken,
            N_("A newer one counts by now, so this one cannot be approved any more."),
        ),
    }
)
"""Rules that are broken by who comes second."""


@contextmanager
def said_kindly(session: Session, row: ClaimRow | None = None) -> Iterator[None]:
    """Inside, all is done or nothing; a broken rule that an editor can know of is raised as a refusal.

    `row` is what is being entered, so that a rule is said beside the cell it is about.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        rule = broken_rule(error) or ""
        name = rule.removeprefix("claim_revisions_").removeprefix("judgements_")
        if name in _OF_TURNS:
            refusal, told = _OF_TURNS[name]
            raise refusal(known(told)) from error
        if row is None or name not in _OF_ROWS:
            raise
        raise RowRefused([_about(row, name)]) from error


def _about(row: ClaimRow, rule: str) -> Problem:
    column, reason = _OF_ROWS[rule]
    if rule == "end_after_the_start" and row.period:
        column = "period"
    if not getattr(row, column):
        column = next((name for name in ("supersedes", "part_of", "repeat_of") if getattr(row, name)), column)
    return Problem(column, getattr(row, column), known(reason))
