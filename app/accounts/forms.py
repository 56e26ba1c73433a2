"""What may be typed to sign in, and about people."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from app.accounts.api_tokens import LONGEST_DAYS
from app.accounts.models import LONGEST_NAME, Role, Scope
from app.accounts.passwords import LONGEST
from app.forms import BadField, Form
from app.languages.spoken import N_, _

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)


def _login(name: str) -> str:
    if not _LOGIN.fullmatch(name):
        raise ValueError(
            _(
                "A name to sign in with has at most 40 letters a to z, digits, dots, hyphens and underscores,"
                " and begins with a letter or digit."
            )
        )
    return name


Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=LONGEST)]
LoginName = Annotated[str, StringConstraints(to_lower=True, max_length=LONGEST_NAME)]
NewLoginName = Annotated[str, StringConstraints(to_lower=True), AfterValidator(_login)]
SpokenName = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]


class SignInForm(Form):
    """Name and password, and what somebody was about to do."""

    name: LoginName = Field(title=N_("Name"))
    password: Password = Field(title=N_("Password"))
    next: str = ""
    kept: str = ""


class NewPasswordForm(Form):
    """A new password, typed twice because it cannot be read back."""

    new_password: Password = Field(title=N_("New password"))
    password_again: Password = Field(title=N_("The same once more"))

    @model_validator(mode="after")
    def _typed_alike(self) -> Self:
        if self.new_password != self.password_again:
            raise BadField("password_again", _("This is not the same password as above."))
        return self


class ChangePasswordForm(NewPasswordForm):
    """A new password for somebody who is signed in."""

    current_password: Password = Field(title=N_("Present password"))


class NamingForm(Form):
    """How one is called, and whether the public reads it."""

    display_name: SpokenName = Field(title=N_("Your name"))
    named_in_public: bool = Field(default=False, title=N_("In public"))


class InviteForm(Form):
    """Somebody new."""

    name: NewLoginName = Field(title=N_("Name to sign in with"))
    display_name: SpokenName = Field(title=N_("Full name"))
    role: Role = Field(title=N_("Role"))


class ReasonForm(Form):
    """Why something is done to somebody's account: it stays in the log."""

    reason: str = Field(title=N_("Why"), max_length=LONGEST_NAME)


class RoleForm(ReasonForm):
    """Another role."""

    role: Role = Field(title=N_("Role"))


class TokenForm(Form):
    """A new API token; the password once more, so that a browser left open gives no lasting key away."""

    name: SpokenName = Field(title=N_("What for"))
    scopes: list[Scope] = Field(min_length=1, title=N_("May hand in"))
    days: int = Field(ge=1, le=LONGEST_DAYS, title=N_("Good for, in days"))
    current_password: Password = Field(title=N_("Your password"))
