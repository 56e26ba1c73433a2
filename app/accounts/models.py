"""People who enter and review; readers have no account. And what they sign in with."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, no_empty_text
from app.languages.spoken import N_


class Role(StrEnum):
    """What a person may do; each role may do what the ones before it may."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"

    def includes(self, other: "Role") -> bool:
        """Whether somebody of this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Purpose(StrEnum):
    """What a one-time link is for: a first password, or a new one."""

    INVITE = "invite"
    RESET = "reset"


class Scope(StrEnum):
    """What an API token may do in the name of its owner."""

    CLAIMS = N_("claims")  # hand in one claim
    IMPORTS = N_("imports")  # hand in a batch: a claims CSV or a ledger


COMMAND_LINE = "command-line"
"""The name of the actor of `muster import` where no person is named; it has no password."""

LONGEST_NAME = 300
"""Characters of a name that somebody may give themselves or a token."""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _is_hash(column: str) -> str:
    """The SQL of "this is a SHA-256, so never the secret itself"."""
    return f"{column} ~ '^[0-9a-f]{{64}}$'"


class Person(Base):
    """Somebody who acts on the ledger. Never deleted, only disabled: the log names them."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'", name="name_is_a_login"),
        CheckConstraint("role in ('editor', 'reviewer', 'administrator')", name="role_is_known"),
        no_empty_text("display_name", "pseudonym"),
        # It acts for whoever sits at the machine; nobody ever becomes it, and nobody stops it.
        CheckConstraint(
            f"name <> '{COMMAND_LINE}' or num_nonnulls(password_hash, disabled_at) = 0",
            name="command_line_stays_as_it_is",
        ),
        CheckConstraint("starts_with(password_hash, '$argon2id$')", name="password_is_hashed"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    pseudonym: Mapped[str] = mapped_column(unique=True)  # stands for the person in public and in exports
    named_in_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    password_hash: Mapped[str | None]  # None: cannot sign in
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def public_name(self) -> str:
        """How the person is named to the public."""
        return self.display_name if self.named_in_public else self.pseudonym

    def may(self, role: Role) -> bool:
        """Whether the person may do what `role` may."""
        return Role(self.role).includes(role)


class SignIn(Base):
    """One browser that is signed in. The row goes when it signs out, is signed out, or expires."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        CheckConstraint(_is_hash("token_hash"), name="token_is_hashed"),
        CheckConstraint("last_seen_at >= signed_in_at", name="seen_once_signed_in"),
        CheckConstraint("expires_at > signed_in_at", name="expire_later"),
        no_empty_text("browser", "network"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # to the minute or so, see app.accounts.sessions
    expires_at: Mapped[datetime]  # however busy it is kept
    browser: Mapped[str | None]  # in words: "Firefox on Linux"
    network: Mapped[str | None]  # the first part of the address, so that its owner may recognise it

    person: Mapped[Person] = relationship()


class OneTimeLink(Base):
    """A link by which somebody sets a password, once. A newer one replaces one that is still open."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        CheckConstraint(f"purpose in ({_listed(Purpose)})", name="purpose_is_known"),
        CheckConstraint(_is_hash("token_hash"), name="token_is_hashed"),
        CheckConstraint("expires_at > created_at", name="expire_later"),
        CheckConstraint("used_at >= created_at and used_at < expires_at", name="used_in_time"),
        Index(
            "one_time_links_one_open_per_person",
            "person_id",
            unique=True,
            postgresql_where=text("used_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class ApiToken(Base):
    """What a program shows in place of its owner's password. Never deleted, only revoked."""

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint(_is_hash("token_hash"), name="token_is_hashed"),
        # Not array_length: of an empty array that is null, and a null would pass.
        CheckConstraint("cardinality(scopes) > 0", name="have_a_scope"),
        CheckConstraint(f"scopes <@ array[{_listed(Scope)}]", name="scopes_are_known"),
        CheckConstraint(
            "expires_at > created_at and expires_at <= created_at + interval '366 days'",
            name="expire_within_a_year",
        ),
        CheckConstraint("last_used_at >= created_at", name="used_once_created"),
        CheckConstraint("revoked_at >= created_at", name="revoked_once_created"),
        no_empty_text("name", "beginning"),
        Index(
            "api_tokens_one_live_per_name",
            "person_id",
            "name",
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    beginning: Mapped[str]  # the first characters, by which its owner tells it from others
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]  # to the minute or so
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class KnownBrowser(Base):
    """A browser in which this person has signed in before; it keeps a cookie that says so.

    It opens nothing: it only exempts its holder from limits that strangers may have used up.
    """

    __tablename__ = "known_browsers"
    __table_args__ = (
        CheckConstraint(_is_hash("token_hash"), name="token_is_hashed"),
        CheckConstraint("last_seen_at >= first_seen_at", name="seen_once_known"),
        Index("known_browsers_one_per_person", "token_hash", "person_id", unique=True),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    token_hash: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class FailedSignIn(Base):
    """One password that did not fit, kept for a day: the limits on further attempts count these."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        CheckConstraint(_is_hash("account"), name="account_is_hashed"),
        no_empty_text("network"),
        Index(None, "account", "at"),
        Index(None, "network", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    account: Mapped[str]  # of what was typed as a name, which may by a slip have been the password
    network: Mapped[str | None]  # an IPv4 address, or the /64 of an IPv6 one; None: not known
    browser_id: Mapped[int | None] = mapped_column(ForeignKey("known_browsers.id", ondelete="CASCADE"))
