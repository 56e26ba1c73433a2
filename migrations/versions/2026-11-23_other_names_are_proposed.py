"""Who is no reviewer can propose another name of a source."""

import sqlalchemy as sa
from alembic import op

revision = "other_names_are_proposed"
down_revision = "effects_are_kept"
branch_labels = None
depends_on = None

BEFORE = "act in ('describe', 'merge', 'separate')"
NOW = "act in ('describe', 'merge', 'separate', 'alias')"


def upgrade() -> None:
    _know(NOW)


def _know(rule: str) -> None:
    op.drop_constraint(op.f("proposals_act_is_known"), "proposals", type_="check")
    op.create_check_constraint(op.f("proposals_act_is_known"), "proposals", rule)


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("select exists (select from proposals where act = 'alias')")):
        raise RuntimeError("proposals holds other names, which a downgrade would not know")
    _know(BEFORE)
