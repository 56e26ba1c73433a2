"""Who is no reviewer can propose another name of a place, as of a source."""

import sqlalchemy as sa
from alembic import op

revision = "names_of_places_are_proposed"
down_revision = "totals_by_an_index"
branch_labels = None
depends_on = None

BEFORE = "case noun when 'source' then true when 'place' then act in ('merge', 'separate') else act = 'describe' end"
NOW = "case noun when 'source' then true when 'place' then act <> 'describe' else act = 'describe' end"


def upgrade() -> None:
    _know(NOW)


def _know(rule: str) -> None:
    op.drop_constraint(op.f("proposals_acts_suit_their_noun"), "proposals", type_="check")
    op.create_check_constraint(op.f("proposals_acts_suit_their_noun"), "proposals", rule)


def downgrade() -> None:
    held = "select exists (select from proposals where noun = 'place' and act = 'alias')"
    if op.get_bind().scalar(sa.text(held)):
        raise RuntimeError("proposals holds other names of places, which a downgrade would not know")
    _know(BEFORE)
