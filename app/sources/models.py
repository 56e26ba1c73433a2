"""Who says it: sources and their families; and what we read it in: documents."""

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.acts.models import Described, description_rules, one_of
from app.database import Base, no_empty_text, slug_rule

SOURCE_KINDS = (
    "government",
    "military",
    "intelligence",
    "media",
    "ngo",
    "international",
    "officials_unnamed",
    "research",
)
RELIABILITIES = ("A", "B", "C", "D", "E", "F")
STANCES = ("own", "opponent", "third")
DOCUMENT_STATES = ("gone", "readable")


class Family(Base):
    """Sources that do not corroborate one another, such as the services of one government."""

    __tablename__ = "families"
    __table_args__ = (slug_rule(), no_empty_text("name"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Source(Base):
    """Who made claims, under a lasting address; name, family and grades are in its descriptions."""

    __tablename__ = "sources"
    __table_args__ = (slug_rule(),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)


class SourceDescription(Described, Base):
    """What the ledger says of a source, from one version to another."""

    __tablename__ = "source_descriptions"
    __table_args__ = (
        UniqueConstraint("source_id", "number"),
        Index(
            "source_descriptions_one_current",
            "source_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index(
            "source_descriptions_one_current_per_name",
            "name",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        CheckConstraint(one_of("kind", SOURCE_KINDS), name="kind_is_known"),
        CheckConstraint(one_of("reliability", RELIABILITIES), name="reliability_is_a_to_f"),
        CheckConstraint(one_of("stance", STANCES), name="stance_is_known"),
        CheckConstraint("char_length(name) <= 300", name="name_is_short"),  # an index has to hold it
        *description_rules("name", "country", "note"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    name: Mapped[str]
    kind: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166-1 alpha-3, or a free name
    family_id: Mapped[int | None] = mapped_column(ForeignKey("families.id"))
    reliability: Mapped[str | None]  # A to F; None: not graded
    stance: Mapped[str | None]  # towards the sender
    note: Mapped[str | None]


class SourceAlias(Base):
    """Another name by which a source is known, from one version of the ledger to another.

    Who noted it, when and why is in the act of its version, and of `replaced_version` who took it back.
    """

    __tablename__ = "source_aliases"
    __table_args__ = (
        Index(
            "source_aliases_one_current_per_name",
            "name",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index("source_aliases_by_source", "source_id"),
        CheckConstraint("char_length(name) <= 300", name="name_is_short"),  # an index has to hold it
        CheckConstraint("replaced_version > version", name="replaced_later"),
        no_empty_text("name"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    name: Mapped[str]
    version: Mapped[int] = mapped_column(ForeignKey("acts.version"))
    replaced_version: Mapped[int | None] = mapped_column(ForeignKey("acts.version"))  # None: still


class SourceMerge(Described, Base):
    """That a source was merged into another (`into_id`), or (None) that it stands by itself again.

    Its claims were moved by revisions of their own, at the same version (docs/decisions/0014).
    """

    __tablename__ = "source_merges"
    __table_args__ = (
        UniqueConstraint("source_id", "number"),
        Index(
            "source_merges_one_current",
            "source_id",
            unique=True,
            postgresql_where=text("replaced_version is null"),
        ),
        Index("source_merges_by_into", "into_id", postgresql_where=text("replaced_version is null")),
        CheckConstraint("into_id <> source_id", name="into_another"),
        *description_rules(),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))


class SourceDocument(Base):
    """What claims were read in. Equal documents are one row, so that a page knows all it carried."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("url ~* '^https?://'", name="url_is_a_web_address"),
        CheckConstraint("language ~ '^[a-z]{2}$'", name="language_is_two_letters"),
        CheckConstraint("num_nonnulls(publisher, title, url, language) > 0", name="says_something"),
        no_empty_text("publisher", "title", "url", "language"),
        # The digest tells its parts apart by this character; two different documents must not share one.
        CheckConstraint(
            "strpos(coalesce(publisher, '') || coalesce(title, '') || coalesce(url, ''), chr(31)) = 0",
            name="parts_keep_apart",
        ),
        Index(
            "documents_by_host",
            text("\"left\"(split_part(lower(url), '/', 3), 200)"),
            text("\"left\"(split_part(lower(url), '/', 4), 200)"),
            postgresql_where=text("url is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    publisher: Mapped[str | None]
    title: Mapped[str | None]
    url: Mapped[str | None]
    language: Mapped[str | None]  # ISO 639-1
    # Titles and addresses can be longer than an index entry may be.
    digest: Mapped[bytes] = mapped_column(
        BYTEA, Computed("document_digest(publisher, title, url, language)", persisted=True), unique=True
    )


class DocumentNote(Base):
    """What an editor found of a document: that it is gone, or that it can be read again. The newest holds.

    Who found it, when and in which words is in the act.
    """

    __tablename__ = "document_notes"
    __table_args__ = (
        CheckConstraint(one_of("state", DOCUMENT_STATES), name="state_is_known"),
        CheckConstraint("archived_url ~* '^https?://'", name="archived_url_is_a_web_address"),
        UniqueConstraint("act_id"),
        Index("document_notes_by_document", "document_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("acts.id"))
    state: Mapped[str]
    archived_url: Mapped[str | None]  # where a copy of it can be read
