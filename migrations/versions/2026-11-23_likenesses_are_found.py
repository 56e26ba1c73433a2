"""What may be an appearance of a claim, and a document by its address, are found by indexes.

Of a million claims each look beside the form of a new one took four seconds, and each address that somebody
pasted half a second. Entries of an index may not be long: words are in it as a digest, addresses by the
beginning of their host and of what follows it.
"""

import sqlalchemy as sa
from alembic import op

revision = "likenesses_are_found"
down_revision = "claims_are_told_apart"
branch_labels = None
depends_on = None

ALIVE = "repeat_of_id is null and replaced_version is null"


def upgrade() -> None:
    op.create_index(
        "claim_revisions_by_deployment_figure",
        "claim_revisions",
        ["deployment_id", sa.text("coalesce(point, low, high)"), "said_day"],
        postgresql_where=sa.text(ALIVE),
    )
    op.create_index(
        "claim_revisions_by_deployment_wording",
        "claim_revisions",
        ["deployment_id", sa.text("md5(lower(wording))"), "said_day"],
        postgresql_where=sa.text(f"{ALIVE} and wording is not null"),
    )
    op.create_index(
        "documents_by_host",
        "documents",
        [
            sa.text("\"left\"(split_part(lower(url), '/', 3), 200)"),
            sa.text("\"left\"(split_part(lower(url), '/', 4), 200)"),
        ],
        postgresql_where=sa.text("url is not null"),
    )


def downgrade() -> None:
    op.drop_index("documents_by_host", "documents")
    op.drop_index("claim_revisions_by_deployment_wording", "claim_revisions")
    op.drop_index("claim_revisions_by_deployment_figure", "claim_revisions")
