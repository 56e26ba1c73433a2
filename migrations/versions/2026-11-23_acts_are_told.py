"""Acts are told: whoever listens learns that something was done, as soon as it is committed."""

from alembic import op

revision = "acts_are_told"
down_revision = "found_by_version"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create function tell_of_acts() returns trigger language plpgsql as $$
        begin
          perform pg_notify('muster_acts', '');
          return null;
        end $$""")
    op.execute("create trigger tell after insert on acts for each statement execute function tell_of_acts()")


def downgrade() -> None:
    op.execute("drop trigger tell on acts")
    op.execute("drop function tell_of_acts")
