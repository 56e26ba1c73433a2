"""How much is claimed of what is counted as the ledger changes, and when each measure last changed.

A page that counts a million claims takes longer over it than over all else. So each statement that begins or
ends what counts adds to the counts what it added to the ledger, in the same transaction, and touches only the
measures, natures and sources that it touched. What these tables hold follows from the ledger: `muster check`
compares them with it, and `count_claims_anew()` builds them again.

A revision never changes its content, so an UPDATE only begins or ends its counting.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

import sqlalchemy as sa
from alembic import op

revision = "claims_are_counted"
down_revision = "sources_merge"
branch_labels = None
depends_on = None

_COUNTS = "{0}.approved_version is not null and {0}.replaced_version is null"
_NOW, _BEFORE = _COUNTS.format("n"), _COUNTS.format("o")

_BEGUN = {
    "insert": f"select n.*, 1 as sign from new_rows n where {_NOW}",
    "update": "select n.*, case when n.replaced_version is null then 1 else -1 end as sign"
    f" from new_rows n join old_rows o on o.id = n.id where ({_NOW}) <> ({_BEFORE})",
}
"""The rows that a statement made count, sign 1, and those that it made cease, sign -1."""

_MOVED = {
    "insert": "select n.*, greatest(n.approved_version, n.replaced_version) as moved_at from new_rows n",
    "update": "select n.*, greatest(n.approved_version, n.replaced_version) as moved_at"
    " from new_rows n join old_rows o on o.id = n.id"
    " where (n.approved_version, n.replaced_version) is distinct from (o.approved_version, o.replaced_version)",
}
"""The rows that began or ceased to count, now or in a history that is restored, with the last version."""

_NOTE_SUBJECTS = """
  on conflict (deployment_id, measure_id) do update set
    claims_version = greatest(subjects.claims_version, excluded.claims_version),
    inputs_version = greatest(subjects.inputs_version, excluded.inputs_version)"""

_NUMBERED = "nature not in ('plan', 'share', 'stance')"
_OWN = "repeat_of_id is null"


def revisions_counted(act: str) -> str:
    """The function that counts the revisions that an INSERT or UPDATE begins or ends."""
    return f"""
create function count_revisions_after_{act}() returns trigger language plpgsql as $$
begin
  insert into subjects (deployment_id, measure_id, claims_version, inputs_version)
  select deployment_id, measure_id, max(moved_at), max(moved_at) from ({_MOVED[act]}) m
  where moved_at is not null group by 1, 2
  {_NOTE_SUBJECTS};

  insert into tallies (deployment_id, measure_id, nature, is_good, claims)
  select c.deployment_id, c.measure_id, c.nature, coalesce(j.standing, 'good') = 'good', sum(c.sign)
  from ({_BEGUN[act]}) c
  left join judgements j on j.claim_id = c.claim_id and {_COUNTS.format("j")}
  where c.{_OWN}
  group by 1, 2, 3, 4 having sum(c.sign) <> 0
  on conflict (deployment_id, measure_id, nature, is_good)
  do update set claims = tallies.claims + excluded.claims;

  insert into voices as v (deployment_id, measure_id, source_id, claims, figures, standings, appearances,
    first_said, last_said)
  select deployment_id, measure_id, source_id,
    coalesce(sum(sign) filter (where {_OWN}), 0),
    coalesce(sum(sign) filter (where {_OWN} and {_NUMBERED}), 0),
    coalesce(sum(sign) filter (where {_OWN} and nature in ('total', 'level')), 0),
    coalesce(sum(sign) filter (where not {_OWN}), 0),
    min(said_day) filter (where {_OWN} and sign > 0), max(said_day) filter (where {_OWN} and sign > 0)
  from ({_BEGUN[act]}) c
  group by 1, 2, 3
  on conflict (deployment_id, measure_id, source_id) do update set
    claims = v.claims + excluded.claims,
    figures = v.figures + excluded.figures,
    standings = v.standings + excluded.standings,
    appearances = v.appearances + excluded.appearances,
    first_said = least(v.first_said, excluded.first_said),
    last_said = greatest(v.last_said, excluded.last_said);
  {_DAYS_OF_WHAT_IS_LEFT if act == "update" else ""}
  return null;
end $$;"""


# Only where the first or the last to speak ceased to count are the days of the others looked at.
_DAYS_OF_WHAT_IS_LEFT = f"""
  update voices v set (first_said, last_said) = (
    select min(r.said_day), max(r.said_day) from claim_revisions r
    where r.deployment_id = v.deployment_id and r.measure_id = v.measure_id and r.source_id = v.source_id
      and r.{_OWN} and {_COUNTS.format("r")})
  from (select deployment_id, measure_id, source_id, min(said_day) as first_gone, max(said_day) as last_gone
        from ({_BEGUN["update"]}) c where sign < 0 and {_OWN} group by 1, 2, 3) g
  where v.deployment_id = g.deployment_id and v.measure_id = g.measure_id and v.source_id = g.source_id
    and (g.first_gone <= v.first_said or g.last_gone >= v.last_said);
"""


def judgements_counted(act: str) -> str:
    """The function that moves claims between good standing and none; without a judgement it is good."""
    return f"""
create function count_judgements_after_{act}() returns trigger language plpgsql as $$
begin
  insert into subjects (deployment_id, measure_id, claims_version, inputs_version)
  select r.deployment_id, r.measure_id, max(moved_at), max(moved_at)
  from ({_MOVED[act]}) m
  join claim_revisions r on r.claim_id = m.claim_id and r.approved_version is not null
  where moved_at is not null group by 1, 2
  {_NOTE_SUBJECTS};

  insert into tallies (deployment_id, measure_id, nature, is_good, claims)
  select r.deployment_id, r.measure_id, r.nature, moved.is_good, sum(moved.number)
  from ({_BEGUN[act]}) c
  join claim_revisions r on r.claim_id = c.claim_id and r.{_OWN} and {_COUNTS.format("r")}
  cross join lateral (values (c.standing = 'good', c.sign), (true, -c.sign)) moved (is_good, number)
  group by 1, 2, 3, 4 having sum(moved.number) <> 0
  on conflict (deployment_id, measure_id, nature, is_good)
  do update set claims = tallies.claims + excluded.claims;
  return null;
end $$;"""


DESCRIBED = {
    "deployment": "select deployment_id, null::bigint as measure_id, max(version) as version"
    " from changed group by 1",
    "source": "select v.deployment_id, v.measure_id, max(x.version) as version"
    " from changed x join voices v on v.source_id = x.source_id group by 1, 2",
}
"""By what is described anew, the subjects whose readings may move; of a deployment all its measures."""


def inputs_moved(noun: str) -> str:
    """The function that notes whose readings a new description may move."""
    return f"""
create function note_{noun}_described() returns trigger language plpgsql as $$
begin
  update subjects s set inputs_version = greatest(s.inputs_version, x.version)
  from ({DESCRIBED[noun]}) x
  where s.deployment_id = x.deployment_id and s.measure_id = coalesce(x.measure_id, s.measure_id);
  return null;
end $$;"""


COUNT_ANEW = f"""
create function count_claims_anew() returns void language plpgsql as $$
begin
  delete from subjects;
  delete from tallies;
  delete from voices;
  insert into tallies (deployment_id, measure_id, nature, is_good, claims)
  select r.deployment_id, r.measure_id, r.nature, coalesce(j.standing, 'good') = 'good', count(*)
  from claim_revisions r left join judgements j on j.claim_id = r.claim_id and {_COUNTS.format("j")}
  where r.{_OWN} and {_COUNTS.format("r")} group by 1, 2, 3, 4;
  insert into voices (deployment_id, measure_id, source_id, claims, figures, standings, appearances,
    first_said, last_said)
  select deployment_id, measure_id, source_id, count(*) filter (where {_OWN}),
    count(*) filter (where {_OWN} and {_NUMBERED}),
    count(*) filter (where {_OWN} and nature in ('total', 'level')), count(*) filter (where not {_OWN}),
    min(said_day) filter (where {_OWN}), max(said_day) filter (where {_OWN})
  from claim_revisions r where {_COUNTS.format("r")} group by 1, 2, 3;
  insert into subjects (deployment_id, measure_id, claims_version, inputs_version)
  select deployment_id, measure_id, max(moved_at), max(moved_at) from (
    select deployment_id, measure_id, greatest(approved_version, replaced_version) as moved_at
    from claim_revisions where approved_version is not null
    union all
    select r.deployment_id, r.measure_id, greatest(j.approved_version, j.replaced_version)
    from judgements j join claim_revisions r on r.claim_id = j.claim_id and r.approved_version is not null
    where j.approved_version is not null) m
  group by 1, 2;
  update subjects s set inputs_version = greatest(s.inputs_version, x.version)
  from (select deployment_id, max(version) as version from deployment_descriptions group by 1) x
  where s.deployment_id = x.deployment_id;
  update subjects s set inputs_version = greatest(s.inputs_version, x.version)
  from (select v.deployment_id, v.measure_id, max(d.version) as version
        from voices v join source_descriptions d on d.source_id = v.source_id group by 1, 2) x
  where s.deployment_id = x.deployment_id and s.measure_id = x.measure_id;
end $$;"""

COUNTED = {"claim_revisions": "revisions", "judgements": "judgements"}


def upgrade() -> None:
    for table, columns in TABLES.items():
        _create(table, columns)
    op.create_index("voices_by_source", "voices", ["source_id"])
    # The claims said last of a whole deployment, whatever the measure: its plans, its timeline.
    op.create_index(
        "claim_revisions_by_deployment_said",
        "claim_revisions",
        ["deployment_id", "said_day", "claim_id"],
    )
    for act in ("insert", "update"):
        op.execute(revisions_counted(act))
        op.execute(judgements_counted(act))
        given = "new table as new_rows" + (" old table as old_rows" if act == "update" else "")
        for table, rows in COUNTED.items():
            op.execute(
                f"create trigger counted_after_{act} after {act} on {table} referencing {given}"
                f" for each statement execute function count_{rows}_after_{act}()"
            )
    for noun in DESCRIBED:
        op.execute(inputs_moved(noun))
        op.execute(
            f"create trigger inputs_moved after insert on {noun}_descriptions"
            f" referencing new table as changed for each statement execute function note_{noun}_described()"
        )
    op.execute(COUNT_ANEW)
    op.execute("select count_claims_anew()")


TABLES = {
    "subjects": {"claims_version": sa.BigInteger(), "inputs_version": sa.BigInteger()},
    "tallies": {"nature": sa.Text(), "is_good": sa.Boolean(), "claims": sa.BigInteger()},
    "voices": {
        "source_id": sa.BigInteger(),
        **dict.fromkeys(("claims", "figures", "standings", "appearances"), sa.BigInteger()),
        **dict.fromkeys(("first_said", "last_said"), sa.Date()),
    },
}
KEYS = {
    "subjects": ("deployment_id", "measure_id"),
    "tallies": ("deployment_id", "measure_id", "nature", "is_good"),
    "voices": ("deployment_id", "measure_id", "source_id"),
}


def _create(table: str, columns: dict[str, sa.types.TypeEngine[object]]) -> None:
    owners = {"deployment_id": "deployments", "measure_id": "measures"}
    if "source_id" in columns:
        owners["source_id"] = "sources"
    op.create_table(
        table,
        *(
            sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)
            for name in ("deployment_id", "measure_id")
        ),
        *(
            sa.Column(name, kind, nullable=name in ("first_said", "last_said"), autoincrement=False)
            for name, kind in columns.items()
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{owner}.id"], name=op.f(f"{table}_{name}_exists"))
            for name, owner in owners.items()
        ),
        sa.PrimaryKeyConstraint(*KEYS[table], name=op.f(f"{table}_pkey")),
    )


def downgrade() -> None:
    op.execute("drop function count_claims_anew")
    for noun in DESCRIBED:
        op.execute(f"drop trigger inputs_moved on {noun}_descriptions")
        op.execute(f"drop function note_{noun}_described")
    for act in ("insert", "update"):
        for table, rows in COUNTED.items():
            op.execute(f"drop trigger counted_after_{act} on {table}")
            op.execute(f"drop function count_{rows}_after_{act}")
    op.drop_index("claim_revisions_by_deployment_said", "claim_revisions")
    for table in reversed(TABLES):
        op.drop_table(table)
