"""What is written while the ledger is locked is less: words are made before, and first days looked for once.

The words of a claim follow from its revision alone, which never changes. `prepare_words` makes those of a
large batch before its approval takes the ledger, and `write_derived` takes what is there.

A source that loses all its claims of a measure, as in a merge, has no first and last day there. They were
looked for among all claims of the measure, and of a merge that was a sixth of the time.
"""

# ruff: noqa: S608 - SQL is put together from parts of this file

import sqlalchemy as sa
from alembic import op

revision = "many_approved_faster"
down_revision = "touched_is_counted"
branch_labels = None
depends_on = None

PREPARE = r"""
create function prepare_words(revisions bigint[]) returns void language plpgsql as $$
begin
  drop table if exists pg_temp.words_ready;
  create temporary table words_ready on commit drop as
    select r.id as revision_id, words_of_claim(c.ref, r.wording, d.title, d.publisher, d.language, r.note,
      concat_ws(' ', trim_scale(r.low), trim_scale(r.point), trim_scale(r.high))) as words
    from claim_revisions r
    join claims c on c.id = r.claim_id
    left join documents d on d.id = r.document_id
    where r.id = any (revisions);
  analyze words_ready;
end $$
"""

_MADE = """words_of_claim(c.ref, r.wording, d.title, d.publisher, d.language, r.note,
      concat_ws(' ', trim_scale(r.low), trim_scale(r.point), trim_scale(r.high)))"""
_FROM = """  from claim_revisions r
  join claims c on c.id = r.claim_id"""
_WAITED = "  perform set_config('muster.derived_waits', '', true);\n"
WORDS = (
    (_MADE, f"coalesce(w.words, {_MADE})"),
    (_FROM, f"{_FROM}\n  left join pg_temp.words_ready w on w.revision_id = r.id"),
    (
        _WAITED,
        _WAITED
        + """  if to_regclass('pg_temp.words_ready') is null then
    create temporary table words_ready (revision_id bigint, words tsvector) on commit drop;
  end if;
""",
    ),
)
_GONE = """    with gone as (
      select n.deployment_id, n.measure_id, n.source_id, min(n.said_day) as first, max(n.said_day) as last
      from new_rows n join old_rows o on o.id = n.id
      where n.repeat_of_id is null and o.approved_version is not null and o.replaced_version is null and n.replaced_version is not null
      group by 1, 2, 3)"""
_TOUCHED = "      where g.first <= v.first_said or g.last >= v.last_said)"
_BEGIN = "  if exists (select from new_rows where replaced_version is not null) then\n"
DAYS = (
    (
        _BEGIN,
        f"""{_BEGIN}    execute $query$
{_GONE}
    update voices v set first_said = null, last_said = null
    from gone g
    where v.deployment_id = g.deployment_id and v.measure_id = g.measure_id and v.source_id = g.source_id
      and v.claims = 0
    $query$;
    execute $query$
{_GONE}
    select exists (
      select from voices v join gone g using (deployment_id, measure_id, source_id)
      where (g.first <= v.first_said or g.last >= v.last_said) and v.claims > 0)
    $query$ into loses_an_end;
  end if;
  if loses_an_end then
""",
    ),
    (_TOUCHED, "      where v.claims > 0 and (g.first <= v.first_said or g.last >= v.last_said))"),
    ("AS $function$\nbegin", "AS $function$\ndeclare\n  loses_an_end boolean := false;\nbegin"),
)


def _rewrite(function: str, pairs: tuple[tuple[str, str], ...], *, back: bool) -> None:
    """Write a function anew as it stands in the database, with parts of its text replaced."""
    defined = sa.text("select pg_get_functiondef(cast(:name as regprocedure))")
    body: str = op.get_bind().execute(defined, {"name": f"{function}()"}).scalar_one()
    for before, after in reversed(pairs) if back else pairs:
        old, new = (after, before) if back else (before, after)
        if old not in body:
            raise ValueError(f"{function} reads otherwise than this migration knows it")
        body = body.replace(old, new)
    op.get_bind().exec_driver_sql(body.replace("%", "%%"))


def upgrade() -> None:
    op.execute(sa.text(PREPARE.replace(":", r"\:")))
    _rewrite("write_derived", WORDS, back=False)
    _rewrite("count_revisions_in_one_pass", DAYS, back=False)


def downgrade() -> None:
    _rewrite("count_revisions_in_one_pass", DAYS, back=True)
    _rewrite("write_derived", WORDS, back=True)
    op.execute("drop function prepare_words(bigint[])")
