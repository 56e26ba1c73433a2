"""Examples for the description of the API: answers over the example ledger, their lists cut to one item."""

import json
from pathlib import Path
from typing import Any

EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
"""By shape, or by the case that a problem is about. The tests hold each to its schema."""

ROW = EXAMPLES["Row"]
"""A row as it is handed in."""
