"""Which places lie in which, as SQL: the wholes of a place, and the parts of one."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, TypeEngine

from app.places.models import Place, PlaceDescription

PARTING = "\x1f"
"""What stands between the slug and the name of a whole; no name holds it."""


def wholes_of(place_id: str, version: int | None = None) -> ColumnElement[list[str] | None]:
    """All places in which a place lies at `version`, the nearest first; null for no place.

    Of each its slug and its name, with PARTING between them.

    `place_id` is a column as SQL writes it. Look-ups by an index for each row that has a place, and nothing
    for the others: a list of all wholes of all places would be made anew for every claim that is shown.
    """
    held = "d.replaced_version is null"
    if version is not None:
        held = (
            f"d.version <= {version:d} and (d.replaced_version is null or d.replaced_version > {version:d})"
        )
    written = f"""case when {place_id} is not null then array(
      with recursive up (id, steps) as (
        select d.whole_id, 1 from place_descriptions d
        where d.place_id = {place_id} and d.whole_id is not null and {held}
        union all
        select d.whole_id, up.steps + 1 from up join place_descriptions d on d.place_id = up.id
        where d.whole_id is not null and {held})
      select p.slug || chr(31) || coalesce(d.name, p.name)
      from up join places p on p.id = up.id
      left join place_descriptions d on d.place_id = p.id and {held}
      order by up.steps) end"""  # noqa: S608 - no input
    return literal_column(written, type_=cast("TypeEngine[list[str] | None]", ARRAY(Text)))


def parted(wholes: Iterable[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The slugs and the names of what `wholes_of` gave."""
    pairs = [whole.partition(PARTING) for whole in wholes or ()]
    return tuple(pair[0] for pair in pairs), tuple(pair[2] for pair in pairs)


def parts_of(slug: str) -> Select[int]:
    """The ids of a place and of every place that lies in it, as the ledger stands now."""
    within = select(Place.id).where(Place.slug == slug).cte("within", recursive=True)
    within = within.union(
        select(PlaceDescription.place_id)
        .join(within, within.c.id == PlaceDescription.whole_id)
        .where(PlaceDescription.replaced_version.is_(None))
    )
    return select(within.c.id)
