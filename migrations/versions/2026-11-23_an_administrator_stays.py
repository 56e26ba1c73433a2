"""One administrator who can sign in always remains: whoever is the last is neither disabled nor demoted."""

from alembic import op

revision = "an_administrator_stays"
down_revision = "derived_together"
branch_labels = None
depends_on = None

FUNCTIONS = r"""
-- One after the other: of two who shut one another out at once, the second is to see what the first did. The
-- number spells "admi".
create function an_administrator_stays() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1633971561);
  if not exists (
    select from people
    where role = 'administrator' and disabled_at is null and name <> 'command-line'
  ) then
    raise exception '% is the last administrator', old.name
      using errcode = 'integrity_constraint_violation', constraint = 'people_keep_an_administrator';
  end if;
  return null;
end $$;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.execute(
        "create trigger keep_an_administrator after update on people for each row"
        " when (old.role = 'administrator' and old.disabled_at is null"
        " and (new.role <> 'administrator' or new.disabled_at is not null))"
        " execute function an_administrator_stays()"
    )


def downgrade() -> None:
    op.execute("drop trigger keep_an_administrator on people")
    op.execute("drop function an_administrator_stays")
