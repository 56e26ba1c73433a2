"""Places under their lasting addresses, and what the ledger says of them: names, and in what they lie."""

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import Described, description_rules
from app.database import Base, no_empty_text, slug_rule


class Place(Base):
    """A part of the theatre that a figure is about, under the name it came into the ledger with.

    That name gives its address, and files call it so for good; what it is called on pages, and in which
    place it lies, is in its descriptions. A place that was never described is called as it came in.
    """

    __tablename__ = "places"
    __table_args__ = (slug_rule(), no_empty_text("name"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class PlaceDescription(Described, Base):
    """What the ledger says of a place, from one version to another."""

    __tablename__ = "place_descriptions"
    __table_args__ = (
        UniqueConstraint("place_id", "number"),
        Index(
            "place_descriptions_one_current",
            "place_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index("place_descriptions_by_name", "name"),
        Index("place_descriptions_by_whole", "whole_id", postgresql_where=text("whole_id is not null")),
        CheckConstraint("char_length(name) <= 300", name="name_is_short"),  # an index has to hold it
        CheckConstraint("whole_id <> place_id", name="lies_in_another"),
        *description_rules("name"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    name: Mapped[str]
    whole_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))  # None: it lies in none
