"""How the database would find what is asked for, as it would in a ledger too large to be read whole."""

from typing import Any

from sqlalchemy import Select, text
from sqlalchemy.orm import Session


def plan_of(session: Session, statement: Select[Any] | str, values: dict[str, object] | None = None) -> str:
    """The plan, one step a line, where reading a table from end to end is the last resort."""
    session.execute(text("set local enable_seqscan = off"))
    if isinstance(statement, str):
        steps = session.execute(text(f"explain (costs off) {statement}"), values or {})
    else:
        compiled = statement.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
        steps = session.connection().exec_driver_sql(f"explain (costs off) {compiled}", dict(compiled.params))
    plan = "\n".join(row[0] for row in steps)
    session.execute(text("set local enable_seqscan = on"))
    return plan
