"""What each row of an import would change: nothing, a description, a revision, a standing.

A row's state is its content with its standing. It is unchanged where the ledger holds just that, older
where it once did, and otherwise new or changed. Older rows are left alone unless they are to overwrite.
"""

# ruff: noqa: S608 - SQL is put together from names of our own, never from what was imported

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.content import CONTENT
from app.ledger.scripts import run_script

DESCRIBED = {
    "deployment": ("name", "sender", "host", "operation_id", "starts_on", "level_valid_days", "summary"),
    "measure": ("label", "unit", "definition"),
    "source": ("name", "kind", "country", "family_id", "reliability", "stance", "note"),
}
"""The columns of a description that a row of a companion file fills."""

STANDING = ("standing", "standing_reason", "standing_on")
"""The columns of a judgement that a row of the claims CSV fills."""

# Index look-ups by scalar subqueries: most cells that name a claim are empty, and an empty one costs nothing.
IDS = """
  select s.line, c.id as claim_id, d.id as deployment_id, m.id as measure_id, m.kind as measure_kind,
    s.nature, s.low, s.point, s.high, s.qualifier, s.as_of, s.period, s.counts_from,
    case when s.place is not null
      then (select p.id from named_places p where p.name = s.place) end as place_id,
    s.said_on, n.stands_id as source_id,
    case when s.digest is not null
      then (select o.id from documents o where o.digest = decode(s.digest, 'hex')) end as document_id,
    s.published_on, s.wording, s.credibility,
    (select t.id from claims t where t.ref = s.supersedes) as supersedes_id,
    (select t.id from claims t where t.ref = s.part_of) as part_of_id,
    (select t.id from claims t where t.ref = s.repeat_of) as repeat_of_id,
    s.note, s.standing, s.standing_reason, s.standing_on, s.said_day, s.ends_on
  from staged_claims s
  join claims c on c.ref = s.claim_ref
  left join deployments d on d.slug = s.deployment
  left join measures m on m.slug = s.measure
  left join named_sources n on n.name = s.source
  where not s.bad"""
"""SQL: every well-formed row of claims with the ids that it means."""

# What the claims that rows name will be once the import is done: as it writes them, or as they stand.
_LOOK_UPS = """
create unique index on arriving (line);
create index on arriving (claim_id);
analyze arriving;
create temporary view written as
  select *, num_nonnulls(supersedes_id, part_of_id, repeat_of_id) > 0 as names_claims
  from arriving where rewrites and state in ('new', 'changed');
create temporary view remaining as
  select * from claim_revisions r where may_count(verdict, replaced_version) and not ({replaced});
create temporary table starts on commit drop as
  select t.deployment_id, t.starts_on from deployment_descriptions t
  where t.replaced_version is null and not exists (
    select from described_deployments d where d.id = t.deployment_id and d.state in ('new', 'changed'))
  union all
  select id, starts_on from described_deployments where state in ('new', 'changed');
create temporary table named_claims on commit drop as
  with named as (
    select supersedes_id as id from written where supersedes_id is not null
    union select part_of_id from written where part_of_id is not null
    union select repeat_of_id from written where repeat_of_id is not null)
  select w.claim_id, w.deployment_id, w.measure_id, w.source_id, w.nature, w.as_of, w.period, w.said_on,
    w.repeat_of_id
  from named join written w on w.claim_id = named.id
  union all
  select r.claim_id, r.deployment_id, r.measure_id, r.source_id, r.nature, r.as_of, r.period, r.said_on,
    r.repeat_of_id
  from named join remaining r on r.claim_id = named.id;
create index on named_claims (claim_id);
analyze starts, named_claims;
"""

_SOURCES = """
create temporary table arriving_sources on commit drop as
  select n.line, n.source_id as id, coalesce(n.keeps_name, n.name) as name, s.kind, s.country,
    f.id as family_id, s.reliability, s.stance, s.note
  from named_sources n
  left join staged_sources s on s.line = n.line
  left join named_families f on f.name = s.family
  where n.line is not null
    or not exists (select from source_descriptions d where d.source_id = n.source_id);
"""

_OTHERS = """
create temporary table arriving_deployments on commit drop as
  select s.line, d.id, s.name, s.sender, s.host, o.id as operation_id, s.starts_on,
    s.level_valid_days, s.summary
  from staged_deployments s
  join deployments d on d.slug = s.slug
  left join named_operations o on o.name = s.operation
  where not s.bad;
create temporary table arriving_measures on commit drop as
  select s.line, m.id, m.kind, s.kind as kind_given, s.label, s.unit, s.definition
  from staged_measures s
  join measures m on m.slug = s.slug
  where not s.bad;
"""


def compare_descriptions(session: Session, *, overwrite: bool) -> None:
    """Fill `described_deployments`, `described_measures` and `described_sources`: id, line and state."""
    run_script(session, _OTHERS + _SOURCES)
    for noun, columns in DESCRIBED.items():
        session.execute(
            text(f"""
            create temporary table described_{noun}s on commit drop as
            select a.*, t.id as today_id,
              {_next_number(f"{noun}_descriptions", f"{noun}_id", "a.id")} as number, case
                when t.id is null then 'new'
                when {_same(columns, "a", "t")} then 'unchanged'
                when not :overwrite and exists (
                  select from {noun}_descriptions e where e.{noun}_id = a.id and {_same(columns, "a", "e")}
                ) then 'older'
                else 'changed'
              end as state
            from arriving_{noun}s a
            left join {noun}_descriptions t on t.{noun}_id = a.id and t.replaced_version is null"""),
            {"overwrite": overwrite},
        )


def compare_claims(session: Session, *, overwrite: bool, submit: bool) -> None:
    """Fill `arriving`: every well-formed row with the ids it means, and its state.

    `rewrites` says that the row's content is not what the ledger holds today, `judges` that its standing
    is not; both are set too where the row is older and left alone. What is to be submitted is compared as
    well with what waits for its verdict. The view `written` has the rows that become revisions, `remaining`
    the revisions that count or may come to count beside them, `named_claims` what will be known of the
    claims that they name, `starts` the first day of every deployment.
    """
    rewrites = f"t.id is null or not {_same(CONTENT, 'a', 't')}"
    judges = (
        "(a.standing, a.standing_reason, a.standing_on)"
        " is distinct from (coalesce(j.standing, 'good'), j.standing_reason, j.standing_on)"
    )
    if submit:
        rewrites = f"({rewrites}) and not exists ({_waiting('claim_revisions', CONTENT)})"
        judges = f"({judges}) and not exists ({_waiting('judgements', STANDING)})"
    session.execute(
        text(f"""
        create temporary table arriving on commit drop as
        with a as materialized ({IDS})
        select a.*, revision_id, judgement_id, rewrites, judges,
          {_next_number("claim_revisions", "claim_id", "a.claim_id")} as revision_number,
          case when judges then {_next_number("judgements", "claim_id", "a.claim_id")} end
            as judgement_number,
          case
            when not (rewrites or judges) then 'unchanged'
            when revision_id is null then 'new'
            when not :overwrite and {_held_before()} then 'older'
            else 'changed'
          end as state
        from a
        left join claim_revisions t
          on t.claim_id = a.claim_id and t.approved_version is not null and t.replaced_version is null
        left join judgements j
          on j.claim_id = a.claim_id and j.approved_version is not null and j.replaced_version is null
        cross join lateral (select t.id as revision_id, j.id as judgement_id,
          {rewrites} as rewrites, {judges} as judges) changes"""),
        {"overwrite": overwrite},
    )
    replaced = "false" if submit else _REPLACED
    run_script(session, _LOOK_UPS.replace("{replaced}", replaced))


_REPLACED = "r.verdict is not null and exists (select from written w where w.claim_id = r.claim_id)"


def _waiting(table: str, columns: tuple[str, ...]) -> str:
    """SQL: the row of the table that waits for its verdict and says what row `a` says."""
    return (
        f"select from {table} o where o.claim_id = a.claim_id and o.verdict is null"
        f" and {_same(columns, 'a', 'o')}"
    )


def _next_number(table: str, owner: str, owner_id: str) -> str:
    """SQL: the number of what is to follow.

    Asked before anything is written: a table that grows under the statement that asks would be searched from
    end to end for every row.
    """
    return f"coalesce((select max(o.number) from {table} o where o.{owner} = {owner_id}), 0) + 1"


def _same(columns: tuple[str, ...], one: str, other: str) -> str:
    """SQL: two rows say the same in these columns, the unknown being the same as the unknown."""
    ones, others = (", ".join(f"{row}.{column}" for column in columns) for row in (one, other))
    return f"(({ones}) is not distinct from ({others}))"


_STANDING_STILL = tuple(column for column in CONTENT if column not in {"source_id", "place_id"})
"""What a row says apart from who said it of which place: what it held before may have been merged since."""


def _held_before() -> str:
    """SQL: row `a` is a state of its claim that held at some version, its content and standing at once."""
    return f"""exists (
      select from claim_revisions e
      where e.claim_id = a.claim_id and e.approved_version is not null and {_same(_STANDING_STILL, "a", "e")}
        and (e.source_id = a.source_id or source_now(e.source_id) = a.source_id)
        and (e.place_id is not distinct from a.place_id or place_now(e.place_id) = a.place_id)
        and case when a.standing = 'good' and e.approved_version < coalesce(
              (select min(g.approved_version) from judgements g where g.claim_id = e.claim_id), {2**62})
          then true
          else exists (
            select from judgements g
            where g.claim_id = e.claim_id and g.approved_version is not null
              and (g.standing, g.standing_reason, g.standing_on)
                is not distinct from (a.standing, a.standing_reason, a.standing_on)
              and int8range(g.approved_version, g.replaced_version)
                && int8range(e.approved_version, e.replaced_version))
        end)"""
