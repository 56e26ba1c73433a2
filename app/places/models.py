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


class PlaceAlias(Base):
    """Another name of a place, in whatever language or script, from one version of the ledger to another.

    Who noted it, when and why is in the act of its version, and of `replaced_version` who took it back.
    """

    __tablename__ = "place_aliases"
    __table_args__ = (
        Index(
            "place_aliases_one_current_per_name",
            "name",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index("place_aliases_by_place", "place_id"),
        Index("place_aliases_by_slug", "slug", postgresql_where=text("replaced_version is null")),
        slug_rule(),
        CheckConstraint("char_length(name) <= 300", name="name_is_short"),  # an index has to hold it
        CheckConstraint("replaced_version > version", name="replaced_later"),
        no_empty_text("name"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    name: Mapped[str]
    slug: Mapped[str | None]  # an address that leads to the place; None: the name gives none
    version: Mapped[int] = mapped_column(ForeignKey("acts.version"))
    replaced_version: Mapped[int | None] = mapped_column(ForeignKey("acts.version"))  # None: still


class PlaceMerge(Described, Base):
    """That a place was merged into another (`into_id`), or (None) that it stands by itself again.

    Claims about it were moved by revisions of their own, and what lay in it by descriptions, at the same
    version (docs/decisions/0015).
    """

    __tablename__ = "place_merges"
    __table_args__ = (
        UniqueConstraint("place_id", "number"),
        Index(
            "place_merges_one_current",
            "place_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index("place_merges_by_into", "into_id", postgresql_where=text("replaced_version is null")),
        CheckConstraint("into_id <> place_id", name="into_another"),
        *description_rules(),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
