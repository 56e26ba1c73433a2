"""People who enter and review; readers have no account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, no_empty_text


class Role(StrEnum):
    """What a person may do; each role may do what the ones before it may."""

    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


COMMAND_LINE = "command-line"
"""The name of the actor of `muster import` where no person is named; it has no password."""


class Person(Base):
    """Somebody who acts on the ledger. Never deleted, only disabled: the log names them."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{0,39}$'", name="name_is_a_login"),
        CheckConstraint("role in ('editor', 'reviewer', 'administrator')", name="role_is_known"),
        no_empty_text("display_name", "pseudonym"),
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
