"""Running several statements of SQL at once."""

from sqlalchemy.orm import Session


def run_script(session: Session, script: str) -> None:
    """Run statements that take no parameters and give no rows."""
    session.connection().exec_driver_sql(script, execution_options={"no_parameters": True})
