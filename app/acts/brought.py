"""What a batch of rows is called that came from no file: what it is is stored, and said in each language."""

import re
from datetime import UTC, datetime

from app.languages.formats import written_day
from app.languages.spoken import _, language_now

_PASTED = "pasted "
_MOMENT = "%Y-%m-%dT%H:%MZ"
_STORED = re.compile(r"pasted (\d{4}-\d\d-\d\dT\d\d:\d\dZ)", re.ASCII)
_SENTENCE = re.compile(r"table pasted on (\d{4}-\d\d-\d\d), (\d\d:\d\d) UTC", re.ASCII)
"""How it was stored before: a sentence."""


def pasted_name(at: datetime) -> str:
    """The name under which a table is kept that was pasted: `pasted 2026-01-15T09:30Z`."""
    return f"{_PASTED}{at.astimezone(UTC):{_MOMENT}}"


def brought_as(name: str) -> str:
    """A name of what somebody brought as a page says it; that of a file is said as it is."""
    stored, sentence = _STORED.fullmatch(name), _SENTENCE.fullmatch(name)
    written = stored[1] if stored else f"{sentence[1]}T{sentence[2]}Z" if sentence else None
    try:
        at = None if written is None else datetime.strptime(written, _MOMENT).replace(tzinfo=UTC)
    except ValueError:  # a file that is called so
        at = None
    if at is None:
        return name
    day = written_day(at.date(), "day", language_now())
    moment = f"{day}, {at:%H:%M}"
    return _("table pasted on %(moment)s UTC", moment=moment)
