"""Which places lie in which, as SQL: the wholes of a place, and the parts of one."""

from sqlalchemy import ColumnElement, Select, and_, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.places.models import Place, PlaceDescription


def described_at(version: int | None) -> ColumnElement[bool]:
    """The condition that a description of a place holds at ledger `version`; None: at the latest."""
    if version is None:
        return PlaceDescription.replaced_version.is_(None)
    until = PlaceDescription.replaced_version
    return and_(PlaceDescription.version <= version, until.is_(None) | (until > version))


def wholes_of(place_id: str, version: int | None = None) -> ColumnElement[list[str] | None]:
    """The slugs of all places in which a place lies at `version`, the nearest first; null for no place.

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
      select p.slug from up join places p on p.id = up.id order by up.steps) end"""  # noqa: S608 - no input
    return literal_column(written, ARRAY(Text))


def parts_of(slug: str) -> Select[int]:
    """The ids of a place and of every place that lies in it, as the ledger stands now."""
    within = select(Place.id).where(Place.slug == slug).cte("within", recursive=True)
    within = within.union(
        select(PlaceDescription.place_id)
        .join(within, within.c.id == PlaceDescription.whole_id)
        .where(PlaceDescription.replaced_version.is_(None))
    )
    return select(within.c.id)
