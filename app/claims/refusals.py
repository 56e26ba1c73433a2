"""What is refused when claims are entered, corrected, judged or decided on, each with a sentence."""

from collections.abc import Sequence
from http import HTTPStatus

from app.answers.parameters import BadParameter
from app.claims.forms import Problem
from app.claims.warnings import Warned
from app.errors import NotFound, Refusal
from app.languages.spoken import _


class RowRefused(Refusal):
    """Some cells of a row cannot stand; all of them are named, as in the claims CSV."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, problems: Sequence[Problem]) -> None:
        said = "; ".join(f"{one.column} {one.reason}" for one in problems)
        super().__init__(_("This cannot be entered as it stands: %(problems)s.", problems=said))
        self.problems = tuple(problems)
        self.errors = tuple(BadParameter(one.column, _shown(one)) for one in problems)


def _shown(problem: Problem) -> str:
    """The reason, after what stood there."""
    if not problem.value:
        return problem.reason
    return _("“%(value)s” %(reason)s", value=problem.value, reason=problem.reason)


class Unexplained(Refusal):
    """Warnings are passed over without a written reason."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, warned: Sequence[Warned], about: str = "") -> None:
        said = " ".join(one.sentence for one in warned)
        named = f"{about}: " if about else ""
        advice = _("If it is right all the same, write why; the reason is public.")
        super().__init__(f"{named}{said} {advice}")
        self.warned = tuple(warned)


class NoSuchClaim(NotFound):
    """There is no claim of that name."""


class NewerRevision(Refusal):
    """The claim has changed since the form was shown: nobody corrects or judges what they did not see."""


class WaitsAlready(Refusal):
    """Something of the same kind about this claim still waits for its verdict."""


class NothingChanges(Refusal):
    """What is asked for is so already."""


class AlreadyDecided(Refusal):
    """The verdict has been given, once."""


class OwnRevision(Refusal):
    """Nobody gives a verdict on what they handed in themselves; they can only withdraw it."""

    status = HTTPStatus.FORBIDDEN


class NotTheAuthor(Refusal):
    """Only who handed something in withdraws it."""

    status = HTTPStatus.FORBIDDEN


class NotAReviewer(Refusal):
    """A verdict takes the role of a reviewer."""

    status = HTTPStatus.FORBIDDEN


class NeedsAReason(Refusal):
    """Sending back and rejecting take a reason in words."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class PartOfAWhole(Refusal):
    """It belongs to a batch whose rows only mean something together, and was to be decided by itself."""


class Overtaken(Refusal):
    """A newer revision or judgement counts by now, so the older one cannot be approved any more."""


class NamesUndecided(Refusal):
    """It names a claim that is not approved, which has to be decided on first."""
