"""What may be typed to decide: a verdict, and the words that go with it."""

from typing import Literal

from pydantic import Field

from app.accounts.models import Person, Role
from app.claims.refusals import NeedsAReason, Unexplained
from app.errors import Refusal
from app.forms import Form, Problem
from app.languages.spoken import N_, _

Chosen = Literal["approved", "sent_back", "rejected", "withdrawn"]


class VerdictForm(Form):
    """A verdict on one thing."""

    verdict: Chosen = Field(title=N_("Verdict"))
    reason: str | None = Field(None, title=N_("Comment"))
    overridden: str | None = Field(None, title=N_("Why it is right all the same"))


class BatchVerdictForm(VerdictForm):
    """A verdict on rows of a batch: those that are ticked, or all that are open."""

    which: Literal["ticked", "all"] = Field("ticked", title=N_("On which rows"))
    rows: list[str] = Field(default_factory=list, title=N_("Rows"))


def refused_fields(refusal: Refusal) -> list[Problem]:
    """A refusal as the problem of a field, where a field can put it right; else none."""
    if isinstance(refusal, NeedsAReason):
        return [Problem("reason", refusal.sentence, _("Comment"))]
    if isinstance(refusal, Unexplained):
        return [Problem("overridden", refusal.sentence, _("Why it is right all the same"))]
    return []


def verdicts_open_to(person: Person, author: int, *, four_eyes: bool) -> list[str]:
    """The verdicts that somebody may give on what the person `author` handed in, as a form offers them."""
    if author == person.id:
        alone = not four_eyes and person.may(Role.REVIEWER)
        return ["approved", "withdrawn"] if alone else ["withdrawn"]
    return ["approved", "sent_back", "rejected"] if person.may(Role.REVIEWER) else []
