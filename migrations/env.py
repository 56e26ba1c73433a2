"""Runs the migrations on the connection that Muster hands over, or on `DATABASE_URL`."""

from alembic import context
from sqlalchemy import Connection

from app.database import connect
from app.models import Base
from app.settings import read_settings


def migrate(connection: Connection) -> None:
    """All revisions in one transaction: a migration that fails leaves nothing behind."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with connect(read_settings().required_database_url()).begin() as own:
        migrate(own)
