"""What only the database knows: whether rows agree with the ledger and with one another.

The same rules stand in the database as constraints and triggers, which have the last word; here each
broken one is found in all rows at once, with its line, column, value and reason.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.languages.spoken import N_, known
from app.ledger.containers import CLAIMS
from app.ledger.refusals import Refusals


@dataclass(frozen=True)
class Check:
    """One rule: the file and column at fault, and SQL that gives line, value and reason of each fault.

    A reason is words; or where a page shows it too as `_said` makes it, to be said in the page's language.
    """

    file: str
    column: str
    faults: str


def refuse(session: Session, check: Check, refusals: Refusals) -> None:
    """Add every row that breaks a rule to the refusals."""
    found = session.execute(
        text(f"select line, value, reason, count(*) over () from ({check.faults}) f (line, value, reason)"
             " order by line limit :most"),
        {"most": max(1, refusals.most - len(refusals.kept))},
    ).all()  # fmt: skip
    for line, value, reason, _count in found:
        told = reason if isinstance(reason, str) else _reason(*reason)
        refusals.add(check.file, line, check.column, value or "", told)
    if found:
        refusals.count += found[0][3] - len(found)


_PLACES = ("first", "second", "third")

_TWICE = N_("stands in line %(first)s already")
_NOTHING = N_("names no claim of this file or of the ledger")
_CIRCLE = N_("leads back to the row itself, in a circle")
_KIND = N_("the measure is of kind %(first)s, and claims were made under it")
_NATURE = N_("the measure %(first)s is a %(second)s, which has no %(third)s")
_TOO_EARLY = N_("ends before the deployment starts, on %(first)s")
_COVERS_NONE = N_("covers no day after %(first)s, before the deployment starts, on %(second)s")
_ENDS_BEFORE = N_("claim %(first)s ends before that day, on %(second)s")
_NO_APPEARANCE = N_("the row is no appearance: the claim %(first)s names it")
_OTHER_SOURCE = N_("is a claim of another source")
_OTHER_DEPLOYMENT = N_("is a claim of another deployment")
_OTHER_MEASURE = N_("is a claim of another measure")
_SAID_LATER = N_("was said later, on %(first)s")
_OTHER_DAYS = N_("is about other days: a later figure does not supersede an earlier one")
_WAITS = N_("revision %(first)s of it waits for its verdict: that comes first")
_JUDGED = N_("a judgement of the claim waits for its verdict: that comes first")
_UNKNOWN = N_("is not known: add it to %(first)s")
_AN_APPEARANCE = N_("is itself an appearance of %(first)s: name that claim")
"""Reasons, each a text for the catalogues."""

_LAST_DAY = "last_day_counted(r.nature, r.as_of_days, r.period_days, r.said_day)"


def _said(reason: str, *values: str) -> str:
    """SQL for a reason: its text, and values that it gives to %(first)s, %(second)s and %(third)s."""
    quoted = reason.replace("'", "''")
    return f"array['{quoted}'{''.join(f', ({value})::text' for value in values)}]"


def _reason(text: str, *values: str) -> str:
    """The same in words."""
    return known(text) % dict(zip(_PLACES, values, strict=False))


def _named_twice(file: str, table: str, column: str) -> Check:
    return Check(
        file,
        column,
        f"""
      select line, {column}, {_said(_TWICE, "before")} from (
        select line, {column}, min(line) over (partition by {column}) as before from {table}
        where {column} in (select {column} from {table} group by {column} having count(*) > 1)
      ) s where before < line""",
    )


def _unknown(column: str) -> Check:
    return Check(
        CLAIMS,
        column,
        f"""
      select s.line, s.{column}, {_said(_UNKNOWN, f"'{column}s.csv'")}
      from staged_claims s
      where not s.bad and not exists (select from {column}s k where k.slug = s.{column})
        and not exists (select from staged_{column}s f where f.slug = s.{column})""",
    )


def _names_nothing(column: str) -> Check:
    return Check(
        CLAIMS,
        column,
        f"""
      select s.line, s.{column}, {_said(_NOTHING)}
      from staged_claims s
      where not s.bad and s.{column} is not null
        and not exists (select from claims c where c.ref = s.{column})
        and not exists (select from staged_claims b where b.bad and b.claim_ref = s.{column})""",
    )


def _names_an_appearance(column: str) -> Check:
    return Check(
        CLAIMS,
        column,
        f"""
      select a.line, c.ref, {_said(_AN_APPEARANCE, "r.ref")}
      from written a
      join named_claims n on n.claim_id = a.{column}_id
      join claims c on c.id = n.claim_id
      join claims r on r.id = n.repeat_of_id""",
    )


def _in_a_circle(column: str) -> Check:
    """Every row of a circle. Each row is followed from name to name, by look-ups in an index.

    It may stop at another row that comes later in an order as good as random, because that one is followed
    itself: so a chain of thousands takes few steps, and of a circle one row finds the whole.
    """
    steps = f"""lateral (
          select {column}_id as next_id, true as arrives from written
          where claim_id = from_id and {column}_id is not null
          union all
          select {column}_id, false from remaining where claim_id = from_id and {column}_id is not null
          offset 0) step"""
    return Check(CLAIMS, column, f"""
      with recursive chain (first_id, from_id) as (
        select claim_id, {column}_id from written where {column}_id is not null
        union
        select first_id, step.next_id from chain cross join {steps}
        where from_id <> first_id
          and not (step.arrives and hashint8extended(from_id, 0) > hashint8extended(first_id, 0))
      ), circle (from_id) as (
        select first_id from chain where from_id = first_id
        union
        select step.next_id from circle cross join {steps}
      )
      select w.line, c.ref, {_said(_CIRCLE)}
      from circle
      join written w on w.claim_id = circle.from_id
      join claims c on c.id = w.{column}_id""")  # fmt: skip


OF_FILES = (
    _named_twice("deployments.csv", "staged_deployments", "slug"),
    _named_twice("measures.csv", "staged_measures", "slug"),
    _named_twice(CLAIMS, "staged_claims", "claim_ref"),
)
"""Rules on the files alone."""

OF_NAMES = (
    _unknown("deployment"),
    _unknown("measure"),
    _names_nothing("supersedes"),
    _names_nothing("part_of"),
    _names_nothing("repeat_of"),
    Check("measures.csv", "kind", f"""
      select line, kind_given, {_said(_KIND, "kind")}
      from arriving_measures where kind <> kind_given"""),
)  # fmt: skip
"""Rules on what rows name."""

OF_CLAIMS = (
    Check(CLAIMS, "nature", f"""
      select a.line, a.nature, {_said(_NATURE, "m.slug", "m.kind", "a.nature")}
      from written a join measures m on m.id = a.measure_id
      where (a.nature in ('total', 'increment', 'event') and a.measure_kind <> 'flow')
        or (a.nature = 'level' and a.measure_kind <> 'level')"""),
    Check(CLAIMS, "period", f"""
      select a.line, a.period, {_said(_TOO_EARLY, "s.starts_on")}
      from written a join starts s on s.deployment_id = a.deployment_id
      where a.repeat_of_id is null and a.nature <> 'total' and a.ends_on < s.starts_on"""),
    Check(CLAIMS, "as_of", f"""
      select a.line, a.as_of, {_said(_COVERS_NONE, "a.ends_on", "s.starts_on")}
      from written a join starts s on s.deployment_id = a.deployment_id
      where a.repeat_of_id is null and a.nature = 'total' and a.ends_on < s.starts_on"""),
    Check("deployments.csv", "starts_on", f"""
      select d.line, d.starts_on::text, {_said(_ENDS_BEFORE, "min(c.ref)", f"min({_LAST_DAY})")}
      from described_deployments d
      join remaining r on r.deployment_id = d.id and r.repeat_of_id is null
      join claims c on c.id = r.claim_id
      where d.state in ('new', 'changed')
        and {_LAST_DAY} < d.starts_on
      group by d.line, d.starts_on"""),
    _names_an_appearance("supersedes"),
    _names_an_appearance("part_of"),
    _names_an_appearance("repeat_of"),
    Check(CLAIMS, "repeat_of", f"""
      select w.line, min(t.ref), {_said(_NO_APPEARANCE, "min(c.ref)")}
      from written w
      cross join lateral (
        select claim_id from remaining where repeat_of_id = w.claim_id
        union all select claim_id from remaining where supersedes_id = w.claim_id
        union all select claim_id from remaining where part_of_id = w.claim_id) r
      join claims c on c.id = r.claim_id
      join claims t on t.id = w.repeat_of_id
      where w.repeat_of_id is not null
      group by w.line"""),
    Check(CLAIMS, "supersedes", f"""
      select a.line, c.ref, case
          when not bool_or(n.source_id = a.source_id) then {_said(_OTHER_SOURCE)}
          when not bool_or(n.deployment_id = a.deployment_id) then {_said(_OTHER_DEPLOYMENT)}
          when not bool_or(n.measure_id = a.measure_id) then {_said(_OTHER_MEASURE)}
          when not bool_or(lower(edtf_days(n.said_on)) <= a.said_day)
            then {_said(_SAID_LATER, "min(n.said_on)")}
          else {_said(_OTHER_DAYS)}
        end
      from written a
      join named_claims n on n.claim_id = a.supersedes_id
      join claims c on c.id = n.claim_id
      where a.repeat_of_id is null
      group by a.line, c.ref
      having not bool_or(
        n.source_id = a.source_id and n.deployment_id = a.deployment_id and n.measure_id = a.measure_id
        and lower(edtf_days(n.said_on)) <= a.said_day
        and (n.nature = 'plan'
          or coalesce(coalesce(edtf_days(n.as_of), edtf_period(n.period))
                      && coalesce(edtf_days(a.as_of), edtf_period(a.period)), true)))
        and not bool_or(n.repeat_of_id is not null)"""),
    _in_a_circle("supersedes"),
    _in_a_circle("part_of"),
)  # fmt: skip
"""Rules on rows that would be written, and on what they leave standing."""

OF_SUBMISSIONS = (
    Check(CLAIMS, "claim_ref", f"""
      select w.line, c.ref, {_said(_WAITS, "r.number")}
      from written w
      join claim_revisions r on r.claim_id = w.claim_id and r.verdict is null
      join claims c on c.id = w.claim_id"""),
    Check(CLAIMS, "standing", f"""
      select a.line, a.standing, {_said(_JUDGED)}
      from arriving a
      join judgements j on j.claim_id = a.claim_id and j.verdict is null
      where a.judges and a.state in ('new', 'changed')"""),
)  # fmt: skip
"""Rules on rows that are handed in for review: one thing at a time waits for its verdict."""
