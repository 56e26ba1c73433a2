"""Two claims that are alike and are two statements all the same: an editor says so, and takes it back.

What is told apart stays out of the claims that are kept as alike, so that no list proposes it again, until one
of the two is restated: says something else, or is restated by a claim that was entered since.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

import sqlalchemy as sa
from alembic import op

revision = "claims_are_told_apart"
down_revision = "counted_in_one_pass"
branch_labels = None
depends_on = None

KINDS = ("import", "submit", "approve", "send_back", "reject", "withdraw", "judge", "describe", "check",
         "document", "people")  # fmt: skip
COLUMNS = ("id", "act_id", "first_id", "second_id", "state", "first_revision_id", "second_revision_id",
           "version")  # fmt: skip

FUNCTIONS = r"""
-- Whether a claim says today what it said in one of its revisions. Notes, documents and grades are not said.
create function still_says(revision bigint) returns boolean stable parallel safe return exists (
  select from claim_revisions b
  join claim_revisions c on c.claim_id = b.claim_id and c.approved_version is not null
    and c.replaced_version is null
  where b.id = revision and row(b.deployment_id, b.measure_id, b.nature, b.low, b.point, b.high, b.qualifier,
      b.as_of, b.period, b.counts_from, b.place_id, b.said_on, b.source_id, b.wording, b.repeat_of_id)
    is not distinct from row(c.deployment_id, c.measure_id, c.nature, c.low, c.point, c.high, c.qualifier,
      c.as_of, c.period, c.counts_from, c.place_id, c.said_on, c.source_id, c.wording, c.repeat_of_id));

create function told_apart(one bigint, other bigint) returns boolean stable parallel safe return coalesce((
  select d.state = 'two' and still_says(d.first_revision_id) and still_says(d.second_revision_id)
    and not exists (
      select from claim_revisions r
      where r.supersedes_id in (one, other) and r.approved_version > d.version and r.replaced_version is null
        and not exists (
          select from claim_revisions e where e.claim_id = r.claim_id and e.approved_version <= d.version))
  from distinctions d
  where d.first_id = least(one, other) and d.second_id = greatest(one, other)
  order by d.id desc limit 1), false);

create function leave_out_told_apart(of_claims bigint[]) returns void language sql as $$
  delete from alike a
  where a.claim_id = any (of_claims)
    and exists (select from distinctions d where d.first_id = a.claim_id
                union all select from distinctions d where d.second_id = a.claim_id)
    and not exists (
      select from alike b
      where b.digest = a.digest and b.kind = a.kind and b.claim_id <> a.claim_id
        and not told_apart(a.claim_id, b.claim_id));
$$;

create function are_told_apart_as_they_count() returns trigger language plpgsql as $$
declare
  before text;
begin
  perform from claims where id = new.first_id for no key update;  -- of two at once, one comes second
  if exists (
    select from (values (new.first_id, new.first_revision_id), (new.second_id, new.second_revision_id)) v (c, r)
    where not exists (
      select from claim_revisions x where x.id = v.r and x.claim_id = v.c and x.approved_version is not null
        and x.replaced_version is null and x.repeat_of_id is null)
  ) then
    raise exception 'claims % and % are told apart by revisions that do not count', new.first_id, new.second_id
      using errcode = 'integrity_constraint_violation', constraint = 'distinctions_of_what_counts';
  end if;
  if new.version <> (select version from ledger) or not exists (
    select from acts where id = new.act_id and kind = 'tell_apart') then
    raise exception 'claims % and % are told apart by another act', new.first_id, new.second_id
      using errcode = 'integrity_constraint_violation', constraint = 'distinctions_by_their_act';
  end if;
  select d.state into before from distinctions d
  where d.first_id = new.first_id and d.second_id = new.second_id order by d.id desc limit 1;
  if (new.state = 'two' and told_apart(new.first_id, new.second_id))
    or (new.state = 'open' and before is distinct from 'two') then
    raise exception 'of claims % and % it is said already', new.first_id, new.second_id
      using errcode = 'integrity_constraint_violation', constraint = 'distinctions_said_once';
  end if;
  return new;
end $$;

create function told_apart_is_known() returns trigger language plpgsql as $$
begin
  if new.state = 'two' then
    perform leave_out_told_apart(array[new.first_id, new.second_id]);
  else
    insert into alike (claim_id, kind, digest)
    select v.claim_id, k.kind, k.digest
    from claim_revisions a
    join claim_revisions b on b.id = new.second_revision_id
    cross join lateral (values
      ('figure', statement_digest(a, 'figure'), statement_digest(b, 'figure')),
      ('wording', statement_digest(a, 'wording'), statement_digest(b, 'wording'))) as k (kind, digest, other)
    cross join lateral (values (a.claim_id), (b.claim_id)) as v (claim_id)
    where a.id = new.first_revision_id and k.digest = k.other
    on conflict do nothing;
  end if;
  return null;
end $$;
"""

_END = "  where times > 1;\n"
SUBJECTS = """(select distinct deployment_id, measure_id, coalesce(as_of_days, period_days) as days from changed
      where approved_version is not null and coalesce(as_of_days, period_days) is not null)"""
MEMBERS = """c.deployment_id = t.deployment_id and c.measure_id = t.measure_id
        and coalesce(c.as_of_days, c.period_days) = t.days
        and c.approved_version is not null and c.replaced_version is null and c.repeat_of_id is null"""
PASSES = {
    "claims_alike_are_known": f"""{_END}  if exists (select from distinctions) then
    perform leave_out_told_apart(array(select m.claim_id from {SUBJECTS} t cross join lateral (
      select c.claim_id from claim_revisions c where {MEMBERS} offset 0) m));
  end if;
""",
    "write_derived": f"""{_END}  if exists (select from distinctions) then
    perform leave_out_told_apart(array(select claim_id from members_alike where may_be));
  end if;
""",
}
"""By function that keeps claims that are alike: how it goes on where it has found them."""


def upgrade() -> None:
    know_kinds((*KINDS, "tell_apart"))
    op.create_table(
        "distinctions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_revision_id", sa.BigInteger(), nullable=False),
        sa.Column("second_revision_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('two', 'open')", name=op.f("distinctions_state_is_known")),
        sa.CheckConstraint("first_id < second_id", name=op.f("distinctions_in_order")),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("distinctions_act_id_exists")),
        sa.ForeignKeyConstraint(["first_id"], ["claims.id"], name=op.f("distinctions_first_id_exists")),
        sa.ForeignKeyConstraint(["second_id"], ["claims.id"], name=op.f("distinctions_second_id_exists")),
        sa.ForeignKeyConstraint(
            ["first_revision_id"], ["claim_revisions.id"], name=op.f("distinctions_first_revision_id_exists")
        ),
        sa.ForeignKeyConstraint(
            ["second_revision_id"],
            ["claim_revisions.id"],
            name=op.f("distinctions_second_revision_id_exists"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("distinctions_pkey")),
        sa.UniqueConstraint("act_id", name=op.f("distinctions_one_per_act_id")),
    )
    op.create_index("distinctions_by_pair", "distinctions", ["first_id", "second_id", "id"])
    op.create_index("distinctions_by_second", "distinctions", ["second_id", "id"])
    op.get_bind().exec_driver_sql(FUNCTIONS, execution_options={"no_parameters": True})
    old, new = (f"row({', '.join(f'{row}.{column}' for column in COLUMNS)})" for row in ("old", "new"))
    for name, timing, does in (
        ("stand", "before delete on distinctions for each row", "refuse_change"),
        ("never_emptied", "before truncate on distinctions for each statement", "refuse_change"),
        (
            "stand_as_written",
            f"after update on distinctions for each row when ({old} is distinct from {new})",
            "refuse_change",
        ),
        ("as_they_count", "before insert on distinctions for each row", "are_told_apart_as_they_count"),
        ("told_apart_is_known", "after insert on distinctions for each row", "told_apart_is_known"),
    ):
        op.execute(f"create trigger {name} {timing} execute function {does}()")
    for function, written in PASSES.items():
        _write_anew(function, _END, written)


def _write_anew(function: str, before: str, after: str) -> None:
    found = sa.text("select pg_get_functiondef(cast(:name as regproc))").bindparams(name=function)
    written = op.get_bind().scalar(found)
    if written.count(before) != 1:
        raise RuntimeError(f"{function} does not hold “{before}” once")
    written = written.replace(before, after)
    op.get_bind().exec_driver_sql(written, execution_options={"no_parameters": True})


def know_kinds(kinds: tuple[str, ...]) -> None:
    """Let an act be of these kinds and no others."""
    op.drop_constraint(op.f("acts_kind_is_known"), "acts", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("acts_kind_is_known"), "acts", f"kind in ({listed})")


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("distinctions")))):
        raise RuntimeError("distinctions holds rows, which a downgrade would lose")
    for function, written in PASSES.items():
        _write_anew(function, written, _END)
    op.execute("drop function told_apart, still_says")
    op.drop_table("distinctions")
    op.execute("drop function told_apart_is_known, are_told_apart_as_they_count, leave_out_told_apart")
    know_kinds(KINDS)
