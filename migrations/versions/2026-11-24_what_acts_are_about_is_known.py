"""Which sources spoke in what an act touched is known, so that the log can be asked for one of them.

The log about a deployment looked through its claims for each act: with 20,000 acts and 170,000 claims it never
came to an end. Whatever writes revisions and judgements has these rows written with them, a statement at a time.

Nothing here is history: the table may be emptied, and `select know_touched_voices()` fills it anew. It names
nothing that its rows were not taken from, and so has no foreign keys: each would be looked up for each row.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

import sqlalchemy as sa
from alembic import op

revision = "acts_are_about"
down_revision = "places_counted_by_an_index"
branch_labels = None
depends_on = None

_KEY = ("version", "deployment_id", "measure_id", "source_id")
_ABOUT = "r.deployment_id, r.measure_id, r.source_id"
_REVISED = f"""
    select r.approved_version, {_ABOUT} from REVISIONS r where r.approved_version is not null
    union
    select r.replaced_version, {_ABOUT} from REVISIONS r where r.replaced_version is not null"""
_JUDGED = f"""
    select distinct j.approved_version, {_ABOUT} from JUDGEMENTS j
    join claim_revisions r on r.claim_id = j.claim_id and r.approved_version <= j.approved_version
    where j.approved_version is not null"""
_ADD = "insert into touched_voices (version, deployment_id, measure_id, source_id)"
_ALL = (
    f"{_REVISED.replace('REVISIONS', 'claim_revisions')} union {_JUDGED.replace('JUDGEMENTS', 'judgements')}"
)
_CHANGED = {
    "claim_revisions": ("revisions_touch_voices", _REVISED.replace("REVISIONS", "changed")),
    "judgements": ("judgements_touch_voices", _JUDGED.replace("JUDGEMENTS", "changed")),
}


def upgrade() -> None:
    op.create_table(
        "touched_voices",
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in _KEY),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("touched_voices_pkey")),
    )
    run = op.get_bind().exec_driver_sql
    run(f"""
        create function know_touched_voices() returns void language sql as $$
          delete from touched_voices;
          {_ADD} {_ALL};
        $$""")
    run("select know_touched_voices()")
    for name, columns in {
        "deployment": ("deployment_id", "measure_id", "source_id", "version"),
        "measure": ("measure_id", "source_id", "version"),
        "source": ("source_id", "version"),
    }.items():
        op.create_index(f"touched_voices_by_{name}", "touched_voices", list(columns))
    for table, (function, changed) in _CHANGED.items():
        run(f"""
            create function {function}() returns trigger language plpgsql as $$
            begin
              {_ADD} {changed}
              on conflict do nothing;
              return null;
            end $$""")
        for act in ("insert", "update"):
            run(f"""
                create trigger touch_voices_after_{act} after {act} on {table}
                referencing new table as changed for each statement execute function {function}()""")


def downgrade() -> None:
    for table, (function, _changed) in _CHANGED.items():
        for act in ("insert", "update"):
            op.execute(f"drop trigger touch_voices_after_{act} on {table}")
        op.execute(f"drop function {function}")
    op.execute("drop function know_touched_voices")
    op.drop_table("touched_voices")
