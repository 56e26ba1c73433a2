"""Acts in words, for those who read what changed in the ledger."""

from collections.abc import Mapping

from app.acts.models import Act

_DONE: Mapping[str, str] = {
    "import": "Imported",
    "submit": "Handed in for review",
    "approve": "Approved",
    "send_back": "Sent back",
    "reject": "Rejected",
    "withdraw": "Withdrawn",
    "judge": "Judged",
    "describe": "Described",
    "check": "Checked, nothing new",
    "document": "Noted of a document",
    "people": "Accounts changed",
}


def act_in_words(act: Act) -> str:
    """What was done to what and why: `Judged nis-3000-20241023: duplicate`."""
    if act.kind == "import":
        return _import_in_words(act)
    if act.kind == "document":
        return f"Document {act.details.get('state', 'noted')}: {act.subject}"
    done = f"{_DONE[act.kind]} {act.subject}" if act.subject else _DONE[act.kind]
    told = act.words or (act.reason.replace("_", " ") if act.reason else "")
    return f"{done}: {told}" if told else done


def _import_in_words(act: Act) -> str:
    """`Imported nk-russia: 199 new, 2 changed rows of claims`."""
    rows = act.details.get("claims", {})
    told = [f"{rows[what]:,} {what}" for what in ("new", "changed") if rows.get(what)]
    return f"Imported {act.words or 'claims'}" + (f": {', '.join(told)} rows of claims" if told else "")
