"""A document that claims were read in can be gone: an editor's dated act says so, or that it is back.

The document itself stands as it was entered; what was noted of it stands beside it, the newest note last. The
log learns the new kind of act, which changes no reading.
"""

import sqlalchemy as sa
from alembic import op

revision = "documents_gone"
down_revision = "drafts_and_checks"
branch_labels = None
depends_on = None

KINDS = ("import", "submit", "approve", "send_back", "reject", "withdraw", "judge", "describe", "check",
         "people")  # fmt: skip
COLUMNS = ("id", "document_id", "act_id", "state", "archived_url")


def upgrade() -> None:
    know_kinds((*KINDS, "document"))
    op.create_table(
        "document_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("archived_url", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('gone', 'readable')", name=op.f("document_notes_state_is_known")),
        sa.CheckConstraint(
            "archived_url ~* '^https?://'", name=op.f("document_notes_archived_url_is_a_web_address")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("document_notes_act_id_exists")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("document_notes_document_id_exists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_notes_pkey")),
        sa.UniqueConstraint("act_id", name=op.f("document_notes_one_per_act_id")),
    )
    op.create_index("document_notes_by_document", "document_notes", ["document_id", "id"])
    old, new = (f"row({', '.join(f'{row}.{column}' for column in COLUMNS)})" for row in ("old", "new"))
    for name, timing in (
        ("stand", "before delete on document_notes for each row"),
        ("never_emptied", "before truncate on document_notes for each statement"),
        (
            "stand_as_written",
            f"after update on document_notes for each row when ({old} is distinct from {new})",
        ),
    ):
        op.execute(f"create trigger {name} {timing} execute function refuse_change()")


def downgrade() -> None:
    if op.get_bind().scalar(sa.select(sa.exists().select_from(sa.table("document_notes")))):
        raise RuntimeError("document_notes holds rows, which a downgrade would lose")
    op.drop_table("document_notes")
    know_kinds(KINDS)


def know_kinds(kinds: tuple[str, ...]) -> None:
    """Let an act be of these kinds and no others."""
    op.drop_constraint(op.f("acts_kind_is_known"), "acts", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("acts_kind_is_known"), "acts", f"kind in ({listed})")
